"""An import is taken back, as long as nothing was built on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Table
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from eldercare.accounts import audit
from eldercare.care.admit import GATE
from eldercare.errors import Conflict, FieldProblem
from eldercare.exchange.batches import get_batch
from eldercare.exchange.images import (
    Key,
    chunks,
    identity_of,
    image_of,
    key_from,
    stored_rows,
)
from eldercare.exchange.memory import Remembered, is_as_left, unpacked
from eldercare.exchange.tables import ImportedRows
from eldercare.registry.admission.tables import key_of, table_of

NAMED = 5
"""Obstacles named in the sentence; more are only counted."""


@dataclass(frozen=True, slots=True)
class UndoReport:
    """Rows deleted that the import had created, and rows set back that it had changed."""

    batch: int
    deleted: int
    restored: int


def undo_import(session: Session, batch_id: int, *, now: datetime, by: str) -> UndoReport:
    """Delete what the batch created and set back what it changed; raises NotFound.

    Raises Conflict, naming the rows, where one was changed since or another refers to it.
    """
    batch = get_batch(session, batch_id, lock=True)
    if batch.undone_at is not None:
        raise Conflict(
            f"import {batch_id} was undone by {batch.undone_by} already: nothing is left of it",
            code="undone_already",
        )
    session.flush()
    rows = _found_again(session, batch_id)
    created = {
        identity_of(row): row for _, kept, row in rows if kept.before is None and row is not None
    }
    obstacles = [*_changed(rows), *_referring(session, created)]
    if obstacles:
        more = f" and {len(obstacles) - NAMED} more" if len(obstacles) > NAMED else ""
        told = "; ".join(obstacle.reason for obstacle in obstacles[:NAMED])
        raise Conflict(
            f"import {batch_id} cannot be undone, something was built on it: {told}{more}",
            code="built_upon",
            fields=obstacles[:NAMED],
        )
    restored = _restore(session, rows)
    _delete(session, list(created.values()))
    before = image_of(batch)
    batch.undone_at, batch.undone_by = now, by
    session.flush()
    audit.record(
        session,
        at=now,
        user_name=by,
        action="undo import",
        subject=f"import_batch:{batch_id}",
        before=before,
        after=image_of(batch),
    )
    return UndoReport(batch_id, deleted=len(created), restored=restored)


Kept = tuple[str, Remembered, SQLModel | None]
"""Name of the table, what is remembered, and the row as it is stored now."""


def _found_again(session: Session, batch_id: int) -> list[Kept]:
    statement = select(ImportedRows).where(col(ImportedRows.batch_id) == batch_id)
    models = {table_of(model).name: model for model in GATE.rules}
    found: list[Kept] = []
    for some in session.exec(statement.order_by(col(ImportedRows.place))):
        model, rows = models[some.table_name], unpacked(some.packed)
        keys = [key_from(model, row.key) for row in rows]
        stored = stored_rows(session, model, keys)
        found += [
            (some.table_name, row, stored.get(key)) for row, key in zip(rows, keys, strict=True)
        ]
    return found


def _obstacle(table: str, key: Iterable[object], what: str, code: str) -> FieldProblem:
    values = [str(value) for value in key]
    return FieldProblem("/".join(["", table, *values]), f"{table} {', '.join(values)} {what}", code)


def _changed(rows: Sequence[Kept]) -> Iterator[FieldProblem]:
    for name, kept, row in rows:
        if row is None:
            yield _obstacle(name, kept.key, "was removed since", "removed")
        elif not is_as_left(row, kept):
            yield _obstacle(name, kept.key, "was changed since", "changed")


def _referring(session: Session, created: dict[Key, SQLModel]) -> Iterator[FieldProblem]:
    """Rows outside the batch that refer to rows it created."""
    own = {(table_of(type(row)).name, *key_of(row)) for row in created.values()}
    targets: dict[str, list[SQLModel]] = {}
    for row in created.values():
        targets.setdefault(table_of(type(row)).name, []).append(row)
    for table in SQLModel.metadata.sorted_tables:
        for foreign in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            target = foreign.column
            values = [getattr(row, target.name) for row in targets.get(target.table.name, ())]
            yield from _rows_naming(session, table, foreign.parent, values, own)


def _rows_naming(
    session: Session, table: Table, column: Column[object], values: Sequence[object], own: set[Key]
) -> Iterator[FieldProblem]:
    key = list(table.primary_key.columns)
    for some in chunks(values):
        for value, *rest in session.execute(select_columns(column, *key).where(column.in_(some))):
            if (table.name, *rest) not in own:
                yield _obstacle(table.name, rest, f"refers to {value}", "referring")


def _restore(session: Session, rows: Sequence[Kept]) -> int:
    restored = 0
    for _, kept, row in rows:
        if kept.before is None or row is None:
            continue
        before = type(row).model_validate(kept.before)
        for name in kept.before:
            setattr(row, name, getattr(before, name))
        session.add(row)
        restored += 1
    session.flush()
    return restored


def _delete(session: Session, rows: Sequence[SQLModel]) -> None:
    """Table by table, those that refer before those referred to."""
    order = {table.name: place for place, table in enumerate(SQLModel.metadata.sorted_tables)}
    by_table: dict[str, list[SQLModel]] = {}
    for row in rows:
        by_table.setdefault(table_of(type(row)).name, []).append(row)
    for name in sorted(by_table, key=lambda name: -order[name]):
        for row in by_table[name]:
            session.delete(row)
        session.flush()
