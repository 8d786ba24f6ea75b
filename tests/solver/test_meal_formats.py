"""Meal rounds as JSON: a round trip is exact, and a bad document is refused by place."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.errors import FormatError
from solver.formats import meals
from solver.meal_problem import MealProblem
from solver.verify_meals import verify_meals
from tests.solver.meal_cases import random_problem, worked_problem, worked_solution


def same(one: MealProblem, two: MealProblem) -> bool:
    scalars = (one.weights, one.hot_limit, one.name) == (two.weights, two.hot_limit, two.name)
    items = (one.kitchens, one.riders, one.deliveries) == (two.kitchens, two.riders, two.deliveries)
    matrices = set(one.travel) == set(two.travel) and all(
        np.array_equal(one.travel[mode], two.travel[mode]) for mode in one.travel
    )
    return scalars and items and matrices


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_problems_come_back_as_they_were(seed: int) -> None:
    problem = random_problem(seed)
    text = json.dumps(meals.write_problem(problem))
    assert same(meals.read_problem(json.loads(text)), problem)


def test_solutions_come_back_as_they_were() -> None:
    problem, plan = worked_problem(), worked_solution()
    cost = verify_meals(problem, plan).cost
    document = json.loads(json.dumps(meals.write_solution(problem, plan, cost)))
    assert document["format"] == "xinbei-meals/1"
    assert meals.read_solution(document, problem) == plan


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("deliveries", 0, "portions"), "two", r"problem\.deliveries\[0\]\.portions"),
        (("deliveries", 1, "diet"), "soft", r"problem\.deliveries\[1\].*'diet' is unknown"),
        (("riders", 0, "capacity"), None, r"problem\.riders\[0\]\.capacity"),
        (("riders", 0, "usual"), ["d1", 2], r"problem\.riders\[0\]\.usual\[1\]"),
        (("weights", "usual_route"), 1.5, r"problem\.weights\.usual_route"),
        (("travel", "bike", 0), [0, 1], "the rows of the matrix differ in length"),
        (("travel", "bike", 0, 1), "far", "'far' is not a number"),
        (("travel", "bike"), 7, "7 is not a list of rows"),
        (("format",), "xinbei-meals/9", "xinbei-meals/9"),
    ],
)
def test_a_bad_document_names_the_place(
    path: tuple[str | int, ...], value: object, words: str
) -> None:
    document = meals.write_problem(worked_problem())
    here = document
    for step in path[:-1]:
        here = here[step]  # type: ignore[index]  # a path into any document
    here[path[-1]] = value  # type: ignore[index]  # a path into any document
    with pytest.raises(FormatError, match=words):
        meals.read_problem(document)
