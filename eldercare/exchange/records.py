"""Lines of a text table to records: a quoted cell may go over several lines, a stray quote not."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from eldercare.exchange.encodings import Line

# Of one record; a quotation mark open for longer is a stray one.
_MOST_LINES = 50
_MOST_CHARACTERS = 1_000_000

RUN_LINES = 500
"""Lines looked at all at once; one odd line among them sends them all the slow way."""


class Record(NamedTuple):
    """One record; `row` counts as a spreadsheet does. `cells` are given where there is a flaw,
    or where no width was asked for."""

    row: int
    text: str
    flaw: str = ""
    byte: int = 0
    cells: list[str] | None = None


def split_cells(text: str, separator: str) -> list[str] | None:
    """Cells of one record; None where its quotation marks are not closed."""
    if '"' not in text:
        return text.split(separator)
    try:
        return next(csv.reader([text], delimiter=separator, strict=True))
    except (csv.Error, StopIteration):
        return None


class Run(NamedTuple):
    """Lines from `row` on that are a record each, with the cells wanted and no quotation mark."""

    row: int
    texts: list[str]


def read_records(
    lines: Iterator[Line], separator: str, wanted: int | None = None, head_rows: int = 0
) -> Iterator[Record]:
    """Records of the lines; those below the head that have not the `wanted` cells have a flaw.

    Cells beyond the width that are blank are cut off: many programs write them.
    """
    source = _Source(lines)
    row = 0
    while (line := source.next()) is not None:
        row += 1
        yield _record(source, line, row, separator, wanted if row > head_rows else None)


def read_runs(
    lines: Iterator[Line], separator: str, width: int, head_rows: int
) -> Iterator[Record | Run]:
    """As `read_records`, with runs of plain lines below the head looked at all at once."""
    source = _Source(lines)
    row = 0
    while some := source.some(RUN_LINES):
        if row >= head_rows and _is_plain(some, separator, width):
            yield Run(row + 1, [line.text for line in some])
            row += len(some)
            continue
        source.give_back(some)
        for _ in some:
            if (line := source.next()) is None:
                return
            row += 1
            yield _record(source, line, row, separator, width if row > head_rows else None)


def _is_plain(lines: list[Line], separator: str, width: int) -> bool:
    between = width - 1
    return all(
        not flaw and text.count(separator) == between and '"' not in text for text, flaw, _ in lines
    )


def _record(source: _Source, line: Line, row: int, separator: str, width: int | None) -> Record:
    """The record that begins with this line."""
    if line.flaw:
        cells = split_cells(line.text, separator) or [line.text]
        return Record(row, line.text, line.flaw, line.byte, cells)
    if '"' not in line.text and width is not None:
        if line.text.count(separator) == width - 1:
            return Record(row, line.text)
        return _judged(row, line.text, line.text.split(separator), separator, width)
    text, cells_or_none = _gather(line.text, source, separator, width)
    if cells_or_none is None:
        broken = line.text.split(separator)
        return Record(row, line.text, "unbalanced_quote", cells=broken)
    if width is None:
        return Record(row, text, cells=cells_or_none)
    return _judged(row, text, cells_or_none, separator, width)


def _judged(row: int, text: str, cells: list[str], separator: str, width: int) -> Record:
    if len(cells) == width:
        return Record(row, text)
    if len(cells) < width:
        return Record(row, text, "too_few_cells", cells=cells)
    if any(cell.strip() for cell in cells[width:]):
        return Record(row, text, "too_many_cells", cells=cells)
    return Record(row, _joined(cells[:width], separator))


def _joined(cells: list[str], separator: str) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="").writerow(cells)
    return buffer.getvalue()


def _gather(
    text: str, source: _Source, separator: str, width: int | None
) -> tuple[str, list[str] | None]:
    """The record that begins with this line; lines taken in vain are given back."""
    cells = split_cells(text, separator)
    if cells is not None:
        return text, cells
    taken: list[Line] = []
    joined = text
    while len(taken) < _MOST_LINES and (line := source.next()) is not None:
        taken.append(line)
        if line.flaw or len(joined) + len(line.text) > _MOST_CHARACTERS:
            break
        joined += "\n" + line.text
        cells = split_cells(joined, separator) if '"' in line.text else None
        if cells is not None and (width is None or len(cells) == width):
            return joined, cells
    source.give_back(taken)
    return text, None


class _Source:
    """Lines that can be given back."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._waiting: deque[Line] = deque()

    def next(self) -> Line | None:
        if self._waiting:
            return self._waiting.popleft()
        return next(self._lines, None)

    def some(self, count: int) -> list[Line]:
        """The next lines, those given back first; none at the end."""
        taken = [self._waiting.popleft() for _ in range(min(count, len(self._waiting)))]
        return [*taken, *islice(self._lines, count - len(taken))]

    def give_back(self, lines: list[Line]) -> None:
        self._waiting.extendleft(reversed(lines))
