"""Small problems written by hand: a line of places ten minutes apart, one minute a tick."""

from __future__ import annotations

from typing import Any

import numpy as np

from solver.objective import Weights
from solver.problem import (
    Caregiver,
    Dependency,
    Gap,
    Part,
    Problem,
    Shift,
    SkillHeld,
    SkillNeed,
    TimeWindow,
    Visit,
)

PLACES = 8
APART = 10


def line() -> np.ndarray:
    """Travel between places 0, 1, 2.. on a line."""
    at = np.arange(PLACES) * APART
    distances: np.ndarray = np.abs(at[:, None] - at[None, :]).astype(np.int32)
    return distances


def caregiver(name: str, *skills: str, level: int = 1, **fields: Any) -> Caregiver:
    """A caregiver at place 0, by default on shift from 480 to 960."""
    shift = fields.pop("shift", {})
    given: dict[str, Any] = {
        "shifts": (Shift(**{"id": f"{name}/day", **STANDARD, **shift}),),
        "mode": "walk",
        "skills": tuple(SkillHeld(one, level) for one in skills),
        **fields,
    }
    return Caregiver(id=name, **given)


STANDARD: dict[str, Any] = {"start": 480, "end": 960, "start_place": 0, "end_place": 0}


def visit(name: str, place: int = 1, *needs: str, minutes: int = 30, **fields: Any) -> Visit:
    """A visit that may start from 480 to 900; `parts=2` makes it a two-person visit."""
    parts = fields.pop("parts", 1)
    skills = tuple(SkillNeed(one, 1) for one in needs)
    given: dict[str, Any] = {
        "windows": (TimeWindow(480, 900),),
        "drop_cost": 1_000,
        "sync": Gap() if parts == 2 else None,
        **fields,
    }
    return Visit(id=name, place=place, parts=(Part(minutes, skills),) * parts, **given)


def day(
    visits: list[Visit],
    caregivers: list[Caregiver],
    *dependencies: Dependency,
    **weights: int | None,
) -> Problem:
    """A problem on the line."""
    return Problem(
        visits=tuple(visits),
        caregivers=tuple(caregivers),
        travel={"walk": line()},
        weights=Weights(**weights),
        dependencies=dependencies,
    )
