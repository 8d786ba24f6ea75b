"""The second opinion accepts what the checker accepts, at the same price, and refuses the rest."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.meal_instances import meal_instance
from solver.meal_problem import MealProblem, MealTerm
from solver.meal_solution import MealSolution
from solver.meals import solve_meals, solving
from solver.meals.crosscheck import BATCH_STOPS, Opinion, second_opinion
from solver.verify_meals import MealRule, verify_meals
from tests.solver.meal_cases import random_problem, worked_problem, worked_solution
from tests.solver.test_meal_verify import MUTATIONS, Mutation, with_stop

CHECKERS_ALONE = {
    MealRule.UNKNOWN_ID,
    MealRule.REPEATED,
    MealRule.MISSING,
    MealRule.FALSE_PROOF,
    MealRule.TRAVEL_TIME,
    MealRule.HANDOVER,
}
"""Ids, deliveries left out, and stated times that follow from others."""


def delivered_cost(problem: MealProblem, plan: MealSolution) -> int:
    report = verify_meals(problem, plan)
    assert report.feasible
    return report.total - report.cost[MealTerm.UNDELIVERED]


def test_the_worked_plan_is_accepted_at_its_price() -> None:
    problem, plan = worked_problem(), worked_solution()
    assert second_opinion(problem, plan) == Opinion((), delivered_cost(problem, plan))


@pytest.mark.parametrize(
    ("rule", "mutation"),
    [case for case in MUTATIONS if case[0] not in CHECKERS_ALONE],
    ids=lambda one: getattr(one, "value", ""),
)
def test_a_broken_plan_is_refused_and_the_rider_named(rule: MealRule, mutation: Mutation) -> None:
    problem, plan = mutation(worked_problem(), worked_solution())
    refused = second_opinion(problem, plan).refused
    assert refused, rule
    assert all(one.startswith(("rider A: ", "rider B: ")) for one in refused)


def test_a_handover_before_the_rider_can_be_there_is_refused() -> None:
    plan = with_stop(worked_solution(), 0, 1, arrival=645, handover_start=645, end=647)
    (sentence,) = second_opinion(worked_problem(), plan).refused
    assert sentence == "rider A: the routing model does not accept the day"


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_both_opinions_agree_on_random_plans(seed: int) -> None:
    """Soft windows, habits, riders of several kitchens, waiting, no triangle inequality."""
    problem = random_problem(seed, deliveries=9, places=9)
    plan = solve_meals(problem, time_limit=None, seed=seed, iterations=5)
    assert second_opinion(problem, plan) == Opinion((), delivered_cost(problem, plan))


def test_many_stops_are_judged_in_batches() -> None:
    problem = meal_instance(3 * BATCH_STOPS, seed=1, kitchens=4, bound_riders=False)
    plan = solve_meals(problem, time_limit=None, seed=1, iterations=1)
    assert second_opinion(problem, plan) == Opinion((), delivered_cost(problem, plan))


def test_a_refusal_is_logged_and_the_verified_plan_returned(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    problem = worked_problem()

    def disagree(problem: MealProblem, plan: MealSolution) -> Opinion:
        return second_opinion(problem, with_stop(plan, 0, 0, handover_start=10**4))

    monkeypatch.setattr(solving, "second_opinion", disagree)
    with caplog.at_level(logging.ERROR):
        plan = solve_meals(problem, time_limit=None, seed=1, iterations=10)
    assert verify_meals(problem, plan).feasible
    assert "the routing model does not accept the day" in caplog.text


@pytest.mark.parametrize("fault", [RuntimeError("broken"), None])
def test_a_fault_of_the_second_opinion_costs_nobody_the_lunch(
    fault: Exception | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(problem: MealProblem, plan: MealSolution) -> Opinion:
        if fault is not None:
            raise fault
        return replace(second_opinion(problem, plan), cost=-1)

    monkeypatch.setattr(solving, "second_opinion", broken)
    with caplog.at_level(logging.ERROR):
        plan = solve_meals(worked_problem(), time_limit=None, seed=1, iterations=10)
    assert verify_meals(worked_problem(), plan).feasible
    assert ("could not judge" if fault else "prices it at -1") in caplog.text
