"""The whole day in shards, on any executor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import nullcontext
from typing import get_args

from solver.decompose.pool import ProcessPool, cores
from solver.decompose.rounds import DistrictProgress, Effort, Search
from solver.engine import Engine
from solver.errors import EngineError
from solver.problem import Problem
from solver.solution import Solution

SHARD_VISITS = 250
"""Visits of a shard: large enough to search together, small enough to be planned in a moment."""


def solve_district(
    problem: Problem,
    *,
    time_limit: float,
    seed: int = 0,
    executor: Executor | None = None,
    workers: int | None = None,
    shard_visits: int = SHARD_VISITS,
    engine: Engine = "hybrid",
    iterations: int | None = None,
    groups: Mapping[str, str] | None = None,
    progress: Callable[[DistrictProgress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Solution:
    """Plan a day of any size in shards.

    Args:
        problem: what to plan.
        time_limit: seconds for everything, kept to within a few.
        seed: of all random choices.
        executor: where shards are solved; None: a process for each core, ended with the search.
        workers: jobs at the same time; None: one for each core of this machine.
        shard_visits: about how many visits a shard has.
        engine: of the shards.
        iterations: of each search in each round, instead of time. With a limit that is not
            reached the same seed gives the same plan, whatever the executor.
        groups: label by visit id (a town) that the first shards do not mix.
        progress: hears of every verified plan.
        stop: asked now and then; once it says True, the best plan so far is returned.

    Returns:
        A plan the checker accepts, but for visits that must be served and are not; every visit in
        no route is listed as unserved with its reason. Terms that are a maximum over the whole
        plan (`largest_idle`, `highest_lateness`) and `balance` are improved shard by shard; by
        the day's own count of them too the plan never gets dearer.

    Raises:
        EngineError: the engine is unknown, or the limit or the size of a shard is not positive.
    """
    if engine not in get_args(Engine):
        raise EngineError(f"engine {engine!r} is unknown; use one of {', '.join(get_args(Engine))}")
    if not time_limit > 0 or shard_visits < 1:
        raise EngineError(f"a limit of {time_limit} s, {shard_visits} visits a shard: too small")
    effort = Effort(time_limit, seed, engine, iterations, workers or cores())
    with ProcessPool(workers) if executor is None else nullcontext(executor) as pool:
        search = Search(
            problem, effort, pool, progress or (lambda _: None), stop or (lambda: False)
        )
        return search.run(shard_visits, groups)
