"""Plans meal rounds: `solve_meals` turns a `MealProblem` into a verified `MealSolution`."""

from __future__ import annotations

from solver.meals.solving import Engine, Progress, solve_meals

__all__ = ["Engine", "Progress", "solve_meals"]
