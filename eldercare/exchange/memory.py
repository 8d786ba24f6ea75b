"""What undoing needs to know of the rows that an import wrote, packed by the thousand."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from hashlib import blake2b
from operator import itemgetter
from typing import Any

from pydantic_core import to_json
from sqlmodel import SQLModel

from eldercare.exchange.images import hash_of
from eldercare.registry.admission.shape import instant_columns
from eldercare.registry.duplicates.stored import as_json

_HASH_BYTES = 16
_FAST = 1
"""Level of compression: hashes do not shrink, and everything else does at the first level."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A row's key as JSON, in the order of its columns; the row as it was before, as JSON (None: it
    was not there); and the hash of what it became."""

    key: Sequence[Any]
    before: Mapping[str, Any] | None
    after_hash: str


def packed(rows: Iterable[tuple[Sequence[Any], Mapping[str, Any] | None, str]]) -> bytes:
    """Key, row before and `row_hashes` of each row, as compressed JSON."""
    return zlib.compress(to_json(list(rows)), _FAST)


def unpacked(rows: bytes) -> list[Remembered]:
    """What was packed, in the same order."""
    return [Remembered(*row) for row in json.loads(zlib.decompress(rows))]


def row_hashes(model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """A hash of each row's values, 32 hexadecimal digits: equal only where every column is."""
    instants = instant_columns(model)
    if instants:
        rows = [{**row, **_in_utc(row, instants)} for row in rows]
    values = itemgetter(*sorted(model.model_fields))
    return [blake2b(to_json(values(row)), digest_size=_HASH_BYTES).hexdigest() for row in rows]


def _in_utc(row: Mapping[str, Any], instants: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] and row[name].astimezone(UTC) for name in instants}


def are_as_left(
    model: type[SQLModel], rows: Sequence[Mapping[str, Any]], kept: Sequence[Remembered]
) -> list[bool]:
    """Whether each stored row still is what the import made of it."""
    return [
        one.after_hash == (short if len(one.after_hash) == len(short) else hash_of(as_json(row)))
        for row, one, short in zip(rows, kept, row_hashes(model, rows), strict=True)
    ]  # imports of earlier versions have longer hashes
