"""XLSX: open with care, choose the sheet whose header fits, read its known columns."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import IOBase
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import WorkSheetParser

from eldercare.errors import InvalidInput, NotFound
from eldercare.exchange.archives import check_archive
from eldercare.exchange.cells import canonical, formula_text
from eldercare.exchange.headers import HEAD_ROWS, Header, HeaderBook
from eldercare.exchange.limits import Limits
from eldercare.exchange.raw_table import RawTable
from eldercare.exchange.sheet_body import SheetBody

Lines = list[tuple[int, list[str]]]

# What the library and those below it raise for a file that is not what it should be.
BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, IndexError, TypeError,
    AttributeError, EOFError, OSError, OverflowError,
)  # fmt: skip


def read_workbook(path: Path, book: HeaderBook, sheet: str | None, limits: Limits) -> RawTable:
    """Read one sheet; InvalidInput where the file, its sheets or its header do not fit."""
    check_archive(path, limits)
    with _opened(path) as sheets:
        chosen, header = _choose(sheets, book, sheet)
        book.check(header, limits.columns)
        body = SheetBody(chosen.title, header, book, limits)
        parser = _parser(chosen)
        for row, cells in _rows(parser):
            if row > header.last_row:
                body.take(row, cells)
        merged = parser.merged_cells.mergeCell if parser.merged_cells else []
        return body.finish([str(cell.ref) for cell in merged])


def workbook_lines(path: Path, sheet: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Every line of a sheet that holds anything, with its row number; formulas as they stand."""
    check_archive(path, limits)
    with _opened(path) as sheets:
        for chosen in sheets:
            if chosen.title == sheet:
                for row, cells in _rows(_parser(chosen)):
                    if texts := _texts(cells):
                        yield row, texts


@contextmanager
def _opened(path: Path) -> Iterator[list[ReadOnlyWorksheet]]:
    """The visible sheets."""
    with path.open("rb") as file:  # the library leaves a broken file open
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # styles and extensions do not matter
                workbook = load_workbook(file, read_only=True, keep_links=False)
        except BROKEN as error:
            raise _damaged(error) from error
        try:
            sheets: list[Any] = list(workbook.worksheets)
            yield [sheet for sheet in sheets if sheet.sheet_state == "visible"]
        finally:
            workbook.close()


def _damaged(error: Exception) -> InvalidInput:
    """Whatever the library makes of a broken file becomes one sentence."""
    return InvalidInput(
        f"the workbook is damaged ({type(error).__name__}: {error}); open it, save it again "
        "and send that file",
        code="file_damaged",
    )


def _parser(sheet: Any) -> WorkSheetParser:
    """One pass that tells values, formulas and merged cells; the public interface needs three.

    The public read-only sheet shows no merged cells and fills gaps between rows with empty rows.
    """
    workbook = sheet.parent
    return WorkSheetParser(
        sheet._get_source(),  # noqa: SLF001 - see above
        sheet._shared_strings,  # noqa: SLF001 - see above
        data_only=False,
        epoch=workbook.epoch,
        date_formats=workbook._date_formats,  # noqa: SLF001 - see above
        timedelta_formats=workbook._timedelta_formats,  # noqa: SLF001 - see above
    )


def _rows(parser: WorkSheetParser) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Rows with their numbers, which must rise, and their cells as the library gives them."""
    before = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            for row, cells in parser.parse():
                if row <= before:
                    raise InvalidInput(
                        f"row {row} stands after row {before}; open the workbook and save it again",
                        code="file_damaged",
                    )
                before = row
                parser.row_dimensions.clear()  # heights of a million rows are of no use
                yield row, cells
    except BROKEN as error:
        raise _damaged(error) from error
    finally:
        if isinstance(parser.source, IOBase):  # left open, it holds the closed workbook's file
            parser.source.close()


def _choose(
    sheets: list[ReadOnlyWorksheet], book: HeaderBook, wanted: str | None
) -> tuple[ReadOnlyWorksheet, Header]:
    """The sheet asked for, or the only one whose header has every required column."""
    if wanted is not None:
        named = [sheet for sheet in sheets if sheet.title == wanted]
        if not named:
            titles = "、".join(sheet.title for sheet in sheets)
            raise NotFound(f"there is no visible sheet “{wanted}”; there are: {titles}")
        sheets = named
    heads = [_head(sheet) for sheet in sheets]
    found = [
        (sheet, header)
        for sheet, lines in zip(sheets, heads, strict=True)
        if (header := book.find(lines)) is not None
    ]
    if not found:
        titles = "、".join(f"“{sheet.title}”" for sheet in sheets)
        raise book.not_found(f"the sheet {titles}", next((lines for lines in heads if lines), []))
    whole = [(sheet, header) for sheet, header in found if not book.missing(header)]
    if len(whole) > 1:
        titles = "、".join(f"“{sheet.title}”" for sheet, _ in whole)
        raise InvalidInput(
            f"the sheets {titles} all have fitting headers; name the one to read, or send them "
            "one by one",
            code="several_sheets",
        )
    return whole[0] if whole else max(found, key=lambda pair: len(pair[1].positions))


def _head(sheet: ReadOnlyWorksheet) -> Lines:
    """The first lines that are not blank, as text."""
    lines: Lines = []
    for row, cells in _rows(_parser(sheet)):
        texts = _texts(cells)
        if texts:
            lines.append((row, texts))
        if len(lines) == HEAD_ROWS:
            break
    return lines


def _texts(cells: list[dict[str, Any]]) -> list[str]:
    """The cells of a row up to the last that holds something."""
    texts: list[str] = []
    for cell in cells:
        text, code = canonical(cell["value"], cell["data_type"])
        if code == "formula":
            text = formula_text(cell["value"])
        if text:
            texts += [""] * (cell["column"] - len(texts))
            texts[cell["column"] - 1] = text
    return texts
