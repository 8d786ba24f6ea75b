"""What is wrong with a cell, a row or a column of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from eldercare.errors import InvalidInput

# What a person should know and need not mend; every other code rejects its row.
NOTICES = frozenset(
    {
        "column_without_header",
        "header_row",
        "likely_duplicate",
        "note_row",
        "total_row",
        "unknown_column",
    }
)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One wrong cell.

    `row` is counted as a spreadsheet does (the first line is 1), `column` is the header's text
    in the file ("" where the whole row is meant), `sheet` is "" in a text file.
    """

    sheet: str
    row: int
    column: str
    value: str
    reason: str
    code: str

    @property
    def is_notice(self) -> bool:
        """Whether nothing is rejected for it."""
        return self.code in NOTICES


def one_per_cell(problems: Iterable[CellProblem]) -> list[CellProblem]:
    """Without the later problems of a cell that has one; what is said of whole rows stays."""
    seen: set[tuple[str, int, str]] = set()
    kept = []
    for problem in problems:
        place = (problem.sheet, problem.row, problem.column)
        if not problem.column or place not in seen:
            kept.append(problem)
        seen.add(place)
    return kept


class ProblemList:
    """Collects the problems of one sheet; beyond `most` of one code the file is refused.

    Leaving the rest out instead would let wrong rows pass as good ones.
    """

    def __init__(self, sheet: str, most: int) -> None:
        self._sheet = sheet
        self._most = most
        self._problems: list[CellProblem] = []
        self._counts: Counter[str] = Counter()

    def add(self, row: int, column: str, value: str, reason: str, code: str) -> None:
        """Remember one problem; the value is cut to what fits a report."""
        self._counts[code] += 1
        if self._counts[code] > self._most:
            raise InvalidInput(
                f"more than {self._most} cells have the same problem ({code}), the last in row "
                f"{row}: {reason}; mend that first and send the file again",
                code="too_many_problems",
            )
        self._problems.append(CellProblem(self._sheet, row, column, value[:200], reason, code))

    def sorted(self) -> tuple[CellProblem, ...]:
        """All of them in the order of rows."""
        return tuple(sorted(self._problems, key=lambda problem: problem.row))
