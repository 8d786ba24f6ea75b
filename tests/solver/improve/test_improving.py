"""The compiled search against the checker: never worse, never broken, the same again."""

from __future__ import annotations

import pytest

from solver.improve import improve
from solver.solution import Solution
from solver.verify import verify
from tests.solver.generate import generate

ITERATIONS = 300


def improved(seed: int) -> tuple[Solution, Solution]:
    """A start that verifies, and what the search made of it."""
    problem, start = generate(seed)
    found = improve(problem, start, time_limit=None, iterations=ITERATIONS, seed=seed, chains=1)
    return start, found


@pytest.mark.parametrize("seed", range(8))
def test_a_plan_is_never_made_worse_and_verifies(seed: int) -> None:
    problem, _ = generate(seed)
    start, found = improved(seed)
    before, after = verify(problem, start), verify(problem, found)
    assert before.feasible
    assert after.feasible, after.violations
    assert after.total <= before.total


def test_most_random_plans_become_cheaper() -> None:
    better = 0
    for seed in range(8):
        problem, _ = generate(seed)
        start, found = improved(seed)
        better += verify(problem, found).total < verify(problem, start).total
    assert better >= 4


def test_bounded_by_iterations_the_same_seed_gives_the_same_plan() -> None:
    assert improved(3)[1] == improved(3)[1]


def test_asked_to_stop_it_returns_a_plan_that_verifies() -> None:
    problem, start = generate(5)
    found = improve(problem, start, time_limit=None, iterations=10**9, stop=lambda: True)
    assert verify(problem, found).feasible
