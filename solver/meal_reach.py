"""Which deliveries no plan can hold: bounds that need no search.

A delivery is proved impossible when every rider fails a bound that holds for any plan whatever:
portions, kitchen hours, window, hot limit and shift, each on the shortest ways over any number of
places. Matrices may break the triangle inequality, so the direct way alone would prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from solver.meal_problem import Delivery, Kitchen, MealProblem, Rider
from solver.meal_solution import MealReason

Way = Callable[[str, int, int], int]


class Reach:
    """Proofs of impossibility for one problem; shortest ways are computed when first needed."""

    def __init__(self, problem: MealProblem) -> None:
        self._problem = problem
        self._kitchens = {kitchen.id: kitchen for kitchen in problem.kitchens}
        distinct = {
            (r.mode, r.capacity, r.start, r.end, r.start_place, r.end_place, r.kitchens): r
            for r in problem.riders
        }
        self._riders = tuple(distinct.values())
        self._shortest: dict[tuple[str, int], NDArray[np.int64]] = {}

    def why_impossible(self, delivery: Delivery) -> tuple[MealReason, str] | None:
        """Reason and one sentence why no plan can deliver it; None where that is not proved."""
        kitchen = self._kitchens[delivery.kitchen]
        mine = [rider for rider in self._riders if rider.works_for(kitchen.id)]
        if not mine:
            return MealReason.NO_RIDER, f"No rider may load at kitchen {kitchen.id}."
        largest = max(rider.capacity for rider in mine)
        if kitchen.capacity is not None:
            largest = min(largest, kitchen.capacity)
        if delivery.portions > largest:
            sentence = f"{delivery.portions} portions were ordered, one trip holds {largest}."
            return MealReason.TOO_LARGE, sentence
        able = [rider for rider in mine if rider.capacity >= delivery.portions]
        for way in (self._direct, self._any):
            if any(self._bound_kept(rider, kitchen, delivery, way) for rider in able):
                return None
        sentence = self._obstacle(able, kitchen, delivery)
        return MealReason.OUT_OF_REACH, sentence

    def _direct(self, mode: str, source: int, target: int) -> int:
        return int(self._problem.travel[mode][source, target])

    def _any(self, mode: str, source: int, target: int) -> int:
        if (mode, source) not in self._shortest:
            self._shortest[mode, source] = shortest_from(self._problem.travel[mode], source)
        return int(self._shortest[mode, source][target])

    def _bound_kept(self, rider: Rider, kitchen: Kitchen, delivery: Delivery, way: Way) -> bool:
        return next(self._broken(rider, kitchen, delivery, way), None) is None

    def _broken(
        self, rider: Rider, kitchen: Kitchen, delivery: Delivery, way: Way
    ) -> Iterator[str]:
        """What one rider alone with this delivery cannot keep."""
        mode = rider.mode
        load_at = max(kitchen.ready_from, rider.start + way(mode, rider.start_place, kitchen.place))
        if load_at > kitchen.ready_until:
            yield "no rider reaches the kitchen before its last loading"
        out = way(mode, kitchen.place, delivery.place)
        limit = self._problem.hot_limit_of(delivery)
        if out > limit:
            yield f"the way takes {out} minutes, the meal stays hot for {limit}"
        start = max(load_at + kitchen.load_minutes + out, delivery.window_start)
        if start > delivery.window_end and self._problem.weights.lateness is None:
            yield f"it arrives at {start}, the window ends at {delivery.window_end}"
        back = way(mode, delivery.place, rider.end_place)
        if start + delivery.handover_minutes + back > rider.end:
            yield "no shift is long enough to come back"

    def _obstacle(self, able: list[Rider], kitchen: Kitchen, delivery: Delivery) -> str:
        """The obstacle of the rider who fails the fewest bounds."""
        failures = (list(self._broken(one, kitchen, delivery, self._any)) for one in able)
        fewest = min(failures, key=len)
        return f"Even alone on a trip: {'; '.join(fewest)}."


def shortest_from(matrix: NDArray[np.int32], source: int) -> NDArray[np.int64]:
    """Minutes from one place to every place over any number of places between; shape (n,)."""
    best: NDArray[np.int64] = matrix[source].astype(np.int64)
    waiting = np.ones(len(matrix), dtype=np.bool_)
    for _ in range(len(matrix)):
        nearest = int(np.where(waiting, best, np.iinfo(np.int64).max).argmin())
        waiting[nearest] = False
        np.minimum(best, best[nearest] + matrix[nearest], out=best)
    return best
