"""Rows as JSON, and found again by table and key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import BindParameter, bindparam, select, tuple_
from sqlmodel import Session, SQLModel

from eldercare.registry.admission.shape import values_of
from eldercare.registry.admission.tables import key_columns, table_of
from eldercare.registry.duplicates.stored import as_json

Key = tuple[Any, ...]
Item = TypeVar("Item")

CHUNK = 500
"""Keys in one query: both databases limit the number of bound values."""
CHUNK_OF_VALUES = 6_000
"""Bound values in one query where a key is one value or a few."""
_ENCODER = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def image_of(row: SQLModel) -> dict[str, Any]:
    """Every field of the row as JSON; instants are UTC, as the database returns them."""
    return as_json(values_of(row))


def keys_from(model: type[SQLModel], keys: Sequence[Sequence[Any]]) -> list[Key]:
    """Primary keys given as JSON, in the types of their columns."""
    kinds = tuple(model.model_fields[name].annotation for name in key_columns(model))
    adapter: TypeAdapter[list[Key]] = TypeAdapter(list[tuple[kinds]])  # type: ignore[valid-type]  # known at run time only
    return adapter.validate_python(keys)


def hash_of(image: Mapping[str, Any]) -> str:
    """SHA-256 of a row's image: equal only where every field is."""
    return hashlib.sha256(_ENCODER.encode(image).encode()).hexdigest()


def stored_values(
    session: Session, model: type[SQLModel], keys: Sequence[Key]
) -> dict[Key, dict[str, Any]]:
    """The stored rows of these keys as values by column; keys without a row are left out."""
    table = table_of(model)
    names = [column.name for column in table.columns]
    key = [table.c[name] for name in key_columns(model)]
    found: dict[Key, dict[str, Any]] = {}
    for some in chunks(keys, CHUNK_OF_VALUES // len(key)):
        asked: BindParameter[Any] = bindparam(
            "keys", expanding=True
        )  # given whole, and not looked at one by one
        alike = key[0].in_(asked) if len(key) == 1 else tuple_(*key).in_(asked)
        wanted = [one for (one,) in some] if len(key) == 1 else list(some)
        for row in session.execute(select(table).where(alike), {"keys": wanted}):
            values = dict(zip(names, row, strict=True))
            found[tuple(values[column.name] for column in key)] = values
    return found


def chunks(items: Sequence[Item], size: int = CHUNK) -> Iterator[Sequence[Item]]:
    """The items in order, as many at a time as one query may name."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
