"""Hours of a month: entitled, planned, delivered, and warnings where they run out."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.edge import AreaCode, Edge, Here, PersonalReader, ReadSession
from api.elder_edge import READ, ElderKey, elder_for
from api.paging import Cursor, Limit, PageOf, page_of_list
from api.problems import documented
from eldercare.accounts.permissions import Action
from eldercare.accounts.scope import area_for
from eldercare.care.hours import MonthHours, hours_of_area, hours_of_elder
from eldercare.care.over_entitlement import Reach, over_entitlement

router = APIRouter(tags=["plans"])

Month = Annotated[
    str | None,
    Query(
        pattern="^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$",
        description="a month as 2020-09; none: this one",
    ),
]
Town = Annotated[AreaCode | None, Query(description="only this town")]
Community = Annotated[AreaCode | None, Query(description="only this community")]


class Hours(BaseModel):
    """An elder's month in minutes; a visit of two caregivers counts once."""

    elder_id: str
    month: str
    entitled_minutes: int | None = Field(description="null: nothing says a limit")
    planned_minutes: int
    delivered_minutes: int


class HoursWarning(BaseModel):
    """A month that reaches 80 % of the entitlement (`near`) or goes beyond it (`over`)."""

    reach: Reach
    message: str
    hours: Hours


@router.get("/elders/{key}/hours", responses=documented(*READ))
def hours_of_one(
    edge: Here, session: ReadSession, user: PersonalReader, key: ElderKey, month: Month = None
) -> Hours:
    """Hours of an elder in a month."""
    elder_for(session, key, user, Action.READ_PERSONAL)
    return _told(hours_of_elder(session, key, _first_day(edge, month)))


@router.get("/hours", responses=documented(*READ))
def hours(
    edge: Here,
    session: ReadSession,
    user: PersonalReader,
    month: Month = None,
    town: Town = None,
    community: Community = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> PageOf[Hours]:
    """Hours of the elders who have a plan or were visited in a month."""
    area = area_for(user, Action.READ_PERSONAL, community or town)
    lines = [_told(one) for one in hours_of_area(session, area, _first_day(edge, month))]
    return page_of_list(lines, lambda one: one.elder_id, after=after, limit=limit)


@router.get("/entitlement-warnings", responses=documented(*READ))
def warnings(
    edge: Here,
    session: ReadSession,
    user: PersonalReader,
    month: Month = None,
    town: Town = None,
    community: Community = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> PageOf[HoursWarning]:
    """Months that come near the entitlement or go beyond it; what goes beyond comes first."""
    area = area_for(user, Action.READ_PERSONAL, community or town)
    found = over_entitlement(session, _first_day(edge, month), area_code=area)
    lines = [
        HoursWarning(reach=one.reach, message=one.sentence, hours=_told(one.hours)) for one in found
    ]
    return page_of_list(lines, lambda one: one.hours.elder_id, after=after, limit=limit)


def _first_day(edge: Edge, month: str | None) -> date:
    return edge.today().replace(day=1) if month is None else date.fromisoformat(f"{month}-01")


def _told(hours: MonthHours) -> Hours:
    return Hours(
        elder_id=hours.elder_id,
        month=f"{hours.month_on:%Y-%m}",
        entitled_minutes=hours.entitled_minutes,
        planned_minutes=hours.planned_minutes,
        delivered_minutes=hours.delivered_minutes,
    )
