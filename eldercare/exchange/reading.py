"""A ledger file, CSV or XLSX, to a table of texts under known names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from eldercare.errors import NotFound
from eldercare.exchange.delimited import read_delimited
from eldercare.exchange.file_forms import FileForm, form_of
from eldercare.exchange.headers import HeaderBook
from eldercare.exchange.limits import Limits
from eldercare.exchange.raw_table import RawTable
from eldercare.exchange.workbooks import read_workbook

__all__ = ["RawTable", "read_table"]


def read_table(
    path: Path,
    *,
    headers: Mapping[str, str],
    required: Collection[str],
    sheet: str | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen, so it can be shared
) -> RawTable:
    """Read one ledger; what is wrong with single rows and cells stands in its `problems`.

    `headers` maps header texts of any language to column names. Raises InvalidInput where the file
    as a whole cannot be read: another form, damaged, too large, no header, a `required` column
    missing or a column there twice; NotFound where the file or the `sheet` asked for is not there.
    """
    book = HeaderBook(headers, required)
    if form_of(path, limits) is FileForm.WORKBOOK:
        return read_workbook(path, book, sheet, limits)
    if sheet is not None:
        raise NotFound(f"the file {path.name} is a text table and has no sheet “{sheet}”")
    return read_delimited(path, book, limits)
