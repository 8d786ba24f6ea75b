"""Assessments by their items, and what runs out: assessments and qualifications."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from api.edge import AreaCode, Day, Here, PersonalReader, ReadSession, Writer
from api.elder_edge import READ, WRITE, ElderKey, elder_for, written
from api.ledger_rows import RequestKey
from api.paging import Cursor, Limit, PageOf, page_of_list
from api.problems import documented
from eldercare.accounts.permissions import Action
from eldercare.accounts.scope import area_for
from eldercare.database import transaction
from eldercare.registry.admission.shape import values_of
from eldercare.registry.assessing import (
    ask_reassessment,
    reassessments_due,
    record_assessment,
)
from eldercare.registry.people import Assessment, LevelGround
from eldercare.registry.qualifications import expiring_qualifications

router = APIRouter(tags=["elders"])

Town = Annotated[AreaCode | None, Query(description="only this town")]
Within = Annotated[int, Query(ge=0, le=366, description="days after `on`")]
_LONGEST = 60


class Scores(BaseModel):
    """An assessment by GB/T 42195-2022: every item from B1.1 to B4.5 with its points.

    `item_scores` null is right for coma alone. The level follows from both.
    """

    model_config = ConfigDict(extra="forbid")

    assessed_on: Day
    item_scores: dict[str, Annotated[int, Field(strict=True, ge=0, le=9)]] | None = Field(
        default=None, max_length=_LONGEST
    )
    grounds: list[LevelGround] = Field(default_factory=list, max_length=4)


class Assessed(BaseModel):
    """A stored assessment with what was made of it."""

    elder_id: str
    assessed_on: date
    score: int
    level: int
    grounds: list[LevelGround] | None
    reassess_on: date | None


class Changed(BaseModel):
    """From when on the elder is to be assessed again."""

    model_config = ConfigDict(extra="forbid")

    from_on: Day


class Due(BaseModel):
    """An assessment that is due, with the last one."""

    elder_id: str
    due_on: date
    assessed_on: date
    level: int


class Expiring(BaseModel):
    """A qualification to be renewed; `days_left` is 0 or less where it is no longer good."""

    caregiver_id: str
    caregiver_name: str
    town_code: str
    qualification_code: str
    qualification_name: str
    expires_on: date
    days_left: int


@router.post(
    "/elders/{key}/assessments",
    status_code=201,
    response_model=None,
    responses={201: {"model": Assessed}, **documented(*WRITE)},
)
def assess(
    request: Request,
    edge: Here,
    user: Writer,
    key: ElderKey,
    body: Scores,
    idempotency_key: RequestKey = None,
) -> JSONResponse:
    """Store an assessment with the level that follows; every wrong item is pointed at."""

    def work(session: Session) -> Assessed:
        elder_for(session, key, user, Action.WRITE_REGISTRY)
        grounds = frozenset(body.grounds)
        return _told(
            record_assessment(
                session,
                key,
                body.assessed_on,
                body.item_scores,
                grounds,
                now=edge.clock(),
                by=user.name,
            )
        )

    return written(edge, user, request, idempotency_key, body, work, status=201)


@router.post("/elders/{key}/reassessment", responses=documented(*WRITE))
def reassess(edge: Here, user: Writer, key: ElderKey, body: Changed) -> Assessed:
    """The elder's state changed: the next assessment is due from a date on, not in a year."""
    with transaction(edge.engine) as session:
        elder_for(session, key, user, Action.WRITE_REGISTRY)
        return _told(ask_reassessment(session, key, body.from_on, now=edge.clock(), by=user.name))


@router.get("/reassessments-due", responses=documented(*READ))
def due(
    edge: Here,
    session: ReadSession,
    user: PersonalReader,
    on: Day | None = None,
    within_days: Within = 0,
    town: Town = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> PageOf[Due]:
    """Registered elders whose next assessment is due, by due date."""
    area = area_for(user, Action.READ_PERSONAL, town)
    found = reassessments_due(session, on or edge.today(), within_days, area_code=area)
    lines = [
        Due(
            elder_id=one.elder_id,
            due_on=one.due_on,
            assessed_on=one.assessed_on,
            level=one.level,
        )
        for one in found
    ]
    return page_of_list(lines, lambda one: one.elder_id, after=after, limit=limit)


@router.get("/expiring-qualifications", tags=["workers"], responses=documented(*READ))
def expiring(
    edge: Here,
    session: ReadSession,
    user: PersonalReader,
    on: Day | None = None,
    within_days: Within = 60,
    town: Town = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> PageOf[Expiring]:
    """What runs out within so many days, or has run out within as many; the most urgent first."""
    area = area_for(user, Action.READ_PERSONAL, town)
    found = expiring_qualifications(session, on or edge.today(), within_days, area_code=area)
    lines = [
        Expiring(
            caregiver_id=one.caregiver.id,
            caregiver_name=one.caregiver.name,
            town_code=one.caregiver.town_code,
            qualification_code=one.qualification.code,
            qualification_name=one.qualification.name,
            expires_on=one.expires_on,
            days_left=one.days_left,
        )
        for one in found
    ]
    return page_of_list(
        lines,
        lambda one: f"{one.caregiver_id},{one.qualification_code}",
        after=after,
        limit=limit,
    )


def _told(assessment: Assessment) -> Assessed:
    return Assessed.model_validate(values_of(assessment))
