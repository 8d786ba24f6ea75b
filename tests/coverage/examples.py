"""Reads the worked examples of docs/coverage.md: their tables become rows and expectations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlmodel import SQLModel

from eldercare.care.tables import ServiceType
from eldercare.registry.tables import Town
from tests.coverage.district import DEFAULTS, row

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
KINDS = {kind.__tablename__: kind for kind in DEFAULTS}
VERDICTS = {"yes": True, "no": False, "": None}

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Expected:
    """One line of an example's table of expectations."""

    indicator: str
    area: str
    numerator: int
    denominator: int
    met: bool | None
    names: list[str]


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example."""

    title: str
    as_of: date
    rows: list[SQLModel] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)


def read_examples(page: str) -> list[Example]:
    """Every example of the page, in order."""
    return [_read_example(part) for part in re.split(r"^### (?=算例)", page, flags=re.M)[1:]]


def _read_example(text: str) -> Example:
    as_of = re.search(r"^截止 as of (\S+)$", text, re.M)
    assert as_of, f"an example says no date: {text.splitlines()[0]}"
    example = Example(text.splitlines()[0], date.fromisoformat(as_of[1]))
    for name, lines in _tables(text):
        if name == "expected":
            example.expected.extend(_expectation(cells) for cells in lines)
        else:
            kind = KINDS[name]
            example.rows.extend(row(kind, **_values(kind, cells)) for cells in lines)
    codes = {getattr(each, "code") for each in example.rows if each.__tablename__ == "community"}  # noqa: B009 - a row of any table
    towns = sorted({f"{code[:9]}000" for code in codes})
    example.rows.extend(row(Town, code=code, name=code) for code in towns)
    example.rows.append(row(ServiceType, code="bath"))
    example.rows.append(row(ServiceType, code="day_centre", is_home_visit=False))
    return example


def _tables(text: str) -> Iterator[tuple[str, list[Cells]]]:
    for found in re.finditer(r"^`(\w+)`\n\n((?:\|.*\n)+)", text + "\n", re.M):
        header, _rule, *lines = (
            [cell.strip() for cell in line.strip().strip("|").split("|")]
            for line in found[2].strip().splitlines()
        )
        yield found[1], [dict(zip(header, line, strict=True)) for line in lines]


def _values(kind: type[SQLModel], cells: Cells) -> dict[str, Any]:
    """Cells as values of the table's columns; an empty cell is left to the default."""
    table = sqlalchemy.inspect(kind).local_table
    values = {name: _value(table.columns[name].type, cell) for name, cell in cells.items() if cell}
    if kind.__tablename__ == "community":
        values.setdefault("town_code", f"{cells['code'][:9]}000")
    return values


def _value(column: sqlalchemy.types.TypeEngine[Any], cell: str) -> Any:
    if isinstance(column, sqlalchemy.Enum):
        assert column.enum_class is not None
        assert issubclass(column.enum_class, StrEnum)
        return column.enum_class(cell)
    if isinstance(column, sqlalchemy.Boolean):
        return {"yes": True, "no": False}[cell]
    if isinstance(column, sqlalchemy.Date):
        return date.fromisoformat(cell)
    return int(cell) if isinstance(column, sqlalchemy.Integer) else cell


def _expectation(cells: Cells) -> Expected:
    return Expected(
        indicator=cells["indicator"],
        area=cells["area"],
        numerator=int(cells["numerator"]),
        denominator=int(cells["denominator"]),
        met=VERDICTS[cells["met"]],
        names=sorted(name.strip() for name in cells["names"].split(",") if name.strip()),
    )
