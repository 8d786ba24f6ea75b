"""Rosters of a date: read them whole, publish the draft that was read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.conditions import Validator, tags_of
from api.edge import AreaCode, Day, Here, Mender, ReadSession, SignedIn
from api.problems import documented
from eldercare.accounts.permissions import Action, require
from eldercare.accounts.scope import towns_for
from eldercare.clock import local_minutes
from eldercare.database import transaction
from eldercare.registry.listing import require_towns
from eldercare.rostering.changes import UnseenChanges, unseen_changes
from eldercare.rostering.disruptions import minutes_of
from eldercare.rostering.publishing import ANY, fingerprint, publish_as_seen
from eldercare.rostering.reading import read_roster
from eldercare.rostering.replanning import (
    MOST_DISTURBED,
    TIME_LIMIT_SECONDS,
    ReplanReport,
    ReplanRequest,
    replan_day,
)
from eldercare.rostering.summary import summarise
from eldercare.rostering.tables import RosterStatus
from eldercare.rostering.views import RosterView
from eldercare.settings import DISTRICT_CODE

router = APIRouter(prefix="/rosters", tags=["rosters"])

_ETAG = {"ETag": {"description": "for `If-Match`", "schema": {"type": "string"}}}


class Published(BaseModel):
    """A version that is in force now."""

    roster_id: int
    on: date
    version: int
    published_at: datetime
    published_by: str
    unserved: int
    overridden: int = Field(description="violations that somebody answers for by name")
    unseen: UnseenChanges


@router.get("/{date}", responses={200: {"headers": _ETAG}, **documented(401, 403, 404, 422, 503)})
def roster(
    session: ReadSession,
    user: SignedIn,
    response: Response,
    date: Day,
    town: Annotated[list[AreaCode] | None, Query(max_length=50)] = None,
    status: RosterStatus | None = None,
    version: Annotated[int | None, Query(ge=1, le=10**6)] = None,
    scenario: Annotated[str | None, Query(pattern=r"^[^\x00-\x1f\x7f/]{1,40}$")] = None,
) -> RosterView:
    """A roster of a date by its status, version or scenario.

    None of them: the draft where there is one, else what is published.
    """
    towns = towns_for(user, Action.READ_ROSTER, town)
    require_towns(session, towns or ())
    view = read_roster(
        session, date, status=status, version=version, scenario=scenario, towns=towns
    )
    response.headers.update(Validator(fingerprint(session, view.roster_id)).headers)
    return view


class Happening(BaseModel):
    """What happened, and how many elders may be disturbed by the answer."""

    event: Annotated[
        str,
        Field(
            max_length=120,
            description="`sick:CAREGIVER@HH:MM`, `late-start:CAREGIVER@HH:MM`, `cancel:VISIT`, "
            "`no-show:VISIT`, `overrun:VISIT:+MIN`, `emergency:ELDER:SERVICE@HH:MM` or "
            "`new:ELDER:SERVICE@HH:MM-HH:MM`",
            examples=["sick:C002001@10:00"],
        ),
    ]
    max_disturbed: Annotated[
        int,
        Field(ge=0, le=1000, description="elders with another caregiver or another half-hour"),
    ] = MOST_DISTURBED
    at: Annotated[
        str | None,
        Field(
            pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$",
            description="when it is known (none: now, on another date as planned)",
        ),
    ] = None
    time_limit_seconds: Annotated[float, Field(ge=0.1, le=60)] = TIME_LIMIT_SECONDS
    scenario: Annotated[
        str,
        Field(
            pattern=r"^[^\x00-\x1f\x7f/]{0,40}$", description="try it on this one, not the draft"
        ),
    ] = ""


@router.post("/{date}/replan", responses=documented(400, 401, 403, 404, 409, 412, 422, 503))
def replan(
    edge: Here,
    user: Mender,
    date: Day,
    happening: Happening,
    if_match: Annotated[
        str | None, Header(max_length=1000, description="`ETag` of the roster as you read it")
    ] = None,
) -> ReplanReport:
    """Plan the town that an event concerns again, into the date's draft."""
    towns = towns_for(user, Action.EDIT_ROSTER, None)
    now = edge.clock()
    request = ReplanRequest(
        on=date,
        event=happening.event,
        most_disturbed=happening.max_disturbed,
        time_limit_seconds=happening.time_limit_seconds,
        clock=_minute(happening, now, is_today=date == edge.today()),
        towns=towns,
        seen=tags_of(if_match) if if_match is not None else (ANY,),
        scenario=happening.scenario,
    )
    return replan_day(edge.engine, request, by=user.name, now=now)


def _minute(happening: Happening, now: datetime, *, is_today: bool) -> int | None:
    """Minutes after midnight at which the event is known, where that is told or the day runs."""
    if happening.at is not None:
        return minutes_of(happening.at)
    return local_minutes(now) if is_today else None


@router.post("/{date}/publish", responses=documented(401, 403, 404, 409, 412, 422, 428, 503))
def publish(
    edge: Here,
    user: SignedIn,
    date: Day,
    if_match: Annotated[
        str | None, Header(max_length=1000, description="`ETag` of the draft as you read it")
    ] = None,
) -> Published:
    """Publish the draft of a date for the whole district, if it still is the one that was read."""
    require(user, Action.PUBLISH, area_code=DISTRICT_CODE)
    if if_match is None:
        raise HTTPException(428, "send `If-Match` with the `ETag` of the draft you read")
    with transaction(edge.engine) as session:
        roster = publish_as_seen(
            session, date, seen=tags_of(if_match), by=user.name, now=edge.clock()
        )
        counts = summarise(session, roster.id or 0, None)
        return Published.model_validate(
            roster.model_dump()
            | {
                "roster_id": roster.id,
                "unserved": counts.visits.unserved,
                "overridden": counts.violations,
                "unseen": unseen_changes(session, roster),
            }
        )
