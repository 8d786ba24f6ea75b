"""A fix that an explanation offers is taken: into the draft, or with a change of that day's shift.

A wider window and overtime break a rule that somebody answers for by name, as with any edit by
hand. A longer shift is written to the registry, through the same gate as every other change.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.accounts.tables import User
from eldercare.database import reading, transaction
from eldercare.errors import Conflict, InvalidInput, NotPermitted
from eldercare.registry.ledgers import SHIFTS
from eldercare.registry.tables import Shift
from eldercare.registry.writing import change_row
from eldercare.rostering.decisions import Decision, decided
from eldercare.rostering.edits.applying import Edited, as_stored
from eldercare.rostering.edits.editing import town_of_visit
from eldercare.rostering.edits.keeping import (
    Kept,
    marked,
    note_edit,
    refuse_broken,
    store_edited,
)
from eldercare.rostering.edits.report import EditReport, report_edit
from eldercare.rostering.edits.request import Edit, EditKind
from eldercare.rostering.explaining.case import as_asked
from eldercare.rostering.explaining.from_now import opened_from, touches_the_past
from eldercare.rostering.publishing import ANY
from eldercare.rostering.standing import open_unchanged, standing_roster
from eldercare.rostering.town_day import TownDay, read_town_day
from solver.errors import ProblemError
from solver.explaining.fixes import Fix, solve_again
from solver.explaining.remedies import Kind, Remedy
from solver.problem import Problem
from solver.replanning import appointments
from solver.solution import Solution
from solver.verify import verify

SECONDS = 5.0
"""How long exchanges of caregivers may be looked for; other ways end by themselves."""
FIXED = "fix"
"""How the audit trail calls a fix among the edits."""
OF_A_SHIFT = {Kind.SHIFT_EARLIER, Kind.SHIFT_LATER}
OF_THE_DRAFT = {
    Kind.SERVE_ANYWAY,
    Kind.DROP_PREFERENCE,
    Kind.RELEASE_START,
    Kind.RELEASE_CAREGIVER,
    Kind.WIDEN_EARLIER,
    Kind.WIDEN_LATER,
    Kind.OVERTIME,
}
ADOPTABLE = OF_A_SHIFT | OF_THE_DRAFT
"""What a coordinator can decide for one day; the others are done where the people are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixRequest:
    """A fix of a date's draft. `clock`: minutes after midnight where the date is today."""

    on: date
    remedy: Remedy
    reason: str = ""
    """Why a rule shall be broken, where the fix breaks one."""
    dry_run: bool = False
    clock: int | None = None
    towns: Sequence[str] | None = None
    """The towns whose day may be changed (None: any)."""
    seen: Collection[str] = (ANY,)
    """Fingerprints of the roster that the fix was shown on, or `ANY`."""
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class _Solved:
    """The town's day as it was read, and as it is with the fix; `seen` is what it was read from."""

    day: TownDay
    edited: Edited
    seen: str


def adopt_fix(database: Engine, request: FixRequest, *, user: User, now: datetime) -> EditReport:
    """Apply a fix for an unserved visit to the draft, worked out again on what stands now.

    The report says whom it moves and what it breaks, as that of an edit. Leaves an audit entry.
    Nothing is stored by a `dry_run`, nor by a fix that is refused.

    Raises NotFound, NotPermitted, InvalidInput `fix_elsewhere` for a kind that no draft can take,
    Conflict `fix_outdated` where it helps no longer, `edit_breaks_rules` where nobody answers for
    what it breaks, and what changing a shift raises.
    """
    begun = time.monotonic()
    remedy = request.remedy
    if remedy.kind not in ADOPTABLE:
        raise InvalidInput(
            f"a fix of the kind {remedy.kind.value} is not of one day: change the registry and"
            " plan the town again",
            code="fix_elsewhere",
        )
    with reading(database) as session:
        case = _solved(session, request)
    before = verify(case.day.problem, case.day.plan)
    after = verify(case.edited.problem, case.edited.plan)
    visit_id = remedy.visit_id
    report = report_edit(case.day, case.edited, before, after, EditKind.MOVE, visit_id)
    if request.dry_run:
        return report
    edit = _as_edit(case.edited, request)
    if report.breaks:
        refuse_broken(report, edit)
    edited = marked(case.day, case.edited, before, after, edit, by=user.name)
    with transaction(database) as session:
        draft = open_unchanged(session, request.on, case.seen, now, request.scenario)
        if remedy.kind in OF_A_SHIFT:
            _change_shift(session, request, user=user, now=now)
        seconds = time.monotonic() - begun
        kept = store_edited(session, draft, case.day, edited, before, after, now, seconds)
        report = replace(
            report, roster_id=draft.id, is_stored=True, is_overridden=bool(report.breaks)
        )
        _note(session, report, edit, kept, request, by=user.name, now=now)
    return report


def _note(
    session: Session,
    report: EditReport,
    edit: Edit,
    kept: Kept,
    request: FixRequest,
    *,
    by: str,
    now: datetime,
) -> None:
    remedy = request.remedy
    more = {
        "edit": FIXED,
        "fix": remedy.kind.value,
        "minutes": remedy.minutes,
        "shift": remedy.shift or None,
    }
    note_edit(session, report, edit, kept, scenario=request.scenario, by=by, now=now, more=more)


def _solved(session: Session, request: FixRequest) -> _Solved:
    remedy = request.remedy
    roster, seen = standing_roster(session, request.on, request.seen, request.scenario)
    town_code = town_of_visit(session, roster, remedy.visit_id)
    if request.towns is not None and town_code not in request.towns:
        raise NotPermitted(
            f"visit {remedy.visit_id} lies in town {town_code}, outside the area you work in",
            code="out_of_scope",
        )
    day = read_town_day(session, roster, town_code)
    fix = _again(day, request)
    return _Solved(day, _edited(day, fix), seen)


def _again(day: TownDay, request: FixRequest) -> Fix:
    """The fix on the day as it stands; raises Conflict `fix_outdated` where it is none any more."""
    remedy, asked = request.remedy, as_asked(day, request.clock)
    fix = None
    if remedy.visit_id in asked.problem.visit_by_id and _is_known(remedy, day.problem):
        open_day = opened_from(asked.problem, remedy.visit_id, request.clock)
        try:
            fix = solve_again(open_day, asked.plan, remedy, seconds=SECONDS)
        except ProblemError as served:
            raise Conflict(
                f"visit {remedy.visit_id} has been placed meanwhile", code="fix_outdated"
            ) from served
    if fix is None or touches_the_past(day.plan, fix.plan, request.clock) or _asks_away(day, fix):
        raise Conflict(
            f"visit {remedy.visit_id} cannot be served so any more: ask again what would help",
            code="fix_outdated",
        )
    return fix


def _is_known(remedy: Remedy, day: Problem) -> bool:
    return not remedy.shift or remedy.shift in day.shift_by_id


def _asks_away(day: TownDay, fix: Fix) -> bool:
    """Whether a fix asks something of a caregiver who is away."""
    told = appointments(fix.apply(day.problem), fix.plan)[fix.remedy.visit_id]
    return not day.gone.isdisjoint({*told.caregivers, fix.remedy.caregiver})


def _edited(day: TownDay, fix: Fix) -> Edited:
    """The day with the fix's plan, judged by the day's own rules but for what the fix changes."""
    remedy, visit_id = fix.remedy, fix.remedy.visit_id
    was = day.decisions.get(visit_id, Decision())
    changes: dict[str, Decision] = {}
    if remedy.kind is Kind.RELEASE_START:
        changes[visit_id] = replace(was, locked_start_minutes=None)
    if remedy.kind is Kind.RELEASE_CAREGIVER:
        changes[visit_id] = replace(was, locked_caregiver_ids=None)
    undecided = remedy.apply(day.undecided) if remedy.kind in OF_A_SHIFT else day.undecided
    problem = decided(undecided, {**day.decisions, **changes})
    return Edited(problem, as_stored(_with_claims(day.plan, fix)), changes)


def _with_claims(was: Solution, fix: Fix) -> Solution:
    """The fix's plan; what the roster says of other unserved visits stays, if no shift grows."""
    if fix.remedy.kind in OF_A_SHIFT:
        return fix.plan
    claims = {one.visit_id: one for one in was.unserved}
    left = tuple(claims.get(one.visit_id, one) for one in fix.plan.unserved)
    return replace(fix.plan, unserved=left)


def _as_edit(edited: Edited, request: FixRequest) -> Edit:
    told = appointments(edited.problem, edited.plan)[request.remedy.visit_id]
    return Edit(
        kind=EditKind.MOVE,
        visit_id=request.remedy.visit_id,
        caregiver_ids=told.caregivers,
        start_minutes=told.start,
        override_reason=request.reason,
    )


def _change_shift(session: Session, request: FixRequest, *, user: User, now: datetime) -> None:
    """Make the shift of that date longer, through the gate of the registry."""
    remedy = request.remedy
    row = session.get(Shift, remedy.shift)
    if row is None:
        raise AssertionError("the shift is one of the day")
    if remedy.kind is Kind.SHIFT_EARLIER:
        changes = {"start_minutes": max(0, row.start_minutes - remedy.minutes)}
    else:
        changes = {"end_minutes": row.end_minutes + remedy.minutes}
    change_row(session, SHIFTS, remedy.shift, changes, seen=None, user=user, now=now, on=request.on)
