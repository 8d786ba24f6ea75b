"""Meal rounds against PyVRP: `python -m benchmarks.meal_peers STOPS KITCHENS SECONDS [SEEDS]`.

PyVRP knows windows, capacities and reloading but no heat limit, so the instances have none; every
kitchen has its own riders. Both get the same seconds on one thread, PyVRP split over the kitchens
by size. Both plans are priced by `solver.verify_meals`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pyvrp
from pyvrp.stop import MaxRuntime

from benchmarks.meal_instances import meal_instance
from solver.meal_problem import Delivery, Kitchen, MealProblem, Rider
from solver.meal_solution import MealReason, MealSolution, Trip, Undelivered
from solver.meals import solve_meals
from solver.meals.timing import timed
from solver.solution import Proof
from solver.verify_meals import verify_meals

NO_LIMIT = 10_000


def pyvrp_plan(problem: MealProblem, seconds: float, seed: int) -> MealSolution:
    """PyVRP's plan, kitchen by kitchen."""
    trips: list[Trip] = []
    for kitchen in problem.kitchens:
        orders = [one for one in problem.deliveries if one.kitchen == kitchen.id]
        riders = [one for one in problem.riders if one.works_for(kitchen.id)]
        share = seconds * len(orders) / len(problem.deliveries)
        trips += _kitchen_trips(problem, kitchen, riders, orders, share, seed)
    served = {stop.delivery_id for trip in trips for stop in trip.stops}
    left = tuple(
        Undelivered(one.id, MealReason.NO_ROOM, Proof.NOT_FOUND)
        for one in problem.deliveries
        if one.id not in served
    )
    return MealSolution(tuple(trips), left)


def _kitchen_trips(
    problem: MealProblem,
    kitchen: Kitchen,
    riders: Sequence[Rider],
    orders: Sequence[Delivery],
    seconds: float,
    seed: int,
) -> list[Trip]:
    result = pyvrp.solve(
        _model(problem, kitchen, riders, orders).data(), MaxRuntime(seconds), seed=seed
    )
    free: dict[int, list[Rider]] = {}
    for rider in riders:
        free.setdefault(rider.capacity, []).append(rider)
    kinds = list(free)
    trips: list[Trip] = []
    if not result.is_feasible():
        return trips
    for route in result.best.routes():
        rider = free[kinds[route.vehicle_type()]].pop()
        day: list[tuple[Kitchen, list[Delivery]]] = []
        for activity in route:
            if activity.is_depot():
                day.append((kitchen, []))
            else:
                day[-1][1].append(orders[activity.idx])
        trips += timed(problem, rider, [trip for trip in day if trip[1]])
    return trips


def _model(
    problem: MealProblem, kitchen: Kitchen, riders: Sequence[Rider], orders: Sequence[Delivery]
) -> pyvrp.Model:
    """One kitchen's round: loading is the service of a depot, returning that of another."""
    model = pyvrp.Model()
    places = [kitchen.place, *(one.place for one in orders)]
    spots = [model.add_location(x=0, y=0) for _ in places]
    door = model.add_depot(
        spots[0],
        tw_early=kitchen.ready_from,
        tw_late=kitchen.ready_until,
        service_duration=kitchen.load_minutes,
    )
    home = model.add_depot(spots[0])
    for spot, one in zip(spots[1:], orders, strict=True):
        model.add_client(
            spot,
            delivery=[one.portions],
            service_duration=one.handover_minutes,
            tw_early=one.window_start,
            tw_late=one.window_end,
            prize=one.drop_cost,
            required=False,
        )
    by_capacity: dict[int, int] = {}
    for rider in riders:
        by_capacity[rider.capacity] = by_capacity.get(rider.capacity, 0) + 1
    for capacity, count in by_capacity.items():
        model.add_vehicle_type(
            count,
            capacity=[capacity],
            start_depot=door,
            end_depot=home,
            fixed_cost=problem.weights.riders_used,
            tw_early=riders[0].start,
            tw_late=riders[0].end,
            unit_distance_cost=problem.weights.travel,
            reload_depots=[door],
        )
    travel = problem.travel[riders[0].mode]
    for i, frm in enumerate(spots):
        for j, to in enumerate(spots):
            minutes = int(travel[places[i], places[j]])
            model.add_edge(frm, to, distance=minutes, duration=minutes)
    return model


def main(arguments: Sequence[str]) -> None:
    """Print one line for each seed: both costs and the gap of ours to PyVRP's."""
    stops, kitchens, seconds = int(arguments[0]), int(arguments[1]), float(arguments[2])
    seeds = int(arguments[3]) if len(arguments) > 3 else 1
    for seed in range(1, seeds + 1):
        problem = meal_instance(
            stops, seed=seed, kitchens=kitchens, shared_doors=False, hot_limit=NO_LIMIT
        )
        ours = verify_meals(
            problem,
            solve_meals(problem, time_limit=seconds, seed=seed, iterations=10**9, workers=1),
        )
        theirs = verify_meals(problem, pyvrp_plan(problem, seconds, seed))
        assert theirs.feasible, theirs.violations[:3]
        gap = 100 * (ours.total / theirs.total - 1)
        print(problem.name, dict(ours.terms), dict(theirs.terms))
        print(f"  ours {ours.total}  PyVRP {theirs.total}  gap {gap:+.1f} %", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
