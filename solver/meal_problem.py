"""The meal problem: which hot meals go where and when, and which riders could bring them.

A `MealProblem` is immutable and made of ids, integers and matrices. Times are whole minutes from
the start of the day, amounts are portions, and places are indices into the square travel matrices
(one matrix for each travel mode). Orders eaten at the table or picked up never enter.

Terms: a **delivery** is one order handed over at one address; several may share a place, which
costs no travel between them. A **trip** is one round of a rider: load at a kitchen, hand over, come
back. A rider makes as many trips as the shift allows and may change kitchens between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.checks import (
    LARGEST_TRAVEL,
    identifier,
    known,
    travel_matrix,
    unique,
    whole,
    whole_or_none,
)
from solver.errors import ProblemError

IntMatrix = NDArray[np.int32]

LARGEST_NUMBER = LARGEST_TRAVEL
LARGEST_PLAN_COST = 1 << 48
"""Sums of numbers up to these stay far from where whole numbers of the engine end."""

DEFAULT_HOT_LIMIT = 60
"""Minutes from leaving the kitchen to handover, unless problem or delivery says otherwise."""


class MealTerm(StrEnum):
    """Every term a meal plan can cost; `solver.verify_meals` gives its value before weighting."""

    TRAVEL = "travel"
    RIDERS_USED = "riders_used"
    LATENESS = "lateness"
    UNDELIVERED = "undelivered"
    USUAL_ROUTE = "usual_route"


@dataclass(frozen=True, slots=True, kw_only=True)
class MealWeights:
    """Price of one unit of each term.

    travel: per minute on the way, from `Rider.start_place` to `Rider.end_place`. riders_used: per
    rider with at least one trip. lateness: per minute a handover starts after its window ends; None
    forbids it. undelivered: per unit of `Delivery.drop_cost`. usual_route: per handover by another
    rider than usual, and per two handovers of a trip that follow each other in the wrong order of a
    usual route (`Rider.usual`).
    """

    travel: int = 1
    riders_used: int = 0
    lateness: int | None = None
    undelivered: int = 1
    usual_route: int = 0

    def __post_init__(self) -> None:
        for term in MealTerm:
            check = whole_or_none if term is MealTerm.LATENESS else whole
            check("weights", term.value, getattr(self, term.value))

    def of(self, term: MealTerm) -> int | None:
        """Weight of a term by its name."""
        value: int | None = getattr(self, term.value)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Kitchen:
    """Where riders load; loading takes `load_minutes` and begins within [ready_from, ready_until].

    `capacity` bounds the portions handed to riders in the whole plan (None: no bound).
    """

    id: str
    place: int
    ready_from: int
    ready_until: int
    load_minutes: int = 0
    capacity: int | None = None

    def __post_init__(self) -> None:
        identifier("kitchen", self.id)
        item = f"kitchen {self.id}"
        for name in ("place", "ready_from", "ready_until", "load_minutes"):
            whole(item, name, getattr(self, name))
        whole_or_none(item, "capacity", self.capacity)
        if self.ready_until < self.ready_from:
            raise ProblemError(
                f"{item}: the last loading ({self.ready_until}) is before the first"
                f" ({self.ready_from})"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rider:
    """One worker: leaves `start_place` at `start` or later, is back at `end_place` by `end`.

    `capacity` is the number of portions of one trip; `kitchens` names those the rider may load at
    (None: any). `usual` names the deliveries this rider brings on other days too, in the order in
    which their addresses are usually reached.
    """

    id: str
    mode: str
    capacity: int
    start: int
    end: int
    start_place: int
    end_place: int
    kitchens: frozenset[str] | None = None
    usual: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        identifier("rider", self.id)
        item = f"rider {self.id}"
        for name in ("capacity", "start", "end", "start_place", "end_place"):
            whole(item, name, getattr(self, name))
        if self.end < self.start:
            raise ProblemError(
                f"{item}: the shift ends ({self.end}) before it starts ({self.start})"
            )

    def works_for(self, kitchen_id: str) -> bool:
        """Whether the rider may load at a kitchen."""
        return self.kitchens is None or kitchen_id in self.kitchens


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One order: the handover starts in [window_start, window_end], lasting `handover_minutes`.

    `hot_limit` bounds the minutes from leaving the kitchen to the start of the handover (None: the
    problem's). Leaving it out costs `drop_cost` x `MealWeights.undelivered`; among equal costs a
    higher `priority` is placed first.
    """

    id: str
    place: int
    kitchen: str
    portions: int
    window_start: int
    window_end: int
    handover_minutes: int = 2
    drop_cost: int = 1000
    priority: int = 0
    hot_limit: int | None = None

    def __post_init__(self) -> None:
        identifier("delivery", self.id)
        item = f"delivery {self.id}"
        whole(item, "portions", self.portions, 1)
        for name in ("place", "window_start", "window_end", "handover_minutes", "drop_cost"):
            whole(item, name, getattr(self, name))
        whole(item, "priority", self.priority, None)
        whole_or_none(item, "hot_limit", self.hot_limit)
        if self.window_end < self.window_start:
            raise ProblemError(
                f"{item}: the window ends ({self.window_end}) before it starts"
                f" ({self.window_start})"
            )


@cache
def _whole_numbers(kind: Any) -> tuple[str, ...]:
    """Names of the fields of a class that hold a whole number."""
    return tuple(one.name for one in fields(kind) if one.type in {"int", "int | None"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MealProblem:
    """A meal round, or a part of one: kitchens, riders, deliveries, travel by mode, weights.

    Raises `ProblemError` naming the item when ids repeat, a reference is unknown, or a place lies
    outside the matrices. The matrices are copied unless they are read-only int32 already.
    """

    kitchens: tuple[Kitchen, ...]
    riders: tuple[Rider, ...]
    deliveries: tuple[Delivery, ...]
    travel: Mapping[str, IntMatrix]
    weights: MealWeights = field(default_factory=MealWeights)
    hot_limit: int = DEFAULT_HOT_LIMIT
    name: str = ""

    def __post_init__(self) -> None:
        matrices = {mode: travel_matrix(mode, value) for mode, value in self.travel.items()}
        object.__setattr__(self, "travel", matrices)
        whole("problem", "hot_limit", self.hot_limit)
        for kind, items in (
            ("kitchen", self.kitchens),
            ("rider", self.riders),
            ("delivery", self.deliveries),
        ):
            unique(kind, (item.id for item in items))
        self._check_places(matrices)
        self._check_references(matrices)
        self._check_sizes(matrices)

    def _check_places(self, matrices: Mapping[str, IntMatrix]) -> None:
        sizes = {mode: len(matrix) for mode, matrix in matrices.items()}
        if len(set(sizes.values())) > 1:
            raise ProblemError(f"travel matrices: the sizes differ ({sizes})")
        count = next(iter(sizes.values()), 0)
        places = [(f"kitchen {one.id}", "place", one.place) for one in self.kitchens]
        places += [(f"delivery {one.id}", "place", one.place) for one in self.deliveries]
        for one in self.riders:
            places.append((f"rider {one.id}", "start_place", one.start_place))
            places.append((f"rider {one.id}", "end_place", one.end_place))
        for item, name, place in places:
            if place >= count:
                raise ProblemError(
                    f"{item}: {name} {place} lies outside the travel matrices of {count} places"
                )
        for mode, matrix in matrices.items():
            if matrix.diagonal().any():
                place = int(matrix.diagonal().nonzero()[0][0])
                raise ProblemError(f"travel matrix {mode!r}: place {place} to itself is not 0")

    def _check_references(self, matrices: Mapping[str, IntMatrix]) -> None:
        kitchens = {kitchen.id for kitchen in self.kitchens}
        for rider in self.riders:
            known(f"rider {rider.id}", "travel mode", [rider.mode], matrices)
            known(f"rider {rider.id}", "kitchen", rider.kitchens or (), kitchens)
        for delivery in self.deliveries:
            known(f"delivery {delivery.id}", "kitchen", [delivery.kitchen], kitchens)
        self._check_usual({delivery.id for delivery in self.deliveries})

    def _check_sizes(self, matrices: Mapping[str, IntMatrix]) -> None:
        """Refuse numbers with which sums of times or costs would overflow."""
        items: list[tuple[str, Any]] = [("problem", self), ("weights", self.weights)]
        items += [(f"kitchen {one.id}", one) for one in self.kitchens]
        items += [(f"rider {one.id}", one) for one in self.riders]
        items += [(f"delivery {one.id}", one) for one in self.deliveries]
        for name, item in items:
            for attribute in _whole_numbers(item.__class__):
                value = getattr(item, attribute)
                if value is not None and abs(value) > LARGEST_NUMBER:
                    raise ProblemError(
                        f"{name}: {attribute} must be at most {LARGEST_NUMBER}, not {value}"
                    )
        weights, count = self.weights, len(self.deliveries)
        leg = max((int(matrix.max(initial=0)) for matrix in matrices.values()), default=0)
        latest = max((rider.end for rider in self.riders), default=0)
        most = (
            weights.travel * leg * (2 * count + len(self.riders))
            + weights.riders_used * len(self.riders)
            + (weights.lateness or 0) * latest * count
            + weights.undelivered * sum(one.drop_cost for one in self.deliveries)
            + weights.usual_route * 2 * count
        )
        if most > LARGEST_PLAN_COST:
            raise ProblemError(f"weights: a plan could cost {most}, more than {LARGEST_PLAN_COST}")

    def _check_usual(self, deliveries: set[str]) -> None:
        rider_of: dict[str, str] = {}
        for rider in self.riders:
            known(f"rider {rider.id}", "delivery of the usual route", rider.usual, deliveries)
            for delivery_id in rider.usual:
                if delivery_id in rider_of:
                    raise ProblemError(
                        f"delivery {delivery_id}: it is twice on usual routes, of rider"
                        f" {rider_of[delivery_id]} and of rider {rider.id}"
                    )
                rider_of[delivery_id] = rider.id

    def hot_limit_of(self, delivery: Delivery) -> int:
        """Minutes a delivery may take from leaving the kitchen to the start of its handover."""
        return self.hot_limit if delivery.hot_limit is None else delivery.hot_limit
