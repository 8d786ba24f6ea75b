"""`python -m benchmarks.district`: a whole synthetic district day on this machine's cores.

Ten towns of uneven size, 5,000 visits, 700 caregivers. Tells when a verified plan first stood and
when nobody was left out any more, what the end was, and how much memory everything took.
"""

from __future__ import annotations

import argparse
import json
import resource
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.instances import CENTRE, DEGREES_PER_METRE, TownDay
from solver.decompose import SHARD_VISITS, DistrictProgress, solve_district
from solver.problem import Problem
from solver.verify import verify

TOWNS = 10
DISTRICT_METRES = (9_000.0, 7_000.0)
"""Spread of the towns' centres, east and north."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictDay(TownDay):
    """A `TownDay` whose estates lie in ten towns; caregivers live where the work is."""

    visits: int = 5_000
    caregivers: int = 700
    estates: int = 120
    radius_metres: float = 1_500.0

    def _positions(
        self, rng: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        towns = rng.normal(0, DISTRICT_METRES, (TOWNS, 2))
        share = rng.dirichlet(np.full(TOWNS, 6.0))
        town_of_estate = np.concatenate(
            [np.arange(TOWNS), rng.choice(TOWNS, max(0, self.estates - TOWNS), p=share)]
        )
        estates = towns[town_of_estate] + rng.normal(
            0, self.radius_metres, (len(town_of_estate), 2)
        )
        near = rng.integers(0, len(estates), self.visits)
        homes = estates[near] + rng.normal(0, self.radius_metres / 6, (self.visits, 2))
        town_of_base = town_of_estate[rng.integers(0, len(estates), self.caregivers)]
        bases = towns[town_of_base] + rng.normal(0, self.radius_metres, (self.caregivers, 2))
        scale = np.array(DEGREES_PER_METRE)
        return np.array(CENTRE) + homes * scale, np.array(CENTRE) + bases * scale


def district_day(visits: int = 5_000, caregivers: int = 700, *, seed: int = 1) -> Problem:
    """The day the product is measured by: 5 % for two people, breaks, skills, priorities."""
    return DistrictDay(visits=visits, caregivers=caregivers, seed=seed).problem()


@dataclass(slots=True)
class DistrictRun:
    """What a run took (seconds, megabytes of parent and workers together) and what it gave."""

    visits: int
    caregivers: int
    first_seconds: float = 0.0
    first_served: int = 0
    first_cost: int = 0
    complete_seconds: float | None = None
    seconds: float = 0.0
    served: int = 0
    unserved: int = 0
    cost: int = 0
    violations: int = 0
    peak_megabytes: float = 0.0
    steps: list[DistrictProgress] = field(default_factory=list)

    def heard(self, step: DistrictProgress) -> None:
        """Note a plan that stands."""
        self.steps.append(step)
        if step.phase == "first":
            self.first_seconds, self.first_served = step.seconds, step.served
            self.first_cost = step.cost
        if step.served == self.visits and self.complete_seconds is None:
            self.complete_seconds = step.seconds


def run_district(
    problem: Problem,
    *,
    time_limit: float,
    seed: int = 1,
    executor: Executor | None = None,
    shard_visits: int = SHARD_VISITS,
    iterations: int | None = None,
) -> DistrictRun:
    """Plan a day and measure it; the final plan is verified outside the measured seconds."""
    run = DistrictRun(len(problem.visits), len(problem.caregivers))
    begun = time.monotonic()
    with _peak_memory() as peak:
        solution = solve_district(
            problem,
            time_limit=time_limit,
            seed=seed,
            executor=executor,
            shard_visits=shard_visits,
            iterations=iterations,
            progress=run.heard,
        )
    run.seconds = time.monotonic() - begun
    run.peak_megabytes = peak[0] / 1_024
    report = verify(problem, solution)
    run.violations, run.cost = len(report.violations), report.total
    run.unserved = len(solution.unserved)
    run.served = run.visits - run.unserved
    return run


@contextmanager
def _peak_memory() -> Iterator[list[float]]:
    """Largest resident kilobytes of this process and all below it, looked at twice a second.

    Without /proc: the largest of this process alone.
    """
    peak, over = [0.0], threading.Event()

    def watch() -> None:
        peak[0] = _resident_kilobytes()  # a short run has a figure, too
        while not over.wait(0.5):
            peak[0] = max(peak[0], _resident_kilobytes())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()
        if not Path("/proc/self/status").exists():
            peak[0] = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _resident_kilobytes() -> float:
    """Of this process and all below it."""
    total, waiting = 0.0, ["self"]
    while waiting:
        folder = Path("/proc") / waiting.pop()
        try:
            status = (folder / "status").read_text()
            tasks = list((folder / "task").iterdir())
            children = [(task / "children").read_text().split() for task in tasks]
        except OSError:
            continue  # it has ended
        sizes = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
        total += sum(map(float, sizes))
        waiting += [child for some in children for child in some]
    return total


def main() -> None:
    """One run, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.district", description=__doc__)
    parser.add_argument("--visits", type=int, default=5_000)
    parser.add_argument("--caregivers", type=int, default=700)
    parser.add_argument("--seconds", type=float, default=300.0, help="time limit")
    parser.add_argument("--shard-visits", type=int, default=SHARD_VISITS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    problem = district_day(options.visits, options.caregivers, seed=options.seed)
    run = run_district(
        problem,
        time_limit=options.seconds,
        seed=options.seed,
        shard_visits=options.shard_visits,
    )
    print(json.dumps(asdict(run), indent=1))


if __name__ == "__main__":
    main()
