"""Rows of any table as JSON and back, exactly, so that what is put aside can return unchanged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy import JSON, Column, ColumnElement, Table, and_
from sqlalchemy.types import TypeDecorator

DIGEST_CHARACTERS = 24


def as_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row's values as JSON has them: dates, instants and choices as text."""
    return {name: _as_json(value) for name, value in row.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return to_jsonable_python(value)


def from_json(table: Table, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The values again as the table's columns take them."""
    return {name: _from_json(table.c[name], value) for name, value in stored.items()}


def _from_json(column: Column[Any], value: Any) -> Any:
    kind = column.type
    while isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if value is None or isinstance(kind, JSON):
        return value
    python_type: Any = kind.python_type
    return _reader(python_type).validate_python(value)


@cache
def _reader(kind: Hashable) -> TypeAdapter[Any]:
    python_type: Any = kind
    return TypeAdapter(python_type)


def key_names(table: Table) -> tuple[str, ...]:
    """Names of the primary key's columns."""
    return tuple(column.name for column in table.primary_key.columns)


def key_of(table: Table, row: Mapping[str, Any]) -> list[Any]:
    """The row's primary key as JSON."""
    return [_as_json(row[name]) for name in key_names(table)]


def has_key(table: Table, stored: list[Any]) -> ColumnElement[bool]:
    """Whether a row has a primary key given as JSON."""
    values = from_json(table, dict(zip(key_names(table), stored, strict=True)))
    return and_(*(table.c[name] == value for name, value in values.items()))


def digest(row: Mapping[str, Any], names: Sequence[str]) -> str:
    """A short fingerprint of the named values of a row."""
    plain = json.dumps(
        as_json({name: row[name] for name in names}), sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(plain.encode()).hexdigest()[:DIGEST_CHARACTERS]
