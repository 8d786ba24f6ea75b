"""A meal problem, or an independent part of one, as arrays; and plans over it.

A **node** is what one halt at an address serves: one delivery, or several from one kitchen to one
place whose windows and hot limits one halt can keep. A plan lists nodes by rider and trip.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.meal_problem import Delivery, Kitchen, MealProblem, Rider

Ints = NDArray[np.int64]

NO_ROUTE = -1
INFINITE = 1 << 50
NEVER = -(1 << 40)
HARD = -1
"""`Data.late_price` of a problem whose windows must be kept."""


# Columns of `Data.node`, of `Data.kitchen` and of `Data.rider`.
PLACE, PORTIONS, SERVICE, OPENS, CLOSES, HOT, KITCHEN, DROP, RANK = range(9)
USUAL, FIRST, LAST, MEMBERS = range(9, 13)
DOOR, READY_FROM, READY_UNTIL, LOAD, CAPACITY = range(5)
MODE, BOX, START, END, START_PLACE, END_PLACE, CLASS, HABIT = range(8)
# Columns of `State.day`, of `State.trip` and of `State.node`.
TRIPS, COST = range(2)
FROM, LENGTH, CARRIED, READY = range(4)
OWNER, SLOT, POSITION, UNTIL, SINCE = 0, 1, 2, 3, 8


class Data(NamedTuple):
    """The problem as arrays: N nodes, K kitchens, R riders, P places, M modes, Q neighbours.

    Few arrays with named columns: every array costs time at each call of a compiled function. DROP
    is weighted, RANK 0 is placed first where room is scarce, riders of one CLASS are
    interchangeable and adjacent. USUAL is the number of the usual route a node is on and HABIT that
    of the rider, NO_ROUTE where there is none; FIRST and LAST are the positions there of a node's
    first and last member.
    """

    travel: NDArray[np.int32]  # (M, P, P)
    node: Ints  # (N, PLACE .. MEMBERS)
    near: Ints  # (N, Q) nodes by distance, itself first
    kitchen: Ints  # (K, DOOR .. CAPACITY)
    rider: Ints  # (R, MODE .. HABIT)
    allowed: NDArray[np.bool_]  # (R, K)
    travel_price: int
    rider_price: int
    late_price: int  # HARD: windows must be kept
    usual_price: int


class State(NamedTuple):
    """A plan: S trip slots for each rider, L nodes for each trip.

    `row`, TRIPS, FROM, LENGTH, CARRIED, OWNER and `cooked` are the plan; COST, READY (the earliest
    end of loading), SLOT, POSITION and the stretches from the kitchen (UNTIL) and to the end of the
    trip (SINCE, five numbers each) follow from it, see `solver.meals.pricing`.
    """

    day: Ints  # (R, TRIPS .. COST)
    trip: Ints  # (R, S, FROM .. READY)
    row: Ints  # (R, S, L)
    node: Ints  # (N, 13: OWNER .. SINCE + 4); OWNER is a rider or -1
    cooked: Ints  # (K,) portions

    def twin(self) -> State:
        """An equal plan that shares no array."""
        return State(
            self.day.copy(),
            self.trip.copy(),
            self.row.copy(),
            self.node.copy(),
            self.cooked.copy(),
        )


NEIGHBOURS = 60
"""Nodes considered near to a node; a ruin never reaches further."""

TRIPS_AT_MOST = 12
"""Trip slots of a rider in the arrays; lunch leaves time for two or three trips."""

Node = tuple[Delivery, ...]
"""Deliveries of one kitchen and one place in the order of their handover."""

Order = dict[str, list[tuple[str, list[Delivery]]]]
"""For each rider id the trips: kitchen id and deliveries in the order of their handover."""


@dataclass(frozen=True, slots=True)
class Part:
    """Kitchens, riders and nodes that are planned together, with their arrays."""

    problem: MealProblem
    kitchens: tuple[Kitchen, ...]
    riders: tuple[Rider, ...]
    nodes: tuple[Node, ...]
    data: Data

    @classmethod
    def of(
        cls,
        problem: MealProblem,
        kitchens: Sequence[Kitchen],
        riders: Sequence[Rider],
        nodes: Sequence[Node],
    ) -> Part:
        """Arrays over the places that occur; interchangeable riders are made adjacent."""
        first: dict[object, int] = {}
        for rider in riders:
            first.setdefault(rider_class(rider), len(first))
        riders = sorted(riders, key=lambda rider: first[rider_class(rider)])
        data = _data(problem, kitchens, riders, nodes)
        return cls(problem, tuple(kitchens), tuple(riders), tuple(nodes), data)

    def empty(self) -> State:
        """The plan without a trip."""
        riders, nodes = len(self.riders), len(self.nodes)
        least = int(self.data.node[:, PORTIONS].min(initial=INFINITE))
        fit = max((rider.capacity for rider in self.riders), default=0) // least
        shape = (riders, TRIPS_AT_MOST, max(1, min(nodes, fit)))
        node = np.zeros((nodes, SINCE + 5), dtype=np.int64)
        node[:, OWNER] = -1
        return State(
            day=np.zeros((riders, 2), dtype=np.int64),
            trip=np.zeros((*shape[:2], 4), dtype=np.int64),
            row=np.zeros(shape, dtype=np.int64),
            node=node,
            cooked=np.zeros(len(self.kitchens), dtype=np.int64),
        )

    def order(self, state: State) -> Order:
        """A plan in terms of the problem; riders without a trip are absent."""
        plan: Order = {}
        for r, rider in enumerate(self.riders):
            for s in range(int(state.day[r, TRIPS])):
                row = state.row[r, s, : int(state.trip[r, s, LENGTH])]
                stops = [delivery for node in row for delivery in self.nodes[int(node)]]
                kitchen = self.kitchens[int(state.trip[r, s, FROM])]
                plan.setdefault(rider.id, []).append((kitchen.id, stops))
        return plan


def halt_limits(problem: MealProblem, node: Node) -> tuple[int, int, int, int]:
    """What one halt must keep: (opens, closes, hot limit, minutes) for its first handover.

    The members follow each other without a pause, so each limit of a member is moved ahead by the
    handovers before it.
    """
    opens, closes, hot, spent = 0, [], [], 0
    for delivery in node:
        opens = max(opens, delivery.window_start - spent)
        closes.append(delivery.window_end - spent)
        hot.append(problem.hot_limit_of(delivery) - spent)
        spent += delivery.handover_minutes
    return opens, min(closes), min(hot), spent


def _data(
    problem: MealProblem,
    kitchens: Sequence[Kitchen],
    riders: Sequence[Rider],
    nodes: Sequence[Node],
) -> Data:
    places, modes = _places(kitchens, riders, nodes), sorted({rider.mode for rider in riders})
    number = {place: i for i, place in enumerate(places)}
    travel = np.ascontiguousarray([problem.travel[mode][np.ix_(places, places)] for mode in modes])
    travel = travel.reshape(len(modes), len(places), len(places)).astype(np.int32, copy=False)
    kitchen_number = {kitchen.id: i for i, kitchen in enumerate(kitchens)}
    place = [number[node[0].place] for node in nodes]
    weights = problem.weights
    usual = usual_routes(problem)
    return Data(
        travel=travel,
        node=_node_table(problem, nodes, place, kitchen_number, usual),
        near=_near(travel, np.array(place, dtype=np.int64)),
        kitchen=_kitchen_table(kitchens, number),
        rider=_rider_table(riders, modes, number, usual),
        allowed=np.array(
            [[rider.works_for(kitchen.id) for kitchen in kitchens] for rider in riders],
            dtype=np.bool_,
        ).reshape(len(riders), len(kitchens)),
        travel_price=weights.travel,
        rider_price=weights.riders_used,
        late_price=HARD if weights.lateness is None else weights.lateness,
        usual_price=weights.usual_route,
    )


def usual_routes(problem: MealProblem) -> dict[str, tuple[int, int]]:
    """For each delivery on a usual route the number of the route and the position there.

    Empty where the weight is 0, so that habits then split neither halts nor classes of riders.
    """
    if problem.weights.usual_route == 0:
        return {}
    return {
        name: (route, position)
        for route, rider in enumerate(problem.riders)
        for position, name in enumerate(rider.usual)
    }


def _node_table(
    problem: MealProblem,
    nodes: Sequence[Node],
    place: Sequence[int],
    kitchen_number: Mapping[str, int],
    usual: Mapping[str, tuple[int, int]],
) -> Ints:
    nowhere = (NO_ROUTE, 0)
    rows = (
        (
            place[i],
            sum(one.portions for one in node),
            *_service_first(halt_limits(problem, node)),
            kitchen_number[node[0].kitchen],
            problem.weights.undelivered * sum(one.drop_cost for one in node),
            rank,
            *usual.get(node[0].id, nowhere),
            usual.get(node[-1].id, nowhere)[1],
            len(node),
        )
        for i, (node, rank) in enumerate(zip(nodes, _ranks(nodes), strict=True))
    )
    return _table(rows, MEMBERS + 1)


def _kitchen_table(kitchens: Sequence[Kitchen], number: Mapping[int, int]) -> Ints:
    rows = (
        (
            number[one.place],
            one.ready_from,
            one.ready_until,
            one.load_minutes,
            INFINITE if one.capacity is None else one.capacity,
        )
        for one in kitchens
    )
    return _table(rows, CAPACITY + 1)


def _rider_table(
    riders: Sequence[Rider],
    modes: Sequence[str],
    number: Mapping[int, int],
    usual: Mapping[str, tuple[int, int]],
) -> Ints:
    rows = (
        (
            modes.index(one.mode),
            one.capacity,
            one.start,
            one.end,
            number[one.start_place],
            number[one.end_place],
            kind,
            usual[one.usual[0]][0] if usual and one.usual else NO_ROUTE,
        )
        for one, kind in zip(riders, _classes(riders), strict=True)
    )
    return _table(rows, HABIT + 1)


def _service_first(limits: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    opens, closes, hot, service = limits
    return service, opens, closes, hot


def _table(rows: Iterable[tuple[int, ...]], columns: int) -> Ints:
    return np.array(list(rows), dtype=np.int64).reshape(-1, columns)


def _places(
    kitchens: Sequence[Kitchen], riders: Sequence[Rider], nodes: Sequence[Node]
) -> list[int]:
    places = {kitchen.place for kitchen in kitchens} | {node[0].place for node in nodes}
    places |= {rider.start_place for rider in riders} | {rider.end_place for rider in riders}
    return sorted(places)


def _ranks(nodes: Sequence[Node]) -> list[int]:
    """0 for the node that hurts most to leave out for each portion, then by priority."""

    def urgency(node: Node) -> tuple[float, int]:
        portions = sum(one.portions for one in node)
        dropped = sum(one.drop_cost for one in node)
        return -dropped / portions, -max(one.priority for one in node)

    ordered = {key: i for i, key in enumerate(sorted({urgency(node) for node in nodes}))}
    return [ordered[urgency(node)] for node in nodes]


def rider_class(rider: Rider) -> tuple[object, ...]:
    """Riders of one class differ in nothing but the id."""
    return (
        rider.mode,
        rider.capacity,
        rider.start,
        rider.end,
        rider.start_place,
        rider.end_place,
        rider.kitchens,
        rider.usual,
    )


def _classes(riders: Sequence[Rider]) -> list[int]:
    numbers: dict[tuple[object, ...], int] = {}
    return [numbers.setdefault(rider_class(rider), len(numbers)) for rider in riders]


def _near(travel: NDArray[np.int32], place: Ints) -> Ints:
    """Each node's neighbours there and back, itself first; shape (N, at most NEIGHBOURS)."""
    count = min(len(place), NEIGHBOURS)
    near = np.zeros((len(place), count), dtype=np.int64)
    if not len(travel):
        return near
    for node in range(len(place)):
        round_trip = travel[0, place[node], place].astype(np.int64)
        round_trip += travel[0, place, place[node]]
        round_trip[node] = -1
        nearest = np.argpartition(round_trip, count - 1)[:count]
        near[node] = nearest[np.argsort(round_trip[nearest], kind="stable")]
    return near
