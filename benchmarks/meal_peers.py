"""Meal rounds planned by others: PyVRP, and plain OR-Tools without our first plan.

PyVRP knows windows, capacities and reloading but no heat limit and no habits, so instances to
compare on have none; every kitchen has its own riders, who start and end there. Both peers search
on one thread, split over the kitchens by size; building their models is not counted. `timed` gives
their plans the clock times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from solver.meal_problem import Delivery, Kitchen, MealProblem, Rider
from solver.meal_solution import MealReason, MealSolution, Trip, Undelivered
from solver.meals import routing
from solver.meals.arrays import Part
from solver.meals.search import Budget
from solver.meals.timing import timed
from solver.solution import Proof

if TYPE_CHECKING:
    import pyvrp


def ortools_plan(problem: MealProblem, seconds: float) -> MealSolution:
    """The routing model's plan from its own first solution, kitchen by kitchen."""
    nodes = [(one,) for one in problem.deliveries]
    part = Part.of(problem, problem.kitchens, problem.riders, nodes)
    order = part.order(routing.improve(part, part.empty(), Budget(seconds)))
    kitchens = {kitchen.id: kitchen for kitchen in problem.kitchens}
    trips: list[Trip] = []
    for rider in problem.riders:
        if rider.id in order:
            day = [(kitchens[name], stops) for name, stops in order[rider.id]]
            trips += timed(problem, rider, day)
    return _solution(problem, trips)


def pyvrp_plan(problem: MealProblem, seconds: float, seed: int) -> MealSolution:
    """PyVRP's plan, kitchen by kitchen.

    Raises:
        ModuleNotFoundError: PyVRP is in the benchmark group only; `make bench` installs it.
    """
    trips: list[Trip] = []
    for kitchen in problem.kitchens:
        orders = [one for one in problem.deliveries if one.kitchen == kitchen.id]
        riders = [one for one in problem.riders if one.works_for(kitchen.id)]
        share = seconds * len(orders) / len(problem.deliveries)
        trips += _kitchen_trips(problem, kitchen, riders, orders, share, seed)
    return _solution(problem, trips)


def _solution(problem: MealProblem, trips: Sequence[Trip]) -> MealSolution:
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
    from pyvrp import solve  # noqa: PLC0415 - in the benchmark group only
    from pyvrp.stop import MaxRuntime  # noqa: PLC0415 - in the benchmark group only

    data = _model(problem, kitchen, riders, orders).data()
    result = solve(data, MaxRuntime(seconds), seed=seed)
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
    from pyvrp import Model  # noqa: PLC0415 - in the benchmark group only

    model = Model()
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
