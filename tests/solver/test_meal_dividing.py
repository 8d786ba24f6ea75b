"""Cutting a part into groups: nothing lost, nothing twice, no kitchen overdrawn, one plan again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.meal_instances import meal_instance
from solver.meal_problem import MealProblem
from solver.meals import kernel, search
from solver.meals.arrays import CAPACITY, OWNER, TRIPS, Part, State
from solver.meals.dividing import LEAST_NODES, divided, group_count, whole_part
from solver.meals.pricing import refresh, whole
from solver.verify_meals import verify_meals
from tests.solver.test_meal_solve import solved


def lunch(stops: int = 300, portions: int | None = None) -> MealProblem:
    """A round in one part; with `portions` its kitchens give fewer than were ordered."""
    problem = meal_instance(stops, seed=2, kitchens=3, bound_riders=False, shared_doors=False)
    kitchens = tuple(replace(one, capacity=portions) for one in problem.kitchens)
    return replace(problem, kitchens=kitchens)


def planned(problem: MealProblem) -> tuple[Part, State]:
    nodes = [(one,) for one in problem.deliveries]
    part = Part.of(problem, problem.kitchens, problem.riders, nodes)
    return part, search.first_plan(part, 1)


def test_the_number_of_groups_depends_on_the_nodes_alone() -> None:
    counts = [group_count(nodes) for nodes in (1, 2 * LEAST_NODES - 1, 2 * LEAST_NODES, 1000, 6000)]
    assert counts == [1, 1, 2, 4, 24]


@pytest.mark.parametrize("portions", [None, 60])
@pytest.mark.parametrize("count", [2, 5])
def test_groups_hold_everything_once_and_join_to_the_same_plan(
    portions: int | None, count: int
) -> None:
    part, plan = planned(lunch(portions=portions))
    assert (plan.node[:, OWNER] < 0).any() == (portions is not None)
    groups = divided(part.data, plan, count, np.random.default_rng(1))
    assert len(groups) == count
    for kind, total in (("riders", len(part.riders)), ("nodes", len(part.nodes))):
        held = np.concatenate([getattr(one, kind) for one in groups])
        assert sorted(held.tolist()) == list(range(total))
    costs = [kernel.total(one.data, one.state) for one in groups]
    assert sum(costs) == kernel.total(part.data, plan)
    again = plan.twin()
    for one in groups:
        one.join(again, one.state)
    for name in ("day", "node", "cooked"):
        assert np.array_equal(getattr(again, name), getattr(plan, name))
    if portions is not None:
        given = np.sum([one.data.kitchen[:, CAPACITY] for one in groups], axis=0)
        assert given.tolist() == [portions] * len(part.kitchens)


@pytest.mark.parametrize("portions", [None, 60])
def test_a_search_in_groups_leaves_the_plan_whole(portions: int | None) -> None:
    part, plan = planned(lunch(portions=portions))
    before = kernel.total(part.data, plan)
    best = search.improve(part, plan, search.Budget(None, 9000), 1, threads=2)
    again = best.twin()
    for rider in range(len(part.riders)):
        refresh(part.data, again, whole(rider))
    served = best.node[:, OWNER] >= 0
    assert np.array_equal(again.day, best.day)
    assert np.array_equal(again.node[served], best.node[served])
    assert (best.cooked <= part.data.kitchen[:, CAPACITY]).all()
    assert kernel.total(part.data, best) < before


def test_threads_change_nothing_but_the_time() -> None:
    problem = lunch(260)
    first = solved(problem, iterations=20, workers=1)
    assert solved(problem, iterations=20, workers=2) == first
    assert verify_meals(problem, first).feasible


def test_a_part_without_a_trip_is_cut_too() -> None:
    part, _ = planned(lunch())
    groups = divided(part.data, part.empty(), 2, np.random.default_rng(1))
    assert sorted(len(one.riders) for one in groups if len(one.nodes)) != []
    assert int(whole_part(part.data, part.empty()).state.day[:, TRIPS].sum()) == 0


def test_a_stop_in_the_middle_of_a_round_leaves_a_valid_plan() -> None:
    problem = lunch()
    asked = iter(range(10**6))
    plan = solved(problem, iterations=10**6, workers=2, stop=lambda: next(asked) > 40)
    assert verify_meals(problem, plan).feasible
    assert plan.undelivered == ()
