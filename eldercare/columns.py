"""Column types the tables share."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

# Named constraints, so that migrations can find them on both databases. Set here because every
# table module imports this one before it defines a table.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# What a table declares of itself (`__table_args__`, `info`) for the merging of two elders' rows.
STAYS_WITH_ELDER = "stays_with_elder"
"""True: rows speak of the elder they were written for, and no merge touches them."""
SNAPSHOT_OF = "snapshot_of"
"""Name of the dated table these rows are a snapshot of: those of past dates stay as they were."""
ONE_AT_A_TIME = "one_at_a_time"
"""Columns within which intervals (`from_on`, `until_on`) must not overlap."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive datetimes, stores UTC, returns aware UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Python to database: convert to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"the instant {value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Database to Python: SQLite returns naive values that mean UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(kind: type[StrEnum]) -> TypeEngine[Any]:
    """A text column with the values of an enumeration; no native type, so that it can grow."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


JSON_OR_NULL: Any = JSON(none_as_null=True)
"""A document, or nothing: `sa_type` of a column whose None is NULL and not the text "null"."""
