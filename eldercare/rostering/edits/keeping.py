"""An edit that was worked out is stored: with the marks of whoever answers for what it breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from eldercare.accounts.audit import record
from eldercare.care.demand import Visit
from eldercare.errors import Conflict, FieldProblem
from eldercare.rostering.decisions import Decision
from eldercare.rostering.edits.applying import Edited
from eldercare.rostering.edits.images import Image, changed, print_of, town_image
from eldercare.rostering.edits.report import EditReport, answered_by, visits_of
from eldercare.rostering.edits.report import added as added_faults
from eldercare.rostering.edits.request import Edit
from eldercare.rostering.planned import MendedVisits
from eldercare.rostering.solving import visit_fates, visit_routes
from eldercare.rostering.storing import replace_visits
from eldercare.rostering.tables import Roster, RosterVisit, TownPlan
from eldercare.rostering.town_day import TownDay
from solver.by_hand import excused
from solver.verify import Report, Violation, verify

EDITED = "roster.edit"
"""The audit entries of edits."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an edit replaced (`images.changed`), and the print of the town as it left it."""

    town_code: str
    was: Image
    print: str


def refuse_broken(report: EditReport, edit: Edit) -> None:
    """Raise Conflict `edit_breaks_rules` where nobody answers, or can answer, for what breaks."""
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


def marked(
    day: TownDay, edited: Edited, before: Report, after: Report, edit: Edit, *, by: str
) -> Edited:
    """With the marks of what this edit breaks; a mark that means nothing any more goes."""
    named = [one for one in (edit.visit_id, edit.other_visit_id) if one is not None]
    marks = answered_by(edited.problem, edited.plan, added_faults(before, after), named)
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


def store_edited(
    session: Session,
    draft: Roster,
    day: TownDay,
    edited: Edited,
    before: Report,
    after: Report,
    now: datetime,
    seconds: float,
    *,
    added: tuple[tuple[Visit, int], ...] = (),
) -> Kept:
    """Put an edited day into the draft; returns what it was, for taking the edit back.

    `before` and `after` are the checker's reports; `added` are visits that come in, each with its
    priority.
    """
    roster_id = draft.id or 0
    was = town_image(session, roster_id, day.town_code)
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
        added=added,
    )
    replace_visits(session, draft, mended, now)
    _leave_out(session, draft, edited, mended)
    now_is = town_image(session, roster_id, day.town_code)
    return Kept(day.town_code, changed(was, now_is), print_of(now_is))


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


def note_edit(
    session: Session,
    report: EditReport,
    edit: Edit,
    kept: Kept,
    *,
    scenario: str,
    by: str,
    now: datetime,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Leave the audit entry of an edit; it holds what `undoing` needs to take the edit back."""
    record(
        session,
        at=now,
        user_name=by,
        action=EDITED,
        subject=f"roster/{report.on}",
        before=kept.was,
        after={
            "roster_id": report.roster_id,
            "scenario": scenario or None,
            "town": kept.town_code,
            "print": kept.print,
            "edit": edit.kind.value,
            "visit": edit.visit_id,
            "other_visit": edit.other_visit_id,
            "caregivers": list(edit.caregiver_ids),
            "start_minutes": edit.start_minutes,
            "reason": edit.reason or None,
            "override_reason": edit.override_reason or None,
            "breaks": [one.rule for one in report.breaks],
            "moved": [one.visit_id for one in report.moved],
            **(more or {}),
        },
    )
