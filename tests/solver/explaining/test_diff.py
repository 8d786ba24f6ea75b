"""Differences of two plans: each change is seen, and the figures are the checker's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.explaining.diff import Change, Differences, differences
from solver.problem import Problem
from solver.solution import Proof, Route, Solution, Stop, Unserved
from solver.verify import verify
from tests.solver.explaining.plans import constructed, shaken
from tests.solver.generate import generate
from tests.solver.small import caregiver, day, visit

DAY = day(
    [visit("V", 1, elder="Old"), visit("W", 2, elder="Old"), visit("X", 3)],
    [caregiver("A"), caregiver("B")],
)


def route(who: str, *stops: tuple[str, int]) -> Route:
    given = tuple(Stop(name, 0, start, start, start + 30) for name, start in stops)
    return Route(f"{who}/day", stops[0][1] - 10, given, stops[-1][1] + 60)


def plan(*routes: Route) -> Solution:
    served = {stop.visit_id for one in routes for stop in one.stops}
    left = (one.id for one in DAY.visits if one.id not in served)
    return Solution(routes, tuple(Unserved(one, "x", Proof.NOT_FOUND) for one in left))


BEFORE = plan(route("A", ("V", 500), ("W", 600)))


def changes(found: Differences) -> dict[str, tuple[Change, ...]]:
    return {one.visit_id: one.changes for elder in found.elders for one in elder.visits}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BEFORE, {}),
        (plan(route("A", ("V", 530), ("W", 600))), {}),
        (plan(route("A", ("V", 531), ("W", 600))), {"V": (Change.NEW_TIME,)}),
        (plan(route("A", ("V", 500)), route("B", ("W", 600))), {"W": (Change.NEW_CAREGIVER,)}),
        (
            plan(route("A", ("V", 500)), route("B", ("W", 700))),
            {"W": (Change.NEW_CAREGIVER, Change.NEW_TIME)},
        ),
        (plan(route("A", ("V", 500))), {"W": (Change.NO_LONGER_SERVED,)}),
        (
            plan(route("A", ("V", 500), ("W", 600)), route("B", ("X", 500))),
            {"X": (Change.NEWLY_SERVED,)},
        ),
    ],
)
def test_each_change_is_told(after: Solution, expected: dict[str, tuple[Change, ...]]) -> None:
    found = differences(DAY, BEFORE, after)
    assert changes(found) == expected
    assert found.unchanged == 2 - len(expected.keys() - {"X"})
    assert found.still_unserved == (() if "X" in expected else ("X",))


def test_an_elder_is_counted_once_and_caregivers_say_what_they_gain() -> None:
    found = differences(DAY, BEFORE, plan(route("B", ("V", 500), ("W", 600))))
    assert [one.elder for one in found.elders] == ["Old"]
    assert found.count(Change.NEW_CAREGIVER) == 1
    first, second = found.caregivers
    assert (first.caregiver, first.lost, first.gained) == ("A", ("V", "W"), ())
    assert (first.work_was, first.work_now, first.travel_was) == (100, 0, 40)
    assert (second.caregiver, second.gained, second.travel_now) == ("B", ("V", "W"), 40)


def test_who_change_their_parts_are_the_same_two() -> None:
    two = day([visit("V", 1, parts=2)], [caregiver("A"), caregiver("B")])
    before = constructed(two)
    swapped = tuple(
        replace(one, stops=(replace(one.stops[0], part=1 - one.stops[0].part),))
        for one in before.routes
    )
    found = differences(two, before, replace(before, routes=swapped))
    assert (found.elders, found.terms, found.cost) == ((), (), 0)


@pytest.mark.parametrize("seed", range(30))
def test_figures_are_the_checkers_difference(seed: int) -> None:
    problem: Problem
    problem, before = generate(seed)
    after = shaken(before, seed)
    found = differences(problem, before, after)
    first, second = verify(problem, before), verify(problem, after)
    assert found.cost == second.total - first.total == sum(one.cost for one in found.terms)
    for one in found.terms:
        assert (one.was, one.now) == (first.terms[one.term], second.terms[one.term])
    told = sum(len(elder.visits) for elder in found.elders)
    assert told + found.unchanged + len(found.still_unserved) == len(problem.visits)
