"""Meal rounds as JSON, `"format": "xinbei-meals/1"`; a round trip is exact.

A document is an object with `format`, `kind` (`problem` or `solution`) and the fields of
`solver.meal_problem.MealProblem` or `solver.meal_solution.MealSolution` by name; fields at their
default may be left out. Times are minutes, travel matrices lists of rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solver.formats.codec import body, decode, encode
from solver.meal_problem import MealProblem, MealTerm
from solver.meal_solution import MealSolution

FORMAT = "xinbei-meals/1"


def write_problem(problem: MealProblem) -> dict[str, Any]:
    """JSON value of a meal problem."""
    fields: dict[str, Any] = encode(problem)
    return {"format": FORMAT, "kind": "problem", **fields}


def read_problem(document: Mapping[str, Any]) -> MealProblem:
    """A meal problem from its JSON value; raises FormatError or ProblemError in one sentence."""
    return decode(MealProblem, body(document, FORMAT, "problem"), "problem")


def write_solution(
    problem: MealProblem,  # noqa: ARG001 - published formats need both, one call serves all
    solution: MealSolution,
    cost: Mapping[MealTerm, int],  # noqa: ARG001 - the shape all formats share
) -> dict[str, Any]:
    """JSON value of a meal solution."""
    fields: dict[str, Any] = encode(solution)
    return {"format": FORMAT, "kind": "solution", **fields}


def read_solution(
    document: Mapping[str, Any],
    problem: MealProblem,  # noqa: ARG001 - the shape all formats share
) -> MealSolution:
    """A meal solution from its JSON value; ids are judged by the checker, not here."""
    return decode(MealSolution, body(document, FORMAT, "solution"), "solution")


def components(
    problem: MealProblem,  # noqa: ARG001 - the shape all formats share
    cost: Mapping[MealTerm, int],
) -> dict[str, float]:
    """The weighted cost by term."""
    return {term.value: value for term, value in cost.items()}


def total(cost: Mapping[MealTerm, int]) -> float:
    """The cost as a whole."""
    return sum(cost.values())
