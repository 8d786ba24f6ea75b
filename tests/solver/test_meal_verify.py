"""The meal checker: figures worked by hand, and each rule broken alone is reported alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from solver.meal_problem import MealProblem, MealTerm, MealWeights
from solver.meal_solution import MealReason, MealSolution, MealStop, Trip, Undelivered
from solver.solution import Proof
from solver.verify_meals import MealRule, verify_meals
from tests.solver.meal_cases import (
    with_delivery,
    with_kitchen,
    with_rider,
    worked_problem,
    worked_solution,
)

Pair = tuple[MealProblem, MealSolution]
Mutation = Callable[[MealProblem, MealSolution], Pair]


def with_trip(plan: MealSolution, number: int, **changes: Any) -> MealSolution:
    trips = list(plan.trips)
    trips[number] = replace(trips[number], **changes)
    return replace(plan, trips=tuple(trips))


def with_stop(plan: MealSolution, number: int, stop: int, **changes: Any) -> MealSolution:
    stops = list(plan.trips[number].stops)
    stops[stop] = replace(stops[stop], **changes)
    return with_trip(plan, number, stops=tuple(stops))


def left_out(plan: MealSolution, name: str) -> MealSolution:
    extra = Undelivered(name, MealReason.NO_ROOM, Proof.NOT_FOUND)
    return replace(plan, undelivered=(*plan.undelivered, extra))


MUTATIONS: list[tuple[MealRule, Mutation]] = [
    (MealRule.UNKNOWN_ID, lambda p, s: (p, left_out(s, "ghost"))),
    (
        MealRule.UNKNOWN_ID,
        lambda p, s: (p, replace(s, trips=(*s.trips, Trip("Z", "K1", 600, 605, (), 605)))),
    ),
    (
        MealRule.UNKNOWN_ID,
        lambda p, s: (p, replace(s, trips=(*s.trips, Trip("B", "K9", 650, 650, (), 650)))),
    ),
    (MealRule.REPEATED, lambda p, s: (p, left_out(s, "d1"))),
    (MealRule.MISSING, lambda p, s: (p, replace(s, undelivered=()))),
    (
        MealRule.EMPTY_TRIP,
        lambda p, s: (p, replace(s, trips=(*s.trips, Trip("B", "K2", 650, 655, (), 655)))),
    ),
    (MealRule.WRONG_KITCHEN, lambda p, s: (with_delivery(p, "d3", kitchen="K2"), s)),
    (MealRule.RIDER_KITCHEN, lambda p, s: (with_rider(p, "B", kitchens=frozenset(["K1"])), s)),
    (MealRule.RIDER_CAPACITY, lambda p, s: (with_rider(p, "A", capacity=3), s)),
    (MealRule.KITCHEN_CAPACITY, lambda p, s: (with_kitchen(p, "K1", capacity=5), s)),
    (MealRule.KITCHEN_READY, lambda p, s: (with_kitchen(p, "K1", ready_from=631), s)),
    (MealRule.KITCHEN_READY, lambda p, s: (with_kitchen(p, "K1", ready_until=656), s)),
    (MealRule.LOADING, lambda p, s: (with_kitchen(p, "K1", load_minutes=6), s)),
    (MealRule.TRAVEL_TIME, lambda p, s: (p, with_stop(s, 0, 0, arrival=639))),
    (MealRule.TRAVEL_TIME, lambda p, s: (p, with_trip(s, 1, return_at=673))),
    (
        MealRule.HANDOVER,
        lambda p, s: (p, with_trip(with_stop(s, 0, 1, end=647), 0, return_at=656)),
    ),
    (
        MealRule.HANDOVER,
        lambda p, s: (
            p,
            with_trip(with_stop(s, 0, 1, handover_start=645, end=647), 0, return_at=656),
        ),
    ),
    (MealRule.EARLY, lambda p, s: (with_delivery(p, "d1", window_start=641), s)),
    (MealRule.LATE, lambda p, s: (with_delivery(p, "d1", window_end=639), s)),
    (MealRule.HOT_LIMIT, lambda p, s: (with_delivery(p, "d2", hot_limit=10), s)),
    (
        MealRule.TRIP_ORDER,
        lambda p, s: (
            p,
            with_trip(
                s,
                1,
                load_at=656,
                departure=661,
                stops=(MealStop("d3", 666, 666, 668),),
                return_at=673,
            ),
        ),
    ),
    (MealRule.SHIFT, lambda p, s: (with_rider(p, "A", end=673), s)),
    (MealRule.SHIFT, lambda p, s: (with_rider(p, "A", start=631), s)),
    (MealRule.FALSE_PROOF, lambda p, s: (with_delivery(p, "far", hot_limit=180), s)),
]


def test_the_worked_plan_is_feasible_and_costs_what_a_hand_computes() -> None:
    report = verify_meals(worked_problem(), worked_solution())
    assert report.violations == ()
    assert report.feasible
    assert report.terms == {
        MealTerm.TRAVEL: (5 + 4 + 9) + (5 + 5) + (4 + 4),
        MealTerm.RIDERS_USED: 2,
        MealTerm.LATENESS: 0,
        MealTerm.UNDELIVERED: 1000,
        MealTerm.USUAL_ROUTE: 0,
    }
    assert report.cost[MealTerm.TRAVEL] == 72
    assert report.total == 72 + 60 + 1000


def test_every_rule_has_a_mutation() -> None:
    assert {rule for rule, _ in MUTATIONS} == set(MealRule)


@pytest.mark.parametrize(("rule", "mutation"), MUTATIONS, ids=lambda one: getattr(one, "value", ""))
def test_a_rule_broken_alone_is_reported_alone(rule: MealRule, mutation: Mutation) -> None:
    report = verify_meals(*mutation(worked_problem(), worked_solution()))
    assert not report.feasible
    assert {one.rule for one in report.violations} == {rule}
    assert all(one.item in one.sentence for one in report.violations)


def test_soft_windows_cost_instead() -> None:
    problem = with_delivery(worked_problem(), "d1", window_end=637)
    soft = replace(problem, weights=MealWeights(lateness=7))
    report = verify_meals(soft, worked_solution())
    assert report.feasible
    assert report.terms[MealTerm.LATENESS] == 3
    assert report.cost[MealTerm.LATENESS] == 21


@pytest.mark.parametrize(
    ("usual_a", "usual_b", "deviation"),
    [
        (("d1", "d2", "d3"), ("d4",), 0),
        (("d2", "d1"), (), 1),  # A brings d1 before d2: one pair the other way round
        (("d3", "d2", "d1"), (), 1),  # d3 is on another trip than d2
        ((), ("d1", "d4"), 1),  # B would bring d1, A does
        ((), ("d2", "d1"), 3),  # two by a stranger, and these in the wrong order
        (("d2",), ("d1",), 1),  # no order between two usual routes
        (("d1", "far"), (), 0),  # left out: its own cost is enough
    ],
)
def test_leaving_the_usual_route_is_counted(
    usual_a: tuple[str, ...], usual_b: tuple[str, ...], deviation: int
) -> None:
    problem = with_rider(with_rider(worked_problem(), "A", usual=usual_a), "B", usual=usual_b)
    problem = replace(problem, weights=MealWeights(usual_route=8))
    report = verify_meals(problem, worked_solution())
    assert report.feasible
    assert report.terms[MealTerm.USUAL_ROUTE] == deviation
    assert report.cost[MealTerm.USUAL_ROUTE] == 8 * deviation


def test_waiting_at_the_door_counts_as_time_on_the_way() -> None:
    problem = with_delivery(worked_problem(), "d2", hot_limit=12)
    plan = with_stop(worked_solution(), 0, 1, handover_start=647, end=649)
    plan = with_trip(plan, 0, return_at=658)
    plan = with_trip(
        plan, 1, load_at=658, departure=663, stops=(MealStop("d3", 668, 668, 670),), return_at=675
    )
    assert verify_meals(problem, plan).feasible
    tighter = with_delivery(problem, "d2", hot_limit=11)
    assert {one.rule for one in verify_meals(tighter, plan).violations} == {MealRule.HOT_LIMIT}


def test_trips_of_one_rider_are_read_in_the_order_given() -> None:
    plan = worked_solution()
    backwards = replace(plan, trips=(plan.trips[1], plan.trips[0], plan.trips[2]))
    rules = {one.rule for one in verify_meals(worked_problem(), backwards).violations}
    assert rules == {MealRule.TRIP_ORDER}
