"""Compile the search before it is needed: machine code is made once for an installation.

The first plan of an installation would otherwise wait a minute and a half for it.
"""

from __future__ import annotations

import numpy as np

from solver.engine import solve
from solver.meal_problem import Delivery, Kitchen, MealProblem, Rider
from solver.meals import solve_meals
from solver.objective import Weights
from solver.problem import Caregiver, Gap, IntMatrix, Part, Problem, Shift, TimeWindow, Visit

ITERATIONS = 10
SECONDS = 1.0
"""Enough for a plan of two visits; compiling itself is not interrupted by a limit."""


def compile_kernels() -> None:
    """Plan a tiny day and a tiny lunch round, which needs every kernel of both searches."""
    solve(_day(), time_limit=SECONDS, iterations=ITERATIONS)
    solve_meals(_lunch(), time_limit=SECONDS, seed=0, iterations=ITERATIONS)


def _day() -> Problem:
    window = (TimeWindow(480, 600),)
    return Problem(
        visits=(
            Visit(id="one", place=1, parts=(Part(30),), windows=window, drop_cost=100),
            Visit(
                id="two",
                place=1,
                parts=(Part(30), Part(30)),
                windows=window,
                sync=Gap(),
                drop_cost=100,
            ),
        ),
        caregivers=tuple(
            Caregiver(
                id=name,
                mode="walk",
                shifts=(Shift(id=name, start=480, end=720, start_place=0, end_place=0),),
            )
            for name in "ab"
        ),
        travel={"walk": _travel()},
        weights=Weights(),
    )


def _lunch() -> MealProblem:
    return MealProblem(
        kitchens=(Kitchen(id="k", place=0, ready_from=640, ready_until=700),),
        riders=(
            Rider(id="r", mode="walk", capacity=9, start=640, end=780, start_place=0, end_place=0),
        ),
        deliveries=tuple(
            Delivery(id=name, place=1, kitchen="k", portions=1, window_start=660, window_end=720)
            for name in "ab"
        ),
        travel={"walk": _travel()},
    )


def _travel() -> IntMatrix:
    return np.array([[0, 5], [5, 0]], dtype=np.int32)
