"""The cheapest places of a visit, several of them, against the cheapest one."""

from __future__ import annotations

import pytest

from solver.construct import insert_all
from solver.insertion import best_placement, placements
from solver.plan import Plan
from solver.tasks import tabulate
from tests.solver.tiny import tiny


@pytest.mark.parametrize("seed", range(60))
def test_several_places_are_sorted_and_begin_with_the_best(seed: int) -> None:
    plan = Plan(tabulate(tiny(seed, visits=5, caregivers=3)))
    insert_all(plan, range(4))
    if plan.is_served(4):
        plan.remove_visit(4)
    every = placements(plan, 4, 1_000)
    prices = [one.price for one in every]
    assert prices == sorted(prices)
    best = best_placement(plan, 4)
    assert (best is None) == (not every)
    assert best is None or best.price == prices[0]
    assert [one.price for one in placements(plan, 4, 3)] == prices[:3]
