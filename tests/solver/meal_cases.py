"""Small meal problems: one worked by hand with its plan, and random ones."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.meal_problem import Delivery, Kitchen, MealProblem, MealWeights, Rider
from solver.meal_solution import MealReason, MealSolution, MealStop, Trip, Undelivered
from solver.solution import Proof

# Places on one road, in minutes: two kitchens, three homes, and a farm far out.
ROAD = (0, 20, 5, 9, 24, 200)


def road(positions: tuple[int, ...] = ROAD) -> NDArray[np.int32]:
    line = np.array(positions, dtype=np.int32)
    matrix: NDArray[np.int32] = np.abs(line[:, None] - line[None, :])
    return matrix


def delivery(name: str, place: int, kitchen: str = "K1", **more: Any) -> Delivery:
    fields: dict[str, Any] = {
        "portions": 2,
        "window_start": 630,
        "window_end": 700,
        "handover_minutes": 2,
    }
    return Delivery(id=name, place=place, kitchen=kitchen, **(fields | more))


def worked_problem() -> MealProblem:
    return MealProblem(
        kitchens=(
            Kitchen(id="K1", place=0, ready_from=600, ready_until=700, load_minutes=5, capacity=10),
            Kitchen(id="K2", place=1, ready_from=600, ready_until=700),
        ),
        riders=(
            Rider(
                id="A",
                mode="bike",
                capacity=4,
                start=600,
                end=800,
                start_place=0,
                end_place=0,
                kitchens=frozenset(["K1"]),
            ),
            Rider(id="B", mode="bike", capacity=4, start=600, end=1200, start_place=1, end_place=1),
        ),
        deliveries=(
            delivery("d1", 2),
            delivery("d2", 3),
            delivery("d3", 2),
            delivery("d4", 4, "K2"),
            delivery("far", 5, "K2", window_end=900),
        ),
        travel={"bike": road()},
        weights=MealWeights(travel=2, riders_used=30),
        name="worked",
    )


def worked_solution() -> MealSolution:
    """Rider A goes twice, rider B once; the farm is 180 minutes out, food keeps hot for 60."""
    return MealSolution(
        trips=(
            Trip(
                "A",
                "K1",
                630,
                635,
                (MealStop("d1", 640, 640, 642), MealStop("d2", 646, 646, 648)),
                657,
            ),
            Trip("A", "K1", 657, 662, (MealStop("d3", 667, 667, 669),), 674),
            Trip("B", "K2", 600, 640, (MealStop("d4", 644, 644, 646),), 650),
        ),
        undelivered=(Undelivered("far", MealReason.OUT_OF_REACH, Proof.IMPOSSIBLE),),
    )


def with_delivery(problem: MealProblem, name: str, **changes: Any) -> MealProblem:
    changed = [replace(one, **changes) if one.id == name else one for one in problem.deliveries]
    return replace(problem, deliveries=tuple(changed))


def with_kitchen(problem: MealProblem, name: str, **changes: Any) -> MealProblem:
    changed = [replace(one, **changes) if one.id == name else one for one in problem.kitchens]
    return replace(problem, kitchens=tuple(changed))


def with_rider(problem: MealProblem, name: str, **changes: Any) -> MealProblem:
    changed = [replace(one, **changes) if one.id == name else one for one in problem.riders]
    return replace(problem, riders=tuple(changed))


def _random_orders(rng: random.Random, deliveries: int, places: int) -> tuple[Delivery, ...]:
    orders = []
    for number in range(deliveries):
        opens = rng.randint(0, 40)
        orders.append(
            Delivery(
                id=f"d{number}",
                place=rng.randrange(2, places),
                kitchen=rng.choice(["K0", "K0", "K1"]),
                portions=rng.randint(1, 3),
                window_start=opens,
                window_end=opens + rng.randint(0, 40),
                handover_minutes=rng.randint(0, 3),
                drop_cost=rng.choice([15, 60, 1000]),
                priority=rng.randint(0, 2),
                hot_limit=rng.choice([None, 8, 20]),
            )
        )
    return tuple(orders)


def _with_habits(
    rng: random.Random, riders: tuple[Rider, ...], names: list[str]
) -> tuple[Rider, ...]:
    """Most deliveries on the usual route of some rider."""
    rng.shuffle(names)
    names = names[: len(names) * 3 // 4]
    cut = rng.randint(0, len(names))
    return tuple(
        replace(rider, usual=tuple(usual))
        for rider, usual in zip(riders, (names[:cut], names[cut:]), strict=True)
    )


def random_problem(seed: int, *, deliveries: int = 4, places: int = 7) -> MealProblem:
    """Tight windows, short heat, small boxes, matrices without symmetry or triangle inequality."""
    rng = random.Random(seed)
    matrix = np.array([[rng.randint(1, 12) for _ in range(places)] for _ in range(places)])
    np.fill_diagonal(matrix, 0)
    kitchens = tuple(
        Kitchen(
            id=f"K{k}",
            place=k,
            ready_from=rng.randint(0, 10),
            ready_until=rng.randint(20, 60),
            load_minutes=rng.randint(0, 3),
            capacity=rng.choice([None, None, 5]),
        )
        for k in range(2)
    )
    riders = tuple(
        Rider(
            id=f"R{r}",
            mode="bike",
            capacity=rng.randint(2, 5),
            start=rng.randint(0, 10),
            end=rng.randint(50, 110),
            start_place=rng.randrange(places),
            end_place=rng.randrange(places),
            kitchens=rng.choice([None, frozenset(["K0"]), frozenset(["K0", "K1"])]),
        )
        for r in range(2)
    )
    orders = _random_orders(rng, deliveries, places)
    weights = MealWeights(
        travel=rng.choice([1, 2]),
        riders_used=rng.choice([0, 10]),
        lateness=rng.choice([None, None, 0, 3]),
        usual_route=rng.choice([0, 0, 1, 4]),
    )
    riders = _with_habits(rng, riders, [one.id for one in orders])
    return MealProblem(
        kitchens=kitchens,
        riders=riders,
        deliveries=orders,
        travel={"bike": matrix},
        weights=weights,
        hot_limit=30,
        name=f"random-{seed}",
    )
