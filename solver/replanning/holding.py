"""Plans of the remainder in which some promises are held, and the search for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from solver.construct import repair
from solver.explain import Reason
from solver.mend import accepted, faults, replayed
from solver.problem import Problem, TimeWindow, Visit, WindowMet
from solver.replanning.case import Case
from solver.replanning.disturbance import Appointment, appointments
from solver.solution import Proof, Solution, Unserved
from solver.tasks import tabulate
from solver.verify import verify

LET_GO_SECONDS, LET_GO_ITERATIONS = 0.4, 400


def standing(case: Case, present: Solution) -> Solution:
    """What comes as promised when nothing is done; whatever else is left out."""
    return accepted(replayed(tabulate(holding(case, set(case.promised), {})), present))


def searched(case: Case, start: Solution, kept: Collection[str], share: float) -> Solution:
    """The best plan found in which the kept visits come as promised."""
    start = without(case.problem, start, case.withdrawn)
    held = holding(case, kept, appointments(case.problem, start))
    return improved(case, held, start, share)


def improved(case: Case, held: Problem, start: Solution, share: float) -> Solution:
    """The best plan found of a day on which promises are held, from a plan of it."""
    from solver.improve import improve  # noqa: PLC0415 - a machine without a compiler plans too

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


def holding(case: Case, kept: Collection[str], now: Mapping[str, Appointment]) -> Problem:
    """The remainder with kept visits held to the promise; those that stand now must stay served.

    A promise is not given up because that would be cheaper.
    """
    visits = (held(case, visit, kept, now) for visit in case.problem.visits)
    must = (
        replace(one, drop_cost=None) if one.id in now and one.id in case.promised else one
        for one in visits
    )
    return replace(case.problem, visits=tuple(must))


def held(case: Case, visit: Visit, kept: Collection[str], now: Mapping[str, Appointment]) -> Visit:
    """The visit as it may come: as promised, not at all, or in any way."""
    if visit.id in case.withdrawn:
        return replace(visit, only_caregivers=frozenset(), locked_caregivers=None, drop_cost=0)
    if visit.id not in kept:
        return visit
    was = case.promised[visit.id]
    carers = visit.locked_caregivers or was.caregivers
    if len(visit.parts) > 1:  # a window binds both parts, whose starts differ: the time stays
        told = now.get(visit.id, was)  # the two may have changed their parts
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


def without(problem: Problem, plan: Solution, visits: Iterable[str]) -> Solution:
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
