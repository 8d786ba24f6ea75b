"""What a worker does for a shard: plain values in, plain values out."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from solver.construct import repair
from solver.engine import Engine, solve
from solver.mend import accepted
from solver.plan import Plan
from solver.problem import Problem
from solver.solution import Solution
from solver.tasks import tabulate

INSERT_SHARE = 0.7
"""Of the first plan's seconds; what remains is for checking it."""
EJECT_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Job:
    """A shard's problem and present plan, and how hard to try."""

    problem: Problem
    start: Solution | None
    seconds: float
    seed: int = 0
    engine: Engine = "hybrid"
    iterations: int | None = None
    threads: int | None = 1


def first_plan(job: Job) -> Solution:
    """A plan in a moment: insertion and ejection, nothing that must be compiled first."""
    begun = monotonic()
    plan = Plan(tabulate(job.problem))
    repair(
        plan,
        lambda: monotonic() - begun > INSERT_SHARE * job.seconds,
        lambda: monotonic() - begun > EJECT_SHARE * job.seconds,
    )
    return accepted(plan)


def improved_plan(job: Job) -> Solution:
    """The engine's plan from the present one on; no worse than it."""
    return _solve_shard(job)


def _solve_shard(job: Job) -> Solution:
    """The one place that knows how the engine is called."""
    return solve(
        job.problem,
        time_limit=max(0.05, job.seconds),
        seed=job.seed,
        engine=job.engine,
        start=job.start,
        iterations=job.iterations,
        branch_limit=None if job.iterations is None else job.iterations,
        threads=job.threads,
    )
