"""The rounds that benchmarks are made of: counted right, planned whole, judged twice."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.meal_classic import Layout, Windows, classic_instance
from benchmarks.meal_instances import district_lunch
from solver.meals.crosscheck import second_opinion
from solver.meals.parts import shares
from solver.verify_meals import verify_meals
from tests.solver.test_meal_solve import solved


@pytest.mark.parametrize("shared_riders", [False, True])
def test_a_small_district_is_delivered_and_nobody_at_the_table_enters(shared_riders: bool) -> None:
    """The mechanics of 20,000 lunches on 1,000: many parts side by side, or one cut into groups."""
    lunch = district_lunch(1000, seed=1, shared_riders=shared_riders)
    problem = lunch.problem
    assert lunch.dine_in + lunch.pick_up + len(problem.deliveries) == 1000
    assert 250 < len(problem.deliveries) < 350
    split = shares(problem, problem.deliveries)
    assert len(split) == (1 if shared_riders else len(problem.kitchens))
    plan = solved(problem, iterations=20, workers=2)
    assert plan.undelivered == ()
    assert second_opinion(problem, plan).cost == verify_meals(problem, plan).total


@pytest.mark.parametrize("layout", ["random", "clustered"])
@pytest.mark.parametrize("windows", ["tight", "wide"])
def test_classical_rounds_can_be_planned_whole(layout: Layout, windows: Windows) -> None:
    problem = classic_instance(80, seed=1, layout=layout, windows=windows)
    same = classic_instance(80, seed=1, layout=layout, windows=windows)
    assert same.deliveries == problem.deliveries
    assert np.array_equal(same.travel["van"], problem.travel["van"])
    plan = solved(problem, iterations=50)
    assert plan.undelivered == ()
    assert len({trip.rider_id for trip in plan.trips}) == len(plan.trips)  # no second trip
