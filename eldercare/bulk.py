"""Thousands of rows into a table at once: one call of the driver, COPY on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from psycopg import Binary
from psycopg import IntegrityError as RefusedRow
from psycopg.types.json import Json, Jsonb
from sqlalchemy import Column, Connection, Dialect, Table, insert
from sqlalchemy.exc import IntegrityError

LEAST_COPIED = 50
"""Rows from which COPY is worth its round trips."""
_ESCAPED = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"})
_NOTHING = r"\N"

Line = tuple[Any, ...]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows that have a value for every column of the table.

    What `connection.execute(insert(table), rows)` does, with values made ready column by column.
    """
    names = [column.name for column in table.columns]
    _insert(connection, table, names, [[row[name] for row in rows] for name in names])


def insert_lines(
    connection: Connection, table: Table, names: Sequence[str], lines: Sequence[Line]
) -> None:
    """As `insert_rows`, of tuples with the values of the columns named."""
    _insert(connection, table, names, list(zip(*lines, strict=True)))


def _insert(
    connection: Connection, table: Table, names: Sequence[str], values: Sequence[Sequence[Any]]
) -> None:
    if not values or not values[0]:
        return
    ready = [
        _ready(table.c[name], column, connection.dialect)
        for name, column in zip(names, values, strict=True)
    ]
    if connection.dialect.name == "postgresql" and len(values[0]) >= LEAST_COPIED:
        _copy(connection, table, names, ready)
        return
    statement = str(insert(table).values(dict.fromkeys(names)).compile(dialect=connection.dialect))
    lines: Iterable[Line] = zip(*ready, strict=True)
    many = (
        list(lines)
        if connection.dialect.positional
        else [dict(zip(names, line, strict=True)) for line in lines]
    )
    connection.exec_driver_sql(statement, many)


def _ready(column: Column[Any], values: Sequence[Any], dialect: Dialect) -> Sequence[Any]:
    """The values as the driver takes them, each different one made ready once."""
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return values
    if isinstance(values[0], (dict, list)):
        return [process(value) for value in values]
    return _mapped(values, process)


def _mapped(values: Sequence[Any], change: Callable[[Any], Any]) -> list[Any]:
    try:
        changed = {value: change(value) for value in set(values)}
    except TypeError:  # documents are not hashable
        return [change(value) for value in values]
    return [changed[value] for value in values]


def _copy(
    connection: Connection, table: Table, names: Sequence[str], values: Sequence[Sequence[Any]]
) -> None:
    quoted = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quoted(name) for name in names)
    statement = f"COPY {quoted(table.name)} ({columns}) FROM STDIN"
    lines = zip(*[_mapped(column, _as_text) for column in values], strict=True)
    text = "".join(["\t".join(line) + "\n" for line in lines])
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(text)
    except RefusedRow as error:
        raise IntegrityError(statement, None, error) from error


def _as_text(value: Any) -> str:
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        return value.translate(_ESCAPED)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Binary):
        return rf"\\x{bytes(value.obj).hex()}"
    if isinstance(value, (Json, Jsonb)):
        return _as_text(json.dumps(value.obj))
    return str(value)
