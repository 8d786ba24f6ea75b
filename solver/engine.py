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

from solver.construct import by_urgency, repair, reseat_linked, urgency
from solver.errors import EngineError
from solver.mend import accepted
from solver.plan import Plan
from solver.problem import Problem
from solver.retime import timed_routes
from solver.routing_run import Given, RoutingRun, run_routing
from solver.solution import Solution
from solver.tasks import TaskTable, tabulate
from solver.verify import verify

Engine = Literal["hybrid", "ortools"]

log = logging.getLogger(__name__)

# Shares of the time limit by which a phase is over. Insertion is cheap and serves nearly everybody,
# so it may take what it needs; the last insertions even a little more than the limit.
INSERT_SHARE, EJECT_SHARE, REPAIR_SHARE, GRACE = 0.8, 0.25, 0.10, 1.2
# A search shorter than this finds nothing that construction has not.
LEAST_SEARCH_SECONDS = 0.2
# Small days are done long before a generous limit: the search gains nothing measurable after this.
SECONDS_ANYWAY, SECONDS_FOR_A_TASK = 1.0, 0.1
# Tasks searched together: up to one and a half times as many are not cut into groups.
TOGETHER: dict[Engine, int] = {"hybrid": 80, "ortools": 500}
# Searches one after the other; between them linked visits, frozen in the model, find new times.
ROUNDS: dict[Engine, int] = {"hybrid": 3, "ortools": 1}


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
    for turn in range(ROUNDS[engine]):
        seconds = _search_seconds(table, clock) / (ROUNDS[engine] - turn)
        run = RoutingRun(seconds, branch_limit, seed + turn, TOGETHER[engine], isolate)
        found = _searched(plan, run, clock)
        if engine == "hybrid":
            found = _repaired(found or plan.copy(), clock)
        plan = min(plan, found or plan, key=_worth)
    solution = accepted(plan)
    clock.tell("done", served=len(problem.visits) - len(solution.unserved))
    return solution


def _repaired(plan: Plan, clock: _Clock) -> Plan:
    """Whatever can still be served, and linked visits at the best of times again."""
    clock.tell("repair")
    repair(plan, clock.until(GRACE), clock.until(1.0))
    reseat_linked(plan, clock.until(1.0))
    return plan


def _search_seconds(table: TaskTable, clock: _Clock) -> float:
    enough = SECONDS_ANYWAY + SECONDS_FOR_A_TASK * len(table.place)
    return max(0.0, min(clock.left(REPAIR_SHARE), enough))


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
    left = repair(plan, clock.until(INSERT_SHARE), clock.until(EJECT_SHARE))
    clock.tell("construct", served=len(table.problem.visits) - len(left))
    return plan


def _searched(plan: Plan, run: RoutingRun, clock: _Clock) -> Plan | None:
    """The routing model's plan from the constructed one; None where there is none."""
    if run.seconds < LEAST_SEARCH_SECONDS or clock.asked_to_stop():
        return None
    cost = _worth(plan)[1]
    clock.tell("search", cost=cost)

    def gained(gain: int) -> None:
        nonlocal cost
        cost -= gain
        clock.tell("search", cost=cost)

    try:
        found = run_routing(plan, run, clock.asked_to_stop, gained)
    except Exception:  # a fault of the search must not cost the plan at hand
        log.exception("the routing search failed; going on with the constructed plan")
        return None
    return None if found is None else _replayed(plan.table, found)


def _replayed(table: TaskTable, found: Given) -> Plan:
    """The found sequences as a plan; what does not fit after all is taken out, least urgent first.

    That is rare: the model lets a rest interrupt a way, which the rules do not.
    """
    plan = Plan(table)
    for task in (task for tasks in found.tours for task in tasks):
        if task in found.frozen:
            plan.freeze(task, found.frozen[task])
    for vehicle, rests in enumerate(found.rests):
        plan.give_up_rest(vehicle, rests=rests)
    plan.load(found.tours)
    for tour in plan.tours:
        while not plan.is_feasible(tour.vehicle):
            visits = {table.visit_of[task] for task in tour.tasks}
            plan.remove_visit(by_urgency(table, visits)[-1])
    return plan


def _worth(plan: Plan) -> tuple[int, int]:
    """Urgency left out, then the checker's cost of the rest."""
    lost = sum(urgency(plan.table, visit) for visit in plan.unserved())
    return lost, verify(plan.table.problem, Solution(timed_routes(plan))).total
