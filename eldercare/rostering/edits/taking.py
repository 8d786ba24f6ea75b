"""An offered slot is taken: one more visit comes into the draft, at the place that was offered."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.care.demand import Visit
from eldercare.database import reading, transaction
from eldercare.errors import InvalidInput, NotPermitted
from eldercare.rostering.disruptions import Disruption, DisruptionKind
from eldercare.rostering.edits.applying import Edited, as_stored
from eldercare.rostering.edits.keeping import note_edit, refuse_broken, store_edited
from eldercare.rostering.edits.report import EditReport, report_edit
from eldercare.rostering.edits.request import Edit, EditKind
from eldercare.rostering.edits.slack_kept import keeping_slack
from eldercare.rostering.happening import LAST_MINUTE, town_of_event, visit_of_event
from eldercare.rostering.publishing import ANY
from eldercare.rostering.standing import open_unchanged, standing_roster
from eldercare.rostering.town_day import TownDay, read_town_day
from solver.by_hand import Wish, placed
from solver.by_hand.working import Working
from solver.replanning.disturbance import TOLERANCE_MINUTES
from solver.verify import verify

TAKEN = "new_visit"
"""How the audit trail calls a taken slot among the edits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRequest:
    """A slot for an elder and a service. `clock`: minutes after midnight where the date is today.

    The visit may later be moved by as much as still counts as the same appointment.
    """

    on: date
    elder_id: str
    service_type_code: str
    caregiver_ids: tuple[str, ...]
    start_minutes: int
    clock: int | None = None
    towns: Sequence[str] | None = None
    """The towns whose day may be changed (None: any)."""
    seen: Collection[str] = (ANY,)
    """Fingerprints of the roster that the slot was offered on, or `ANY`."""
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """The town's day with the visit that comes in, and the state it was read in."""

    day: TownDay
    visit: Visit
    seen: str


def take_slot(database: Engine, request: SlotRequest, *, by: str, now: datetime) -> EditReport:
    """Put one more visit into the date's draft as it was offered; leaves an audit entry.

    Raises NotFound, InvalidInput and NotPermitted for what cannot be asked for, and Conflict
    `edit_breaks_rules` where the slot has gone meanwhile.
    """
    begun = time.monotonic()
    with reading(database) as session:
        case = _read(session, request)
    edited = keeping_slack(case.day, request.clock, lambda day: _placed(day, case.visit, request))
    before = verify(case.day.problem, case.day.plan)
    after = verify(edited.problem, edited.plan)
    visit = case.visit
    report = report_edit(case.day, edited, before, after, EditKind.MOVE, visit.id)
    edit = Edit(
        kind=EditKind.MOVE,
        visit_id=visit.id,
        caregiver_ids=request.caregiver_ids,
        start_minutes=request.start_minutes,
    )
    if report.breaks:
        refuse_broken(replace(report, may_be_overridden=False), edit)
    priority = case.day.rows.priority(visit.elder_id)
    with transaction(database) as session:
        draft = open_unchanged(session, request.on, case.seen, now, request.scenario)
        seconds = time.monotonic() - begun
        kept = store_edited(
            session,
            draft,
            case.day,
            edited,
            before,
            after,
            now,
            seconds,
            added=((visit, priority),),
        )
        report = replace(report, roster_id=draft.id, is_stored=True)
        more = {"edit": TAKEN, "service": visit.service_type_code}
        note_edit(session, report, edit, kept, scenario=request.scenario, by=by, now=now, more=more)
    return report


def _read(session: Session, request: SlotRequest) -> _Read:
    start = request.start_minutes
    if not (request.clock or 0) <= start <= LAST_MINUTE:
        raise InvalidInput("the start lies in the past: name a later one", code="start_in_past")
    roster, seen = standing_roster(session, request.on, request.seen, request.scenario)
    opens = max(request.clock or 0, start - TOLERANCE_MINUTES)
    event = Disruption(
        kind=DisruptionKind.NEW,
        subject=request.elder_id,
        text=f"new:{request.elder_id}:{request.service_type_code}",
        service_type_code=request.service_type_code,
        window=(opens, min(LAST_MINUTE, start + TOLERANCE_MINUTES)),
    )
    town_code = town_of_event(session, roster, event)
    if request.towns is not None and town_code not in request.towns:
        raise NotPermitted(
            f"elder {request.elder_id} lives in town {town_code}, outside the area you work in",
            code="out_of_scope",
        )
    visit = visit_of_event(session, roster, event)
    if visit is None:
        raise AssertionError("a new visit comes in")
    return _Read(read_town_day(session, roster, town_code, also=[visit]), visit, seen)


def _placed(day: TownDay, visit: Visit, request: SlotRequest) -> Edited:
    need = day.problem.visit_by_id.get(visit.id)
    if need is None:
        reason = next(one.detail for one in day.set_aside if one.id == visit.id)
        raise InvalidInput(f"the slot cannot be taken: {reason}", code="not_plannable")
    carers = request.caregiver_ids
    wrong = sorted(set(carers) - day.problem.caregiver_by_id.keys() | set(carers) & day.gone)
    if wrong or len(set(carers)) != len(need.parts):
        raise InvalidInput(
            f"visit {visit.id} needs {len(need.parts)} different caregiver(s) on duty in this town",
            code="bad_edit",
        )
    working = Working(day.problem, day.plan, kept=day.overridden, earliest=request.clock or 0)
    found = placed(working, Wish(visit.id, carers, request.start_minutes))
    return Edited(day.problem, as_stored(found.solution()), {})
