"""Meal rounds side by side: `python -m benchmarks.meals [--full] [--seeds N] [--seconds S]`.

Ours, PyVRP and plain OR-Tools plan the same rounds in one process run, for the same seconds. PyVRP
and OR-Tools search on one thread, so the fair figure of ours is the one on one thread; the product
uses all cores, so two threads are told as well. A plan that does not verify ends the run.
`--district` measures the lunch of the whole district instead, which no peer is asked to plan.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.meal_classic import classic_instance
from benchmarks.meal_instances import district_lunch, meal_instance
from benchmarks.meal_peers import ortools_plan, pyvrp_plan
from solver.meal_problem import MealProblem
from solver.meal_solution import MealSolution
from solver.meals import solve_meals
from solver.verify_meals import verify_meals

NO_LIMIT = 10_000
"""Minutes of a heat limit that binds nobody: PyVRP knows none."""
ENDLESS = 10**9
"""Iterations that no run reaches: the seconds end it."""
DISTRICT_LUNCHES = 20_000

Shape = Callable[[int, int], MealProblem]
"""Stops and seed to a problem."""


@dataclass(frozen=True, slots=True)
class Row:
    """Weighted costs on one shape of instance, one for each seed, in the order of the seeds."""

    instance: str
    stops: int
    seconds: float
    ours_one_thread: tuple[int, ...]
    ours_two_threads: tuple[int, ...]
    pyvrp: tuple[int, ...]
    ortools: tuple[int, ...]

    def ratio(self, costs: Sequence[int]) -> float:
        """Median over the seeds of costs to PyVRP's; below 1 is better than PyVRP."""
        return median(one / peer for one, peer in zip(costs, self.pyvrp, strict=True))


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """One lunch of the district: sizes, seconds on the wall, peak memory of the process."""

    lunches: int
    delivered: int
    riders_bound: bool
    undelivered: int
    cost: int
    limit_seconds: float
    wall_seconds: float
    peak_megabytes: int


def shapes() -> dict[str, Shape]:
    """Shapes that every peer can plan: lunch rounds without a heat limit, and the classical one."""
    return {
        "lunch, one kitchen": lambda stops, seed: _lunch(stops, seed, 1),
        "lunch, five kitchens": lambda stops, seed: _lunch(stops, seed, 5),
        "classic, random, tight": lambda stops, seed: classic_instance(
            stops, seed=seed, layout="random", windows="tight"
        ),
        "classic, random, wide": lambda stops, seed: classic_instance(
            stops, seed=seed, layout="random", windows="wide"
        ),
        "classic, clustered, tight": lambda stops, seed: classic_instance(
            stops, seed=seed, layout="clustered", windows="tight"
        ),
        "classic, clustered, wide": lambda stops, seed: classic_instance(
            stops, seed=seed, layout="clustered", windows="wide"
        ),
    }


def rows(
    *, full: bool, seeds: Sequence[int], seconds: float, stops: int | None = None
) -> list[Row]:
    """Every shape at 1,000 stops (`full`) or 300, unless `stops` says otherwise.

    Raises SystemExit when a plan, anybody's, does not verify.
    """
    count = stops or (1000 if full else 300)
    return [_row(name, shape, count, seeds, seconds) for name, shape in shapes().items()]


def district(
    *, seconds: float, shared_riders: bool, lunches: int = DISTRICT_LUNCHES
) -> DistrictRow:
    """Plan the district's lunch on two threads; memory is the peak of the process so far."""
    lunch = district_lunch(lunches, seed=1, shared_riders=shared_riders)
    begun = time.monotonic()
    plan = solve_meals(lunch.problem, time_limit=seconds, seed=1, iterations=ENDLESS, workers=2)
    wall = time.monotonic() - begun
    return DistrictRow(
        lunches=lunches,
        delivered=len(lunch.problem.deliveries),
        riders_bound=not shared_riders,
        undelivered=len(plan.undelivered),
        cost=_price(lunch.problem, plan),
        limit_seconds=seconds,
        wall_seconds=wall,
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


def _lunch(stops: int, seed: int, kitchens: int) -> MealProblem:
    return meal_instance(
        stops, seed=seed, kitchens=kitchens, shared_doors=False, hot_limit=NO_LIMIT
    )


def _row(name: str, shape: Shape, stops: int, seeds: Sequence[int], seconds: float) -> Row:
    problems = [(seed, shape(stops, seed)) for seed in seeds]
    one, two = (
        tuple(
            _price(
                problem,
                solve_meals(
                    problem, time_limit=seconds, seed=seed, iterations=ENDLESS, workers=workers
                ),
            )
            for seed, problem in problems
        )
        for workers in (1, 2)
    )
    return Row(
        instance=name,
        stops=stops,
        seconds=seconds,
        ours_one_thread=one,
        ours_two_threads=two,
        pyvrp=tuple(_price(one, pyvrp_plan(one, seconds, seed)) for seed, one in problems),
        ortools=tuple(_price(one, ortools_plan(one, seconds)) for _, one in problems),
    )


def _price(problem: MealProblem, plan: MealSolution) -> int:
    report = verify_meals(problem, plan)
    if not report.feasible:
        raise SystemExit(f"{problem.name}: {report.violations[0].sentence}")
    return report.total


def main() -> None:
    """Print one line for each shape, or for each lunch of the district."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.meals", description=__doc__)
    parser.add_argument("--full", action="store_true", help="1,000 stops instead of 300")
    parser.add_argument("--seeds", type=int, default=3, help="instances of each shape")
    parser.add_argument("--seconds", type=float, default=20.0, help="time limit of each run")
    parser.add_argument("--district", action="store_true", help="the whole district's lunch")
    options = parser.parse_args()
    if options.district:
        for shared in (False, True):
            print(district(seconds=options.seconds, shared_riders=shared), flush=True)
        return
    print("| shape | stops | ours, 1 thread / PyVRP | ours, 2 threads / PyVRP | OR-Tools / PyVRP |")
    print("|---|---|---|---|---|")
    for row in rows(full=options.full, seeds=range(1, options.seeds + 1), seconds=options.seconds):
        ratios = [row.ratio(c) for c in (row.ours_one_thread, row.ours_two_threads, row.ortools)]
        cells = " | ".join(f"{ratio:.3f}" for ratio in ratios)
        print(f"| {row.instance} | {row.stops} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
