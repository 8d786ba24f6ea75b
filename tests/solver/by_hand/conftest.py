"""A day with a plan that keeps every rule."""

from __future__ import annotations

import pytest

from benchmarks.instances import TownDay
from solver.construct import repair
from solver.mend import accepted
from solver.plan import Plan
from solver.problem import Problem
from solver.solution import Solution
from solver.tasks import tabulate


@pytest.fixture(scope="session")
def day() -> tuple[Problem, Solution]:
    """60 visits of 12 caregivers, a seventh of them of two people."""
    problem = TownDay(visits=60, caregivers=12, pair_share=0.15, seed=4).problem()
    plan = Plan(tabulate(problem))
    repair(plan, lambda: False)
    return problem, accepted(plan)
