"""Ledgers made for tests, and everything that is found wrong with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from eldercare.exchange.limits import Limits
from eldercare.exchange.problems import CellProblem, one_per_cell
from eldercare.exchange.reading import RawTable, read_table
from eldercare.exchange.suspects import suspect_columns
from eldercare.exchange.value_problem import Parser
from eldercare.exchange.values import (
    ValueProblem,
    parse_choice,
    parse_clock,
    parse_column,
    parse_date,
    parse_flag,
    parse_integer,
    parse_name,
    parse_phone,
    parse_text,
    parse_weekdays,
)
from eldercare.registry.id_number import check_character

HEADERS = {
    "姓名": "name",
    "name": "name",
    "身份证号": "id_number",
    "性别": "sex",
    "sex": "sex",
    "出生日期": "birth_on",
    "birth date": "birth_on",
    "电话": "phone",
    "联系电话": "phone",
    "phone": "phone",
    "服务日": "weekdays",
    "weekdays": "weekdays",
    "开始时间": "start",
    "start": "start",
    "时长": "minutes",
    "minutes": "minutes",
    "独居": "alone",
    "地址": "address",
    "联系人姓名": "contact_name",
    "联系人电话": "contact_phone",
}


def parse_id_number(text: str) -> str:
    if len(text) != 18 or check_character(text[:17]) != text[17]:
        raise ValueProblem("wrong_checksum", "compare the number with the card")
    return text


PARSERS: Mapping[str, Parser[Any]] = {
    "name": parse_name(40),
    "id_number": parse_id_number,
    "sex": parse_choice({"男": "male", "女": "female", "male": "male", "female": "female"}),
    "birth_on": parse_date,
    "phone": parse_phone,
    "weekdays": parse_weekdays,
    "start": parse_clock,
    "minutes": parse_integer,
    "alone": parse_flag,
    "address": parse_text(200),
    "contact_name": parse_name(40),
    "contact_phone": parse_phone,
}
REQUIRED = ("name",)

Defect = tuple[int, str, str]


def made_up_id(born: date, number: int) -> str:
    """An ID number of nobody, with a sound check character."""
    digits = f"320411{born:%Y%m%d}{number:03d}"
    return digits + check_character(digits)


def text_file(path: Path, lines: Sequence[str], encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def workbook_file(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], merged: Sequence[str] = ()
) -> Path:
    """A workbook; `merged` are ranges of its first sheet."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for cells in rows:
            page.append(list(cells))
    for reference in merged:
        book.worksheets[0].merge_cells(reference)
    book.save(path)
    return path


def read(path: Path, sheet: str | None = None, limits: Limits = Limits()) -> RawTable:  # noqa: B008 - frozen, so it can be shared
    return read_table(path, headers=HEADERS, required=REQUIRED, sheet=sheet, limits=limits)


def all_problems(table: RawTable) -> list[CellProblem]:
    """Those of the form, of mistaken columns, and of the cells of all other columns."""
    mistaken = suspect_columns(table, PARSERS)
    found = [*table.problems, *mistaken]
    for name in table.columns:
        title = table.titles[name]
        if title in {problem.column for problem in mistaken}:
            continue
        required = name in REQUIRED
        _, problems = parse_column(table.frame[name], PARSERS[name], required=required)
        for row, problem in problems:
            value = table.frame[name][row]
            found.append(CellProblem(table.sheet, row, title, value, problem.reason, problem.code))
    return one_per_cell(found)


def defects(problems: Sequence[CellProblem]) -> list[Defect]:
    return sorted((problem.row, problem.column, problem.code) for problem in problems)
