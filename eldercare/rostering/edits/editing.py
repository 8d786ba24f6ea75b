"""Apply one edit to a date's draft, or answer what it would do."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.accounts.audit import record
from eldercare.database import reading, transaction
from eldercare.errors import Conflict, FieldProblem, NotFound, NotPermitted
from eldercare.rostering.decisions import Decision
from eldercare.rostering.edits.applying import Edited
from eldercare.rostering.edits.report import (
    EditReport,
    added,
    answered_by,
    report_edit,
    visits_of,
)
from eldercare.rostering.edits.request import Edit, EditKind, EditRequest, check_edit
from eldercare.rostering.edits.slack_kept import applied
from eldercare.rostering.planned import MendedVisits
from eldercare.rostering.solving import visit_fates, visit_routes
from eldercare.rostering.standing import open_unchanged, standing_roster
from eldercare.rostering.storing import replace_visits
from eldercare.rostering.tables import Placement, Roster, RosterVisit, TownPlan
from eldercare.rostering.town_day import TownDay, read_town_day
from solver.by_hand import excused
from solver.verify import Report, Violation, verify


@dataclass(frozen=True, slots=True)
class _Read:
    """The town's day as it was read, and the state it was read in."""

    day: TownDay
    seen: str


def edit_draft(database: Engine, request: EditRequest, *, by: str, now: datetime) -> EditReport:
    """Apply one edit to the date's draft: the one that stands, or a copy of what is published.

    Nobody but those the edit names gets another caregiver. Leaves an audit entry. Nothing is stored
    by a `dry_run`, nor by an edit that is refused.

    Raises InvalidInput, NotFound, NotPermitted and Conflict with what is wrong; `edit_breaks_rules`
    where the edit breaks a rule and nobody answers for it, or nobody can.
    """
    begun = time.monotonic()
    edit = request.edit
    check_edit(edit)
    with reading(database) as session:
        case = _read(session, request)
    edited = applied(case.day, request.clock, edit)
    before = verify(case.day.problem, case.day.plan)
    after = verify(edited.problem, edited.plan)
    report = report_edit(case.day, edited, before, after, edit.kind, edit.visit_id)
    if request.dry_run:
        return report
    if report.breaks:
        _refuse_broken(report, edit)
    edited = _marked(case.day, edited, before, after, edit, by=by)
    with transaction(database) as session:
        draft = open_unchanged(session, request.on, case.seen, now, request.scenario)
        _store(session, draft, case.day, edited, before, after, now, time.monotonic() - begun)
        report = replace(
            report, roster_id=draft.id, is_stored=True, is_overridden=bool(report.breaks)
        )
        _audit(session, report, request, by=by, now=now)
    return report


def _read(session: Session, request: EditRequest) -> _Read:
    roster, seen = standing_roster(session, request.on, request.seen, request.scenario)
    town_code = _town_of(session, roster, request.edit.visit_id)
    other = request.edit.other_visit_id
    if request.edit.kind is EditKind.SWAP and other is not None:
        there = _town_of(session, roster, other)
        if there != town_code:
            raise Conflict(
                f"visits {request.edit.visit_id} and {other} lie in towns {town_code} and {there}: "
                "caregivers work in one town",
                code="other_town",
            )
    if request.towns is not None and town_code not in request.towns:
        raise NotPermitted(
            f"visit {request.edit.visit_id} lies in town {town_code}, outside the area you work in",
            code="out_of_scope",
        )
    day = read_town_day(session, roster, town_code)
    return _Read(day, seen)


def _town_of(session: Session, roster: Roster, visit_id: str) -> str:
    row = session.get(RosterVisit, (roster.id, visit_id))
    if row is None:
        raise NotFound(f"the roster of {roster.on} has no visit {visit_id}", code="visit_not_found")
    if row.placement is Placement.CANCELLED:
        raise Conflict(f"visit {visit_id} has been called off", code="visit_cancelled")
    return row.town_code


def _refuse_broken(report: EditReport, edit: Edit) -> None:
    if report.may_be_overridden and edit.override_reason.strip():
        return
    how = "give `override_reason` to answer for it" if report.may_be_overridden else ""
    never = "nobody can answer for what cannot be done: change the edit"
    raise Conflict(
        f"the edit breaks {len(report.breaks)} rule(s): "
        f"{'; '.join(one.en for one in report.breaks)}. {how or never}",
        code="edit_breaks_rules",
        fields=[FieldProblem("/edit", f"{one.zh} / {one.en}", one.rule) for one in report.breaks],
    )


def _marked(
    day: TownDay, edited: Edited, before: Report, after: Report, edit: Edit, *, by: str
) -> Edited:
    """With the marks of what this edit breaks; a mark that means nothing any more goes."""
    named = [one for one in (edit.visit_id, edit.other_visit_id) if one is not None]
    marks = answered_by(edited.problem, edited.plan, added(before, after), named)
    concerned = {
        visit
        for fault in after.violations
        for visit in visits_of(edited.problem, edited.plan, fault)
    }
    decisions = dict(edited.decisions)
    for visit in marks | day.overridden:
        was = decisions.get(visit) or day.decisions.get(visit, Decision())
        if visit in marks:
            reason = edit.override_reason.strip()[:200]
            decisions[visit] = replace(was, override_reason=reason, override_by=by)
        elif visit not in concerned:
            decisions[visit] = replace(was, override_reason=None, override_by=None)
    _hand_on(day, edited, before, after, decisions)
    return replace(edited, decisions=decisions)


def _hand_on(
    day: TownDay, edited: Edited, before: Report, after: Report, decisions: dict[str, Decision]
) -> None:
    """Mark another visit where what somebody answered for goes on without the visit of the mark.

    Overtime, say, is answered for at one visit and stays when that visit goes to somebody else.
    """
    answered = {
        (fault.rule, fault.item): day.decisions[visit]
        for fault in before.violations
        for visit in visits_of(day.problem, day.plan, fault)
        if visit in day.overridden
    }
    for fault in after.violations:
        concerned = visits_of(edited.problem, edited.plan, fault)
        held = (decisions.get(one) or day.decisions.get(one, Decision()) for one in concerned)
        earlier = answered.get((fault.rule, fault.item))
        if earlier is None or any(one.override_reason for one in held):
            continue
        for heir in answered_by(edited.problem, edited.plan, [fault], ()):
            was = decisions.get(heir) or day.decisions.get(heir, Decision())
            decisions[heir] = replace(
                was, override_reason=earlier.override_reason, override_by=earlier.override_by
            )


def _store(
    session: Session,
    draft: Roster,
    day: TownDay,
    edited: Edited,
    before: Report,
    after: Report,
    now: datetime,
    seconds: float,
) -> None:
    for visit_id, decision in edited.decisions.items():
        row = session.get(RosterVisit, (draft.id, visit_id))
        if row is None:
            raise AssertionError("the draft is a copy of what was read")
        decision.write(row)
    session.flush()
    decisions = {**day.decisions, **edited.decisions}
    answered_for = frozenset(one for one, found in decisions.items() if found.override_reason)
    eased = verify(excused(edited.problem, edited.plan, answered_for), edited.plan).violations
    overridden = len(after.violations) - len(eased)
    plan = session.get(TownPlan, (draft.id, day.town_code))
    open_before = plan.violations - plan.overridden if plan is not None else 0
    mended = MendedVisits(
        town_code=day.town_code,
        fates=visit_fates(edited.problem, edited.plan),
        routes=tuple(visit_routes(edited.problem, edited.plan)),
        cost={term.value: cost for term, cost in after.cost.items() if cost},
        violations=overridden + _open(before, eased, open_before),
        seconds=seconds,
        overridden=overridden,
        answered_for=answered_for,
    )
    replace_visits(session, draft, mended, now)
    _leave_out(session, draft, edited, mended)


def _open(before: Report, unanswered: Sequence[Violation], open_before: int) -> int:
    """Broken rules that keep a draft from being published, after an edit.

    What had begun when the day was planned again may break rules, and was not counted then: an edit
    that leaves it alone does not count it either.
    """
    known = {(fault.rule, fault.item) for fault in before.violations}
    come = sum((fault.rule, fault.item) not in known for fault in unanswered)
    return come + min(open_before, len(unanswered) - come)


def _leave_out(session: Session, draft: Roster, edited: Edited, mended: MendedVisits) -> None:
    """Write why a visit is left out; mending a day never touches that."""
    for visit_id, decision in edited.decisions.items():
        row = session.get(RosterVisit, (draft.id, visit_id))
        if row is not None and decision.is_left_out:
            fate = mended.fates[visit_id]
            row.placement, row.reason = fate.placement, fate.reason
            row.proof, row.detail = fate.proof, fate.detail[:400]
    session.flush()


def _audit(
    session: Session, report: EditReport, request: EditRequest, *, by: str, now: datetime
) -> None:
    edit = request.edit
    record(
        session,
        at=now,
        user_name=by,
        action="roster.edit",
        subject=f"roster/{report.on}",
        before=None,
        after={
            "roster_id": report.roster_id,
            "scenario": request.scenario or None,
            "edit": edit.kind.value,
            "visit": edit.visit_id,
            "other_visit": edit.other_visit_id,
            "caregivers": list(edit.caregiver_ids),
            "start_minutes": edit.start_minutes,
            "reason": edit.reason or None,
            "override_reason": edit.override_reason or None,
            "breaks": [one.rule for one in report.breaks],
            "moved": [one.visit_id for one in report.moved],
        },
    )
