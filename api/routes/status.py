"""What becomes of an elder: in hospital, died, gone from the district, and taken back."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from api.edge import Day, Here, Writer
from api.elder_edge import WRITE, ElderKey, elder_for, written
from api.ledger_rows import RequestKey
from api.problems import documented
from eldercare.accounts.permissions import Action
from eldercare.care import status
from eldercare.database import transaction

router = APIRouter(prefix="/elders/{key}", tags=["elders"])


class Stay(BaseModel):
    """Days in hospital: visits and meals stop on the first and start again on the last."""

    model_config = ConfigDict(extra="forbid")

    from_on: Day
    until_on: Day | None = Field(default=None, description="first day back; null: not known yet")


class StayEnd(BaseModel):
    """When visits and meals start again."""

    model_config = ConfigDict(extra="forbid")

    until_on: Day


class StayLine(BaseModel):
    """A stay as it is kept; `called_off`: it had not begun and is forgotten."""

    elder_id: str
    from_on: date | None
    until_on: date | None
    called_off: bool = False


class EndedOn(BaseModel):
    """The first day without care."""

    model_config = ConfigDict(extra="forbid")

    on: Day


class EndReport(BaseModel):
    """Rows that ended or came back, and sentences on what somebody is to look at."""

    rows: int
    to_review: list[str]
    to_review_zh: list[str] = Field(description="the same in Chinese, in the same order")


@router.post(
    "/hospital-stays",
    status_code=201,
    response_model=None,
    responses={201: {"model": StayLine}, **documented(*WRITE)},
)
def plan_stay(
    request: Request,
    edge: Here,
    user: Writer,
    key: ElderKey,
    body: Stay,
    idempotency_key: RequestKey = None,
) -> JSONResponse:
    """Visits and meals stop on a date, past or to come, and start again on another."""

    def work(session: Session) -> StayLine:
        elder_for(session, key, user, Action.WRITE_REGISTRY)
        pause = status.plan_hospital_stay(
            session, key, body.from_on, body.until_on, now=edge.clock(), by=user.name
        )
        return StayLine(elder_id=key, from_on=pause.from_on, until_on=pause.until_on)

    return written(edge, user, request, idempotency_key, body, work, status=201)


@router.post("/hospital-stays/end", responses=documented(*WRITE))
def end_stay(edge: Here, user: Writer, key: ElderKey, body: StayEnd) -> StayLine:
    """The elder comes back on a date; a stay that was to begin then or later is called off."""
    with transaction(edge.engine) as session:
        elder_for(session, key, user, Action.WRITE_REGISTRY)
        pause = status.end_hospital_stay(
            session, key, body.until_on, now=edge.clock(), by=user.name
        )
        if pause is None:
            return StayLine(elder_id=key, from_on=None, until_on=None, called_off=True)
        return StayLine(elder_id=key, from_on=pause.from_on, until_on=pause.until_on)


@router.post(
    "/death", response_model=None, responses={200: {"model": EndReport}, **documented(*WRITE)}
)
def death(
    request: Request,
    edge: Here,
    user: Writer,
    key: ElderKey,
    body: EndedOn,
    idempotency_key: RequestKey = None,
) -> JSONResponse:
    """The elder died: plans, meals and contracts end with the registration."""

    def work(session: Session) -> EndReport:
        elder_for(session, key, user, Action.WRITE_REGISTRY)
        return _told(status.record_death(session, key, body.on, now=edge.clock(), by=user.name))

    return written(edge, user, request, idempotency_key, body, work)


@router.post(
    "/move-out", response_model=None, responses={200: {"model": EndReport}, **documented(*WRITE)}
)
def move_out(
    request: Request,
    edge: Here,
    user: Writer,
    key: ElderKey,
    body: EndedOn,
    idempotency_key: RequestKey = None,
) -> JSONResponse:
    """The elder leaves the district, `on` is the first day away, past or to come."""

    def work(session: Session) -> EndReport:
        elder_for(session, key, user, Action.WRITE_REGISTRY)
        return _told(status.record_move_out(session, key, body.on, now=edge.clock(), by=user.name))

    return written(edge, user, request, idempotency_key, body, work)


@router.post("/end/take-back", responses=documented(*WRITE))
def take_back_end(edge: Here, user: Writer, key: ElderKey) -> EndReport:
    """A death or moving out entered by mistake: what had ended comes back."""
    with transaction(edge.engine) as session:
        elder_for(session, key, user, Action.WRITE_REGISTRY)
        return _told(status.take_back_end(session, key, now=edge.clock(), by=user.name))


def _told(report: status.StatusReport) -> EndReport:
    return EndReport(
        rows=report.rows,
        to_review=[one.en for one in report.to_review],
        to_review_zh=[one.zh for one in report.to_review],
    )
