"""Rows as an import remembers them: what they were, found again by table and key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import select, tuple_
from sqlmodel import Session, SQLModel

from eldercare.registry.admission.shape import values_of
from eldercare.registry.admission.tables import key_columns, key_of, table_of
from eldercare.registry.duplicates.stored import as_json

Key = tuple[Any, ...]
Item = TypeVar("Item")

CHUNK = 500
"""Keys in one query: both databases limit the number of bound values."""


def image_of(row: SQLModel) -> dict[str, Any]:
    """Every field of the row as JSON; instants are UTC, as the database returns them."""
    return as_json(values_of(row))


def key_image(row: SQLModel) -> dict[str, Any]:
    """The row's primary key as JSON, by column."""
    return as_json({name: getattr(row, name) for name in key_columns(type(row))})


def key_from(model: type[SQLModel], image: Mapping[str, Any]) -> Key:
    """The primary key that `key_image` gave, in the types of the columns."""
    columns: list[tuple[str, Any]] = [
        (name, model.model_fields[name].annotation) for name in key_columns(model)
    ]
    return tuple(TypeAdapter(kind).validate_python(image[name]) for name, kind in columns)


def hash_of(image: Mapping[str, Any]) -> str:
    """SHA-256 of a row's image: equal only where every field is."""
    plain = json.dumps(image, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def stored_rows(
    session: Session, model: type[SQLModel], keys: Iterable[Key]
) -> dict[Key, SQLModel]:
    """The stored rows of these keys; keys without a row are left out."""
    columns = table_of(model).primary_key.columns
    found: dict[Key, SQLModel] = {}
    for some in chunks(list(keys)):
        for row in session.scalars(select(model).where(tuple_(*columns).in_(some))):
            found[key_of(row)] = row
    return found


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items in order, as many at a time as one query may name."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def identity_of(row: SQLModel) -> Key:
    """What tells a row from every other of any table."""
    return (type(row), *key_of(row))
