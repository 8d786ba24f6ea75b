"""Lunch rounds of a thousand stops, one kitchen, against PyVRP and plain OR-Tools, one thread each.

PyVRP's model has no limit for the heat and no doors that orders share, so these rounds have
neither: what remains is routing with windows, capacities and reloading, which is PyVRP's own field.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from statistics import median
from time import perf_counter

from benchmarks.findings import (
    OURS,
    Findings,
    Miss,
    Verdict,
    failures,
    gap,
    keeps_time,
    number,
    percent,
)
from benchmarks.meal_instances import meal_instance
from benchmarks.meal_peers import pyvrp_plan
from benchmarks.modes import Mode
from benchmarks.rows import Job, Measured, Row, Status, grouped
from solver.meal_problem import MealProblem
from solver.meal_solution import MealSolution
from solver.meals import solve_meals
from solver.verify_meals import verify_meals

SECONDS, STOPS, KITCHENS = 60.0, 1000, 1
NO_LIMIT = 10_000
PLAIN, PYVRP = "ortools", "pyvrp"
NAMES = {PLAIN: "plain OR-Tools", PYVRP: "PyVRP"}
# The clock is to end the search, not the count.
WITHOUT_END = 10**9


def _round(stops: int, seed: int) -> MealProblem:
    return meal_instance(
        stops, seed=seed, kitchens=KITCHENS, shared_doors=False, hot_limit=NO_LIMIT
    )


def warm_up(engine: str = OURS) -> Measured:
    """Plan a tiny round once, so that loading machine code counts for no engine's limit."""
    begun = perf_counter()
    solve_meals(_round(20, 1), time_limit=1.0, seed=1, engine=engine, workers=1)
    return Measured(cost=0, seconds=perf_counter() - begun)


def plan_meals(stops: int, engine: str, seconds: float, seed: int) -> Measured:
    """Our plan of a lunch round on one thread."""
    warm_up(engine)
    problem = _round(stops, seed)
    begun = perf_counter()
    solution = solve_meals(
        problem, time_limit=seconds, seed=seed, engine=engine, iterations=WITHOUT_END, workers=1
    )
    return _priced(problem, solution, perf_counter() - begun)


def plan_meals_with_pyvrp(stops: int, seconds: float, seed: int) -> Measured:
    """PyVRP's plan of the same round; it has one thread."""
    problem = _round(stops, seed)
    begun = perf_counter()
    solution = pyvrp_plan(problem, seconds, seed)
    return _priced(problem, solution, perf_counter() - begun)


def _priced(problem: MealProblem, solution: MealSolution, seconds: float) -> Measured:
    report = verify_meals(problem, solution)
    return Measured(
        cost=float(report.total),
        seconds=seconds,
        unserved=tuple(sorted(one.delivery_id for one in solution.undelivered)),
        fault=report.violations[0].sentence if report.violations else "",
    )


def jobs(mode: Mode, stops: int = STOPS) -> Iterable[Job]:
    """Each round by every engine."""
    seconds = mode.limit(SECONDS)
    missing = "" if find_spec("pyvrp") else "pyvrp is not installed; `make bench` installs it"
    for seed in range(1, mode.seeds + 1):
        for engine in (OURS, PLAIN, PYVRP):
            lacks = missing if engine == PYVRP else ""
            work = plan_meals_with_pyvrp if engine == PYVRP else plan_meals
            given = (stops, seconds, seed) if engine == PYVRP else (stops, engine, seconds, seed)
            yield Job(
                section="meals",
                item=f"{stops} stops, round {seed}",
                engine=engine,
                seed=seed,
                limit_seconds=seconds,
                work=None if lacks else work,
                arguments=given,
                missing=lacks,
            )


def judge(rows: Sequence[Row]) -> Findings:
    """The median over rounds of the gap to PyVRP, by the whole cost."""
    groups = {item: {row.engine: row for row in runs} for item, runs in grouped(rows).items()}
    return Findings(
        (
            _verdict(groups, PYVRP, "not worse than PyVRP"),
            keeps_time(rows),
            _verdict(groups, PLAIN, ""),
        ),
        (
            "round",
            "engine",
            "limit, s",
            "cost / PyVRP",
            "undelivered",
            "time used / limit",
            "peak, MiB",
        ),
        tuple(_line(row, runs.get(PYVRP)) for runs in groups.values() for row in runs.values()),
        ("All engines have one thread: PyVRP knows no more.",),
    )


def _verdict(groups: dict[str, dict[str, Row]], other: str, target: str) -> Verdict:
    gaps = []
    for runs in groups.values():
        ours, theirs = runs.get(OURS), runs.get(other)
        if ours and theirs and ours.cost is not None and theirs.cost is not None:
            gaps.append(gap(ours.cost, theirs.cost))
    is_whole = bool(gaps) and len(gaps) == len(groups)
    figure = f"median {percent(median(gaps) if is_whole else None)} to {NAMES[other]}"
    figure += f" over {len(groups)} rounds"
    misses = () if is_whole and median(gaps) <= 0 else (Miss("median", figure),)
    peers = [runs[other] for runs in groups.values() if other in runs]
    absent = all(row.status is Status.LEFT_OUT for row in peers)
    return Verdict(figure, target, misses if target else (), is_measured=not absent)


def _line(row: Row, base: Row | None) -> tuple[str, ...]:
    if row.cost is None:
        cells = (failures([row]), "–", "–", number(row.peak_mib))
        return (row.item, row.engine, f"{row.limit_seconds:g}", *cells)
    ratio = row.cost / base.cost if base and base.cost else None
    used = None if row.used_seconds is None else row.used_seconds / row.limit_seconds
    return (
        row.item,
        row.engine,
        f"{row.limit_seconds:g}",
        number(ratio, 3),
        str(len(row.unserved)),
        number(used, 2),
        number(row.peak_mib),
    )
