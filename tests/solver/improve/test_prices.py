"""The compiled prices and times against the checker's, on random days with every field."""

from __future__ import annotations

import pytest

from solver.improve import improve
from solver.improve.arrays import model
from solver.improve.plans import is_feasible, load, unload
from solver.improve.totals import total
from solver.verify import verify
from tests.solver.generate import generate


@pytest.mark.parametrize("seed", range(40))
def test_the_price_of_a_plan_is_the_checkers_cost(seed: int) -> None:
    problem, start = generate(seed)
    found = improve(problem, start, time_limit=None, iterations=60, seed=seed, chains=1)
    made = model(problem)
    for plan in (start, found):
        state = load(made, plan)
        if not is_feasible(made, state):
            continue  # rests where the search would not take them, say; `improve` leaves such alone
        report = verify(problem, unload(made, state))
        assert report.feasible, report.violations
        assert total(made.data, state) == report.total


def test_most_random_plans_can_be_timed_by_the_search() -> None:
    timed = 0
    for seed in range(40):
        problem, start = generate(seed)
        made = model(problem)
        timed += is_feasible(made, load(made, start))
    assert timed >= 30
