"""Seeded lunch rounds of any size for measuring the meal engine.

The shape follows a Chinese residential district: compounds of tower blocks around each kitchen,
most orders of one portion, several orders in the same block, one lunch window for nearly everybody,
e-bikes that carry 15 to 40 portions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.meal_problem import Delivery, Kitchen, MealProblem, MealWeights, Rider
from solver.travel.crowfly import CrowFly

# A rectangle about as large as the district's built-up area.
WEST, EAST, SOUTH, NORTH = 119.88, 120.02, 31.79, 31.93
COMPOUND_DEGREES, BLOCK_DEGREES = 0.007, 0.0006
BLOCKS = 8
LUNCH = (10 * 60 + 45, 12 * 60 + 30)
STOPS_OF_RIDER = 14
EARLY_SHARE = 0.15
"""Share of deliveries that must come within the first half of lunch."""


MODE_SHARES = (0.45, 0.25, 0.3)
"""Lunches eaten at the table, picked up and delivered."""


def meal_instance(
    stops: int,
    *,
    seed: int,
    kitchens: int | None = None,
    bound_riders: bool = True,
    shared_doors: bool = True,
    hot_limit: int = 60,
) -> MealProblem:
    """A lunch round with `stops` delivered orders; the same arguments give the same problem.

    Args:
        stops: number of deliveries.
        seed: of the generator.
        kitchens: how many; by default one for each 40 deliveries.
        bound_riders: whether each rider loads at one kitchen only.
        shared_doors: whether several orders may go to one block (else each has its own).
        hot_limit: minutes from leaving the kitchen to handover.
    """
    rng = np.random.default_rng(seed)
    count = kitchens or max(1, round(stops / 40))
    low, high = np.array([WEST, SOUTH]), np.array([EAST, NORTH])
    doors = low + rng.random((count, 2)) * (high - low)
    blocks, owner = _blocks(rng, doors, stops if shared_doors else 2 * stops + 2 * BLOCKS)
    chosen = rng.integers(len(blocks), size=stops)
    if not shared_doors:
        chosen = rng.permutation(len(blocks))[:stops]
    positions = np.vstack([doors, blocks])
    places = chosen + count
    deliveries = tuple(
        _delivery(rng, i, int(places[i]), f"K{owner[chosen[i]]:02d}") for i in range(stops)
    )
    return MealProblem(
        kitchens=tuple(
            Kitchen(
                id=f"K{k:02d}",
                place=k,
                ready_from=10 * 60 + 20,
                ready_until=12 * 60,
                load_minutes=5,
            )
            for k in range(count)
        ),
        riders=_riders(rng, deliveries, count, bound_riders),
        deliveries=deliveries,
        travel={"e_bike": CrowFly().matrix(positions, "e_bike")},
        weights=MealWeights(riders_used=30),
        hot_limit=hot_limit,
        name=f"meals-{stops}-{count}-{seed}",
    )


@dataclass(frozen=True, slots=True)
class DistrictLunch:
    """A lunch of the whole district: what is delivered, and how many eat or fetch it elsewhere."""

    problem: MealProblem
    dine_in: int
    pick_up: int


def district_lunch(lunches: int, *, seed: int, shared_riders: bool = False) -> DistrictLunch:
    """So many lunches, three in ten of them delivered; the others never enter the problem.

    With `shared_riders` every rider may load at every kitchen, so that nothing falls into parts.
    """
    chosen = np.random.default_rng(seed).choice(len(MODE_SHARES), size=lunches, p=MODE_SHARES)
    dine_in, pick_up, delivered = (int(one) for one in np.bincount(chosen, minlength=3))
    problem = meal_instance(delivered, seed=seed, bound_riders=not shared_riders)
    return DistrictLunch(problem, dine_in, pick_up)


def _blocks(
    rng: np.random.Generator, doors: NDArray[np.float64], stops: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Positions of tower blocks and the number of the kitchen that serves each."""
    compounds = max(1, stops // (2 * BLOCKS))
    owner = np.arange(compounds) % len(doors)
    centres = doors[owner] + rng.normal(0, COMPOUND_DEGREES, (compounds, 2))
    offsets = rng.normal(0, BLOCK_DEGREES, (compounds, BLOCKS, 2))
    blocks = (centres[:, None] + offsets).reshape(-1, 2)
    return blocks, np.repeat(owner, BLOCKS)


def _delivery(rng: np.random.Generator, number: int, place: int, kitchen: str) -> Delivery:
    early = rng.random() < EARLY_SHARE
    urgent = rng.random() < 0.1
    return Delivery(
        id=f"D{number:05d}",
        place=place,
        kitchen=kitchen,
        portions=1 + int(rng.random() < 0.2),
        window_start=LUNCH[0],
        window_end=LUNCH[0] + 50 if early else LUNCH[1],
        handover_minutes=2,
        drop_cost=3000 if urgent else 1000,
        priority=int(urgent),
    )


def _riders(
    rng: np.random.Generator, deliveries: tuple[Delivery, ...], kitchens: int, bound: bool
) -> tuple[Rider, ...]:
    riders: list[Rider] = []
    for k in range(kitchens):
        mine = sum(1 for delivery in deliveries if delivery.kitchen == f"K{k:02d}")
        for _ in range(-(-mine // STOPS_OF_RIDER)):
            riders.append(
                Rider(
                    id=f"R{len(riders):03d}",
                    mode="e_bike",
                    capacity=int(rng.choice([15, 20, 30, 40])),
                    start=10 * 60,
                    end=13 * 60,
                    start_place=k,
                    end_place=k,
                    kitchens=frozenset([f"K{k:02d}"]) if bound else None,
                )
            )
    return tuple(riders)
