"""What becomes of people when one plan of a day takes another's place; kilometres come last."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from solver.explaining.costs import CostRow, costs
from solver.objective import Term
from solver.problem import Problem
from solver.replanning.disturbance import TOLERANCE_MINUTES, Appointment, appointments
from solver.solution import Solution


class Change(StrEnum):
    """What happens to a visit; a visit may have a new caregiver and a new time at once."""

    NEWLY_SERVED = "newly_served"
    NO_LONGER_SERVED = "no_longer_served"
    NEW_CAREGIVER = "new_caregiver"
    NEW_TIME = "new_time"


@dataclass(frozen=True, slots=True)
class VisitChange:
    """One visit before and after (None: not served); no `changes`: nothing an elder would notice.

    `moved` is the new start minus the old one in ticks, 0 where either is missing.
    """

    visit_id: str
    changes: tuple[Change, ...]
    was: Appointment | None
    now: Appointment | None
    moved: int


@dataclass(frozen=True, slots=True)
class ElderChange:
    """All visits of one elder that change, in the problem's order."""

    elder: str
    visits: tuple[VisitChange, ...]

    @property
    def changes(self) -> frozenset[Change]:
        """Everything that happens to the elder."""
        return frozenset(change for visit in self.visits for change in visit.changes)


@dataclass(frozen=True, slots=True)
class CaregiverChange:
    """Ticks of work and of travel in it, before and after, and visits' parts gained and lost."""

    caregiver: str
    work_was: int
    work_now: int
    travel_was: int
    travel_now: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermChange:
    """One cost term before and after, unweighted, and the weighted difference."""

    term: Term
    was: int
    now: int
    cost: int


@dataclass(frozen=True, slots=True)
class Differences:
    """First elders whose day changes, then caregivers whose does, then every term that does.

    `unchanged` counts visits that come as before, `still_unserved` names those in neither plan.
    `cost` is the sum of the terms' costs: what the second plan costs above the first.
    """

    elders: tuple[ElderChange, ...]
    unchanged: int
    still_unserved: tuple[str, ...]
    caregivers: tuple[CaregiverChange, ...]
    terms: tuple[TermChange, ...]
    cost: int

    def count(self, change: Change) -> int:
        """Elders to whom this happens."""
        return sum(change in elder.changes for elder in self.elders)


def differences(
    day: Problem, before: Solution, after: Solution, *, tolerance: int | None = None
) -> Differences:
    """Compare two plans of one day.

    A start that moves by no more than `tolerance` ticks (None: 30 minutes) is the old time; two
    caregivers who change parts are the same two.
    """
    most = TOLERANCE_MINUTES * day.ticks_per_minute if tolerance is None else tolerance
    was, now = appointments(day, before), appointments(day, after)
    elders: dict[str, list[VisitChange]] = {}
    unchanged, still_unserved = 0, []
    for visit in day.visits:
        if visit.id not in was and visit.id not in now:
            still_unserved.append(visit.id)
            continue
        one = _visit_change(visit.id, was.get(visit.id), now.get(visit.id), most)
        unchanged += not one.changes
        if one.changes:
            elders.setdefault(visit.elder or visit.id, []).append(one)
    first, second = costs(day, before), costs(day, after)
    terms = tuple(
        TermChange(term, first.terms[term], second.terms[term], second.cost[term] - cost)
        for term, cost in first.cost.items()
        if first.terms[term] != second.terms[term]
    )
    return Differences(
        tuple(ElderChange(elder, tuple(visits)) for elder, visits in elders.items()),
        unchanged,
        tuple(still_unserved),
        _caregivers(first.rows, second.rows, _given(day, before), _given(day, after)),
        terms,
        second.total - first.total,
    )


def _visit_change(
    visit_id: str, was: Appointment | None, now: Appointment | None, tolerance: int
) -> VisitChange:
    if was is None or now is None:
        change = Change.NEWLY_SERVED if was is None else Change.NO_LONGER_SERVED
        return VisitChange(visit_id, (change,), was, now, 0)
    moved = now.start - was.start
    changes = []
    if sorted(was.caregivers) != sorted(now.caregivers):
        changes.append(Change.NEW_CAREGIVER)
    if abs(moved) > tolerance:
        changes.append(Change.NEW_TIME)
    return VisitChange(visit_id, tuple(changes), was, now, moved)


def _given(day: Problem, plan: Solution) -> dict[str, set[str]]:
    """Visits by caregiver."""
    given: dict[str, set[str]] = {}
    for route in plan.routes:
        name = day.shift_by_id[route.shift_id][0].id
        given.setdefault(name, set()).update(stop.visit_id for stop in route.stops)
    return given


def _caregivers(
    first: tuple[CostRow, ...],
    second: tuple[CostRow, ...],
    was: dict[str, set[str]],
    now: dict[str, set[str]],
) -> tuple[CaregiverChange, ...]:
    found = []
    for old, new in zip(first, second, strict=True):
        if old.caregiver is None:
            continue
        before, after = was.get(old.caregiver, set()), now.get(old.caregiver, set())
        if (old.work, old.travel, before) != (new.work, new.travel, after):
            gained, lost = tuple(sorted(after - before)), tuple(sorted(before - after))
            ticks = (old.work, new.work, old.travel, new.travel)
            found.append(CaregiverChange(old.caregiver, *ticks, gained, lost))
    return tuple(found)
