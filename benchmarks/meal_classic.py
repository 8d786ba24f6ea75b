"""Classical vehicle routing with time windows in meal terms: one kitchen, one wave, equal riders.

The shape follows Gehring and Homberger's instances: a square with the kitchen in its middle,
addresses scattered or in clusters, portions of 1 to 35 and room for 200, narrow windows everywhere,
or wide windows for half of the addresses. Travel is straight-line distance in tenths.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from solver.meal_problem import Delivery, Kitchen, MealProblem, MealWeights, Rider

Layout = Literal["random", "clustered"]
Windows = Literal["tight", "wide"]

TENTHS = 10
SERVICE, BOX, CLUSTER_SIZE, CLUSTER_SPREAD = 10, 200, 25, 12.0
TIGHT, WIDE = (30, 90), (200, 600)
"""Shortest and longest window."""


def classic_instance(stops: int, *, seed: int, layout: Layout, windows: Windows) -> MealProblem:
    """One kitchen, one trip for each rider, cost is distance; the same arguments, the same problem.

    Every address can be reached alone; there are more riders than any good plan needs.
    """
    rng = np.random.default_rng(seed)
    side = 500.0 * (stops / 1000) ** 0.5
    points = np.vstack([[side / 2, side / 2], _addresses(rng, stops, side, layout)])
    apart = np.hypot(*(points[:, None] - points[None, :]).transpose(2, 0, 1))
    travel = np.rint(apart * TENTHS).astype(np.int32)
    horizon = round(TENTHS * (2.6 * side + 500))
    portions = rng.integers(1, 36, stops)
    deliveries = tuple(
        _delivery(rng, i, int(portions[i]), int(travel[0, i + 1]), horizon, windows)
        for i in range(stops)
    )
    riders = tuple(
        Rider(
            id=f"R{i:03d}",
            mode="van",
            capacity=BOX,
            start=0,
            end=horizon,
            start_place=0,
            end_place=0,
        )
        for i in range(round(1.5 * int(portions.sum()) / BOX) + 2)
    )
    return MealProblem(
        kitchens=(Kitchen(id="K", place=0, ready_from=0, ready_until=0),),
        riders=riders,
        deliveries=deliveries,
        travel={"van": travel},
        weights=MealWeights(),
        hot_limit=2 * horizon,
        name=f"classic-{layout}-{windows}-{stops}-{seed}",
    )


def _addresses(
    rng: np.random.Generator, stops: int, side: float, layout: Layout
) -> NDArray[np.float64]:
    if layout == "random":
        return rng.random((stops, 2)) * side
    centres = rng.random((max(2, stops // CLUSTER_SIZE), 2)) * side
    spread = rng.normal(0, CLUSTER_SPREAD, (stops, 2))
    around: NDArray[np.float64] = centres[rng.integers(len(centres), size=stops)] + spread
    return around.clip(0, side)


def _delivery(
    rng: np.random.Generator, number: int, portions: int, way: int, horizon: int, windows: Windows
) -> Delivery:
    service = SERVICE * TENTHS
    first, last = way, horizon - way - service
    low, high = TIGHT if windows == "tight" else WIDE
    opens, closes = 0, last
    if windows == "tight" or rng.random() < 0.5:
        middle, half = (
            int(rng.integers(first, last + 1)),
            TENTHS * int(rng.integers(low, high)) // 2,
        )
        opens, closes = max(0, middle - half), min(last, middle + half)
    return Delivery(
        id=f"D{number:05d}",
        place=number + 1,
        kitchen="K",
        portions=portions,
        window_start=opens,
        window_end=closes,
        handover_minutes=service,
        drop_cost=10**6,
    )
