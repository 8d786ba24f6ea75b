"""Plan a date: read its needs, solve each town on all cores, store one draft.

Reading and storing are one short transaction each; no transaction is open while the engine works,
so that coordinators can go on writing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import get_args

from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.database import reading, transaction
from eldercare.errors import InvalidInput
from eldercare.rostering.executors import PROCESSES, Crew, crew_at
from eldercare.rostering.gathering import gather_day
from eldercare.rostering.lanes import Lanes
from eldercare.rostering.lifecycle import scenario_named
from eldercare.rostering.planned import PlannedTown
from eldercare.rostering.rows import TownRows
from eldercare.rostering.solving import Effort, Solved, ready, solve_large_town, solve_town
from eldercare.rostering.standing_plan import bound, standing_plan
from eldercare.rostering.storing import open_draft, replace_town
from eldercare.rostering.tables import Roster
from eldercare.rostering.unplanned import unplanned_town
from solver.decompose import SHARD_VISITS, cores
from solver.engine import Engine as EngineName

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Called with a town's name, how many towns are done, and how many there are."""

ENGINES = get_args(EngineName)
MEAL_SHARE = 0.25
"""Share of a town's seconds that goes to its meal round: smaller and easier than the visits."""
LEAST_SECONDS = 1.0
LEAST_TOWN_SECONDS = 0.3
"""Of a town for which no time is left: enough for a plan, not for a good one."""
STORING = 1.3
"""Storing the draft takes so many times what reading the day took; that much time is kept."""
MOST_FOR_STORING = 0.3
"""Of the time limit; a shorter limit is overshot rather than all spent on reading and storing."""
MOST_SLACK_PERCENT = 100
"""More than double times would be another day, not a safer one."""
LARGE = 3
"""A town of more than so many shards' visits is itself solved in shards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What to plan: a date, some towns (None: all), how hard to try.

    `time_limit_seconds` is for the whole request on the workers at hand, from reading to storing;
    it is kept to within a few seconds. `shard_visits`: see `solve_district`. `slack_percent`: by
    how much visits and the way to them are planned longer, so that delays are swallowed before the
    next elder feels them (None: as much as each town's plan has that is made anew). `clock`:
    minutes after midnight where the date is today: what has begun by then stays as it is.
    """

    on: date
    towns: Sequence[str] | None = None
    time_limit_seconds: float = 30.0
    seed: int = 1
    engine: EngineName = "hybrid"
    shard_visits: int = SHARD_VISITS
    slack_percent: int | None = None
    clock: int | None = None
    scenario: str = ""
    """Plan into this scenario, which is there already, and not into the draft."""

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise InvalidInput(f"engine {self.engine!r} is unknown: use {' or '.join(ENGINES)}")
        if not self.time_limit_seconds >= LEAST_SECONDS:
            raise InvalidInput(
                f"time limit {self.time_limit_seconds:g} s is too short: give at least 1 s"
            )
        if self.slack_percent is None:
            return
        if not 0 <= self.slack_percent <= MOST_SLACK_PERCENT:
            raise InvalidInput(
                f"slack {self.slack_percent} %: give 0 to {MOST_SLACK_PERCENT}",
                code="slack_out_of_range",
            )
        if self.slack_percent and self.engine != "hybrid":
            raise InvalidInput(f"engine {self.engine} plans without slack: use hybrid")


def plan_day(
    database: Engine,
    request: PlanRequest,
    *,
    now: datetime,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> int:
    """Plan a date into its draft and return the draft's roster id.

    Each town is one shard: its visits go to its own caregivers, its meal sites' orders to their
    riders; a large town is cut into shards of its own. A town whose solver fails is stored with
    every visit unserved and the fault named; it loses only itself. Locks and visits left out on
    purpose bind the new plan, and where the day is under way what has begun and what was reported;
    `not_kept` tells what could not be kept. `executor` runs up to
    `workers` tasks (None: one for each core) at the same time; None: a process for each core.
    Raises NotFound for an unknown town or scenario.
    """
    begun = time.monotonic()
    given = nullcontext(Crew(executor, workers or cores())) if executor is not None else None
    with given or crew_at(PROCESSES) as crew:
        waking = _wake(crew)
        with reading(database) as session:
            standing = standing_plan(session, request.on, request.scenario, clock=request.clock)
            towns = [
                bound(session, standing, town, _slack(request))
                for town in gather_day(session, request.on, request.towns)
            ]
        limit, reading_took = request.time_limit_seconds, time.monotonic() - begun
        until = begun + limit - min(STORING * reading_took, MOST_FOR_STORING * limit)
        for one in waking:
            one.exception()
        planned = []
        for done, town in enumerate(_Day(crew, towns, request, until).solve(), start=1):
            planned.append(town)
            if progress is not None:
                progress(town.town_code, done, len(towns))
    with transaction(database) as session:
        draft = _draft(session, request, now)
        for town in sorted(planned, key=lambda town: town.town_code):
            replace_town(session, draft, town, now)
        if draft.id is None:
            raise AssertionError("the draft has been flushed")
        return draft.id


def _draft(session: Session, request: PlanRequest, now: datetime) -> Roster:
    """The draft or the scenario to store into."""
    if request.scenario:
        return scenario_named(session, request.on, request.scenario, lock=True)
    return open_draft(session, request.on, now)


def _slack(request: PlanRequest) -> int | None:
    """Per cent; an engine that plans without slack loses what a town had."""
    return request.slack_percent if request.engine == "hybrid" else 0


def _wake(crew: Crew) -> list[Future[None]]:
    """Let workers load the solver while the day is read."""
    return [crew.executor.submit(ready) for _ in range(crew.workers)]


@dataclass(frozen=True, slots=True)
class _Day:
    """The towns of a request, who solves them, and the instant by which they are solved."""

    crew: Crew
    towns: Sequence[TownRows]
    request: PlanRequest
    until: float

    def solve(self) -> Iterator[PlannedTown]:
        """Every town once: the large ones one after the other in shards, then the rest."""
        large = {
            index: solved
            for index in range(len(self.towns))
            if self._is_large(index) and (solved := self._large(index)) is not None
        }
        weights = [
            self._weight(index, meals_only=index in large) for index in range(len(self.towns))
        ]

        def submit(number: int, share: float) -> Future[PlannedTown]:
            town = self.towns[number]
            effort = effort_of(self._left() * share, self.request, town, alone=number in large)
            return self.crew.executor.submit(solve_town, town, effort, large.get(number))

        for number, future in Lanes(weights, self.crew.workers, submit).run():
            rows, request = self.towns[number], self.request
            try:
                yield future.result()
            except Exception as fault:
                log.exception("town %s could not be planned", rows.town_code)
                yield unplanned_town(rows, engine=request.engine, seed=request.seed, fault=fault)

    def _left(self) -> float:
        return max(0.0, self.until - time.monotonic())

    def _is_large(self, index: int) -> bool:
        return len(self.towns[index].visits) > LARGE * self.request.shard_visits

    def _weight(self, index: int, *, meals_only: bool = False) -> float:
        """What a town is worth beside others: visits, and orders at a share of them."""
        town = self.towns[index]
        visits = 0 if meals_only else len(town.visits)
        return 1.0 + visits + MEAL_SHARE * len(town.meal_orders)

    def _large(self, index: int) -> Solved | None:
        """A large town's visits, solved on all workers in its share of the time."""
        rest = sum(
            self._weight(one)
            for one in range(len(self.towns))
            if one >= index or not self._is_large(one)
        )
        seconds = self._left() * self._weight(index) / rest
        effort = effort_of(seconds, self.request, self.towns[index], alone=False)
        try:
            return solve_large_town(
                self.towns[index],
                effort,
                executor=self.crew.executor,
                workers=self.crew.workers,
                shard_visits=self.request.shard_visits,
            )
        except Exception:  # then it is solved like any other town
            log.exception("town %s could not be solved in shards", self.towns[index].town_code)
            return None


def effort_of(seconds: float, request: PlanRequest, town: TownRows, *, alone: bool) -> Effort:
    """How a town spends its seconds; with `alone` all of them go to its meal round."""
    seconds = max(LEAST_TOWN_SECONDS, seconds)
    effort = Effort(
        visit_seconds=seconds * (1 - MEAL_SHARE),
        meal_seconds=seconds * MEAL_SHARE,
        seed=request.seed,
        engine=request.engine,
        slack_percent=town.slack_percent,
    )
    return replace(effort, meal_seconds=seconds) if alone else effort
