"""A meal problem refuses what contradicts itself, in one sentence that names the item."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from solver.errors import ProblemError
from solver.meal_problem import Kitchen, MealProblem, MealTerm, MealWeights, Rider
from tests.solver.meal_cases import (
    delivery,
    road,
    with_delivery,
    with_kitchen,
    with_rider,
    worked_problem,
)


def spoilt(value: float) -> Any:  # what a caller may hand in, whatever the types say
    matrix = road().astype(np.float64)
    matrix[0, 1] = value
    return matrix


BAD: dict[str, tuple[Callable[[MealProblem], object], str]] = {
    "window backwards": (
        lambda p: with_delivery(p, "d1", window_start=710),
        "delivery d1: the window ends (700) before it starts (710)",
    ),
    "no portion": (
        lambda p: with_delivery(p, "d1", portions=0),
        "delivery d1: portions must be at least 1, not 0",
    ),
    "half minutes": (
        lambda p: with_delivery(p, "d1", handover_minutes=2.5),
        "delivery d1: handover_minutes must be a whole number, not 2.5",
    ),
    "unknown kitchen": (
        lambda p: with_delivery(p, "d1", kitchen="K9"),
        "delivery d1: kitchen K9 is unknown",
    ),
    "place outside": (
        lambda p: with_delivery(p, "d1", place=6),
        "delivery d1: place 6 lies outside the travel matrices of 6 places",
    ),
    "twice": (
        lambda p: replace(p, deliveries=(*p.deliveries, delivery("d1", 2))),
        "delivery d1: the id is used twice",
    ),
    "no id": (lambda _: delivery("", 2), "delivery '': the id must be a non-empty text"),
    "loading backwards": (
        lambda p: with_kitchen(p, "K1", ready_until=599),
        "kitchen K1: the last loading (599) is before the first (600)",
    ),
    "negative kitchen": (
        lambda p: with_kitchen(p, "K1", capacity=-1),
        "kitchen K1: capacity must be at least 0, not -1",
    ),
    "shift backwards": (
        lambda p: with_rider(p, "A", end=599),
        "rider A: the shift ends (599) before it starts (600)",
    ),
    "unknown mode": (
        lambda p: with_rider(p, "A", mode="boat"),
        "rider A: travel mode boat is unknown",
    ),
    "unknown home kitchen": (
        lambda p: with_rider(p, "A", kitchens=frozenset(["K3"])),
        "rider A: kitchen K3 is unknown",
    ),
    "end place outside": (
        lambda p: with_rider(p, "A", end_place=17),
        "rider A: end_place 17 lies outside",
    ),
    "free travel to itself": (
        lambda p: replace(p, travel={"bike": road() + 1}),
        "travel matrix 'bike': place 0 to itself is not 0",
    ),
    "not square": (
        lambda p: replace(p, travel={"bike": road()[:, :5]}),
        "travel matrix 'bike': the shape (6, 5) is not square",
    ),
    "one long row": (
        lambda p: replace(p, travel={"bike": road().ravel()}),
        "travel matrix 'bike': the shape (36,) is not square",
    ),
    "not a number": (
        lambda p: replace(p, travel={"bike": spoilt(np.nan)}),
        "travel matrix 'bike': the value nan at row 0, column 1 is not a number",
    ),
    "endless way": (
        lambda p: replace(p, travel={"bike": spoilt(np.inf)}),
        "travel matrix 'bike': the value inf at row 0, column 1 is not a number",
    ),
    "half a minute of travel": (
        lambda p: replace(p, travel={"bike": spoilt(2.5)}),
        "travel matrix 'bike': the value 2.5 at row 0, column 1 is not a whole number",
    ),
    "back in time": (
        lambda p: replace(p, travel={"bike": spoilt(-1)}),
        "travel matrix 'bike': the value -1.0 at row 0, column 1 is negative",
    ),
    "beyond all ways": (
        lambda p: replace(p, travel={"bike": spoilt(2.0**40)}),
        "travel matrix 'bike': the value 1099511627776.0 at row 0, column 1 exceeds",
    ),
    "ways in words": (
        lambda p: replace(p, travel={"bike": np.array([["far"]])}),
        "travel matrix 'bike': the values are <U3, not numbers",
    ),
    "before the day": (
        lambda p: with_delivery(p, "d1", window_start=-5),
        "delivery d1: window_start must be at least 0, not -5",
    ),
    "shift before the day": (
        lambda p: with_rider(p, "A", start=-1),
        "rider A: start must be at least 0, not -1",
    ),
    "after all days": (
        lambda p: with_delivery(p, "d1", window_end=2**40),
        "delivery d1: window_end must be at most 2147483647, not 1099511627776",
    ),
    "endless box": (
        lambda p: with_rider(p, "A", capacity=2**31),
        "rider A: capacity must be at most 2147483647, not 2147483648",
    ),
    "endless kitchen": (
        lambda p: with_kitchen(p, "K1", capacity=2**63),
        "kitchen K1: capacity must be at most 2147483647, not 9223372036854775808",
    ),
    "endless heat": (
        lambda p: replace(p, hot_limit=2**31),
        "problem: hot_limit must be at most 2147483647, not 2147483648",
    ),
    "dear beyond counting": (
        lambda p: replace(
            with_delivery(p, "d1", drop_cost=2**30), weights=MealWeights(undelivered=2**20)
        ),
        "weights: a plan could cost 1125904101149024, more than 281474976710656",
    ),
    "two sizes": (
        lambda p: replace(p, travel={"bike": road(), "walk": np.zeros((3, 3), dtype=int)}),
        "travel matrices: the sizes differ",
    ),
    "unknown usual delivery": (
        lambda p: with_rider(p, "A", usual=("d1", "d9")),
        "rider A: delivery of the usual route d9 is unknown",
    ),
    "two usual riders": (
        lambda p: with_rider(with_rider(p, "A", usual=("d1",)), "B", usual=("d2", "d1")),
        "delivery d1: it is twice on usual routes, of rider A and of rider B",
    ),
    "twice on a usual route": (
        lambda p: with_rider(p, "A", usual=("d1", "d2", "d1")),
        "delivery d1: it is twice on usual routes, of rider A and of rider A",
    ),
    "negative weight": (
        lambda _: MealWeights(travel=-1),
        "weights: travel must be at least 0, not -1",
    ),
    "no heat": (
        lambda p: replace(p, hot_limit=-5),
        "problem: hot_limit must be at least 0, not -5",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_contradiction_is_refused_by_name(case: str) -> None:
    spoil, sentence = BAD[case]
    with pytest.raises(ProblemError) as caught:
        spoil(worked_problem())
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_matrices_are_read_only_copies() -> None:
    given = road()
    problem = replace(worked_problem(), travel={"bike": given})
    given[0, 1] = 99
    assert problem.travel["bike"][0, 1] == 20
    with pytest.raises(ValueError, match="read-only"):
        problem.travel["bike"][0, 1] = 1


def test_a_problem_travels_to_other_processes() -> None:
    problem = worked_problem()
    copy = pickle.loads(pickle.dumps(problem))  # noqa: S301 - our own bytes
    assert copy.deliveries == problem.deliveries
    assert np.array_equal(copy.travel["bike"], problem.travel["bike"])


def test_the_hot_limit_of_a_delivery_overrides_the_problems() -> None:
    problem = with_delivery(worked_problem(), "d1", hot_limit=0)
    assert [problem.hot_limit_of(one) for one in problem.deliveries[:2]] == [0, 60]


def test_a_rider_without_kitchens_loads_anywhere() -> None:
    bound, free = worked_problem().riders
    assert (bound.works_for("K2"), free.works_for("K2")) == (False, True)


def test_weights_are_known_by_term() -> None:
    weights = MealWeights(travel=2, lateness=None)
    assert [weights.of(term) for term in MealTerm] == [2, 0, None, 1, 0]


def test_an_empty_problem_is_a_problem() -> None:
    problem = MealProblem(kitchens=(), riders=(), deliveries=(), travel={})
    assert problem.hot_limit == 60


def test_a_place_needs_a_matrix() -> None:
    kitchen = Kitchen(id="K", place=0, ready_from=0, ready_until=1)
    with pytest.raises(ProblemError, match="kitchen K: place 0 lies outside"):
        MealProblem(kitchens=(kitchen,), riders=(), deliveries=(), travel={})
    rider = Rider(id="R", mode="bike", capacity=1, start=0, end=1, start_place=0, end_place=0)
    with pytest.raises(ProblemError, match="rider R: start_place 0 lies outside"):
        MealProblem(kitchens=(), riders=(rider,), deliveries=(), travel={})
