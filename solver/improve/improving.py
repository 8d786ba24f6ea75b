"""The entry point of the compiled search."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from solver.improve.arrays import Model, State, model
from solver.improve.chains import Budget, Search, start_chain, warm_up
from solver.improve.plans import is_feasible, load, take_out, unload
from solver.improve.ruin import Settings, settings_for
from solver.improve.totals import total
from solver.problem import Problem
from solver.solution import Solution
from solver.verify import verify


def improve(
    problem: Problem,
    start: Solution | None,
    *,
    time_limit: float | None,
    iterations: int | None = None,
    seed: int = 0,
    chains: int | None = None,
    progress: Callable[[int], None] | None = None,
    stop: Callable[[], bool] | None = None,
    settings: Settings | None = None,
) -> Solution:
    """The best plan found from `start` on (None: from nothing), never worse than it.

    Args:
        problem: what to plan.
        start: a plan to begin with.
        time_limit: seconds to search; None with `iterations` for results that repeat exactly.
        iterations: at most so many in each chain.
        seed: of the random choices.
        chains: independent searches that exchange plans; by default one for each core.
        progress: hears the cost of the best plan of a chain now and then, from its thread.
        stop: asked now and then; once it says True, the best plan so far is returned.
        settings: how to ruin and recreate; None: as fits the problem.
    """
    begun = time.monotonic()
    made = model(problem)
    state = _begin(made, start)
    if not made.tasks or not made.shifts or state is None:
        return start if start is not None else unload(made, made.empty())
    chosen = settings or settings_for(made.data)
    count = chains or os.cpu_count() or 1
    cost = total(made.data, state)
    members = [start_chain(made, state, cost, seed * 1000 + one, chosen) for one in range(count)]
    compiling = time.monotonic()
    warm_up(made, members[0], chosen)
    begun += time.monotonic() - compiling  # compiling is not searching
    search = Search(made, members, Budget(time_limit, iterations, stop), chosen, begun, progress)
    best = search.run().best
    is_feasible(made, best)
    found = unload(made, best)
    return found if start is None or _is_better(problem, found, start) else start


def _is_better(problem: Problem, found: Solution, start: Solution) -> bool:
    """Whether the checker accepts it, or likes it better than the start."""
    new, old = verify(problem, found), verify(problem, start)
    return (len(new.violations), new.total) < (len(old.violations), old.total)


def _begin(made: Model, start: Solution | None) -> State | None:
    """The start; without the visits of routes the search cannot time; None where nothing fits."""
    state = load(made, start)
    for shift in range(len(made.shifts)):
        if is_feasible(made, state):
            return state
        for task in [int(one) for one in state.rows[shift, : int(state.size[shift])]]:
            if task < len(made.tasks):
                take_out(made, state, made.tasks[task][0])
    return state if is_feasible(made, state) else None
