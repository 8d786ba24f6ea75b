"""Improving a constructed plan with the routing model: neighbourhoods of tours, turn by turn.

The local search of the model slows down much faster than the day grows, so a large day is cut into
groups of neighbouring tours. Each group is searched from where it stands, and the cut is made anew,
elsewhere, until time is over. A group's result is always a plan of the whole day.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from time import monotonic

import numpy as np

from solver.plan import Plan
from solver.problem import Problem
from solver.routing import Scope, build, vehicles_for, whole_day
from solver.routing_groups import groups_of
from solver.routing_search import POLL_SECONDS, SearchLimits, search
from solver.tasks import TaskTable, tabulate

# What a child needs beyond the search's own limit: start, building, loading the plan.
CHILD_EXTRA_SECONDS = 30.0
# One turn of a group: enough for the first descent and some guided search after it.
SECONDS_FOR_A_TASK = 0.012
LEAST_TURN_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class RoutingRun:
    """How to run: seconds, branches of each search (None: unbounded), seed, tasks in a group.

    `isolate` runs it in a child process, which may crash without harm.
    """

    seconds: float
    branches: int | None = None
    seed: int = 0
    together: int = 200
    isolate: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What passes between a plan and the search: sequences, frozen starts, rests taken."""

    tours: tuple[tuple[int, ...], ...]
    frozen: dict[int, int]
    rests: tuple[bool, ...]

    @classmethod
    def of(cls, plan: Plan) -> Given:
        """Copy it from a plan."""
        return cls(
            tuple(tuple(tour.tasks) for tour in plan.tours),
            dict(plan.frozen),
            tuple(tour.rests for tour in plan.tours),
        )


def run_routing(
    plan: Plan, run: RoutingRun, stop: Callable[[], bool], on_gain: Callable[[int], None]
) -> Given | None:
    """Improve a plan; None where nothing better was found. `on_gain` hears what each turn saved.

    Raises:
        BrokenProcessPool: the child process died.
    """
    given = Given.of(plan)
    if not run.isolate:
        return improved(plan.table, given, run, stop, on_gain)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        future = pool.submit(_in_child, plan.table.problem, given, run)
        return _awaited(pool, future, run, stop)


def improved(
    table: TaskTable,
    given: Given,
    run: RoutingRun,
    stop: Callable[[], bool],
    on_gain: Callable[[int], None],
) -> Given | None:
    """Turns over groups of tours until the time, or with bounded branches one round, is over."""
    day = whole_day(table, given.frozen, given.rests)
    tours = _acceptable(given, day)
    rng = np.random.default_rng(run.seed)
    end = monotonic() + run.seconds
    gained = 0
    for _ in range(1_000_000 if run.branches is None else 1):
        groups = groups_of(day, tours, run.together, rng)
        for scope in groups:
            seconds = end - monotonic()
            if len(groups) > 1:
                turn = max(LEAST_TURN_SECONDS, SECONDS_FOR_A_TASK * len(scope.tasks))
                seconds = min(seconds, turn)
            if seconds <= 0 or stop():
                break
            gain = _turn(scope, tours, SearchLimits(seconds, run.branches), run.seed, stop)
            gained += gain
            if gain:
                on_gain(gain)
        if end <= monotonic() or stop() or not groups:
            break
    return Given(tuple(map(tuple, tours)), given.frozen, given.rests) if gained else None


def _turn(
    scope: Scope,
    tours: list[list[int]],
    limits: SearchLimits,
    seed: int,
    stop: Callable[[], bool],
) -> int:
    """Search one group and take over what is better; returns the gain in the model's cost."""
    costs: list[int] = []
    first = [tours[vehicle] for vehicle in scope.vehicles]
    found = search(
        build(scope), limits, seed=seed, first=first, on_solution=costs.append, stop=stop
    )
    if found is None or not costs or found.cost >= costs[0]:
        return 0
    for vehicle, tour in zip(scope.vehicles, found.tours, strict=True):
        tours[vehicle] = list(tour)
    return costs[0] - found.cost


def _acceptable(given: Given, day: Scope) -> list[list[int]]:
    """The given tours without visits that the model does not hold, or not on their vehicle."""
    table, held = day.table, set(day.tasks)
    refused = {
        table.visit_of[task]
        for vehicle, tour in enumerate(given.tours)
        for task in tour
        if task not in held or vehicle not in vehicles_for(table, task)
    }
    return [[task for task in tour if table.visit_of[task] not in refused] for tour in given.tours]


def _awaited(
    pool: ProcessPoolExecutor,
    future: Future[Given | None],
    run: RoutingRun,
    stop: Callable[[], bool],
) -> Given | None:
    patience = run.seconds + CHILD_EXTRA_SECONDS
    for _ in range(round(patience / POLL_SECONDS)):
        if wait_for([future], timeout=POLL_SECONDS).done:
            return future.result()
        if stop():
            break
    for child in list((pool._processes or {}).values()):  # noqa: SLF001 - 3.14 gives it a name
        child.terminate()
    return None


def _in_child(problem: Problem, given: Given, run: RoutingRun) -> Given | None:
    return improved(tabulate(problem), given, run, lambda: False, lambda _: None)
