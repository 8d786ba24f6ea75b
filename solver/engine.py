"""The entry point: a problem in, a verified plan out, always, within the time given.

construct (insertion and ejection) → OR-Tools routing from there → repair → time → explain → verify.
Whatever fails on the way (nothing found, no time, a fault of the search) falls back to the best
plan so far; a plan that the checker refuses loses the visits it complains of, never itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Literal, get_args

from solver.construct import by_urgency, repair, urgency
from solver.errors import EngineError
from solver.explain import dearer_than_dropping, explain
from solver.insertion import best_placement
from solver.plan import Plan
from solver.problem import Problem
from solver.retime import timed_routes
from solver.routing_run import RoutingRun, run_routing
from solver.routing_search import SearchLimits, Sequences
from solver.solution import Solution, Unserved
from solver.tasks import TaskTable, tabulate
from solver.verify import Report, Rule, Violation, verify

Engine = Literal["hybrid", "ortools"]

log = logging.getLogger(__name__)

# Shares of the time limit: enough construction to start well, enough time left to repair.
CONSTRUCT_SHARE = 0.25
REPAIR_SHARE = 0.10
# A search shorter than this finds nothing that construction has not.
LEAST_SEARCH_SECONDS = 0.2
# Small days are done long before a generous limit: the search gains nothing measurable after this.
SECONDS_ANYWAY, SECONDS_FOR_A_TASK = 1.0, 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """What the engine is doing: seconds since it began, visits served, the search's best cost."""

    phase: Literal["construct", "search", "repair", "verify", "done"]
    seconds: float
    served: int | None = None
    cost: int | None = None


def solve(
    problem: Problem,
    *,
    time_limit: float,
    seed: int = 0,
    engine: Engine = "hybrid",
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    isolate: bool = False,
    branch_limit: int | None = None,
) -> Solution:
    """Plan a day.

    Args:
        problem: what to plan; any size, including nothing.
        time_limit: seconds for everything; kept to within a few seconds on large problems.
        seed: of the search's random choices.
        engine: `ortools` stops at the routing model's plan; `hybrid` repairs and improves it.
        progress: hears about phases and better plans, from the thread that searches.
        stop: asked now and then; once it says True, the best plan so far is returned.
        isolate: run OR-Tools in a child process, so that a crash of it costs only its plan.
        branch_limit: end the search after so many branches, for results that repeat exactly.

    Returns:
        A plan the checker accepts, but for visits that must be served and cannot be; every visit
        in no route is listed as unserved with its reason.

    Raises:
        EngineError: the engine is unknown or the time limit is not positive.
    """
    if engine not in get_args(Engine):
        raise EngineError(f"engine {engine!r} is unknown; use one of {', '.join(get_args(Engine))}")
    if not time_limit > 0:
        raise EngineError(f"the time limit must be positive, and is {time_limit} s")
    clock = _Clock(monotonic(), time_limit, stop or (lambda: False), progress or (lambda _: None))
    table = tabulate(problem)
    plan = _constructed(table, clock)
    run = RoutingRun(_limits(table, clock, branch_limit), seed, isolate)
    found = _searched(plan, run, clock)
    if found is not None:
        if engine == "hybrid":
            clock.tell("repair")
            repair(found, clock.until(1.0))
        plan = min(found, plan, key=_worth)
    solution = _verified(plan)
    clock.tell("done", served=len(problem.visits) - len(solution.unserved))
    return solution


def _limits(table: TaskTable, clock: _Clock, branches: int | None) -> SearchLimits:
    enough = SECONDS_ANYWAY + SECONDS_FOR_A_TASK * len(table.place)
    return SearchLimits(min(clock.left(REPAIR_SHARE), enough), branches)


@dataclass(frozen=True, slots=True)
class _Clock:
    """The time given, and whom to ask and tell."""

    begun: float
    limit: float
    asked_to_stop: Callable[[], bool]
    listener: Callable[[Progress], None]

    def left(self, keep_share: float = 0.0) -> float:
        """Seconds left, keeping a share of the limit for later."""
        return self.limit * (1 - keep_share) - (monotonic() - self.begun)

    def until(self, share: float) -> Callable[[], bool]:
        """A stop that comes with the user's, or when that share of the limit is over."""
        return lambda: self.asked_to_stop() or self.left(1 - share) <= 0

    def tell(
        self,
        phase: Literal["construct", "search", "repair", "verify", "done"],
        *,
        served: int | None = None,
        cost: int | None = None,
    ) -> None:
        """Tell the listener."""
        self.listener(Progress(phase, monotonic() - self.begun, served, cost))


def _constructed(table: TaskTable, clock: _Clock) -> Plan:
    clock.tell("construct")
    plan = Plan(table)
    left = repair(plan, clock.until(CONSTRUCT_SHARE))
    clock.tell("construct", served=len(table.problem.visits) - len(left))
    return plan


def _searched(plan: Plan, run: RoutingRun, clock: _Clock) -> Plan | None:
    """The routing model's plan from the constructed one; None where there is none."""
    if run.limits.seconds < LEAST_SEARCH_SECONDS or clock.asked_to_stop():
        return None
    clock.tell("search")
    try:
        found = run_routing(plan, run, lambda cost: clock.tell("search", cost=cost), clock)
    except Exception:  # a fault of the search must not cost the plan at hand
        log.exception("the routing search failed; going on with the constructed plan")
        return None
    return None if found is None else _replayed(plan, found)


def _replayed(constructed: Plan, found: Sequences) -> Plan:
    """The found sequences as a plan; what does not fit after all is taken out, least urgent first.

    That is rare: the model lets a rest interrupt a way, which the rules do not.
    """
    plan = Plan(constructed.table)
    for task in (task for tasks in found.tours for task in tasks):
        if task in constructed.frozen:
            plan.freeze(task, constructed.frozen[task])
    for tour in constructed.tours:
        plan.give_up_rest(tour.vehicle, rests=tour.rests)
    plan.load(found.tours)
    for tour in plan.tours:
        while not plan.is_feasible(tour.vehicle):
            visits = {plan.table.visit_of[task] for task in tour.tasks}
            plan.remove_visit(by_urgency(plan.table, visits)[-1])
    return plan


def _worth(plan: Plan) -> tuple[int, int]:
    """Urgency left out, then the checker's cost of the rest."""
    lost = sum(urgency(plan.table, visit) for visit in plan.unserved())
    return lost, verify(plan.table.problem, Solution(timed_routes(plan))).total


def _verified(plan: Plan) -> Solution:
    """The plan as a solution the checker accepts, taking out what it complains of."""
    while True:
        solution = _solution(plan)
        faults = _faults(verify(plan.table.problem, solution))
        if not faults:
            return solution
        for one in faults:
            log.error("the checker refuses the plan: %s: %s", one.rule, one.sentence)
        for visit in _blamed(plan, faults):
            plan.remove_visit(visit)


def _faults(report: Report) -> list[Violation]:
    """Violations that a route is to blame for; what must be served and is not, is no fault."""
    accepted = {Rule.MANDATORY_UNSERVED, Rule.FORBIDDEN_COST}
    return [one for one in report.violations if one.rule not in accepted]


def _blamed(plan: Plan, faults: list[Violation]) -> set[int]:
    """Visits to take out: those named; for a shift or caregiver the least urgent on their tours.

    Never empty while anything is served, so that taking out comes to an end.
    """
    table = plan.table
    named = {
        label: {number}
        for number, visit in enumerate(table.problem.visits)
        if plan.is_served(number)
        for label in (f"visit {visit.id}", *(f"visit {visit.id} part {part}" for part in (0, 1)))
    }
    for number, vehicle in enumerate(table.vehicles):
        visits = {table.visit_of[task] for task in plan.tours[number].tasks}
        if visits:
            least = by_urgency(table, visits)[-1]
            named.setdefault(f"shift {vehicle.shift.id}", set()).add(least)
            caregiver = table.problem.caregivers[vehicle.caregiver]
            named.setdefault(f"caregiver {caregiver.id}", set()).add(least)
    blamed = {visit for one in faults for visit in named.get(one.item, ())}
    everything = {visit for visit in range(len(table.problem.visits)) if plan.is_served(visit)}
    return blamed or everything


def _solution(plan: Plan) -> Solution:
    unserved = tuple(_explained(plan, visit) for visit in plan.unserved())
    return Solution(timed_routes(plan), unserved)


def _explained(plan: Plan, visit: int) -> Unserved:
    """Why a visit is unserved in this plan."""
    table = plan.table
    cost = table.drop_cost[visit]
    place = None if cost is None else best_placement(plan, visit)
    if cost is not None and place is not None and place.price > cost:
        one = table.problem.visits[visit]
        return dearer_than_dropping(one, place.price, cost).unserved()
    return explain(table, visit).unserved()
