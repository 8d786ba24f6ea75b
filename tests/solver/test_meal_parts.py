"""The pieces of the meal engine: prices, stretches, grouping, shares, proofs, the routing model."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.meal_instances import meal_instance
from solver import compiled
from solver.errors import EngineError
from solver.meal_problem import MealProblem, MealWeights
from solver.meal_reach import Reach, shortest_from
from solver.meal_solution import MealReason
from solver.meals import kernel, routing, search
from solver.meals.arrays import COST, INFINITE, LENGTH, OWNER, TRIPS, Part, halt_limits
from solver.meals.grouping import grouped
from solver.meals.inserting import best_alone, best_in_trips, put_in
from solver.meals.kitchen_model import KitchenModel
from solver.meals.parts import shares
from solver.meals.pricing import NEW_TRIP, OLD_TRIP, ZERO, refresh, whole
from solver.meals.timing import timed
from tests.solver.meal_cases import (
    delivery,
    random_problem,
    road,
    with_delivery,
    with_rider,
    worked_problem,
)
from tests.solver.meal_reference import day_cost, days

NO_BLINKS = 0.0


def singles(problem: MealProblem) -> Part:
    nodes = [(one,) for one in problem.deliveries]
    return Part.of(problem, problem.kitchens, problem.riders, nodes)


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_the_kernel_prices_days_as_the_plain_reference_does(seed: int) -> None:
    problem = random_problem(seed, deliveries=4)
    part = singles(problem)
    pick = random.Random(seed)
    for rider_number, rider in enumerate(part.riders):
        for day in pick.sample(list(days(problem.deliveries)), 12):
            state = part.empty()
            fits = all(sum(d.portions for d in trip) <= rider.capacity for trip in day)
            works = all(rider.works_for(trip[0].kitchen) for trip in day)
            if not fits or not works:
                continue
            for slot, trip in enumerate(day):
                for at, one in enumerate(trip):
                    node = whole(problem.deliveries.index(one))
                    where = (whole(rider_number), whole(slot), whole(at))
                    put_in(part.data, state, node, *where, NEW_TRIP if at == 0 else OLD_TRIP)
            cost = int(state.day[rider_number, COST])
            assert (None if cost >= INFINITE else cost) == day_cost(problem, rider, day)


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_an_insertion_costs_what_was_foretold(seed: int) -> None:
    """Foretold from stretches, compared with the day worked out anew."""
    problem = random_problem(seed, deliveries=8, places=9)
    part = singles(problem)
    state = part.empty()
    rng = np.array([seed], dtype=np.uint64)
    far = whole(INFINITE // 4)
    for node in map(whole, range(len(part.nodes))):
        inside, rider, slot, at = best_in_trips(part.data, state, node, far, NO_BLINKS, rng)
        alone, other, before = best_alone(part.data, state, node, far, NO_BLINKS, rng)
        new = alone < inside
        chosen, added = (other, alone) if new else (rider, inside)
        slot, at = (before, ZERO) if new else (slot, at)
        if chosen < 0:
            continue
        was = int(state.day[chosen, COST])
        kind = NEW_TRIP if new else OLD_TRIP
        put_in(part.data, state, node, whole(chosen), whole(slot), whole(at), kind)
        assert state.day[chosen, COST] - was == added


def test_a_search_leaves_its_plan_whole() -> None:
    """What follows from the trips is worked out anew and compared with what the search kept."""
    problem = meal_instance(80, seed=2, kitchens=2, bound_riders=False)
    nodes = grouped(problem, problem.riders, problem.deliveries)
    part = Part.of(problem, problem.kitchens, problem.riders, nodes)
    best = search.improve(part, search.first_plan(part, 1), search.Budget(None, 500), 1)
    again = best.twin()
    for rider in range(len(part.riders)):
        refresh(part.data, again, whole(rider))
    assert np.array_equal(again.day, best.day)
    served = best.node[:, OWNER] >= 0
    assert np.array_equal(again.node[served], best.node[served])
    rows = [
        int(node)
        for rider in range(len(part.riders))
        for slot in range(int(best.day[rider, TRIPS]))
        for node in best.row[rider, slot, : int(best.trip[rider, slot, LENGTH])]
    ]
    assert sorted(rows) == np.flatnonzero(served).tolist()
    assert kernel.total(part.data, best) == best.day[:, COST].sum() + sum(
        one.drop_cost for i, node in enumerate(nodes) if not served[i] for one in node
    )


def test_the_routing_model_accepts_the_kernels_plans() -> None:
    """A second opinion on every rule: windows, heat, boxes, reloading, shifts."""
    problem = meal_instance(70, seed=4, kitchens=1)
    nodes = grouped(problem, problem.riders, problem.deliveries)
    part = Part.of(problem, problem.kitchens, problem.riders, nodes)
    state = search.improve(part, search.first_plan(part, 1), search.Budget(None, 3000), 1)
    riders, numbers = list(range(len(part.riders))), list(range(len(nodes)))
    plan = routing.days(state, riders)
    assert max(len(trips) for trips in plan.values()) > 1
    assert KitchenModel(part.data, 0, riders, numbers, plan).accepts()
    crowded = {rider: [[node for trip in trips for node in trip]] for rider, trips in plan.items()}
    assert not KitchenModel(part.data, 0, riders, numbers, crowded).accepts()


def test_one_place_becomes_few_nodes_within_limits() -> None:
    problem = with_rider(worked_problem(), "A", capacity=8)
    problem = with_rider(problem, "B", capacity=8)
    flats = [delivery(f"flat{n}", 2) for n in range(5)]
    late = delivery("late", 2, window_start=695, window_end=700)
    elsewhere = delivery("other", 3)
    nodes = grouped(problem, problem.riders, [*flats, late, elsewhere])
    names = sorted([one.id for one in node] for node in nodes)
    assert names == [["flat0", "flat1"], ["flat2", "flat3"], ["flat4"], ["late"], ["other"]]
    assert halt_limits(problem, (flats[0], flats[1])) == (630, 698, 58, 4)


def test_soft_windows_are_not_joined() -> None:
    problem = replace(worked_problem(), weights=MealWeights(lateness=1))
    flats = [delivery(f"flat{n}", 2, portions=1) for n in range(3)]
    assert [len(node) for node in grouped(problem, problem.riders, flats)] == [1, 1, 1]


def test_shares_split_where_no_rider_goes_between() -> None:
    problem = worked_problem()
    bound = with_rider(problem, "B", kitchens=frozenset(["K2"]))
    split = shares(bound, bound.deliveries)
    assert [[kitchen.id for kitchen in share.kitchens] for share in split] == [["K1"], ["K2"]]
    assert [len(share.riders) for share in split] == [1, 1]
    together = shares(problem, problem.deliveries)
    assert [len(share.deliveries) for share in together] == [5]
    only_second = shares(problem, problem.deliveries[3:])
    assert [[rider.id for rider in share.riders] for share in only_second] == [["B"]]


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_every_delivery_and_rider_is_in_one_share(seed: int) -> None:
    problem = random_problem(seed, deliveries=6)
    split = shares(problem, problem.deliveries)
    named = [one.id for share in split for one in share.deliveries]
    assert sorted(named) == sorted(one.id for one in problem.deliveries)
    riders = [rider.id for share in split for rider in share.riders]
    assert len(riders) == len(set(riders))


def test_a_way_round_may_be_the_shortest() -> None:
    matrix = np.array([[0, 50, 5], [50, 0, 50], [5, 6, 0]], dtype=np.int32)
    assert shortest_from(matrix, 0).tolist() == [0, 11, 5]


@pytest.mark.parametrize(
    ("changes", "reason", "words"),
    [
        ({"hot_limit": 0}, MealReason.OUT_OF_REACH, "the way takes 5 minutes, the meal stays hot"),
        ({"window_start": 0, "window_end": 609}, MealReason.OUT_OF_REACH, "the window ends at 609"),
        ({"handover_minutes": 900}, MealReason.OUT_OF_REACH, "no shift is long enough"),
        ({"portions": 5}, MealReason.TOO_LARGE, "one trip holds 4"),
    ],
)
def test_an_impossible_delivery_is_explained(
    changes: dict[str, int], reason: MealReason, words: str
) -> None:
    problem = worked_problem()
    assert Reach(problem).why_impossible(problem.deliveries[0]) is None
    spoilt = with_delivery(problem, "d1", **changes)
    why = Reach(spoilt).why_impossible(spoilt.deliveries[0])
    assert why is not None
    assert why[0] is reason
    assert words in why[1]


def test_a_detour_that_is_shorter_than_the_way_keeps_a_delivery_possible() -> None:
    matrix = road().copy()
    matrix[1, 5] = matrix[5, 1] = 500
    matrix[1, 4] = matrix[4, 1] = matrix[4, 5] = matrix[5, 4] = 20
    problem = replace(worked_problem(), travel={"bike": matrix})
    assert Reach(problem).why_impossible(problem.deliveries[4]) is None


def test_trips_without_a_timetable_are_an_engine_fault() -> None:
    problem = with_delivery(worked_problem(), "d1", window_start=600, window_end=609)
    with pytest.raises(EngineError, match="rider A: a trip from kitchen K1 misses a window"):
        timed(problem, problem.riders[0], [(problem.kitchens[0], problem.deliveries[:1])])


def test_machine_code_is_kept_apart_for_each_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder_of = compiled.cache_folder.__wrapped__
    source = tmp_path / "package" / "constants.py"
    source.parent.mkdir()
    source.write_text("LIMIT = 1", encoding="utf-8")
    first = folder_of(source.parent)
    assert first.is_relative_to(tmp_path / "cache")
    assert first.is_dir()
    assert folder_of(source.parent) == first
    source.write_text("LIMIT = 2", encoding="utf-8")
    assert folder_of(source.parent) != first
    monkeypatch.setenv("XDG_CACHE_HOME", str(source))
    elsewhere = folder_of(source.parent)
    assert elsewhere.is_dir()
    assert not elsewhere.is_relative_to(tmp_path)
    elsewhere.rmdir()
