"""`python -m benchmarks`: engines side by side on the same town day, in one run on one machine.

Prints ratios, never bare seconds: a second of one machine says nothing about another.
"""

from __future__ import annotations

import argparse
from statistics import median
from typing import get_args

from benchmarks.instances import town_day
from solver.engine import Engine, solve
from solver.problem import Problem
from solver.verify import verify


def measure(problem: Problem, engine: Engine, seconds: float, seed: int) -> tuple[int, int]:
    """Cost and unserved visits of one engine; a plan that does not verify ends the run."""
    solution = solve(problem, time_limit=seconds, seed=seed, engine=engine)
    report = verify(problem, solution)
    if not report.feasible:
        raise SystemExit(f"{engine}, seed {seed}: {report.violations[0].sentence}")
    return report.total, len(solution.unserved)


def main() -> None:
    """Median cost of each engine over seeds at the same time limit, relative to plain OR-Tools."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="time limit of each run")
    parser.add_argument("--seeds", type=int, default=3, help="days to plan, one for each seed")
    options = parser.parse_args()
    days = [town_day(seed=seed) for seed in range(1, options.seeds + 1)]
    print("| engine | median cost / plain OR-Tools | unserved (of all days) |")
    print("|---|---|---|")
    plain: list[int] = []
    for engine in sorted(get_args(Engine), key=lambda name: name != "ortools"):
        runs = [measure(day, engine, options.seconds, seed) for seed, day in enumerate(days, 1)]
        costs = [cost for cost, _ in runs]
        plain = plain or costs
        ratio = median(cost / base for cost, base in zip(costs, plain, strict=True))
        print(f"| {engine} | {ratio:.3f} | {sum(unserved for _, unserved in runs)} |")


if __name__ == "__main__":
    main()
