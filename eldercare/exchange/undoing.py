"""An import is taken back, as long as nothing was built on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Table, bindparam, delete, tuple_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from eldercare.accounts import audit
from eldercare.care.admit import GATE
from eldercare.errors import Conflict, FieldProblem
from eldercare.exchange.batches import get_batch
from eldercare.exchange.images import Key, chunks, image_of, keys_from, stored_values
from eldercare.exchange.memory import Remembered, are_as_left, unpacked
from eldercare.exchange.tables import ImportedRows
from eldercare.registry.admission.shape import values_of
from eldercare.registry.admission.tables import key_columns, table_of
from eldercare.registry.name_keys import NAMED, replace_name_keys

MOST_TOLD = 5
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
    created, obstacles = _look(session, batch_id)
    obstacles += _referring(session, created)
    if obstacles:
        more = f" and {len(obstacles) - MOST_TOLD} more" if len(obstacles) > MOST_TOLD else ""
        told = "; ".join(obstacle.reason for obstacle in obstacles[:MOST_TOLD])
        raise Conflict(
            f"import {batch_id} cannot be undone, something was built on it: {told}{more}",
            code="built_upon",
            fields=obstacles[:MOST_TOLD],
        )
    restored = sum(
        _restore(session, model, [row for row in rows if row.before is not None])
        for model, rows in _remembered(session, batch_id)
    )
    _delete(session, created)
    session.expire_all()  # rows were written past the session
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
    return UndoReport(batch_id, deleted=sum(map(len, created.values())), restored=restored)


Created = dict[type[SQLModel], list[Key]]
"""Keys of the rows that a batch created, in the order of writing."""


def _remembered(
    session: Session, batch_id: int
) -> Iterator[tuple[type[SQLModel], list[Remembered]]]:
    """What is kept of the batch, some thousand rows at a time."""
    models = {table_of(model).name: model for model in GATE.rules}
    statement = select(ImportedRows.place).where(col(ImportedRows.batch_id) == batch_id)
    for place in session.exec(statement.order_by(col(ImportedRows.place))).all():
        some = session.get_one(ImportedRows, (batch_id, place))
        yield models[some.table_name], unpacked(some.packed)
        session.expunge(some)


def _look(session: Session, batch_id: int) -> tuple[Created, list[FieldProblem]]:
    """The rows that the batch created, and those that are not as it left them."""
    created: Created = {}
    obstacles: list[FieldProblem] = []
    for model, rows in _remembered(session, batch_id):
        keys = keys_from(model, [row.key for row in rows])
        stored = stored_values(session, model, keys)
        name = table_of(model).name
        gone = [row for row, key in zip(rows, keys, strict=True) if key not in stored]
        obstacles += [_obstacle(name, row.key, "was removed since", "removed") for row in gone]
        kept = [row for row, key in zip(rows, keys, strict=True) if key in stored]
        now = [stored[key] for key in keys if key in stored]
        same = are_as_left(model, now, kept)
        changed = [row for row, is_same in zip(kept, same, strict=True) if not is_same]
        obstacles += [_obstacle(name, row.key, "was changed since", "changed") for row in changed]
        created.setdefault(model, []).extend(
            key for row, key in zip(rows, keys, strict=True) if row.before is None
        )
    return created, obstacles


def _obstacle(table: str, key: Iterable[object], what: str, code: str) -> FieldProblem:
    values = [str(value) for value in key]
    return FieldProblem("/".join(["", table, *values]), f"{table} {', '.join(values)} {what}", code)


def _referring(session: Session, created: Created) -> Iterator[FieldProblem]:
    """Rows outside the batch that refer to rows it created."""
    own = {(table_of(model).name, *key) for model, keys in created.items() for key in keys}
    targets = {
        table_of(model).primary_key.columns[0]: [key[0] for key in keys]
        for model, keys in created.items()
        if len(key_columns(model)) == 1  # nothing refers to a key of several columns
    }
    for table in SQLModel.metadata.sorted_tables:
        for foreign in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            values = targets.get(foreign.column, ())
            yield from _rows_naming(session, table, foreign.parent, values, own)


def _rows_naming(
    session: Session, table: Table, column: Column[object], values: Sequence[object], own: set[Key]
) -> Iterator[FieldProblem]:
    key = list(table.primary_key.columns)
    for some in chunks(values):
        for value, *rest in session.execute(select_columns(column, *key).where(column.in_(some))):
            if (table.name, *rest) not in own:
                yield _obstacle(table.name, rest, f"refers to {value}", "referring")


def _restore(session: Session, model: type[SQLModel], rows: Sequence[Remembered]) -> int:
    """Set back what the batch changed; returns how many rows."""
    if not rows:
        return 0
    table, names = table_of(model), key_columns(model)
    alike = [table.c[name] == bindparam(f"key_{name}") for name in names]
    former = []
    for row in rows:
        before = values_of(model.model_validate(row.before))
        former.append({name: before[name] for name in row.before or ()})
    keyed = [row | {f"key_{name}": row[name] for name in names} for row in former]
    session.connection().execute(update(table).where(*alike), keyed)
    if model in NAMED:
        (key,) = names
        replace_name_keys(
            session.connection(), model, [], {str(row[key]): str(row["name"]) for row in former}
        )
    return len(rows)


def _delete(session: Session, created: Created) -> None:
    """Table by table, those that refer before those referred to."""
    order = {table.name: place for place, table in enumerate(SQLModel.metadata.sorted_tables)}
    connection = session.connection()
    for model in sorted(created, key=lambda model: -order[table_of(model).name]):
        columns = list(table_of(model).primary_key.columns)
        if model in NAMED:
            replace_name_keys(connection, model, [str(key[0]) for key in created[model]], {})
        for some in chunks(created[model][::-1]):
            alike = (
                columns[0].in_([key[0] for key in some])
                if len(columns) == 1
                else tuple_(*columns).in_(some)
            )
            connection.execute(delete(table_of(model)).where(alike))
