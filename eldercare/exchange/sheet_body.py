"""The rows of a workbook's sheet below its header."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter, range_boundaries

from eldercare.errors import InvalidInput
from eldercare.exchange import cells as cell_text
from eldercare.exchange import rows as row_kinds
from eldercare.exchange.headers import Header, HeaderBook
from eldercare.exchange.limits import Limits
from eldercare.exchange.problems import ProblemList
from eldercare.exchange.raw_table import RawTable, make_table

_REMEMBERED = 50_000  # texts of a column that are stored once however often they come


class SheetBody:
    """Takes rows one by one and keeps the text of the known columns only."""

    def __init__(self, sheet: str, header: Header, book: HeaderBook, limits: Limits) -> None:
        self._sheet = sheet
        self._header = header
        self._book = book
        self._limits = limits
        self._problems = ProblemList(sheet, limits.problems_of_a_code)
        self._names = {place: name for name, place in header.positions.items()}
        self._first = min(self._names)
        self._width = max(self._names) + 1
        self._rows: list[int] = []
        self._columns: dict[str, list[str]] = {name: [] for name in header.positions}
        self._seen: dict[str, str] = {}
        self._nameless: set[int] = set()
        self._merged = 0

    def take(self, row: int, cells: Sequence[dict[str, Any]]) -> None:
        """One row as openpyxl gives it: dicts of column (from 1), value and data_type."""
        texts = [""] * self._width
        others: list[str] = []
        flaws: list[tuple[int, str, str]] = []
        for cell in cells:
            text, code = cell_text.canonical(cell["value"], cell["data_type"])
            place = cell["column"] - 1
            if place in self._names:
                texts[place] = text
                if code is not None:
                    flaws.append((place, code, cell_text.formula_text(cell["value"])))
            elif text:
                self._note_nameless(row, place, text)
                if place < self._first:
                    others.append(text)
        code = self._skip_code(others, texts)
        if code in row_kinds.REASONS:
            first = next(filter(None, [*others, *texts]))
            self._problems.add(row, "", first, row_kinds.REASONS[code], code)
        elif flaws or any(texts):  # a serial number alone is a blank line
            self._keep(row, texts, flaws)

    def _skip_code(self, others: list[str], texts: list[str]) -> str:
        code = row_kinds.skip_code([*others, *texts]) or row_kinds.skip_code(texts) or ""
        return "header_row" if not code and self._book.repeats(self._header, texts) else code

    def _note_nameless(self, row: int, place: int, text: str) -> None:
        """Once for each column that has cells and no header."""
        texts = self._header.texts
        if place in self._nameless or (place < len(texts) and texts[place]):
            return
        self._nameless.add(place)
        letter = get_column_letter(place + 1)
        reason = row_kinds.REASONS["column_without_header"].format(letter=letter)
        self._problems.add(row, "", text, reason, "column_without_header")

    def _keep(self, row: int, texts: list[str], flaws: list[tuple[int, str, str]]) -> None:
        if len(self._rows) == self._limits.rows:
            raise InvalidInput(
                f"the sheet has more than {self._limits.rows} rows; send it in parts",
                code="too_many_rows",
            )
        self._rows.append(row)
        for place, name in self._names.items():
            text = texts[place]
            if len(self._seen) < _REMEMBERED:
                text = self._seen.setdefault(text, text)
            else:
                text = self._seen.get(text, text)
            self._columns[name].append(text)
        for place, code, value in flaws:
            where = f"{get_column_letter(place + 1)}{row}"
            title = self._header.titles[self._names[place]]
            self._problems.add(row, title, value, f"{where}: {cell_text.REASONS[code]}", code)

    def finish(self, merged: Sequence[str]) -> RawTable:
        """The table; `merged` are the ranges of merged cells, such as `B5:B9`."""
        for reference in merged:
            self._report_merged(reference)
        frame = pd.DataFrame(
            self._columns, index=pd.Index(self._rows, dtype="int64", name="row"), dtype="str"
        )
        return make_table(self._sheet, self._header, frame, self._problems, self._limits)

    def _report_merged(self, reference: str) -> None:
        left, top, right, bottom = range_boundaries(reference)
        assert left is not None
        assert right is not None
        assert top is not None
        assert bottom is not None
        start = bisect_left(self._rows, max(top, self._header.last_row + 1))
        end = bisect_right(self._rows, bottom)
        names = [(place, name) for place, name in self._names.items() if left <= place + 1 <= right]
        value = ""
        if start < end and self._rows[start] == top and left - 1 in self._names:
            value = self._columns[self._names[left - 1]][start]
        self._merged += (end - start) * len(names)
        if self._merged > self._limits.merged_cells:
            raise InvalidInput(
                f"more than {self._limits.merged_cells} cells are merged; unmerge them",
                code="merged_cell",
            )
        for index in range(start, end):
            for place, name in names:
                row = self._rows[index]
                if (row, place + 1) == (top, left) or self._columns[name][index]:
                    continue
                reason = f"{get_column_letter(left)}{top}: {cell_text.REASONS['merged_cell']}"
                self._problems.add(row, self._header.titles[name], value, reason, "merged_cell")
