"""Splitting a meal problem into parts that share neither kitchen nor rider."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from solver.meal_problem import Delivery, Kitchen, MealProblem, Rider


@dataclass(frozen=True, slots=True)
class Share:
    """Kitchens, riders and deliveries to be planned together, each in the problem's order."""

    kitchens: tuple[Kitchen, ...]
    riders: tuple[Rider, ...]
    deliveries: tuple[Delivery, ...]


def shares(problem: MealProblem, deliveries: Sequence[Delivery]) -> list[Share]:
    """Independent shares that hold each of `deliveries` once, the largest first.

    Two kitchens belong together when some rider may load at both. Kitchens without a delivery tie
    nothing together.
    """
    busy = {delivery.kitchen for delivery in deliveries}
    head = {kitchen_id: kitchen_id for kitchen_id in busy}

    def root(kitchen_id: str) -> str:
        while head[kitchen_id] != kitchen_id:
            head[kitchen_id] = head[head[kitchen_id]]
            kitchen_id = head[kitchen_id]
        return kitchen_id

    serves: list[tuple[Rider, str]] = []
    for rider in problem.riders:
        mine = sorted(busy if rider.kitchens is None else busy & rider.kitchens)
        for other in mine[1:]:
            head[root(other)] = root(mine[0])
        if mine:
            serves.append((rider, mine[0]))
    riders: dict[str, list[Rider]] = defaultdict(list)
    for rider, kitchen_id in serves:
        riders[root(kitchen_id)].append(rider)
    kitchens: dict[str, list[Kitchen]] = defaultdict(list)
    for kitchen in problem.kitchens:
        if kitchen.id in busy:
            kitchens[root(kitchen.id)].append(kitchen)
    ordered: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        ordered[root(delivery.kitchen)].append(delivery)
    found = [
        Share(tuple(kitchens[key]), tuple(riders[key]), tuple(ordered[key])) for key in ordered
    ]
    return sorted(found, key=lambda share: -len(share.deliveries))
