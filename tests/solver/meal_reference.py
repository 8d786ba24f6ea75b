"""The slow and plain way: every plan of a tiny meal problem, timed minute by minute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations

from solver.meal_problem import Delivery, MealProblem, Rider

Day = list[list[Delivery]]
TOO_LATE = 10_000


def days(deliveries: Sequence[Delivery]) -> Iterator[Day]:
    """Every way to split any order of the deliveries into trips from one kitchen each."""
    for order in permutations(deliveries):
        for cuts in range(2 ** max(0, len(order) - 1)):
            day: Day = [[order[0]]] if order else []
            for number, one in enumerate(order[1:]):
                if cuts >> number & 1:
                    day.append([one])
                else:
                    day[-1].append(one)
            if all(len({one.kitchen for one in trip}) == 1 for trip in day):
                yield day


def day_cost(problem: MealProblem, rider: Rider, day: Day) -> int | None:
    """Weighted cost of a rider's day without drops; None when no timetable exists."""
    if not day:
        return 0
    weights = problem.weights
    kitchens = {one.id: one for one in problem.kitchens}
    travel = problem.travel[rider.mode]
    clock, here, way, late = rider.start, rider.start_place, 0, 0
    for trip in day:
        kitchen = kitchens[trip[0].kitchen]
        if sum(one.portions for one in trip) > rider.capacity:
            return None
        if not rider.works_for(kitchen.id):
            return None
        leg = int(travel[here, kitchen.place])
        load_at = max(clock + leg, kitchen.ready_from)
        if load_at > kitchen.ready_until:
            return None
        for departure in range(load_at + kitchen.load_minutes, rider.end + 1):
            ridden = ride(problem, rider, kitchen.place, trip, departure)
            if ridden is not None:
                clock, inner, lateness = ridden
                break
        else:
            return None
        way, late, here = way + leg + inner, late + lateness, trip[-1].place
    leg = int(travel[here, rider.end_place])
    if clock + leg > rider.end:
        return None
    cost = weights.riders_used + weights.travel * (way + leg) + (weights.lateness or 0) * late
    return cost + weights.usual_route * habits_broken(problem, rider, day)


def habits_broken(problem: MealProblem, rider: Rider, day: Day) -> int:
    """Handovers by a stranger, and neighbours against the order of one usual route."""
    broken = 0
    for trip in day:
        names = [one.id for one in trip]
        for other in problem.riders:
            if other.id != rider.id:
                broken += len(set(names) & set(other.usual))
            for one, two in pairwise(names):
                if one in other.usual and two in other.usual:
                    broken += other.usual.index(two) < other.usual.index(one)
    return broken


def ride(
    problem: MealProblem, rider: Rider, door: int, trip: Sequence[Delivery], departure: int
) -> tuple[int, int, int] | None:
    """(end, travel, lateness) of one trip that leaves at `departure`; None when a limit breaks."""
    clock, here, way, late = departure, door, 0, 0
    for one in trip:
        leg = int(problem.travel[rider.mode][here, one.place])
        clock, way, here = max(clock + leg, one.window_start), way + leg, one.place
        if clock - departure > problem.hot_limit_of(one):
            return None
        if clock > one.window_end and problem.weights.lateness is None:
            return None
        late += max(0, clock - one.window_end)
        clock += one.handover_minutes
    return clock, way, late


def least_cost(problem: MealProblem) -> int:
    """Cost of the best plan of all."""
    best: dict[tuple[int, frozenset[str]], int] = {}
    by_id = {one.id: one for one in problem.deliveries}

    def options(number: int, names: frozenset[str]) -> int:
        """Least cost of one rider delivering exactly these."""
        if (number, names) not in best:
            costs = (
                day_cost(problem, problem.riders[number], day)
                for day in days([by_id[name] for name in sorted(names)])
            )
            best[number, names] = min((c for c in costs if c is not None), default=TOO_LATE)
        return best[number, names]

    names = sorted(by_id)
    riders = len(problem.riders)
    least = TOO_LATE
    for choice in range((riders + 1) ** len(names)):
        groups: list[set[str]] = [set() for _ in range(riders + 1)]
        rest = choice
        for name in names:
            groups[rest % (riders + 1)].add(name)
            rest //= riders + 1
        if not _cooked(problem, [by_id[name] for group in groups[1:] for name in group]):
            continue
        cost = problem.weights.undelivered * sum(by_id[name].drop_cost for name in groups[0])
        cost += sum(options(i, frozenset(group)) for i, group in enumerate(groups[1:]))
        least = min(least, cost)
    return least


def _cooked(problem: MealProblem, delivered: Sequence[Delivery]) -> bool:
    for kitchen in problem.kitchens:
        portions = sum(one.portions for one in delivered if one.kitchen == kitchen.id)
        if kitchen.capacity is not None and portions > kitchen.capacity:
            return False
    return True
