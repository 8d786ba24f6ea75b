"""The product's own JSON, `"format": "xinbei-visits/1"`; a round trip is exact.

A document is an object with `format`, `kind` (`problem` or `solution`) and the fields of
`solver.problem.Problem` or `solver.solution.Solution` by name; fields at their default may be left
out. Times are ticks, travel matrices lists of rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solver.formats.codec import body, decode, encode
from solver.objective import Term
from solver.problem import Problem
from solver.solution import Solution

FORMAT = "xinbei-visits/1"


def write_problem(problem: Problem) -> dict[str, Any]:
    """JSON value of a problem."""
    fields: dict[str, Any] = encode(problem)
    return {"format": FORMAT, "kind": "problem", **fields}


def read_problem(document: Mapping[str, Any]) -> Problem:
    """A problem from its JSON value; raises FormatError or ProblemError in one sentence."""
    return decode(Problem, body(document, FORMAT, "problem"), "problem")


def write_solution(
    problem: Problem,  # noqa: ARG001 - the published formats need it, one call serves all
    solution: Solution,
    cost: Mapping[Term, int],  # noqa: ARG001 - the shape all formats share
) -> dict[str, Any]:
    """JSON value of a solution."""
    fields: dict[str, Any] = encode(solution)
    return {"format": FORMAT, "kind": "solution", **fields}


def read_solution(
    document: Mapping[str, Any],
    problem: Problem,  # noqa: ARG001 - the shape all formats share
) -> Solution:
    """A solution from its JSON value; ids are judged by the checker, not here."""
    return decode(Solution, body(document, FORMAT, "solution"), "solution")


def components(problem: Problem, cost: Mapping[Term, int]) -> dict[str, float]:  # noqa: ARG001 - the shape all formats share
    """The weighted cost by term."""
    return {term.value: value for term, value in cost.items()}


def total(cost: Mapping[Term, int]) -> float:
    """The cost as a whole."""
    return sum(cost.values())
