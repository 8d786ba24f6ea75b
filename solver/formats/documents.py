"""The formats by name, and JSON files in and out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, cast

from solver.errors import FormatError
from solver.formats import hhcrsp, native, uhhc
from solver.objective import Term
from solver.problem import Problem
from solver.solution import Solution


class VisitFormat(Protocol):
    """What the module of a format offers."""

    def read_problem(self, document: Mapping[str, Any]) -> Problem:
        """A problem from its JSON value."""

    def read_solution(self, document: Mapping[str, Any], problem: Problem) -> Solution:
        """A solution from its JSON value."""

    def write_solution(
        self, problem: Problem, solution: Solution, cost: Mapping[Term, int]
    ) -> dict[str, Any]:
        """The JSON value of a solution, `cost` being the checker's weighted terms."""

    def components(self, problem: Problem, cost: Mapping[Term, int]) -> dict[str, float]:
        """The weighted terms under the names and in the unit of the format."""

    def total(self, cost: Mapping[Term, int]) -> float:
        """The cost in the unit of the format."""


FORMATS: dict[str, VisitFormat] = {
    "native": cast("VisitFormat", native),
    "uhhc": cast("VisitFormat", uhhc),
    "hhcrsp": cast("VisitFormat", hhcrsp),
}


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; raises FormatError in one sentence."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FormatError(f"{path}: it cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: it is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise FormatError(
            f"{path}: it is not JSON (line {error.lineno}, column {error.colno}: {error.msg})"
        ) from error
    if not isinstance(document, dict):
        raise FormatError(f"{path}: it holds no JSON object")
    return document


def detect(document: Mapping[str, Any]) -> str:
    """Name of the format a problem document is in."""
    if "format" in document:
        return "native"
    if "metadata" in document and "terminal_points" in document:
        return "uhhc"
    if "central_offices" in document:
        return "hhcrsp"
    raise FormatError("problem: it is in none of the formats " + ", ".join(FORMATS))
