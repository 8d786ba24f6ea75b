"""The rows of a text table below its header."""

from __future__ import annotations

import io
import re
from itertools import repeat

import pandas as pd
from openpyxl.utils import get_column_letter

from eldercare.errors import InvalidInput
from eldercare.exchange import rows as row_kinds
from eldercare.exchange.cells import INVISIBLE, tidy
from eldercare.exchange.cells import REASONS as CELL_REASONS
from eldercare.exchange.harmless import unmarked
from eldercare.exchange.headers import Header, HeaderBook
from eldercare.exchange.limits import Limits
from eldercare.exchange.problems import ProblemList
from eldercare.exchange.raw_table import RawTable, make_table
from eldercare.exchange.records import Record, Run, split_cells

BLOCK_ROWS = 50_000
_SPACES = (" ", "\t", "\u3000", "\xa0", *INVISIBLE)
_SIGNS = ("=", "'")
_TEXT_FORMULA = re.compile(r'^="([^"=]*)"$')

REASONS = {
    "mixed_encoding": (
        "the row is in another encoding than the rest of the file (byte {byte} of its line); "
        "save the whole file as “CSV UTF-8”"
    ),
    "bad_bytes": (
        "byte {byte} of the line fits neither UTF-8 nor GB18030; type the row again and save the "
        "file as “CSV UTF-8”"
    ),
    "nul_byte": "the row holds a NUL byte ({byte} of its line), so it is damaged; type it again",
    "unbalanced_quote": (
        "a quotation mark is opened and not closed (or closed too early); double it or delete it"
    ),
    "too_few_cells": "the row has {cells} cells where the header has {width}; fill it up",
    "too_many_cells": (
        "the row has {cells} cells where the header has {width}; put a text that holds the "
        "separator into quotation marks"
    ),
}


class TextBody:
    """Rows below the header: good lines wait in a block for pandas, others are reported."""

    def __init__(self, header: Header, book: HeaderBook, separator: str, limits: Limits) -> None:
        self._header = header
        self._book = book
        self._separator = separator
        self._limits = limits
        self._problems = ProblemList("", limits.problems_of_a_code)
        self._width = len(header.texts)
        self._blank = separator + "".join(_SPACES) + '"'
        self._nameless = [place for place, text in enumerate(header.texts) if not text.strip()]
        self._rows: list[int] = []
        self._lines: list[str] = []
        self._frames: list[pd.DataFrame] = []
        self._count = 0

    def take(self, record: Record) -> None:
        """One record below the header."""
        if not record.text.strip(self._blank):
            return
        if record.flaw:
            cells = record.cells or [record.text]
            is_short = record.flaw in {"too_few_cells", "too_many_cells"}
            code = (row_kinds.skip_code(cells) or "") if is_short else ""
            if code in row_kinds.REASONS:
                self._skip(record.row, cells, code)
            else:
                self._refuse(record, cells)
            return
        if row_kinds.may_be_no_entry(record.text):
            cells = split_cells(record.text, self._separator) or []
            code = row_kinds.skip_code(cells) or ""
            if code in row_kinds.REASONS:
                self._skip(record.row, cells, code)
                return
        if self._is_header(record.text):
            self._skip(record.row, [record.text], "header_row")
            return
        self._rows.append(record.row)
        self._lines.append(record.text)
        if len(self._rows) >= BLOCK_ROWS:
            self._read_block()

    def take_run(self, run: Run) -> None:
        """Records below the header, all at once where none of them can be anything but an entry."""
        title = next(iter(self._header.titles.values()))
        if (
            (self._count == 0 and not self._rows)
            or not all(map(str.strip, run.texts, repeat(self._blank)))
            or any(title in text for text in run.texts)
            or any(map(self._is_no_entry, filter(row_kinds.may_be_no_entry, run.texts)))
        ):
            for place, text in enumerate(run.texts):
                self.take(Record(run.row + place, text))
            return
        self._rows += range(run.row, run.row + len(run.texts))
        self._lines += run.texts
        if len(self._rows) >= BLOCK_ROWS:
            self._read_block()

    def _is_no_entry(self, text: str) -> bool:
        return row_kinds.skip_code(split_cells(text, self._separator) or []) in row_kinds.REASONS

    def _is_header(self, text: str) -> bool:
        title = next(iter(self._header.titles.values()))
        near = self._count == 0 and not self._rows  # a second header line may be in other words
        if title not in text and not near:
            return False
        return self._book.repeats(self._header, split_cells(text, self._separator) or [])

    def _skip(self, row: int, cells: list[str], code: str) -> None:
        first = next((text for text in cells if text.strip()), "")
        self._problems.add(row, "", first, row_kinds.REASONS[code], code)

    def _refuse(self, record: Record, cells: list[str]) -> None:
        reason = REASONS[record.flaw].format(
            byte=record.byte + 1, cells=len(cells), width=self._width
        )
        self._problems.add(record.row, "", record.text, reason, record.flaw)

    def _read_block(self) -> None:
        if not self._rows:
            return
        self._count += len(self._rows)
        if self._count > self._limits.rows:
            raise InvalidInput(
                f"the file has more than {self._limits.rows} rows; send it in parts",
                code="too_many_rows",
            )
        text = "\n".join(self._lines)
        frame = pd.read_csv(
            io.StringIO(text),
            sep=self._separator,
            header=None,
            names=list(range(self._width)),
            usecols=[*self._header.positions.values(), *self._nameless],
            dtype=str,
            na_filter=False,
            skip_blank_lines=False,
            lineterminator="\n",
            engine="c",
        )
        assert len(frame) == len(self._rows), "every judged line is one row"
        frame.index = pd.Index(self._rows, dtype="int64", name="row")
        self._note_nameless(frame)
        frame = frame[list(self._header.positions.values())]
        frame.columns = pd.Index(self._header.positions)
        if any(space in text for space in _SPACES):
            frame = frame.apply(lambda column: column.map(tidy))
        if any(sign in text for sign in _SIGNS):
            frame = frame.apply(self._without_formulas)
        self._frames.append(frame[(frame != "").any(axis=1)])
        self._rows, self._lines = [], []

    def _note_nameless(self, frame: pd.DataFrame) -> None:
        """Once for each column that has cells and no header; it is left out."""
        for place in self._nameless.copy():
            cells = frame[place]
            filled = cells[cells.str.strip() != ""]
            if len(filled):
                self._nameless.remove(place)
                reason = row_kinds.REASONS["column_without_header"].format(
                    letter=get_column_letter(place + 1)
                )
                row, text = int(filled.index[0]), str(filled.iloc[0])
                self._problems.add(row, "", text, reason, "column_without_header")

    def _without_formulas(self, column: pd.Series[str]) -> pd.Series[str]:
        """Texts that stand as `="0519"` or `'+86` are read, other formulas reported and emptied."""
        texts = column.str.replace(_TEXT_FORMULA, r"\1", regex=True)
        is_formula = texts.str.startswith("=")
        title = self._header.titles[str(column.name)]
        for row, text in texts[is_formula].items():
            self._problems.add(int(str(row)), title, text, CELL_REASONS["formula"], "formula")
        return texts.mask(is_formula, "").map(unmarked)

    def finish(self) -> RawTable:
        """The table of all good rows."""
        self._read_block()
        names = list(self._header.positions)
        if self._frames:
            frame = pd.concat(self._frames)
        else:
            frame = pd.DataFrame(columns=names, index=pd.Index([], dtype="int64"), dtype="str")
        frame.index.name = "row"
        return make_table("", self._header, frame, self._problems, self._limits, self._separator)
