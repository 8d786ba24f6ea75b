"""What every section does with a day of visits: warm up, plan, check, price."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter

from benchmarks.instances import TownDay
from benchmarks.rows import Measured
from solver.engine import Engine, solve
from solver.objective import Term
from solver.problem import Problem
from solver.solution import Solution
from solver.verify import verify

WARM_UP_SECONDS = 1.0


def warm_up(engine: Engine = "hybrid") -> Measured:
    """Plan a tiny day once, so that loading machine code counts for no engine's limit."""
    tiny = TownDay(visits=8, caregivers=4, pair_share=0.25).problem()
    begun = perf_counter()
    solve(tiny, time_limit=WARM_UP_SECONDS, engine=engine)
    return Measured(cost=0, seconds=perf_counter() - begun)


def planned(
    problem: Problem,
    engine: Engine,
    seconds: float,
    seed: int,
    total: Callable[[Mapping[Term, int]], float] | None = None,
) -> Measured:
    """Our plan of a day within so many seconds; `total` prices it in the published unit."""
    warm_up(engine)
    begun = perf_counter()
    solution = solve(problem, time_limit=seconds, seed=seed, engine=engine)
    return priced(problem, solution, perf_counter() - begun, total)


def priced(
    problem: Problem,
    solution: Solution,
    seconds: float,
    total: Callable[[Mapping[Term, int]], float] | None = None,
) -> Measured:
    """What the checker says of a plan; the fact `served_cost` leaves dropped visits' prices out."""
    report = verify(problem, solution)
    fault = report.violations[0].sentence if report.violations else ""
    return Measured(
        cost=float(total(report.cost) if total else report.total),
        seconds=seconds,
        unserved=tuple(sorted(one.visit_id for one in solution.unserved)),
        facts={"served_cost": float(report.total - report.cost[Term.UNSERVED])},
        fault=fault,
    )
