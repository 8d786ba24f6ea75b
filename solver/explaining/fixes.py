"""The smallest changes that would let an unserved visit be served, each solved again and true.

A change is offered only with a plan of the changed day that the checker accepts (nothing broken
that was not before), in which the visit is served and nobody else is lost. First others only change
their time within their windows; only where no change helps so, a few may change their caregiver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from time import monotonic

from solver.compatibility import holds_skills
from solver.errors import ProblemError
from solver.explaining.remedies import Kind, Remedy
from solver.explaining.serving import Found, exchanged, inserted, resting_less
from solver.explaining.standing import stand, visit_number
from solver.problem import Problem, Visit
from solver.replanning.disturbance import (
    TOLERANCE_MINUTES,
    Disturbed,
    appointments,
    disturbed,
)
from solver.solution import Proof, Solution
from solver.verify import verify

STEP, LARGEST = 5, 120
"""Minutes: changes of time come in steps, up to two hours."""
PEOPLE_TRIED = 4
"""Caregivers tried for one kind of change, those nearest to the visit first."""
PLACES = 3
MORE_MINUTES = 120
"""Length of a further shift."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A remedy that helps: the plan of the changed day, and what it asks of others.

    `added_cost` is the checker's cost of `plan` on the changed day less that of the plan in force;
    `disturbed` are visits with another caregiver or a start moved by more than 30 minutes.
    """

    remedy: Remedy
    plan: Solution
    added_cost: int
    disturbed: tuple[Disturbed, ...]

    def apply(self, day: Problem) -> Problem:
        """The day on which `plan` holds."""
        return self.remedy.apply(day)


@dataclass(slots=True)
class _Search:
    """A visit to be served, and what may still be tried."""

    day: Problem
    plan: Solution
    visit: Visit
    cost: int
    seconds: float
    tries: int | None
    begun: float
    deep: bool = False
    done: int = 0

    def is_over(self) -> bool:
        if self.tries is not None:
            return self.done >= self.tries
        return monotonic() - self.begun > self.seconds

    def solved(self, remedy: Remedy) -> Fix | None:
        """The fix that a remedy is; None where it does not help, or is none, or time is over."""
        if self.is_over():
            return None
        self.done += 1
        try:
            changed = remedy.apply(self.day)
        except ProblemError:
            return None
        found = next(self._plans(changed), None)
        if found is None:
            return None
        was, now = (appointments(changed, one) for one in (self.plan, found.solution))
        tolerance = TOLERANCE_MINUTES * changed.ticks_per_minute
        cost = found.report.total - self.cost
        return Fix(remedy, found.solution, cost, disturbed(changed, was, now, tolerance))

    def _plans(self, changed: Problem) -> Iterator[Found]:
        claims = tuple(replace(one, proof=Proof.NOT_FOUND) for one in self.plan.unserved)
        standing = stand(changed, replace(self.plan, unserved=claims))
        number, before = standing.number[self.visit.id], verify(changed, standing.solution)
        for slack in (standing.tolerance, None):
            yield from inserted(standing, number, before, slack=slack, most=PLACES)
        if self.deep:
            yield from resting_less(standing, number, before)
            yield from exchanged(standing, number, before, self.is_over)

    def least(self, make: Callable[[int], Remedy]) -> Fix | None:
        """The fewest minutes that help, found by halving; None where the most do not."""
        best = self.solved(make(LARGEST))
        low, high = 0, LARGEST // STEP
        while best is not None and high - low > 1:
            middle = (low + high) // 2
            found = self.solved(make(middle * STEP))
            if found is None:
                low = middle
            else:
                high, best = middle, found
        return best


def smallest_fixes(
    day: Problem,
    plan: Solution,
    visit_id: str,
    *,
    most: int = 5,
    seconds: float = 2.0,
    tries: int | None = None,
) -> tuple[Fix, ...]:
    """At most `most` fixes for a visit that the plan does not serve, the smallest first.

    `tries` bounds the days that are solved again instead of seconds, so that it repeats exactly.
    Where the visit fits as the day is, that alone is the answer.

    Raises:
        ProblemError: the day has no such visit, or the plan serves it.
    """
    standing = stand(day, plan)
    visit = day.visits[visit_number(standing, visit_id)]
    if visit_id in standing.served:
        raise ProblemError(f"visit {visit_id}: the plan serves it, so there is nothing to mend")
    begun = monotonic()
    search = _Search(day, plan, visit, verify(day, plan).total, seconds, tries, begun)
    found: list[Fix] = []
    for deep in (False, True):
        search.deep = deep
        anyway = search.solved(Remedy(kind=Kind.SERVE_ANYWAY, visit_id=visit_id))
        if anyway is not None:
            return (anyway,)
        found = [one for one in _every(search) if one is not None]
        if found:
            break
    return tuple(sorted(found, key=_rank)[:most])


def solve_again(day: Problem, plan: Solution, remedy: Remedy, *, seconds: float) -> Fix | None:
    """The fix that one remedy is on a day, as `smallest_fixes` finds it; None where it is none.

    Raises:
        ProblemError: the day has no such visit, or the plan serves it.
    """
    standing = stand(day, plan)
    visit = day.visits[visit_number(standing, remedy.visit_id)]
    if remedy.visit_id in standing.served:
        raise ProblemError(f"visit {visit.id}: the plan serves it, so there is nothing to mend")
    search = _Search(day, plan, visit, verify(day, plan).total, seconds, None, monotonic())
    for deep in (False, True):
        search.deep = deep
        found = search.solved(remedy)
        if found is not None:
            return found
    return None


def _rank(one: Fix) -> tuple[int, int, int]:
    elders = {each.elder for each in one.disturbed}
    return one.remedy.size, len(elders), one.added_cost


def _every(search: _Search) -> Iterator[Fix | None]:
    """All kinds of changes that can matter, those of one try before those found by halving."""
    visit, day = search.visit, search.day
    weights = day.weights
    forbidden = (weights.preference, weights.continuity, weights.start_deviation)
    if None in forbidden:
        yield search.solved(Remedy(kind=Kind.DROP_PREFERENCE, visit_id=visit.id))
    if visit.locked_start is not None:
        yield search.solved(Remedy(kind=Kind.RELEASE_START, visit_id=visit.id))
    if visit.locked_caregivers is not None:
        yield search.solved(Remedy(kind=Kind.RELEASE_CAREGIVER, visit_id=visit.id))
    yield from _refusals(search)
    yield from _skills(search)
    yield _more_shift(search)
    if visit.locked_start is None:
        yield _least_of(search, Kind.WIDEN_EARLIER)
        if visit.late_is_hard or weights.lateness is None:
            yield _least_of(search, Kind.WIDEN_LATER)
    yield from chain.from_iterable(
        _with_shift(search, kind) for kind in (Kind.OVERTIME, Kind.SHIFT_LATER, Kind.SHIFT_EARLIER)
    )


def _least_of(search: _Search, kind: Kind) -> Fix | None:
    return search.least(
        lambda minutes: Remedy(kind=kind, visit_id=search.visit.id, minutes=minutes)
    )


def _with_shift(search: _Search, kind: Kind) -> Iterator[Fix | None]:
    """The shift of each of the nearest caregivers who may give a part, made longer."""
    day, visit = search.day, search.visit
    able = [one for part in visit.parts for one in day.caregivers if holds_skills(part, one)]
    names = {one.id for one in able if visit.required_tags <= one.tags}
    near = (shift for shift in _nearest(day, visit) if day.shift_by_id[shift][0].id in names)
    for shift in islice(near, PEOPLE_TRIED):
        if kind is Kind.OVERTIME and day.shift_by_id[shift][1].maximum_overtime is None:
            continue

        def make(minutes: int, shift: str = shift) -> Remedy:
            who = day.shift_by_id[shift][0].id
            return Remedy(kind=kind, visit_id=visit.id, minutes=minutes, caregiver=who, shift=shift)

        yield search.least(make)


def _nearest(day: Problem, visit: Visit) -> list[str]:
    """Shifts by the way from their start to the visit."""
    ways = [
        (int(day.travel[one.mode][shift.start_place, visit.place]), shift.id)
        for one in day.caregivers
        for shift in one.shifts
    ]
    return [shift for _, shift in sorted(ways)]


def _refusals(search: _Search) -> Iterator[Fix | None]:
    visit = search.visit
    barred = set(visit.refused_caregivers)
    if visit.only_caregivers is not None:
        barred |= {one.id for one in search.day.caregivers} - visit.only_caregivers
    near = (search.day.shift_by_id[shift][0].id for shift in _nearest(search.day, visit))
    for name in islice((one for one in dict.fromkeys(near) if one in barred), PEOPLE_TRIED):
        yield search.solved(Remedy(kind=Kind.LIFT_REFUSAL, visit_id=visit.id, caregiver=name))


def _skills(search: _Search) -> Iterator[Fix | None]:
    """For each part, the skills that a near caregiver lacks of it, fewest missing first."""
    day, visit = search.day, search.visit
    tried = []
    for part in visit.parts:
        for rank, shift in enumerate(_nearest(day, visit)):
            one = day.shift_by_id[shift][0]
            lacking = tuple(
                need
                for need in part.skills
                if not any(
                    held.skill == need.skill
                    and held.level >= need.level
                    and held.valid_until is None
                    for held in one.skills
                )
            )
            if lacking and visit.required_tags <= one.tags:
                tried.append((len(lacking), rank, one.id, lacking))
    kept = dict.fromkeys((who, needs) for *_, who, needs in sorted(tried, key=lambda one: one[:3]))
    for who, needs in islice(kept, PEOPLE_TRIED):
        yield search.solved(
            Remedy(kind=Kind.ADD_SKILL, visit_id=visit.id, caregiver=who, skills=needs)
        )


def _more_shift(search: _Search) -> Fix | None:
    """A further caregiver, from the nearest base, for two hours in which the visit may begin."""
    day, visit = search.day, search.visit
    near = _nearest(day, visit)
    if not near or visit.only_caregivers is not None or visit.locked_caregivers is not None:
        return None
    like, base = day.shift_by_id[near[0]]
    way = int(day.travel[like.mode][base.start_place, visit.place]) + visit.setup
    back = int(day.travel[like.mode][visit.place, base.end_place])
    hour = 60 * day.ticks_per_minute
    name = "further"
    while name in day.caregiver_by_id:
        name += "+"
    for part in visit.parts:
        length = max(MORE_MINUTES * day.ticks_per_minute, way + part.duration + back)
        first = visit.locked_start if visit.locked_start is not None else visit.windows[0].start
        begin = max(0, first - way)
        while begin + way <= visit.windows[-1].end:
            remedy = Remedy(
                kind=Kind.MORE_SHIFT,
                visit_id=visit.id,
                caregiver=name,
                shift=base.id,
                skills=part.skills,
                opens=begin,
                closes=begin + length,
            )
            if (found := search.solved(remedy)) is not None:
                return found
            begin += hour
    return None
