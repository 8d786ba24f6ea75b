"""Which deliveries one halt serves together: the same kitchen, the same place, limits that fit.

Joining them makes the search smaller without losing what a rider would do anyway: hand over the
meals of one building one after the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median_low

from solver.meal_problem import Delivery, MealProblem, Rider
from solver.meals.arrays import NO_ROUTE, Node, halt_limits, usual_routes

SHARE_OF_TRIP = 2
"""A node holds at most this fraction (1/n) of a typical rider's portions: trips can fill up."""


def grouped(
    problem: MealProblem, riders: Sequence[Rider], deliveries: Iterable[Delivery]
) -> list[Node]:
    """Nodes that hold each delivery once, in a stable order.

    A node keeps at least half of the freedom (window and heat) of each of its members, so that
    joining never makes an easy delivery a hard one. With soft windows every delivery is a node of
    its own: how late one halt is then differs from member to member. Where habits have a price,
    only what follows each other on a usual route is joined, or what is on none.
    """
    usual = usual_routes(problem)

    def urgency(one: Delivery) -> tuple[tuple[int, int], int, int, str]:
        return usual.get(one.id, (NO_ROUTE, 0)), one.window_end, one.window_start, one.id

    ordered = sorted(deliveries, key=urgency)
    if problem.weights.lateness is not None or not riders:
        return [(one,) for one in ordered]
    fit = max(1, median_low(rider.capacity for rider in riders) // SHARE_OF_TRIP)
    nodes: dict[tuple[str, int], list[Node]] = defaultdict(list)
    for delivery in ordered:
        here = nodes[delivery.kitchen, delivery.place]
        for i, node in enumerate(here):
            if _follows(usual, node[-1], delivery) and _fits_together(
                problem, (*node, delivery), fit
            ):
                here[i] = (*node, delivery)
                break
        else:
            here.append((delivery,))
    return [node for here in nodes.values() for node in here]


def _follows(usual: Mapping[str, tuple[int, int]], before: Delivery, after: Delivery) -> bool:
    if before.id not in usual or after.id not in usual:
        return before.id not in usual and after.id not in usual
    route, position = usual[before.id]
    return usual[after.id] == (route, position + 1)


def _fits_together(problem: MealProblem, node: Node, fit: int) -> bool:
    if sum(one.portions for one in node) > fit:
        return False
    opens, closes, hot, _ = halt_limits(problem, node)
    width = max(one.window_end - one.window_start for one in node)
    heat = max(problem.hot_limit_of(one) for one in node)
    return 2 * (closes - opens) >= width and 2 * hot >= heat
