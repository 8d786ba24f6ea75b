"""Synthetic days of a town, for tests and timings: seeded, solver-agnostic, no personal data.

A town is a handful of dense estates in a few kilometres. Elders live near an estate's centre,
caregivers anywhere in town and ride e-bikes. The shape of a day (service minutes, share of
two-person visits, windows, priorities) follows what a home-care station of an urban town reports;
loads are set by the number of visits for each caregiver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solver.objective import Weights
from solver.problem import (
    Break,
    Caregiver,
    Gap,
    Part,
    Problem,
    Shift,
    SkillHeld,
    SkillNeed,
    TimeWindow,
    Visit,
)
from solver.travel.crowfly import CrowFly

# Drop costs: one unserved visit outweighs any travel of a day; a priority elder outweighs many.
DROP_COST = 1_000
PRIORITY_DROP_COST = 20_000
# Somewhere in the built-up part of the district: longitude, latitude.
CENTRE = (119.97, 31.83)
DEGREES_PER_METRE = (1 / 94_500, 1 / 111_200)


@dataclass(frozen=True, slots=True, kw_only=True)
class TownDay:
    """What a synthetic day looks like; every random choice follows from `seed`."""

    visits: int = 500
    caregivers: int = 70
    pair_share: float = 0.05
    priority_share: float = 0.15
    estates: int = 12
    radius_metres: float = 3_000.0
    lunch: bool = True
    familiar: bool = False
    seed: int = 1
    weights: Weights = field(default_factory=lambda: Weights(overtime=5))

    def problem(self) -> Problem:
        """The day as a validated problem; minutes are ticks, e-bikes the only mode."""
        rng = np.random.default_rng(self.seed)
        homes, bases = self._positions(rng)
        travel = CrowFly().matrix(np.vstack([homes, bases]), "e_bike")
        caregivers = self._caregivers(rng)
        return Problem(
            visits=self._visits(rng, [one.id for one in caregivers]),
            caregivers=caregivers,
            travel={"e_bike": travel},
            weights=self.weights,
            name=f"town-{self.visits}-{self.caregivers}-{self.seed}",
        )

    def _positions(
        self, rng: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        centres = rng.normal(0, self.radius_metres, (self.estates, 2))
        near = centres[rng.integers(0, self.estates, self.visits)]
        homes = near + rng.normal(0, self.radius_metres / 8, (self.visits, 2))
        bases = rng.normal(0, self.radius_metres, (self.caregivers, 2))
        scale = np.array(DEGREES_PER_METRE)
        return np.array(CENTRE) + homes * scale, np.array(CENTRE) + bases * scale

    def _caregivers(self, rng: np.random.Generator) -> tuple[Caregiver, ...]:
        levels = rng.choice([1, 2, 3], self.caregivers, p=[0.4, 0.4, 0.2])
        starts = rng.choice([450, 480, 600], self.caregivers, p=[0.3, 0.5, 0.2])
        women = rng.random(self.caregivers) < 0.8
        rest = Break(earliest=660, latest_end=810, duration=30) if self.lunch else None
        return tuple(
            Caregiver(
                id=f"C{number:03d}",
                mode="e_bike",
                skills=(SkillHeld("care", int(levels[number])),),
                tags=frozenset({"female" if women[number] else "male"}),
                shifts=(
                    Shift(
                        id=f"C{number:03d}/day",
                        start=int(starts[number]),
                        end=int(starts[number]) + 510,
                        start_place=self.visits + number,
                        end_place=self.visits + number,
                        rest=rest,
                    ),
                ),
            )
            for number in range(self.caregivers)
        )

    def _visits(self, rng: np.random.Generator, caregivers: list[str]) -> tuple[Visit, ...]:
        pairs = set(rng.choice(self.visits, round(self.visits * self.pair_share), replace=False))
        return tuple(
            self._visit(rng, number, 2 if number in pairs else 1, caregivers)
            for number in range(self.visits)
        )

    def _visit(
        self, rng: np.random.Generator, number: int, parts: int, caregivers: list[str]
    ) -> Visit:
        minutes = int(rng.choice([20, 30, 45, 60], p=[0.25, 0.4, 0.2, 0.15]))
        level = int(rng.choice([1, 2, 3], p=[0.65, 0.28, 0.07]))
        opens = int(rng.integers(8, 16)) * 60
        closes = min(opens + int(rng.integers(1, 5)) * 60, 17 * 60)
        urgent = bool(rng.random() < self.priority_share)
        known: Sequence[int] = (
            rng.choice(len(caregivers), 3, replace=False).tolist() if self.familiar else []
        )
        need = (SkillNeed("care", level),)
        return Visit(
            id=f"V{number:04d}",
            place=number,
            parts=(Part(minutes, need),) * parts,
            windows=(TimeWindow(opens, closes),),
            sync=Gap() if parts == 2 else None,
            drop_cost=PRIORITY_DROP_COST if urgent else DROP_COST,
            priority=int(urgent),
            required_tags=frozenset({"female"} if rng.random() < 0.1 else ()),
            familiarity={caregivers[one]: 90 - 30 * rank for rank, one in enumerate(known)},
        )


def town_day(visits: int = 500, caregivers: int = 70, *, seed: int = 1) -> Problem:
    """A day of one town at the size the product plans every night."""
    return TownDay(visits=visits, caregivers=caregivers, seed=seed).problem()
