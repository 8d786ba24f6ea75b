"""What is taken into a draft beside single edits: a fix, an offered slot; and taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.conditions import Validator, tags_of
from api.edge import Day, Edge, Here, Mender
from api.problems import documented
from eldercare.accounts.permissions import Action
from eldercare.accounts.scope import towns_for
from eldercare.clock import local_minutes
from eldercare.database import reading
from eldercare.rostering.edits.adopting import FixRequest, adopt_fix
from eldercare.rostering.edits.report import EditReport
from eldercare.rostering.edits.taking import SlotRequest, take_slot
from eldercare.rostering.edits.undoing import LastEdit, UndoRequest, undo_edit
from eldercare.rostering.publishing import fingerprint
from solver.explaining.remedies import Kind, Remedy

router = APIRouter(prefix="/rosters", tags=["rosters"])

_ETAG = {"ETag": {"description": "of the draft as it is now", "schema": {"type": "string"}}}
_ANSWERS = documented(400, 401, 403, 404, 409, 412, 422, 428, 503)
Key = Annotated[str, Field(min_length=1, max_length=40)]
Scenario = Annotated[
    str, Field(pattern=r"^[^\x00-\x1f\x7f/]{0,40}$", description="this one and not the draft")
]
IfMatch = Annotated[
    str | None, Header(max_length=1000, description="`ETag` of the roster as you read it")
]


class Fix(BaseModel):
    """A fix as an explanation gives it."""

    visit_id: Key
    kind: Kind
    minutes: Annotated[int, Field(ge=0, le=1440, strict=True)] = 0
    caregiver_id: Annotated[str, Field(max_length=40)] = ""
    shift_id: Annotated[str, Field(max_length=60)] = ""
    override_reason: Annotated[
        str, Field(max_length=200, description="why a rule shall be broken: you answer for it")
    ] = ""
    dry_run: Annotated[bool, Field(strict=True, description="answer, and store nothing")] = False
    scenario: Scenario = ""


class Slot(BaseModel):
    """A slot as it was offered; `start_minutes` count from midnight."""

    elder_id: Key
    service_type_code: Key
    caregiver_ids: Annotated[list[Key], Field(min_length=1, max_length=2)]
    start_minutes: Annotated[int, Field(ge=0, lt=1440, strict=True)]
    scenario: Scenario = ""


class Undo(BaseModel):
    """Whose newest edit is taken back."""

    scenario: Scenario = ""


@router.post("/{date}/draft/fixes", responses={200: {"headers": _ETAG}, **_ANSWERS})
def fix(
    edge: Here, user: Mender, date: Day, body: Fix, response: Response, if_match: IfMatch = None
) -> EditReport:
    """Take a fix for an unserved visit into the draft; a longer shift is written to the registry.

    409 `edit_breaks_rules` lists what it breaks (a wider window, overtime): give `override_reason`.
    422 `fix_elsewhere` for a kind that is not of one day.
    """
    remedy = Remedy(
        kind=body.kind,
        visit_id=body.visit_id,
        minutes=body.minutes,
        caregiver=body.caregiver_id,
        shift=body.shift_id,
    )
    now = edge.clock()
    request = FixRequest(
        on=date,
        remedy=remedy,
        reason=body.override_reason,
        dry_run=body.dry_run,
        clock=local_minutes(now) if date == edge.today() else None,
        towns=towns_for(user, Action.EDIT_ROSTER, None),
        seen=_seen(if_match),
        scenario=body.scenario,
    )
    report = adopt_fix(edge.engine, request, user=user, now=now)
    _tell(edge, response, report.roster_id)
    return report


@router.post("/{date}/draft/visits", responses={200: {"headers": _ETAG}, **_ANSWERS})
def slot(
    edge: Here, user: Mender, date: Day, body: Slot, response: Response, if_match: IfMatch = None
) -> EditReport:
    """Take an offered slot: one more visit comes into the draft, as it was offered."""
    now = edge.clock()
    request = SlotRequest(
        on=date,
        elder_id=body.elder_id,
        service_type_code=body.service_type_code,
        caregiver_ids=tuple(body.caregiver_ids),
        start_minutes=body.start_minutes,
        clock=local_minutes(now) if date == edge.today() else None,
        towns=towns_for(user, Action.EDIT_ROSTER, None),
        seen=_seen(if_match),
        scenario=body.scenario,
    )
    report = take_slot(edge.engine, request, by=user.name, now=now)
    _tell(edge, response, report.roster_id)
    return report


@router.post("/{date}/draft/undo", responses={200: {"headers": _ETAG}, **_ANSWERS})
def undo(
    edge: Here, user: Mender, date: Day, body: Undo, response: Response, if_match: IfMatch = None
) -> LastEdit:
    """Take back the newest edit by hand; 409 `nothing_to_undo` where there is none any more."""
    now = edge.clock()
    request = UndoRequest(
        on=date,
        clock=local_minutes(now) if date == edge.today() else None,
        towns=towns_for(user, Action.EDIT_ROSTER, None),
        seen=_seen(if_match),
        scenario=body.scenario,
    )
    told = undo_edit(edge.engine, request, by=user.name, now=now)
    _tell(edge, response, told.roster_id)
    return told


def _seen(if_match: str | None) -> frozenset[str]:
    if if_match is None:
        raise HTTPException(428, "send `If-Match` with the `ETag` of the roster you read")
    return tags_of(if_match)


def _tell(edge: Edge, response: Response, roster_id: int | None) -> None:
    if roster_id is not None:
        with reading(edge.engine) as session:
            tag = Validator(fingerprint(session, roster_id))
        response.headers.update(tag.headers)
