"""The product's own JSON, `"format": "xinbei-visits/1"`; a round trip is exact.

A document is an object with `format`, `kind` (`problem` or `solution`) and the fields of
`solver.problem.Problem` or `solver.solution.Solution` by name; fields at their default may be left
out. Times are ticks, travel matrices lists of rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solver.errors import FormatError
from solver.formats.codec import decode, encode
from solver.objective import Term
from solver.problem import Problem
from solver.solution import Solution

FORMAT = "xinbei-visits/1"


def write_problem(problem: Problem) -> dict[str, Any]:
    """JSON value of a problem."""
    body: dict[str, Any] = encode(problem)
    return {"format": FORMAT, "kind": "problem", **body}


def read_problem(document: Mapping[str, Any]) -> Problem:
    """A problem from its JSON value; raises FormatError or ProblemError in one sentence."""
    return decode(Problem, _body(document, "problem"), "problem")


def write_solution(
    problem: Problem,  # noqa: ARG001  the published formats need it, one call serves all
    solution: Solution,
    cost: Mapping[Term, int],  # noqa: ARG001
) -> dict[str, Any]:
    """JSON value of a solution."""
    body: dict[str, Any] = encode(solution)
    return {"format": FORMAT, "kind": "solution", **body}


def read_solution(
    document: Mapping[str, Any],
    problem: Problem,  # noqa: ARG001
) -> Solution:
    """A solution from its JSON value; ids are judged by the checker, not here."""
    return decode(Solution, _body(document, "solution"), "solution")


def components(problem: Problem, cost: Mapping[Term, int]) -> dict[str, float]:  # noqa: ARG001
    """The weighted cost by term."""
    return {term.value: value for term, value in cost.items()}


def total(cost: Mapping[Term, int]) -> float:
    """The cost as a whole."""
    return sum(cost.values())


def _body(document: Mapping[str, Any], kind: str) -> dict[str, Any]:
    if document.get("format") != FORMAT:
        raise FormatError(f"{kind}: 'format' is {document.get('format')!r}, not {FORMAT!r}")
    if document.get("kind") != kind:
        raise FormatError(f"{kind}: 'kind' is {document.get('kind')!r}, not {kind!r}")
    return {name: value for name, value in document.items() if name not in {"format", "kind"}}
