"""Clock times of a rider's day whose trips and their order are given."""

from __future__ import annotations

from collections.abc import Sequence

from solver.errors import EngineError
from solver.meal_problem import Delivery, Kitchen, MealProblem, Rider
from solver.meal_solution import MealStop, Trip


def timed(
    problem: MealProblem, rider: Rider, trips: Sequence[tuple[Kitchen, Sequence[Delivery]]]
) -> list[Trip]:
    """Times of every trip, each ended as early as it can be.

    Within that the rider leaves the kitchen as late as possible: waiting happens where the meals
    are kept hot, not on the street. Loading begins right before leaving, or when the kitchen last
    loads.

    Raises:
        EngineError: the trips keep no timetable; the search should never propose them.
    """
    result: list[Trip] = []
    clock, here = rider.start, rider.start_place
    travel = problem.travel[rider.mode]
    for number, (kitchen, deliveries) in enumerate(trips):
        if number == 0:
            clock += int(travel[here, kitchen.place])
        ready = max(clock, kitchen.ready_from) + kitchen.load_minutes
        departure = _departure(problem, rider, kitchen, deliveries, ready)
        stops = _stops(problem, rider, kitchen, deliveries, departure)
        last = number + 1 == len(trips)
        home = rider.end_place if last else trips[number + 1][0].place
        clock = stops[-1].end + int(travel[deliveries[-1].place, home])
        load_at = min(departure - kitchen.load_minutes, kitchen.ready_until)
        result.append(Trip(rider.id, kitchen.id, load_at, departure, tuple(stops), clock))
    return result


def _departure(
    problem: MealProblem,
    rider: Rider,
    kitchen: Kitchen,
    deliveries: Sequence[Delivery],
    ready: int,
) -> int:
    """The latest departure that ends the trip as early as possible and makes nothing overdue.

    Leaving at d, a handover starts at max(d + on_way, opened): see `solver.meals.kernel`.
    """
    travel = problem.travel[rider.mode]
    soft = problem.weights.lateness is not None
    on_way, opened, here = 0, 0, kitchen.place
    earliest, rows = ready, []
    for delivery in deliveries:
        leg = int(travel[here, delivery.place])
        on_way, opened = on_way + leg, max(opened + leg, delivery.window_start)
        earliest = max(earliest, opened - problem.hot_limit_of(delivery))
        rows.append((on_way, opened, delivery.window_end))
        on_way += delivery.handover_minutes
        opened += delivery.handover_minutes
        here = delivery.place
    latest = opened - on_way
    for way, open_at, due in rows:
        bound = max(due, earliest + way, open_at) if soft else due
        latest = min(latest, bound - way)
        if not soft and earliest + way > due:
            raise EngineError(f"rider {rider.id}: a trip from kitchen {kitchen.id} misses a window")
    return max(earliest, latest)


def _stops(
    problem: MealProblem,
    rider: Rider,
    kitchen: Kitchen,
    deliveries: Sequence[Delivery],
    departure: int,
) -> list[MealStop]:
    stops: list[MealStop] = []
    clock, here = departure, kitchen.place
    for delivery in deliveries:
        arrival = clock + int(problem.travel[rider.mode][here, delivery.place])
        start = max(arrival, delivery.window_start)
        clock = start + delivery.handover_minutes
        stops.append(MealStop(delivery.id, arrival, start, clock))
        here = delivery.place
    return stops
