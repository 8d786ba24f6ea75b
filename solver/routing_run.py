"""One run of the routing model from a constructed plan, in this process or in a child."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from typing import Protocol

from solver.plan import Plan
from solver.problem import Problem
from solver.routing import build, is_modelled, vehicles_for
from solver.routing_search import POLL_SECONDS, SearchLimits, Sequences, search
from solver.tasks import TaskTable, tabulate

# What a child needs beyond the search's own limit: start, building, loading the plan.
CHILD_EXTRA_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class RoutingRun:
    """How to run: limits, seed, and whether in a child process."""

    limits: SearchLimits
    seed: int = 0
    isolate: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What the search takes from a constructed plan: sequences, frozen starts, rests taken."""

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


class Stoppable(Protocol):
    """Whoever knows that the user has had enough."""

    @property
    def asked_to_stop(self) -> Callable[[], bool]:
        """Whether to stop."""
        ...


def run_routing(
    plan: Plan, run: RoutingRun, on_solution: Callable[[int], None], clock: Stoppable
) -> Sequences | None:
    """Improve a constructed plan with the routing model; None where it finds nothing.

    Raises:
        BrokenProcessPool: the child process died.
    """
    given = Given.of(plan)
    if not run.isolate:
        return _search(plan.table, given, run, on_solution, clock.asked_to_stop)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        future = pool.submit(_in_child, plan.table.problem, given, run)
        return _awaited(pool, future, run, clock)


def _awaited(
    pool: ProcessPoolExecutor,
    future: Future[Sequences | None],
    run: RoutingRun,
    clock: Stoppable,
) -> Sequences | None:
    patience = run.limits.seconds + CHILD_EXTRA_SECONDS
    for _ in range(round(patience / POLL_SECONDS)):
        if wait_for([future], timeout=POLL_SECONDS).done:
            return future.result()
        if clock.asked_to_stop():
            break
    for child in list((pool._processes or {}).values()):  # noqa: SLF001 - 3.14 gives it a name
        child.terminate()
    return None


def _in_child(problem: Problem, given: Given, run: RoutingRun) -> Sequences | None:
    return _search(tabulate(problem), given, run, lambda _: None, None)


def _search(
    table: TaskTable,
    given: Given,
    run: RoutingRun,
    on_solution: Callable[[int], None],
    stop: Callable[[], bool] | None,
) -> Sequences | None:
    """Build the model of all visits it can hold, and search from the given tours."""
    visits = [
        visit
        for visit, tasks in enumerate(table.tasks_of_visit)
        if is_modelled(table, visit)
        and all(task in given.frozen or not table.links_of[task] for task in tasks)
    ]
    if not visits:
        return None
    model = build(table, visits, given.frozen, given.rests)
    return search(
        model,
        run.limits,
        seed=run.seed,
        first=_acceptable(table, given, set(visits)),
        on_solution=on_solution,
        stop=stop,
    )


def _acceptable(table: TaskTable, given: Given, visits: set[int]) -> list[list[int]]:
    """The given tours without the visits that the model does not hold, or not on their vehicle."""
    refused = {
        table.visit_of[task]
        for vehicle, tour in enumerate(given.tours)
        for task in tour
        if table.visit_of[task] not in visits or vehicle not in vehicles_for(table, task)
    }
    return [[task for task in tour if table.visit_of[task] not in refused] for tour in given.tours]
