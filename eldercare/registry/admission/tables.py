"""What the tables themselves say: keys and references, read from the metadata."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Column, Table
from sqlmodel import SQLModel


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names a row of another table (or of the same one)."""

    column: str
    target: str
    target_column: str


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
    return table


@cache
def columns_of(model: type[SQLModel]) -> tuple[Column[Any], ...]:
    """The columns of a model's table."""
    return tuple(table_of(model).columns)


@cache
def key_columns(model: type[SQLModel]) -> tuple[str, ...]:
    """Names of the primary key's columns."""
    return tuple(column.name for column in table_of(model).primary_key.columns)


def key_of(row: SQLModel) -> tuple[Any, ...]:
    """The row's primary key."""
    return _key_reader(type(row))(row)


@cache
def _key_reader(model: type[SQLModel]) -> Callable[[SQLModel], tuple[Any, ...]]:
    first, *others = key_columns(model)
    read = attrgetter(first, *others)
    return read if others else lambda row: (read(row),)


@cache
def references_of(model: type[SQLModel]) -> tuple[Reference, ...]:
    """The columns of a model that refer to rows."""
    return tuple(
        Reference(column.name, foreign.column.table.name, foreign.column.name)
        for column in columns_of(model)
        for foreign in column.foreign_keys
    )
