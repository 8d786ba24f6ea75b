"""Bad rows go back in the layout in which they came, with the reasons in one more column."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.workbook.child import _WorkbookChild

from eldercare.errors import InvalidInput
from eldercare.exchange.delimited import delimited_lines
from eldercare.exchange.harmless import harmless
from eldercare.exchange.headers import REASON_TITLES, SPARE_REASON_TITLES, normalise_header
from eldercare.exchange.limits import Limits
from eldercare.exchange.problems import CellProblem
from eldercare.exchange.raw_table import RawTable
from eldercare.exchange.workbooks import workbook_lines

Row = list[str]


def english(problem: CellProblem) -> str:
    """A problem as the reason column says it: the column's header and the reason."""
    return f"{problem.column}: {problem.reason}" if problem.column else problem.reason


def write_rejects(
    source: Path,
    target: Path,
    table: RawTable,
    problems: Iterable[CellProblem],
    *,
    say: Callable[[CellProblem], str] = english,
    limits: Limits = Limits(),  # noqa: B008 - frozen, so it can be shared
) -> int:
    """Write the rows that have problems, and return how many; notices reject nothing.

    `table` is what `read_table` made of `source`, `problems` are its own and whatever else was
    found. All lines down to the header are kept. `target` is a workbook where its name ends in
    .xlsx, and CSV (UTF-8 with its mark) otherwise; either way every cell is text. The file can be
    mended and sent again: its reason column is not read.
    """
    if target.exists() and target.samefile(source):
        raise InvalidInput(
            "the rejected rows would be written over the ledger itself; name another file",
            code="same_file",
        )
    reasons: dict[int, dict[str, None]] = defaultdict(dict)
    for problem in problems:
        if not problem.is_notice and problem.row > table.header_row:
            reasons[problem.row][say(problem)] = None
    lines = _with_reasons(_lines_of(source, table, limits), table, reasons)
    if target.suffix.lower() == ".xlsx":
        return _write_workbook(target, table.sheet or "Sheet1", lines) - table.header_row
    return _write_text(target, lines) - table.header_row


def _lines_of(source: Path, table: RawTable, limits: Limits) -> Iterator[tuple[int, Row]]:
    if table.separator:
        return delimited_lines(source, table.separator, table.width, table.header_row, limits)
    return workbook_lines(source, table.sheet, limits)


def _with_reasons(
    lines: Iterator[tuple[int, Row]], table: RawTable, reasons: dict[int, dict[str, None]]
) -> Iterator[Row]:
    """The lines to write: all down to the header, gaps filled, then the bad ones."""
    written = 0
    dropped: list[int] = []
    for row, cells in lines:
        if row < table.header_row:
            yield from ([] for _ in range(row - written - 1))
            written = row
            yield cells
        elif row == table.header_row:
            yield from ([] for _ in range(row - written - 1))
            dropped = _earlier_reasons(cells, table)
            yield _laid_out(cells, table.width, dropped, _title(table))
        elif row in reasons:
            yield _laid_out(cells, table.width, dropped, "; ".join(reasons[row]))


def _laid_out(cells: Row, width: int, dropped: Sequence[int], reason: str) -> Row:
    """Cells under their headers, the reason, and what stood beyond the last header."""
    padded = cells + [""] * (width - len(cells))
    kept = [text for place, text in enumerate(padded[:width]) if place not in dropped]
    return [*kept, reason, *padded[width:]]


def _earlier_reasons(cells: Row, table: RawTable) -> list[int]:
    """Places of the reason columns that an earlier file of rejected rows has left."""
    ours = {normalise_header(title) for title in REASON_TITLES + SPARE_REASON_TITLES}
    own = set(table.titles.values())
    return [
        place
        for place, text in enumerate(cells)
        if normalise_header(text) in ours and text not in own
    ]


def _title(table: RawTable) -> str:
    """In the language of the headers; another one where the ledger has reasons of its own."""
    is_english = all(title.isascii() for title in table.titles.values())
    own = {normalise_header(title) for title in table.titles.values()}
    titles = REASON_TITLES if own.isdisjoint(REASON_TITLES) else SPARE_REASON_TITLES
    return titles[is_english]


def _write_text(target: Path, lines: Iterator[Row]) -> int:
    count = 0
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for cells in lines:
            writer.writerow([harmless(text) for text in cells])
            count += 1
    return count


def _write_workbook(target: Path, sheet: str, lines: Iterator[Row]) -> int:
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    count = 0
    for cells in lines:
        page.append([_text_cell(page, text) for text in cells])
        count += 1
    book.save(target)
    return count


def _text_cell(page: _WorkbookChild, text: str) -> Cell:
    """A cell that stays text whatever it looks like, when it is edited too."""
    cell = WriteOnlyCell(page, value=ILLEGAL_CHARACTERS_RE.sub("�", text))
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = bool(text) and harmless(text) != text
    return cell
