"""What an edit did: whether the day still verifies, what it breaks, what it costs, who moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from eldercare.rostering.edits.applying import Edited
from eldercare.rostering.edits.request import EditKind
from eldercare.rostering.edits.slack_kept import without_slack
from eldercare.rostering.edits.wording import BrokenRule, broken_rule
from eldercare.rostering.town_day import TownDay
from solver.problem import Problem
from solver.solution import Solution
from solver.verify import Report, Rule, Violation

_WORSE_UPWARDS = {Rule.OVERTIME_EXCEEDED, Rule.MAXIMUM_WORK, Rule.LATE}
_SHADOWS = {Rule.FORBIDDEN_COST}
"""Says again, for the whole day, what another rule says of a visit or a shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedStop:
    """A part of a visit that comes otherwise; None: in no route. Minutes after midnight."""

    visit_id: str
    part: int
    elder_id: str
    caregiver_was: str | None
    caregiver_now: str | None
    start_was: int | None
    start_now: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditReport:
    """The answer to an edit; costs by term as the checker counts them, `change` is now less was.

    `breaks` are the rules that only this edit breaks, `mends` those it breaks no longer. An edit
    that breaks rules is stored only where `is_overridden`, and never unless `may_be_overridden`.
    """

    roster_id: int | None
    on: date
    town_code: str
    kind: EditKind
    visit_id: str
    is_stored: bool
    is_overridden: bool
    may_be_overridden: bool
    verifies: bool
    violations_before: int
    violations_after: int
    breaks: tuple[BrokenRule, ...]
    mends: tuple[BrokenRule, ...]
    cost_before: dict[str, int]
    cost_after: dict[str, int]
    change: dict[str, int]
    total_before: int
    total_after: int
    moved: tuple[MovedStop, ...]
    without_slack: tuple[str, ...] = ()
    """Visits on routes that have no longer the slack that was bought for the town's plan."""


def added(before: Report, after: Report) -> list[Violation]:
    """Violations that are new, or that reach further than before."""
    known = Counter((one.rule, one.item) for one in before.violations)
    reach = {(one.rule, one.item): _reach(one) for one in before.violations}
    found = []
    for one in after.violations:
        key = (one.rule, one.item)
        if one.rule in _SHADOWS:
            continue
        if known[key] > 0 and _reach(one) <= reach[key]:
            known[key] -= 1
        else:
            found.append(one)
    return found


def _reach(fault: Violation) -> int:
    """How far a rule is overstepped, comparable for the same rule and item only."""
    if fault.rule not in _WORSE_UPWARDS:
        return 0
    words = fault.sentence.removeprefix(fault.item).replace(",", " ").split()
    return next((int(word) for word in words if word.isdigit()), 0)


def report_edit(
    day: TownDay, edited: Edited, before: Report, after: Report, kind: EditKind, visit_id: str
) -> EditReport:
    """The report of an edit that has not been stored."""
    new = [broken_rule(day, edited.problem, edited.plan, one) for one in added(before, after)]
    gone = [broken_rule(day, day.problem, day.plan, one) for one in added(after, before)]
    was, now = _cost(before), _cost(after)
    terms = sorted(was.keys() | now.keys())
    change = {term: now.get(term, 0) - was.get(term, 0) for term in terms}
    return EditReport(
        roster_id=None,
        on=day.on,
        town_code=day.town_code,
        kind=kind,
        visit_id=visit_id,
        is_stored=False,
        is_overridden=False,
        may_be_overridden=all(one.may_be_overridden for one in new),
        verifies=not after.violations,
        violations_before=len(before.violations),
        violations_after=len(after.violations),
        breaks=tuple(new),
        mends=tuple(gone),
        cost_before=was,
        cost_after=now,
        change={term: value for term, value in change.items() if value},
        total_before=before.total,
        total_after=after.total,
        moved=tuple(_moved(day, edited)),
        without_slack=without_slack(day, edited),
    )


def _cost(report: Report) -> dict[str, int]:
    return {term.value: cost for term, cost in report.cost.items() if cost}


def _moved(day: TownDay, edited: Edited) -> Iterable[MovedStop]:
    before, after = _given(day.problem, day.plan), _given(edited.problem, edited.plan)
    elder_of = {visit.id: visit.elder for visit in day.problem.visits}
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key, (None, None)), after.get(key, (None, None))
        if was != now:
            yield MovedStop(
                visit_id=key[0],
                part=key[1],
                elder_id=elder_of[key[0]],
                caregiver_was=was[0],
                caregiver_now=now[0],
                start_was=was[1],
                start_now=now[1],
            )


def _given(
    problem: Problem, plan: Solution
) -> dict[tuple[str, int], tuple[str | None, int | None]]:
    return {
        (stop.visit_id, stop.part): (problem.shift_by_id[route.shift_id][0].id, stop.start)
        for route in plan.routes
        for stop in route.stops
    }


def answered_by(
    problem: Problem, plan: Solution, faults: Sequence[Violation], edited: Iterable[str]
) -> set[str]:
    """Visits to be marked for violations: those named, else one on the shift or of the caregiver.

    Among the latter those of the edit come first, then the last of the day.
    """
    order = {visit: number for number, visit in enumerate(edited)}
    found: set[str] = set()
    for fault in faults:
        if fault.rule in _SHADOWS:
            continue
        mine = visits_of(problem, plan, fault)
        if mine:
            found.add(min(reversed(mine), key=lambda one: order.get(one, len(order))))
    return found


def visits_of(problem: Problem, plan: Solution, fault: Violation) -> list[str]:
    """Visits that a violation concerns: the one it names, or those of its shift or caregiver."""
    kind, _, name = fault.item.partition(" ")
    if kind == "visit":
        return [name.partition(" part ")[0]]
    return [
        stop.visit_id
        for route in plan.routes
        if name in {route.shift_id, problem.shift_by_id[route.shift_id][0].id}
        for stop in route.stops
    ]
