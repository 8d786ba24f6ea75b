"""CSV: our rules judge the lines, pandas reads the cells of the good ones block by block."""

from __future__ import annotations

import io
from itertools import islice
from pathlib import Path

import pandas as pd

from eldercare.errors import InvalidInput
from eldercare.exchange import rows as row_kinds
from eldercare.exchange.encodings import decoded_lines, detect_encoding
from eldercare.exchange.headers import HEAD_ROWS, Header, HeaderBook
from eldercare.exchange.limits import Limits
from eldercare.exchange.problems import ProblemList
from eldercare.exchange.raw_table import RawTable, make_table
from eldercare.exchange.records import Record, read_records, split_cells

SEPARATORS = (",", "\t", ";")
_BLOCK_ROWS = 50_000
_SPACES = (" ", "\u3000", "\xa0", "\u200b", "\ufeff")

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


def read_delimited(path: Path, book: HeaderBook, limits: Limits) -> RawTable:
    """Read a text table; rows that cannot be laid into columns are set aside and reported."""
    encoding = detect_encoding(path, limits.line_bytes)
    separator, header = _find_header(path, encoding, book, limits)
    book.check(header, limits.columns)
    body = _Body(header, book, separator, limits)
    lines = decoded_lines(path, encoding, limits.line_bytes)
    for record in read_records(lines, separator, len(header.texts)):
        if record.row > header.last_row:
            body.take(record)
    return body.finish()


def _find_header(path: Path, encoding: str, book: HeaderBook, limits: Limits) -> tuple[str, Header]:
    """The separator under which most headers are known, and the header."""
    found: list[tuple[int, str, Header]] = []
    first: list[tuple[int, list[str]]] = []
    for separator in (*SEPARATORS, "，", "|"):
        lines = decoded_lines(path, encoding, limits.line_bytes)
        head = [
            (record.row, record.cells)
            for record in islice(read_records(lines, separator, None), 50)
            if any(text.strip() for text in record.cells)
        ][:HEAD_ROWS]
        first = first or head
        header = book.find(head)
        if header is not None:
            found.append((len(header.positions), separator, header))
    if not found:
        raise book.not_found("the file", first)
    _, separator, header = max(found, key=lambda entry: entry[0])
    if separator not in SEPARATORS:
        raise InvalidInput(
            f"the columns are separated by “{separator}”; save the file as CSV with ordinary "
            "commas (,), or as a workbook",
            code="separator_unknown",
        )
    return separator, header


class _Body:
    """Rows below the header: good lines wait in a block for pandas, others are reported."""

    def __init__(self, header: Header, book: HeaderBook, separator: str, limits: Limits) -> None:
        self._header = header
        self._book = book
        self._separator = separator
        self._limits = limits
        self._problems = ProblemList("", limits.problems_of_a_code)
        self._set_aside: dict[int, tuple[str, ...]] = {}
        self._width = len(header.texts)
        self._blank = separator + "".join(_SPACES) + '\t"'
        self._rows: list[int] = []
        self._lines: list[str] = []
        self._frames: list[pd.DataFrame] = []
        self._count = 0

    def take(self, record: Record) -> None:
        if not record.text.strip(self._blank):
            return
        if record.flaw:
            cells = record.cells or [record.text]
            code = "" if record.byte else row_kinds.skip_code(cells) or ""
            if code in row_kinds.REASONS:
                self._skip(record.row, cells, code)
            else:
                self._refuse(record, cells)
            return
        if _is_odd(record.text):
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
        if len(self._rows) == _BLOCK_ROWS:
            self._read_block()

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
        self._set_aside[record.row] = tuple(cells)

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
            usecols=list(self._header.positions.values()),
            dtype=str,
            na_filter=False,
            skip_blank_lines=False,
            lineterminator="\n",
            engine="c",
        )
        assert len(frame) == len(self._rows), "every judged line is one row"
        frame = frame.rename(columns={n: name for name, n in self._header.positions.items()})
        frame.index = pd.Index(self._rows, dtype="int64", name="row")
        if any(space in text for space in _SPACES):
            frame = frame.apply(lambda column: column.str.strip())
        self._frames.append(frame[(frame != "").any(axis=1)])
        self._rows, self._lines = [], []

    def finish(self) -> RawTable:
        self._read_block()
        names = list(self._header.positions)
        if self._frames:
            frame = pd.concat(self._frames)[names]
        else:
            frame = pd.DataFrame(columns=names, index=pd.Index([], dtype="int64"), dtype="str")
        frame.index.name = "row"
        return make_table("", self._header, frame, self._problems, self._limits, self._set_aside)


def _is_odd(text: str) -> bool:
    """A cheap first look: may the line be a total or a note?"""
    head = text[:40].replace(" ", "").replace("\u3000", "").lower()
    return any(
        word in head
        for word in (
            "计",
            "total",
            "sum",
            "共",
            "表",
            "审核",
            "备注",
            "说明",
            "注",
            "负责人",
            "填报",
        )
    )
