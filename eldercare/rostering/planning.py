"""Plan a date: read its needs, solve each town on all cores, store one draft.

Reading and storing are one short transaction each; no transaction is open while the engine works,
so that coordinators can go on writing.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing import get_context
from typing import get_args

from sqlalchemy import Engine

from eldercare.database import reading, transaction
from eldercare.errors import InvalidInput
from eldercare.rostering.gathering import gather_day
from eldercare.rostering.planned import PlannedTown
from eldercare.rostering.rows import TownRows
from eldercare.rostering.solving import Effort, solve_town
from eldercare.rostering.storing import open_draft, replace_town
from eldercare.rostering.unplanned import unplanned_town
from solver.engine import Engine as EngineName

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Called with a town's name, how many towns are done, and how many there are."""

ENGINES = get_args(EngineName)
MEAL_SHARE = 0.25
"""Share of a town's seconds that goes to its meal round: smaller and easier than the visits."""
LEAST_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What to plan: a date, some towns (None: all), how hard to try.

    `time_limit_seconds` is for the whole request on this machine's cores.
    """

    on: date
    towns: Sequence[str] | None = None
    time_limit_seconds: float = 30.0
    seed: int = 1
    engine: EngineName = "hybrid"

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise InvalidInput(f"engine {self.engine!r} is unknown: use {' or '.join(ENGINES)}")
        if not self.time_limit_seconds >= LEAST_SECONDS:
            raise InvalidInput(
                f"time limit {self.time_limit_seconds:g} s is too short: give at least 1 s"
            )


def plan_day(
    database: Engine,
    request: PlanRequest,
    *,
    now: datetime,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> int:
    """Plan a date into its draft and return the draft's roster id.

    Each town is one shard: its visits go to its own caregivers, its meal sites' orders to their
    riders. A town whose solver fails is stored with every visit unserved and the fault named; it
    loses only itself. Raises NotFound for an unknown town.
    """
    with reading(database) as session:
        towns = gather_day(session, request.on, request.towns)
    planned = []
    with _executor(executor) as pool:
        for done, town in enumerate(_solve_all(pool, towns, request), start=1):
            planned.append(town)
            if progress is not None:
                progress(town.town_code, done, len(towns))
    with transaction(database) as session:
        draft = open_draft(session, request.on, now)
        for town in sorted(planned, key=lambda town: town.town_code):
            replace_town(session, draft, town, now)
        if draft.id is None:
            raise AssertionError("the draft has been flushed")
        return draft.id


def workers() -> int:
    """Processes that solve towns at the same time: one for each core."""
    return max(1, os.cpu_count() or 1)


@contextmanager
def _executor(given: Executor | None) -> Iterator[Executor]:
    if given is not None:
        yield given
        return
    with ProcessPoolExecutor(workers(), mp_context=get_context("spawn")) as pool:
        yield pool


def _solve_all(
    pool: Executor, towns: Sequence[TownRows], request: PlanRequest
) -> Iterator[PlannedTown]:
    efforts = share_effort([len(town.visits) for town in towns], request)
    # The largest first: the longest job must not be the last one to start.
    order = sorted(range(len(towns)), key=lambda i: (-len(towns[i].visits), towns[i].town_code))
    futures = {pool.submit(solve_town, towns[i], efforts[i]): i for i in order}
    for future in as_completed(futures):
        rows, effort = towns[futures[future]], efforts[futures[future]]
        try:
            yield future.result()
        except Exception as fault:
            log.exception("town %s could not be planned", rows.town_code)
            yield unplanned_town(rows, engine=effort.engine, seed=effort.seed, fault=fault)


def share_effort(visits: Sequence[int], request: PlanRequest) -> list[Effort]:
    """Each town's seconds: in proportion to its visits, over the cores, at least one second."""
    total = max(1, sum(visits))
    cores = min(workers(), max(1, len(visits)))
    efforts = []
    for count in visits:
        share = min(1.0, cores * count / total)
        seconds = max(LEAST_SECONDS, request.time_limit_seconds * share)
        efforts.append(
            Effort(
                visit_seconds=seconds * (1 - MEAL_SHARE),
                meal_seconds=max(0.5, seconds * MEAL_SHARE),
                seed=request.seed,
                engine=request.engine,
            )
        )
    return efforts
