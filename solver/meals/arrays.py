"""A meal problem, or an independent part of one, as arrays; and plans over it.

A **node** is what one halt at an address serves: one delivery, or several from one kitchen to one
place whose windows and hot limits one halt can keep. A plan lists nodes by rider and trip.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.meal_problem import Delivery, Kitchen, MealProblem, Rider

Ints = NDArray[np.int64]

INFINITE = 1 << 50
NEVER = -(1 << 40)
HARD = -1
"""`Data.late_price` of a problem whose windows must be kept."""


class Data(NamedTuple):
    """The problem as arrays: N nodes, K kitchens, R riders, P places, M modes, Q neighbours."""

    travel: NDArray[np.int32]  # (M, P, P)
    place: Ints  # (N,), as all down to `rank`
    portions: Ints
    service: Ints
    opens: Ints
    closes: Ints
    hot: Ints
    kitchen: Ints
    drop: Ints  # weighted
    rank: Ints  # 0 is placed first where room is scarce
    near: Ints  # (N, Q) nodes by distance, itself first
    kitchen_place: Ints  # (K,)
    kitchen_from: Ints
    kitchen_until: Ints
    kitchen_load: Ints
    kitchen_capacity: Ints
    rider_mode: Ints  # (R,)
    rider_capacity: Ints
    rider_start: Ints
    rider_end: Ints
    rider_start_place: Ints
    rider_end_place: Ints
    rider_class: Ints  # riders of one class are interchangeable and adjacent
    allowed: NDArray[np.bool_]  # (R, K)
    travel_price: int
    rider_price: int
    late_price: int  # HARD: windows must be kept


class State(NamedTuple):
    """A plan: S trip slots for each rider, L nodes for each trip."""

    trips: Ints  # (R,) trips of a rider
    kitchens: Ints  # (R, S)
    lengths: Ints  # (R, S)
    loads: Ints  # (R, S) portions
    nodes: NDArray[np.int32]  # (R, S, L)
    cost: Ints  # (R,)
    owner: Ints  # (N,) rider, or -1
    cooked: Ints  # (K,) portions

    def twin(self) -> State:
        """An equal plan that shares no array."""
        return State(
            self.trips.copy(),
            self.kitchens.copy(),
            self.lengths.copy(),
            self.loads.copy(),
            self.nodes.copy(),
            self.cost.copy(),
            self.owner.copy(),
            self.cooked.copy(),
        )


NEIGHBOURS = 100
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
        least = min((int(p) for p in self.data.portions), default=1)
        fit = max((rider.capacity for rider in self.riders), default=0) // least
        shape = (riders, TRIPS_AT_MOST, max(1, min(nodes, fit)))
        return State(
            np.zeros(riders, dtype=np.int64),
            np.zeros(shape[:2], dtype=np.int64),
            np.zeros(shape[:2], dtype=np.int64),
            np.zeros(shape[:2], dtype=np.int64),
            np.zeros(shape, dtype=np.int32),
            np.zeros(riders, dtype=np.int64),
            np.full(nodes, -1, dtype=np.int64),
            np.zeros(len(self.kitchens), dtype=np.int64),
        )

    def order(self, state: State) -> Order:
        """A plan in terms of the problem; riders without a trip are absent."""
        plan: Order = {}
        for r, rider in enumerate(self.riders):
            for s in range(int(state.trips[r])):
                row = state.nodes[r, s, : int(state.lengths[r, s])]
                stops = [delivery for node in row for delivery in self.nodes[int(node)]]
                kitchen = self.kitchens[int(state.kitchens[r, s])]
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
    limits = [halt_limits(problem, node) for node in nodes]
    place = _ints(number[node[0].place] for node in nodes)
    weights = problem.weights
    return Data(
        travel=travel,
        place=place,
        portions=_ints(sum(one.portions for one in node) for node in nodes),
        service=_ints(limit[3] for limit in limits),
        opens=_ints(limit[0] for limit in limits),
        closes=_ints(limit[1] for limit in limits),
        hot=_ints(limit[2] for limit in limits),
        kitchen=_ints(kitchen_number[node[0].kitchen] for node in nodes),
        drop=_ints(weights.undelivered * sum(one.drop_cost for one in node) for node in nodes),
        rank=_ranks(nodes),
        near=_near(travel, place),
        kitchen_place=_ints(number[kitchen.place] for kitchen in kitchens),
        kitchen_from=_ints(kitchen.ready_from for kitchen in kitchens),
        kitchen_until=_ints(kitchen.ready_until for kitchen in kitchens),
        kitchen_load=_ints(kitchen.load_minutes for kitchen in kitchens),
        kitchen_capacity=_ints(
            INFINITE if kitchen.capacity is None else kitchen.capacity for kitchen in kitchens
        ),
        rider_mode=_ints(modes.index(rider.mode) for rider in riders),
        rider_capacity=_ints(rider.capacity for rider in riders),
        rider_start=_ints(rider.start for rider in riders),
        rider_end=_ints(rider.end for rider in riders),
        rider_start_place=_ints(number[rider.start_place] for rider in riders),
        rider_end_place=_ints(number[rider.end_place] for rider in riders),
        rider_class=_classes(riders),
        allowed=np.array(
            [[rider.works_for(kitchen.id) for kitchen in kitchens] for rider in riders],
            dtype=np.bool_,
        ).reshape(len(riders), len(kitchens)),
        travel_price=weights.travel,
        rider_price=weights.riders_used,
        late_price=HARD if weights.lateness is None else weights.lateness,
    )


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _places(
    kitchens: Sequence[Kitchen], riders: Sequence[Rider], nodes: Sequence[Node]
) -> list[int]:
    places = {kitchen.place for kitchen in kitchens} | {node[0].place for node in nodes}
    places |= {rider.start_place for rider in riders} | {rider.end_place for rider in riders}
    return sorted(places)


def _ranks(nodes: Sequence[Node]) -> Ints:
    """0 for the node that hurts most to leave out for each portion, then by priority."""

    def urgency(node: Node) -> tuple[float, int]:
        portions = sum(one.portions for one in node)
        dropped = sum(one.drop_cost for one in node)
        return -dropped / portions, -max(one.priority for one in node)

    ordered = {key: i for i, key in enumerate(sorted({urgency(node) for node in nodes}))}
    return _ints(ordered[urgency(node)] for node in nodes)


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
    )


def _classes(riders: Sequence[Rider]) -> Ints:
    numbers: dict[tuple[object, ...], int] = {}
    return _ints(numbers.setdefault(rider_class(rider), len(numbers)) for rider in riders)


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
