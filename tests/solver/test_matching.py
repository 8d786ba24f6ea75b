"""Matching against every plan there is, and against an assignment solver of another kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.graph.python import linear_sum_assignment

from solver.errors import EngineError, ProblemError
from solver.matching import NOWHERE, Matching, MatchingProblem, match

Costs = Sequence[Sequence[int | None]]
"""Cost by person and place; None: the person cannot go there."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A problem that is small enough to try every plan."""

    costs: Costs
    capacities: Sequence[int | None]
    levels: list[int]
    current: list[int]
    keep: int
    pools: list[int]
    """Pool of every place; `capacities` is by pool."""

    def is_within(self, plan: Sequence[int]) -> bool:
        """Whether no pool is asked for more than it has."""
        taken = [self.pools[place] for place in plan if place != NOWHERE]
        return all(
            room is None or taken.count(pool) <= room for pool, room in enumerate(self.capacities)
        )


def problem_of(costs: Costs, capacities: Sequence[int | None], **given: Any) -> MatchingProblem:
    arcs = [
        (person, place, cost)
        for person, row in enumerate(costs)
        for place, cost in enumerate(row)
        if cost is not None
    ]
    columns = np.array(arcs, dtype=np.int64).reshape(-1, 3).T
    people = len(costs)
    return MatchingProblem(
        levels=np.array(given.get("levels", [0] * people), dtype=np.int64),
        pool_of_place=np.array(given.get("pools", range(len(capacities))), dtype=np.int64),
        capacities=tuple(capacities),
        arc_person=columns[0],
        arc_place=columns[1],
        arc_cost=columns[2],
        current=np.array(given.get("current", [NOWHERE] * people), dtype=np.int64),
        keep_unless_better_by=given.get("keep", 0),
    )


Value = tuple[int, int, int, int]


def value(case: Case, plan: dict[int, int]) -> Value:
    """By what plans of a level compare: without a place, of them with one now, cost, moved."""
    without = [one for one, place in plan.items() if place == NOWHERE]
    moved = [one for one, place in plan.items() if place not in (NOWHERE, case.current[one])]
    paid = sum(case.costs[one][place] or 0 for one, place in plan.items() if place != NOWHERE)
    held = [one for one in without if case.current[one] != NOWHERE]
    return len(without), len(held), paid + case.keep * len(moved), len(moved)


def best(case: Case, people: list[int], above: list[int]) -> Value:
    """The best value by trying every plan of `people`, the places `above` being taken already."""
    choices = [
        [NOWHERE, *(place for place, cost in enumerate(case.costs[one]) if cost is not None)]
        for one in people
    ]
    return min(
        value(case, dict(zip(people, plan, strict=True)))
        for plan in product(*choices)
        if case.is_within([*plan, *above])
    )


@st.composite
def small_cases(draw: st.DrawFn) -> Case:
    people, places = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    cell = st.one_of(st.none(), st.integers(0, 6))
    row = st.lists(cell, min_size=places, max_size=places)
    room = st.sampled_from([0, 1, 1, 2, None])
    now = st.integers(NOWHERE, places - 1)
    pool = st.integers(0, places - 1)
    return Case(
        costs=draw(st.lists(row, min_size=people, max_size=people)),
        capacities=draw(st.lists(room, min_size=places, max_size=places)),
        levels=draw(st.lists(st.integers(0, 2), min_size=people, max_size=people)),
        current=draw(st.lists(now, min_size=people, max_size=people)),
        keep=draw(st.integers(0, 4)),
        pools=draw(st.lists(pool, min_size=places, max_size=places)),
    )


def found_for(case: Case) -> Matching:
    return match(
        problem_of(
            case.costs,
            case.capacities,
            levels=case.levels,
            current=case.current,
            keep=case.keep,
            pools=case.pools,
        )
    )


@settings(max_examples=150)
@given(case=small_cases())
def test_no_plan_is_better_level_by_level(case: Case) -> None:
    found = found_for(case)
    plan = [int(place) for place in found.place]
    assert case.is_within(plan)
    above: list[int] = []
    for level in sorted(set(case.levels), reverse=True):
        people = [one for one in range(len(plan)) if case.levels[one] == level]
        own = {one: plan[one] for one in people}
        assert value(case, own) == best(case, people, above)
        above += own.values()
    for person, place in enumerate(plan):
        assert found.cost[person] == (0 if place == NOWHERE else case.costs[person][place])


@settings(max_examples=60)
@given(case=small_cases())
def test_asking_again_changes_nothing(case: Case) -> None:
    first = [int(place) for place in found_for(case).place]
    again = found_for(replace(case, current=first))
    assert list(again.place) == first


@pytest.mark.parametrize("seed", range(3))
def test_cost_is_that_of_an_assignment_of_people_to_single_seats(seed: int) -> None:
    chance = np.random.default_rng(seed)
    capacities = [int(room) for room in chance.integers(1, 9, size=25)]
    costs = chance.integers(1, 4000, size=(sum(capacities) - 5, len(capacities)))
    seats = np.repeat(costs, capacities, axis=1)
    nobody = np.zeros((5, seats.shape[1]), dtype=np.int64)
    rows, columns = np.indices((seats.shape[1], seats.shape[1]))
    assignment: Any = linear_sum_assignment.SimpleLinearSumAssignment()
    assignment.add_arcs_with_cost(
        rows.ravel().astype(np.int32),
        columns.ravel().astype(np.int32),
        np.concatenate([seats, nobody]).ravel().astype(np.int64),
    )
    assert assignment.solve() == assignment.OPTIMAL
    found = match(problem_of(costs.tolist(), list(capacities)))
    assert NOWHERE not in found.place
    assert found.cost.sum() == assignment.optimal_cost()


def test_higher_levels_choose_first() -> None:
    near_far = [[10, 500], [10, 500], [10, 500]]
    found = match(problem_of(near_far, [1, 1], levels=[0, 2, 1]))
    assert list(found.place) == [NOWHERE, 0, 1]


def test_a_place_is_kept_unless_another_is_better_by_more_than_stated() -> None:
    def place(metres: int) -> int:
        problem = problem_of([[500, 500 - metres]], [None, None], current=[0], keep=200)
        return int(match(problem).place[0])

    assert place(200) == 0
    assert place(201) == 1


def test_nobody_loses_a_place_to_somebody_of_the_same_level_who_lives_nearer() -> None:
    found = match(problem_of([[900], [10]], [1], current=[0, NOWHERE]))
    assert list(found.place) == [0, NOWHERE]


def test_somebody_makes_room_where_that_gives_one_more_a_place() -> None:
    found = match(problem_of([[10, 60], [10, None]], [1, 1], current=[0, NOWHERE], keep=1000))
    assert list(found.place) == [1, 0]


def test_nobody_and_no_place_are_problems_too() -> None:
    assert list(match(problem_of([], [])).place) == []
    assert list(match(problem_of([[], []], [])).place) == [NOWHERE, NOWHERE]
    assert list(match(problem_of([[5]], [0])).place) == [NOWHERE]


def test_places_of_one_pool_share_its_capacity() -> None:
    found = match(problem_of([[10, 20], [20, 10]], [1], pools=[0, 0]))
    assert sorted(found.place) in ([NOWHERE, 0], [NOWHERE, 1])
    found = match(problem_of([[10, 20], [20, 10]], [2], pools=[0, 0]))
    assert list(found.place) == [0, 1]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"current": [0, 0]}, "2 current places of 1 people"),
        ({"arc_person": [1]}, "arc_person 0 is 1"),
        ({"arc_place": [2]}, "arc_place 0 is 2"),
        ({"pool_of_place": [0, 2]}, "pool_of_place 1 is 2"),
        ({"current": [-2]}, "current 0 is -2"),
        ({"arc_cost": [-1]}, "a cost is -1"),
        ({"arc_cost": [1, 2]}, "differ in length"),
        ({"arc_cost": [0.5]}, "not a row of whole numbers"),
        ({"capacities": (-1, 1)}, "capacity -1"),
        ({"keep_unless_better_by": -1}, "keep_unless_better_by is -1"),
        (
            {"arc_person": [0, 0], "arc_place": [1, 1], "arc_cost": [1, 2]},
            "two arcs lead one person",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(change: dict[str, Any], told: str) -> None:
    sound: dict[str, Any] = {
        "levels": [0],
        "pool_of_place": [0, 1],
        "capacities": (1, 1),
        "arc_person": [0],
        "arc_place": [0],
        "arc_cost": [5],
        "current": [NOWHERE],
    }
    MatchingProblem(**sound)
    with pytest.raises(ProblemError, match=told):
        MatchingProblem(**(sound | change))


def test_costs_beyond_64_bits_are_refused() -> None:
    with pytest.raises(EngineError, match="too large"):
        match(problem_of([[2**60]], [1]))
