"""The rows of two elders: which can change hands, which cannot, and what there is in the end."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session

from eldercare.errors import Conflict
from eldercare.registry.duplicates.holders import Holder, holders, referring_tables
from eldercare.registry.duplicates.stored import as_json, digest, has_key, key_of
from eldercare.registry.to_review import ToReview, noun_zh

Row = Mapping[str, Any]


@dataclass(slots=True)
class Moves:
    """What a merge did with the dropped elder's rows; the form of the journal."""

    moved: dict[str, list[list[Any]]] = field(default_factory=dict)
    """Keys before the merge, by `table.column`."""
    set_aside: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Whole rows, by table."""
    to_review: list[ToReview] = field(default_factory=list)
    """Rows that hold at the same time and both stay."""


def move_rows(session: Session, keep_id: str, drop_id: str, on: date) -> Moves:
    """Give the dropped elder's rows to the kept one; what cannot stand beside is taken out."""
    moves = Moves()
    for holder in holders():
        kept = _rows(session, holder, keep_id, on)
        for row in _rows(session, holder, drop_id, on):
            if not holder.is_snapshot and _collides(holder, row, kept, keep_id):
                _set_aside(session, holder, row, moves)
                continue
            moves.moved.setdefault(holder.name, []).append(key_of(holder.table, row))
            moves.to_review += _holds_beside(holder, row, kept, on)
        session.execute(
            update(holder.table).where(holder.of(drop_id, on)).values({holder.column.name: keep_id})
        )
    return moves


def _rows(session: Session, holder: Holder, elder_id: str, on: date) -> Sequence[Row]:
    statement = select(holder.table).where(holder.of(elder_id, on))
    ordered = statement.order_by(*holder.table.primary_key.columns)
    return [dict(row) for row in session.connection().execute(ordered).mappings()]


def _collides(holder: Holder, row: Row, kept: Sequence[Row], keep_id: str) -> bool:
    renamed = dict(row) | {holder.column.name: keep_id}
    same = holder.one_at_a_time
    return any(
        any(_agree(renamed, other, names) for names in holder.unique_sets)
        or (same is not None and _agree(renamed, other, same) and _meet(renamed, other))
        for other in kept
    )


def _agree(one: Row, other: Row, names: Sequence[str]) -> bool:
    return all(one[name] is not None and one[name] == other[name] for name in names)


def _meet(one: Row, other: Row) -> bool:
    def starts_before_end(first: Row, second: Row) -> bool:
        return bool(second["until_on"] is None or first["from_on"] < second["until_on"])

    return starts_before_end(one, other) and starts_before_end(other, one)


def _set_aside(session: Session, holder: Holder, row: Row, moves: Moves) -> None:
    key = key_of(holder.table, row)
    children = referring_tables(holder.table)
    if children:
        told = ", ".join(str(part) for part in key)
        raise Conflict(
            f"the {holder.table.name} {told} cannot stand beside the kept elder's, and rows of "
            f"{', '.join(children)} may refer to it: end or change it first, then merge",
            code="merge_collides",
        )
    session.execute(delete(holder.table).where(has_key(holder.table, key)))
    moves.set_aside.setdefault(holder.table.name, []).append(as_json(row))


def _holds_beside(holder: Holder, row: Row, kept: Sequence[Row], on: date) -> list[ToReview]:
    """A sentence where the row and one of the kept elder's both hold on the date or later."""
    if not holder.has_interval or _is_over(row, on):
        return []
    beside = [other for other in kept if not _is_over(other, on) and _meet(row, other)]
    if not beside:
        return []
    first, *others = (", ".join(map(str, key_of(holder.table, one))) for one in (row, *beside))
    table = holder.table.name
    zh = f"{noun_zh(table)} {first} 与 {'、'.join(others)} 同时有效；如说的是一回事，请结束其中一条"
    en = f"{table} {first} now holds beside {'; '.join(others)}: end one if both say the same"
    return [ToReview(zh, en)]


def _is_over(row: Row, on: date) -> bool:
    return row["until_on"] is not None and row["until_on"] <= on


State = dict[str, dict[str, Any]]
"""By table: the `columns` looked at, and a digest of every row in `rows` by its key as JSON."""


def state_of(session: Session, elder_ids: Sequence[str], *, like: State | None = None) -> State:
    """Digest of every row of the elders, snapshots left out.

    `like` names the columns to look at: one that the table gained since changes no row.
    """
    found: State = {}
    for table, columns in _columns_by_table().items():
        known = (like or {}).get(table.name, {}).get("columns")
        names = [column.name for column in table.columns if known is None or column.name in known]
        statement = select(table).where(or_(*(column.in_(elder_ids) for column in columns)))
        rows = [dict(row) for row in session.connection().execute(statement).mappings()]
        digests = {_key_text(key_of(table, row)): digest(row, names) for row in rows}
        if digests:
            found[table.name] = {"columns": names, "rows": digests}
    return found


def _columns_by_table() -> dict[Any, list[Any]]:
    columns: dict[Any, list[Any]] = {}
    for holder in holders():
        if not holder.is_snapshot:
            columns.setdefault(holder.table, []).append(holder.column)
    return columns


def _key_text(key: list[Any]) -> str:
    return json.dumps(key, ensure_ascii=False)
