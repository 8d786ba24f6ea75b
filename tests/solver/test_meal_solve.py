"""Meal plans: best of all on tiny problems, always valid, reproducible, never empty-handed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.meal_instances import meal_instance
from solver.meal_problem import MealProblem, MealTerm, MealWeights
from solver.meal_solution import MealReason, MealSolution
from solver.meals import Engine, solve_meals
from solver.solution import Proof
from solver.verify_meals import verify_meals
from tests.solver.meal_cases import (
    delivery,
    random_problem,
    with_delivery,
    with_kitchen,
    with_rider,
    worked_problem,
)
from tests.solver.meal_reference import least_cost

ITERATIONS = 300  # for each delivery; the search is bounded by counts, never by seconds


def solved(problem: MealProblem, seed: int = 1, **more: object) -> MealSolution:
    options: dict[str, object] = {"time_limit": None, "iterations": ITERATIONS} | more
    return solve_meals(problem, seed=seed, **options)  # type: ignore[arg-type]  # options as the test names them


@pytest.mark.parametrize("seed", range(60))
def test_tiny_plans_are_as_good_as_the_best_of_all(seed: int) -> None:
    problem = random_problem(seed)
    plan = solved(problem)
    assert verify_meals(problem, plan).total == least_cost(problem)


def test_the_reference_sees_problems_worth_solving() -> None:
    """Most random problems deliver something and leave something out, so the test above bites."""
    plans = [solved(random_problem(seed)) for seed in range(60)]
    assert sum(1 for plan in plans if plan.trips) > 45
    assert sum(1 for plan in plans if plan.undelivered) > 20
    assert sum(1 for plan in plans if len({t.rider_id for t in plan.trips}) < len(plan.trips)) > 5


@given(st.integers(0, 10**6), st.integers(0, 14), st.sampled_from(list(Engine)))
@settings(max_examples=40, deadline=None)
def test_any_plan_is_valid_and_names_every_delivery_once(
    seed: int, deliveries: int, engine: Engine
) -> None:
    problem = random_problem(seed, deliveries=deliveries, places=9)
    plan = solved(problem, engine=engine, iterations=3)
    assert verify_meals(problem, plan).feasible
    named = [stop.delivery_id for trip in plan.trips for stop in trip.stops]
    named += [one.delivery_id for one in plan.undelivered]
    assert sorted(named) == sorted(one.id for one in problem.deliveries)


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_more_search_never_costs_more(seed: int) -> None:
    problem = random_problem(seed, deliveries=10, places=9)
    costs = [verify_meals(problem, solved(problem, iterations=n)).total for n in (1, 200)]
    assert costs[1] <= costs[0]


def test_one_seed_gives_one_plan() -> None:
    problem = meal_instance(120, seed=3, kitchens=3)
    first = solved(problem, iterations=40, workers=1)
    assert solved(problem, iterations=40, workers=2) == first
    assert {solved(problem, seed=seed, iterations=40) == first for seed in (2, 3)} == {False}


@pytest.mark.parametrize("bound", [True, False])
def test_a_lunch_round_is_delivered_whole_by_few_riders(bound: bool) -> None:
    problem = meal_instance(160, seed=5, kitchens=4, bound_riders=bound)
    plan = solved(problem, iterations=100)
    report = verify_meals(problem, plan)
    assert plan.undelivered == ()
    assert report.terms[MealTerm.RIDERS_USED] <= 10  # each could bring at most 40 stops an hour
    assert len(plan.trips) > report.terms[MealTerm.RIDERS_USED]  # some go twice


def test_the_search_earns_its_time() -> None:
    """Riders are scarce: the first plan leaves out deliveries that the search then places."""
    problem = meal_instance(200, seed=5, kitchens=1, shared_doors=False)
    problem = replace(problem, riders=problem.riders[::2])
    quick, patient = (solved(problem, iterations=60, stop=stop) for stop in (lambda: True, None))
    assert len(patient.undelivered) < len(quick.undelivered)


def test_the_routing_library_improves_a_plan_too() -> None:
    problem = meal_instance(60, seed=6, kitchens=1)
    quick = verify_meals(problem, solved(problem, engine="ortools", iterations=1)).total
    longer = solved(problem, engine="ortools", iterations=4, time_limit=20.0)
    assert verify_meals(problem, longer).total <= quick


@pytest.mark.parametrize("engine", list(Engine))
def test_habits_are_kept_where_their_price_says_so(engine: Engine) -> None:
    """The way by d2 first is as long; only the usual order tells the two apart."""
    problem = replace(worked_problem(), riders=worked_problem().riders[:1])
    problem = replace(problem, deliveries=problem.deliveries[:2])
    for usual in (("d1", "d2"), ("d2", "d1")):
        priced = replace(with_rider(problem, "A", usual=usual), weights=MealWeights(usual_route=50))
        (trip,) = solved(priced, engine=engine, iterations=5).trips
        assert tuple(stop.delivery_id for stop in trip.stops) == usual


@pytest.mark.parametrize("engine", list(Engine))
def test_a_known_face_is_worth_its_price(engine: Engine) -> None:
    """One rider could bring both; each has a usual one, and 50 outweighs the second ride's 28."""
    problem = replace(worked_problem(), deliveries=worked_problem().deliveries[:2])
    twin = replace(problem.riders[0], id="C", usual=("d2",))
    for weight, riders in ((50, {"A", "C"}), (5, {"A"}), (0, {"A"})):
        priced = replace(
            problem,
            riders=(replace(problem.riders[0], usual=("d1",)), twin),
            weights=MealWeights(riders_used=10, usual_route=weight),
        )
        plan = solved(priced, engine=engine, iterations=5)
        assert len({trip.rider_id for trip in plan.trips}) == len(riders)
        value = verify_meals(priced, plan).terms[MealTerm.USUAL_ROUTE]
        assert value == (0 if weight == 50 else 1)


def test_meals_wait_in_the_kitchen_and_not_on_the_street() -> None:
    """One late window: the rider leaves so as to arrive when it opens."""
    problem = with_delivery(worked_problem(), "d4", window_start=680)
    problem = replace(problem, deliveries=problem.deliveries[3:4])
    (trip,) = solved(problem).trips
    assert (trip.departure, trip.stops[0].arrival, trip.stops[0].handover_start) == (676, 680, 680)
    assert trip.load_at == 676


def test_what_cannot_be_is_proved_and_what_was_not_found_is_said_so() -> None:
    problem = worked_problem()
    big = delivery("big", 2, portions=5)
    lost = delivery("lost", 2)
    kitchens = (*problem.kitchens, replace(problem.kitchens[0], id="K3"))
    riders = tuple(replace(one, kitchens=frozenset(["K1", "K2"])) for one in problem.riders)
    problem = replace(
        problem,
        kitchens=kitchens,
        riders=riders,
        deliveries=(*problem.deliveries, big, replace(lost, kitchen="K3")),
    )
    plan = solved(problem)
    told = {one.delivery_id: (one.reason, one.proof) for one in plan.undelivered}
    assert told == {
        "far": (MealReason.OUT_OF_REACH, Proof.IMPOSSIBLE),
        "big": (MealReason.TOO_LARGE, Proof.IMPOSSIBLE),
        "lost": (MealReason.NO_RIDER, Proof.IMPOSSIBLE),
    }
    assert all(one.detail.endswith(".") for one in plan.undelivered)


def test_scarce_portions_go_where_leaving_out_costs_most() -> None:
    problem = with_kitchen(worked_problem(), "K1", capacity=4)
    problem = with_delivery(problem, "d3", drop_cost=9000)
    problem = with_delivery(problem, "d1", drop_cost=500)
    plan = solved(problem)
    told = {one.delivery_id: (one.reason, one.proof) for one in plan.undelivered}
    assert told["d1"] == (MealReason.KITCHEN_FULL, Proof.NOT_FOUND)
    assert set(told) == {"d1", "far"}


def test_without_riders_every_delivery_is_reported() -> None:
    problem = replace(worked_problem(), riders=())
    plan = solved(problem)
    assert plan.trips == ()
    assert {one.reason for one in plan.undelivered} == {MealReason.NO_RIDER}
    nothing = replace(problem, deliveries=())
    assert solved(nothing) == MealSolution((), ())


def test_a_household_too_many_for_one_box_is_split_over_trips() -> None:
    """One building, 12 portions, a box of 4: three trips, and nothing left out."""
    problem = with_rider(worked_problem(), "A", end=900)
    problem = with_kitchen(problem, "K1", capacity=None, ready_until=800)
    flats = tuple(delivery(f"flat{n}", 2, window_end=850) for n in range(6))
    plan = solved(replace(problem, deliveries=flats))
    assert plan.undelivered == ()
    assert len(plan.trips) >= 3
    for rider in ("A", "B"):
        mine = [trip for trip in plan.trips if trip.rider_id == rider]
        assert all(a.return_at <= b.load_at for a, b in pairwise(mine))


def test_a_full_building_is_left_out_door_by_door() -> None:
    """Two of three flats fit before the shift ends; joining them must not lose all three."""
    problem = with_rider(worked_problem(), "A", end=663, capacity=10)
    flats = tuple(delivery(f"flat{n}", 2, handover_minutes=10, window_end=900) for n in range(3))
    kitchens = (replace(problem.kitchens[0], ready_from=625),)
    riders = (replace(problem.riders[0], kitchens=None),)
    plan = solved(replace(problem, kitchens=kitchens, riders=riders, deliveries=flats))
    assert len(plan.undelivered) == 1
    assert plan.undelivered[0].reason is MealReason.NO_ROOM
    assert plan.undelivered[0].proof is Proof.NOT_FOUND


def test_progress_is_told_and_a_stop_is_obeyed() -> None:
    problem = meal_instance(120, seed=3, kitchens=3)
    heard: list[tuple[float, int]] = []
    solved(problem, iterations=50, progress=lambda share, absent: heard.append((share, absent)))
    assert heard[-1][0] == pytest.approx(1.0)
    assert heard[-1][1] == 0
    assert all(a[0] <= b[0] + 1e-9 for a, b in pairwise(heard))
    stopped = solved(problem, iterations=10**9, stop=lambda: True)
    assert verify_meals(problem, stopped).feasible
    assert stopped.undelivered == ()


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="'magic' is not a valid Engine"):
        solved(worked_problem(), engine="magic")
