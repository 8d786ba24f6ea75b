"""A plan of the rest of a day after something happened, disturbing at most so many elders.

First everybody who can be served as promised is held to the promise, and only the others are
planned anew: that answers at once. Then, while there is time and somebody may still be disturbed,
a few elders at a time are let go: whatever comes of it, no more are disturbed than may be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic

import numpy as np

from solver.construct import repair
from solver.explain import Reason, explain
from solver.mend import accepted, explained, faults, replayed
from solver.problem import Problem, TimeWindow, Visit, WindowMet
from solver.replanning.disturbance import (
    TOLERANCE_MINUTES,
    Appointment,
    Disturbed,
    appointments,
    disturbed,
    elders_of,
)
from solver.replanning.remainder import Remainder, joined, remainder
from solver.solution import Proof, Route, Solution, Unserved
from solver.tasks import tabulate
from solver.verify import Rule, verify

FIRST_SHARE, LAST_SHARE = 0.6, 0.85
"""Shares of the time by which the first answer, and the last, are there; then come the reasons."""
LET_GO_SECONDS, LET_GO_ITERATIONS = 0.4, 400
LET_GO_ELDERS = 12
"""At most so many at a time, however many may be disturbed: few are searched well."""


@dataclass(frozen=True, slots=True)
class Replanned:
    """The whole day's new plan and whom it disturbs.

    `withdrawn` are visits that are unserved because serving them would disturb too many; `kept`
    counts those that come as promised by themselves; `violations` are rules that the plan of what
    had not begun breaks.
    """

    solution: Solution
    disturbed: tuple[Disturbed, ...]
    withdrawn: tuple[str, ...]
    kept: int
    violations: int = 0


@dataclass(frozen=True, slots=True)
class _Case:
    """What a replanning is about: the remainder, what was promised in it, and the limits."""

    left: Remainder
    promised: Mapping[str, Appointment]
    most: int | None
    tolerance: int
    phoned: frozenset[str]
    seed: int
    rounds: int | None
    price: int
    out_of_time: Callable[[float], bool]
    withdrawn: frozenset[str] = field(default_factory=frozenset)

    @property
    def problem(self) -> Problem:
        return self.left.problem

    def changed(self, plan: Solution) -> tuple[Disturbed, ...]:
        after = appointments(self.problem, plan)
        return disturbed(self.problem, self.promised, after, self.tolerance)


def replan(
    day: Problem,
    plan: Solution,
    *,
    now: int,
    gone: Collection[str] = (),
    most_disturbed: int | None = None,
    phoned: Collection[str] = (),
    time_limit: float = 2.0,
    seed: int = 0,
    tolerance: int | None = None,
    rounds: int | None = None,
    price: int = 0,
) -> Replanned:
    """Plan the rest of a day again.

    Args:
        day: as it is now known, with the durations that became of begun visits.
        plan: the plan in force; it may name visits that `day` has no longer.
        now: the tick of the event; what has begun by then stays to the minute.
        gone: caregivers who work no longer.
        most_disturbed: elders who may get another caregiver or another time; None: any number.
        phoned: visits whose elders were told on the phone; they are never let go.
        time_limit: seconds for everything.
        seed: of the search's random choices.
        tolerance: ticks by which a start may move without disturbing; None: 30 minutes.
        rounds: how often a few elders are let go, instead of seconds: so it repeats exactly.
        price: what a cheaper plan must save for each elder whom it disturbs.
    """
    begun_at = monotonic()
    left = remainder(day, plan, now, gone=gone)
    case = _Case(
        left,
        _promised(left, plan, day),
        most_disturbed,
        TOLERANCE_MINUTES * day.ticks_per_minute if tolerance is None else tolerance,
        frozenset(phoned),
        seed,
        rounds,
        price,
        lambda share: rounds is None and monotonic() - begun_at > time_limit * share,
    )
    standing = _standing(case, _present(left, plan))
    kept = set(appointments(case.problem, standing)) & set(case.promised)
    case, found = _first(case, standing, kept)
    return _answer(day, case, _better(case, found), len(kept))


def _answer(day: Problem, case: _Case, found: Solution, kept: int) -> Replanned:
    # The search's own proofs hold where promises are kept; said is what holds of the remainder.
    told = explained(tabulate(case.problem), found)
    reasons = _as_of_the_day(day, told)
    return Replanned(
        joined(day, case.left, _with_withdrawn(reasons, case.withdrawn)),
        case.changed(found),
        tuple(sorted(case.withdrawn)),
        kept,
        len(faults(verify(case.problem, told))),
    )


def _promised(left: Remainder, plan: Solution, day: Problem) -> dict[str, Appointment]:
    """What was promised of the remainder; of a half-begun visit only the half that is left."""
    told: dict[str, dict[int, tuple[str, int]]] = {}
    for route in plan.routes:
        caregiver, _ = day.shift_by_id[route.shift_id]
        for stop in route.stops:
            told.setdefault(stop.visit_id, {})[stop.part] = (caregiver.id, stop.start)
    promised = {}
    for visit in left.problem.visits:
        offset = left.part.get(visit.id, 0)
        parts = [told.get(visit.id, {}).get(one + offset) for one in range(len(visit.parts))]
        known = [one for one in parts if one is not None]
        if len(known) == len(parts):
            promised[visit.id] = Appointment(tuple(one for one, _ in known), known[0][1])
    return promised


def _present(left: Remainder, plan: Solution) -> Solution:
    """The remaining stops of the plan in force on the shifts that remain; times as they were."""
    inside = left.problem.visit_by_id
    begun = {(stop.visit_id, stop.part) for one in left.begun.values() for stop in one.stops}
    routes: list[Route] = []
    for route in plan.routes:
        if route.shift_id not in left.problem.shift_by_id:
            continue
        stops = tuple(
            replace(stop, part=stop.part - left.part.get(stop.visit_id, 0))
            for stop in route.stops
            if stop.visit_id in inside and (stop.visit_id, stop.part) not in begun
        )
        routes.append(replace(route, stops=stops))
    parts: dict[str, int] = {}
    for route in routes:
        for stop in route.stops:
            parts[stop.visit_id] = parts.get(stop.visit_id, 0) + 1
    whole = {one for one, count in parts.items() if count == len(inside[one].parts)}
    return Solution(
        tuple(
            replace(one, stops=tuple(stop for stop in one.stops if stop.visit_id in whole))
            for one in routes
        )
    )


def _standing(case: _Case, present: Solution) -> Solution:
    """What comes as promised when nothing is done; whatever else is left out."""
    return accepted(replayed(tabulate(_holding(case, set(case.promised), {})), present))


def _first(case: _Case, standing: Solution, kept: set[str]) -> tuple[_Case, Solution]:
    """The first answer: promises that can be kept are, the others are planned anew."""
    while True:
        found = _searched(case, standing, kept, FIRST_SHARE)
        elders = _by_worth(case, found)
        if case.most is None or len(elders) <= case.most:
            return case, found
        surplus = set(elders[case.most :])
        moved = {one.visit_id for one in case.changed(found) if one.elder in surplus}
        case = replace(case, withdrawn=case.withdrawn | moved)
        standing = _without(case.problem, found, case.withdrawn)


def _by_worth(case: _Case, plan: Solution) -> list[str]:
    """Disturbed elders, those to be served before others first."""
    worth: dict[str, tuple[int, int, int]] = {}
    for one in case.changed(plan):
        visit = case.problem.visit_by_id[one.visit_id]
        must = int(visit.drop_cost is None)
        mine = (must, visit.priority, visit.drop_cost or 0)
        worth[one.elder] = max(mine, worth.get(one.elder, mine))
    return sorted(worth, key=lambda elder: (*(-value for value in worth[elder]), elder))


def _better(case: _Case, found: Solution) -> Solution:
    """Let go of a few elders at a time while there is time; never a dearer plan."""
    rng = np.random.default_rng(case.seed)
    best = _price(case, found)
    done = 0
    while not case.out_of_time(LAST_SHARE) and done != case.rounds:
        done += 1
        after = appointments(case.problem, found)
        changed = {one.visit_id for one in case.changed(found)}
        kept = {one for one in case.promised if one in after and one not in changed}
        middle = _middle(case, found, kept, done, rng)
        let_go = _let_go(case, middle, kept, changed) if middle is not None else set()
        if not let_go:
            return found
        other = _searched(case, found, kept - let_go, LAST_SHARE)
        cost = _price(case, other)
        elders = {one.elder for one in case.changed(other)}
        if cost < best and (case.most is None or len(elders) <= case.most):
            found, best = other, cost
    return found


def _price(case: _Case, plan: Solution) -> tuple[int, int]:
    """The rules a plan breaks before all, then its cost with the price of everybody it disturbs."""
    elders = {one.elder for one in case.changed(plan)}
    report = verify(case.problem, plan)
    broken = sum(one.rule is not Rule.FALSE_PROOF for one in faults(report))
    return broken, report.total + case.price * len(elders)


def _middle(
    case: _Case, found: Solution, kept: set[str], done: int, rng: np.random.Generator
) -> Visit | None:
    """Around whom others are let go: in turn somebody unserved, by worth, and anybody by chance."""
    table = case.problem.visit_by_id
    left = [table[one.visit_id] for one in found.unserved if one.visit_id not in case.withdrawn]
    left.sort(key=lambda one: (one.drop_cost is not None, -(one.drop_cost or 0), one.id))
    if left and done % 2 == 1:
        return left[done // 2 % len(left)]
    free = sorted(kept - case.phoned)
    return table[free[int(rng.integers(len(free)))]] if free else None


def _let_go(case: _Case, middle: Visit, kept: set[str], changed: set[str]) -> set[str]:
    """Visits near a visit in place and time, of as many elders as may still be disturbed."""
    problem = case.problem
    spare = LET_GO_ELDERS
    if case.most is not None:
        spare = min(spare, case.most - len(set(elders_of(problem, changed))))
    if spare <= 0:
        return set()
    matrix = next(iter(problem.travel.values()))
    opens, closes = middle.windows[0].start, middle.windows[-1].end

    def away(one: str) -> tuple[int, str]:
        start = case.promised[one].start
        apart = max(0, opens - start, start - closes)
        return int(matrix[middle.place, problem.visit_by_id[one].place]) + apart, one

    free = sorted(kept - case.phoned)
    elders: set[str] = set()
    for one in sorted(free, key=away):
        elders.add(problem.visit_by_id[one].elder or one)
        if len(elders) == spare:
            break
    return {one for one in free if (problem.visit_by_id[one].elder or one) in elders}


def _searched(case: _Case, start: Solution, kept: set[str], share: float) -> Solution:
    """The best plan found in which the kept visits come as promised."""
    from solver.improve import improve  # noqa: PLC0415 - a machine without a compiler plans too

    start = _without(case.problem, start, case.withdrawn)
    held = _holding(case, kept, appointments(case.problem, start))
    plan = replayed(tabulate(held), start)
    repair(plan, lambda: case.out_of_time(share))
    found = improve(
        held,
        accepted(plan),
        time_limit=LET_GO_SECONDS if case.rounds is None else None,
        iterations=LET_GO_ITERATIONS,
        seed=case.seed,
        stop=lambda: case.out_of_time(share),
    )
    return min(found, start, key=lambda one: _rank(held, one))


def _rank(problem: Problem, plan: Solution) -> tuple[int, int, int]:
    report = verify(problem, plan)
    return len(faults(report)), len(report.violations), report.total


def _holding(case: _Case, kept: set[str], standing: Mapping[str, Appointment]) -> Problem:
    """The remainder with kept visits held to the promise; those that stand now must stay served.

    A promise is not given up because that would be cheaper.
    """
    visits = (_held(case, visit, kept, standing) for visit in case.problem.visits)
    must = (
        replace(one, drop_cost=None) if one.id in standing and one.id in case.promised else one
        for one in visits
    )
    return replace(case.problem, visits=tuple(must))


def _held(case: _Case, visit: Visit, kept: set[str], standing: Mapping[str, Appointment]) -> Visit:
    """The visit as it may come: as promised, not at all, or in any way."""
    if visit.id in case.withdrawn:
        return replace(visit, only_caregivers=frozenset(), locked_caregivers=None, drop_cost=0)
    if visit.id not in kept:
        return visit
    was = case.promised[visit.id]
    carers = visit.locked_caregivers or was.caregivers
    if len(visit.parts) > 1:  # a window binds both parts, whose starts differ: the time stays
        told = standing.get(visit.id, was)  # the two may have changed their parts
        carers = visit.locked_caregivers or told.caregivers
        return replace(visit, locked_caregivers=carers, locked_start=told.start)
    latest = was.start + case.tolerance
    if case.problem.window_met is WindowMet.AT_END:
        latest += visit.parts[0].duration
    windows = (
        TimeWindow(max(one.start, was.start - case.tolerance), min(one.end, latest))
        for one in visit.windows
        if one.start <= latest and one.end >= was.start - case.tolerance
    )
    return replace(visit, windows=tuple(windows) or visit.windows, locked_caregivers=carers)


def _without(problem: Problem, plan: Solution, visits: Iterable[str]) -> Solution:
    """The plan without the stops of some visits; nothing is claimed about what is left out."""
    out = set(visits)
    routes = tuple(
        replace(route, stops=tuple(one for one in route.stops if one.visit_id not in out))
        for route in plan.routes
    )
    served = {stop.visit_id for route in routes for stop in route.stops}
    left = (one.id for one in problem.visits if one.id not in served)
    reason = Reason.NOT_FOUND_IN_TIME.value
    return Solution(routes, tuple(Unserved(one, reason, Proof.NOT_FOUND) for one in left))


def _as_of_the_day(day: Problem, plan: Solution) -> Solution:
    """What cannot be done any more is impossible of the day only where no day could do it."""
    table = tabulate(day)
    number = {visit.id: index for index, visit in enumerate(day.visits)}

    def seen(one: Unserved) -> Unserved:
        if one.proof is not Proof.IMPOSSIBLE:
            return one
        whole = explain(table, number[one.visit_id])
        if whole.proof is Proof.IMPOSSIBLE:
            return whole.unserved()
        return replace(
            one, proof=Proof.NOT_FOUND, detail=f"In what is left of the day: {one.detail}"
        )

    return replace(plan, unserved=tuple(seen(one) for one in plan.unserved))


def _with_withdrawn(plan: Solution, withdrawn: frozenset[str]) -> Solution:
    """The plan with the reason of what is left out so that nobody else is disturbed."""
    return replace(
        plan,
        unserved=tuple(
            Unserved(one.visit_id, Reason.WOULD_DISTURB_TOO_MANY.value, Proof.NOT_FOUND, one.detail)
            if one.visit_id in withdrawn
            else one
            for one in plan.unserved
        ),
    )
