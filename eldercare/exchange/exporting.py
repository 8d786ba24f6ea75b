"""Ledgers out: what an export writes, an import reads back as unchanged."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from sqlalchemy import select
from sqlmodel import Session

from eldercare.exchange.harmless import harmless
from eldercare.exchange.images import chunks
from eldercare.exchange.kinds.kind import Column, Fields, Kind, Part
from eldercare.exchange.places import lies_in
from eldercare.registry.admission.tables import table_of
from eldercare.registry.id_vault import IdVault
from eldercare.registry.masking import mask_id_number, masked_values
from eldercare.registry.queries import communities_of
from eldercare.settings import DISTRICT_CODE

Line = list[str]

LINES = 2_000
"""Rows fetched at a time."""


def export_rows(
    session: Session,
    kind: Kind,
    *,
    area_code: str = DISTRICT_CODE,
    personal: bool,
    vault: IdVault | None = None,
) -> Iterator[Line]:
    """The header and a line for each row in the area, in the order of keys.

    Without `personal`, names, addresses and the like are masked. ID numbers are masked always, and
    left out where no `vault` opens them. Raises NotFound for an unknown area.
    """
    if area_code != DISTRICT_CODE:
        communities_of(session, area_code)
    return _lines(session, kind, area_code, vault, personal=personal)


def _lines(
    session: Session, kind: Kind, area_code: str, vault: IdVault | None, *, personal: bool
) -> Iterator[Line]:
    yield [column.zh for column in kind.columns]
    table = table_of(kind.model)
    statement = select(table).order_by(*table.primary_key.columns)
    if area_code != DISTRICT_CODE:
        statement = statement.where(lies_in(kind.model, area_code))
    names = [column.name for column in table.columns]
    found = session.execute(statement.execution_options(yield_per=LINES))
    for some in found.partitions(LINES):
        rows = [dict(zip(names, row, strict=True)) for row in some]
        beside = [(part, _owned(session, part, rows)) for part in kind.parts]
        for row in rows:
            yield _line(kind, row, beside, vault, personal=personal)
    if kind.lone is not None:
        yield from _lone_lines(session, kind, kind.lone, area_code, personal=personal)


def _lone_lines(
    session: Session, kind: Kind, part: Part, area_code: str, *, personal: bool
) -> Iterator[Line]:
    """A line for each row of the part that has no main row."""
    table, main = table_of(part.model), table_of(kind.model)
    owned = select(main.c[part.link])
    statement = select(table).where(table.c[part.owner].not_in(owned))
    if area_code != DISTRICT_CODE:
        statement = statement.where(lies_in(part.model, area_code))
    names = [column.name for column in table.columns]
    for values in session.execute(statement.order_by(*table.primary_key.columns)):
        row = dict(zip(names, values, strict=True))
        cells = {part.link: row[part.owner], **part.cells([row])}
        yield [
            "" if column.is_personal and not personal else _cell(column, cells.get(column.name))
            for column in kind.columns
        ]


def template(kind: Kind) -> Iterator[Line]:
    """The header and one line as an example."""
    yield [f"{column.zh}*" if column.required else column.zh for column in kind.columns]
    yield [column.example for column in kind.columns]


def explanations(kind: Kind) -> Iterator[Line]:
    """A line about each column of the kind."""
    yield ["列名", "英文列名", "说明", "必填"]
    for column in kind.columns:
        yield [column.zh, column.en, column.hint, "是" if column.required else ""]


def write_ledger(
    lines: Iterable[Sequence[str]],
    file: BinaryIO,
    *,
    sheet: str,
    as_workbook: bool,
    notes: Iterable[Sequence[str]] = (),
) -> int:
    """Write lines as CSV (UTF-8 with its mark) or XLSX and return how many; cells stay text.

    `notes` become a second sheet of a workbook.
    """
    if as_workbook:
        book = Workbook(write_only=True)
        count = _fill(book, sheet, lines)
        told = list(notes)
        if told:
            _fill(book, "说明", told)
        book.save(file)
        return count
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    count = 0
    for line in lines:
        writer.writerow([harmless(cell) for cell in line])
        count += 1
    text.flush()
    text.detach()
    return count


def is_workbook(path: Path) -> bool:
    """Whether a file of this name is to be a workbook."""
    return path.suffix.lower() == ".xlsx"


def _fill(book: Workbook, title: str, lines: Iterable[Sequence[str]]) -> int:
    page = book.create_sheet(title.replace("/", " ")[:31])
    count = 0
    for line in lines:
        cells = []
        for text in line:
            cell = WriteOnlyCell(page, value=ILLEGAL_CHARACTERS_RE.sub("�", text))
            cell.data_type = "s"  # a text that looks like a formula stays a text
            cell.number_format = "@"
            cells.append(cell)
        page.append(cells)
        count += 1
    return count


def _owned(session: Session, part: Part, rows: Sequence[Fields]) -> dict[Any, list[dict[str, Any]]]:
    """Rows of a part by the value of their owner."""
    table = table_of(part.model)
    names = [column.name for column in table.columns]
    owner = table.c[part.owner]
    found: dict[Any, list[dict[str, Any]]] = {}
    for some in chunks(list(dict.fromkeys(row[part.link] for row in rows))):
        for values in session.execute(select(table).where(owner.in_(some))):
            row = dict(zip(names, values, strict=True))
            found.setdefault(row[part.owner], []).append(row)
    return found


def _line(
    kind: Kind,
    row: dict[str, Any],
    beside: Sequence[tuple[Part, Mapping[Any, list[dict[str, Any]]]]],
    vault: IdVault | None,
    *,
    personal: bool,
) -> Line:
    values = dict(row if personal else masked_values(kind.model, row))
    for part, owned in beside:
        values |= part.cells(owned.get(row[part.link], []))
    if kind.sealed is not None:
        values[kind.sealed] = _masked_number(row, vault)
    return [
        "" if column.is_personal and not personal else _cell(column, values.get(column.name))
        for column in kind.columns
    ]


def _cell(column: Column, value: Any) -> str:
    return "" if value is None or value == "" else column.write(value)


def _masked_number(row: Fields, vault: IdVault | None) -> str | None:
    sealed = row["id_number_cipher"]
    if sealed is None or vault is None:
        return None
    return mask_id_number(vault.open(str(row["id"]), str(sealed)))
