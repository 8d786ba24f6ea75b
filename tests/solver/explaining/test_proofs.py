"""Whatever is said to be impossible is refuted by searching every plan to the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from solver.explain import explain
from solver.problem import Problem
from solver.solution import Proof
from solver.tasks import tabulate
from tests.solver.brute_force import MUST, best_plan
from tests.solver.tiny import tiny
from tests.solver.tiny_days import tiny_day

Day = Callable[[int], Problem]


def metric(seed: int) -> Problem:
    """Six visits and every field, locks, pairs and dependencies among them."""
    return tiny(seed, visits=6, caregivers=2)


def roundabout(seed: int) -> Problem:
    """The same where a way round may be shorter than the direct one."""
    return tiny(seed, visits=5, caregivers=2, metric=False)


def confirmed(problem: Problem) -> int:
    """Visits proved impossible; each is asked for at any price of the whole day, in vain."""
    table = tabulate(problem)
    proved = 0
    for number, one in enumerate(problem.visits):
        if explain(table, number).proof is not Proof.IMPOSSIBLE:
            continue
        proved += 1
        others = (replace(each, drop_cost=each.drop_cost or 0) for each in problem.visits)
        visits = tuple(
            replace(each, drop_cost=None) if each.id == one.id else each for each in others
        )
        assert best_plan(replace(problem, visits=visits))[1] >= MUST, (problem.name, one.id)
    return proved


@pytest.mark.parametrize("make", [tiny_day, metric, roundabout])
def test_proofs_are_confirmed_by_exhaustive_search(make: Day) -> None:
    assert sum(confirmed(make(seed)) for seed in range(25)) >= 5


@pytest.mark.soak
@pytest.mark.parametrize("make", [tiny_day, metric, roundabout])
def test_so_on_three_hundred_days(make: Day) -> None:
    assert sum(confirmed(make(seed)) for seed in range(100, 200)) >= 20
