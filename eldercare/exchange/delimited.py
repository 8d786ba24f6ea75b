"""CSV: our rules judge the lines, pandas reads the cells of the good ones block by block."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from eldercare.errors import InvalidInput
from eldercare.exchange.encodings import decoded_lines, detect_encoding
from eldercare.exchange.harmless import unmarked
from eldercare.exchange.headers import HEAD_ROWS, Header, HeaderBook
from eldercare.exchange.limits import Limits
from eldercare.exchange.raw_table import RawTable
from eldercare.exchange.records import Run, read_records, read_runs, split_cells
from eldercare.exchange.text_body import TextBody

SEPARATORS = (",", "\t", ";")


def read_delimited(path: Path, book: HeaderBook, limits: Limits) -> RawTable:
    """Read a text table; rows that cannot be laid into columns are set aside and reported."""
    encoding = detect_encoding(path, limits.line_bytes)
    separator, header = _find_header(path, encoding, book, limits)
    book.check(header, limits.columns)
    body = TextBody(header, book, separator, limits)
    lines = decoded_lines(path, encoding, limits.line_bytes)
    for read in read_runs(lines, separator, len(header.texts), header.last_row):
        if isinstance(read, Run):
            body.take_run(read)
        elif read.row > header.last_row:
            body.take(read)
    return body.finish()


def delimited_lines(
    path: Path, separator: str, width: int, head_rows: int, limits: Limits
) -> Iterator[tuple[int, list[str]]]:
    """Every line with its row number and cells, those too that `read_delimited` refuses."""
    encoding = detect_encoding(path, limits.line_bytes)
    lines = decoded_lines(path, encoding, limits.line_bytes)
    for record in read_records(lines, separator, width, head_rows):
        cells = record.cells or split_cells(record.text, separator) or [record.text]
        yield record.row, [unmarked(text) for text in cells]


def _find_header(path: Path, encoding: str, book: HeaderBook, limits: Limits) -> tuple[str, Header]:
    """The separator under which most headers are known, and the header."""
    found: list[tuple[int, str, Header]] = []
    first: list[tuple[int, list[str]]] = []
    for separator in (*SEPARATORS, "，", "|"):
        lines = decoded_lines(path, encoding, limits.line_bytes)
        head = [
            (record.row, record.cells)
            for record in islice(read_records(lines, separator), 50)
            if record.cells and any(text.strip() for text in record.cells)
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
