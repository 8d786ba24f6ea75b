"""Rows into tables, in chunks, so that memory stays bounded whatever the scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlmodel import Session, SQLModel

CHUNK_ROWS = 5_000

Row = dict[str, Any]
Progress = Callable[[str, int, int], None]
"""Called with a table's name, the rows written so far and the rows expected."""


class Writer:
    """Inserts rows and counts them by table."""

    def __init__(self, session: Session, progress: Progress | None = None) -> None:
        self._session = session
        self._progress = progress
        self.counts: dict[str, int] = {}

    def write(self, table: type[SQLModel], rows: Iterable[Row], expected: int = 0) -> None:
        """Insert rows (every one with the same keys); `expected` only informs the progress."""
        target = table_of(table)
        done = self.counts.get(target.name, 0)
        for chunk in _chunks(rows):
            self._session.execute(insert(target), chunk)
            done += len(chunk)
            self._report(target.name, done, max(expected, done))
        self.counts[target.name] = done
        self._report(target.name, done, done)

    def _report(self, name: str, done: int, expected: int) -> None:
        if self._progress is not None:
            self._progress(name, done, expected)


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK_ROWS)):
        yield chunk


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
    return table


def count_rows(session: Session, tables: Iterable[type[SQLModel]]) -> dict[str, int]:
    """Rows by table name."""
    return {
        table_of(table).name: session.execute(
            select(func.count()).select_from(table_of(table))
        ).scalar_one()
        for table in tables
    }
