"""Rows of the files in `seed_data`; a bad cell is named by file, row and column."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import seed_data
from eldercare.errors import FieldProblem, InvalidInput


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row of a file; `number` counts as a spreadsheet does, the header being row 1."""

    file: str
    number: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """The cell, which may be empty."""
        if column not in self.cells:
            raise self.refuse(column, "the column is missing")
        return self.cells[column].strip()

    def number_of(self, column: str) -> float:
        """The cell as a number."""
        try:
            return float(self.text(column))
        except ValueError:
            raise self.refuse(column, f"{self.text(column)!r} is no number") from None

    def whole(self, column: str) -> int:
        """The cell as a whole number."""
        value = self.number_of(column)
        if value != int(value):
            raise self.refuse(column, f"{value} is no whole number")
        return int(value)

    def whole_or_none(self, column: str) -> int | None:
        """The cell as a whole number, None where empty."""
        return self.whole(column) if self.text(column) else None

    def truth(self, column: str) -> bool:
        """The cell as `true` or `false`."""
        value = self.text(column)
        if value not in ("true", "false"):
            raise self.refuse(column, f"{value!r} is neither true nor false")
        return value == "true"

    def day_or_none(self, column: str) -> date | None:
        """The cell as a date, None where empty."""
        value = self.text(column)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.refuse(column, f"{value!r} is no date (YYYY-MM-DD)") from None

    def refuse(self, column: str, reason: str) -> InvalidInput:
        """The error that names this cell."""
        return InvalidInput(
            f"seed_data/{self.file}, row {self.number}, column {column}: {reason}",
            fields=[FieldProblem(f"/{self.file}/{self.number}/{column}", reason)],
        )


def rows_of(file: str) -> Iterator[FileRow]:
    """The rows of a file of `seed_data`; InvalidInput where the file is missing."""
    try:
        path = seed_data.path(file)
    except FileNotFoundError as error:
        raise InvalidInput(str(error), code="seed_file_missing") from error
    with path.open(encoding="utf-8", newline="") as lines:
        for number, cells in enumerate(csv.DictReader(lines), start=2):
            yield FileRow(file, number, {key: value or "" for key, value in cells.items()})
