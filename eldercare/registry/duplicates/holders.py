"""Which columns of which tables name an elder, read from the metadata.

A new table is merged without a line here. Where its rows are not simply to follow the elder, the
table says so itself, by the marks of `eldercare.columns`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    UniqueConstraint,
    and_,
    inspect,
    select,
)
from sqlmodel import Session, SQLModel

from eldercare.columns import ONE_AT_A_TIME, SNAPSHOT_OF, STAYS_WITH_ELDER
from eldercare.errors import DatabaseUnusable

ELDER = "elder"


@dataclass(frozen=True, slots=True)
class Holder:
    """A column that names the elder whose row it is."""

    table: Table
    column: Column[Any]

    @property
    def name(self) -> str:
        """`table.column`."""
        return f"{self.table.name}.{self.column.name}"

    @property
    def is_snapshot(self) -> bool:
        """Whether rows belong to a dated snapshot, such as a roster."""
        return SNAPSHOT_OF in self.table.info

    @property
    def one_at_a_time(self) -> tuple[str, ...] | None:
        """Columns within which intervals must not overlap, None where they may."""
        found: tuple[str, ...] | None = self.table.info.get(ONE_AT_A_TIME)
        return found

    @property
    def has_interval(self) -> bool:
        """Whether rows hold from a day up to before another."""
        return {"from_on", "until_on"} <= set(self.table.columns.keys())

    @property
    def unique_sets(self) -> list[tuple[str, ...]]:
        """Sets of columns, this one among them, whose values no two rows may share."""
        groups: list[Iterable[Column[Any]]] = [
            self.table.primary_key.columns,
            *(one.columns for one in self.table.constraints if isinstance(one, UniqueConstraint)),
            *(index.columns for index in self.table.indexes if index.unique),
        ]
        sets = [tuple(column.name for column in columns) for columns in groups]
        return [names for names in sets if self.column.name in names]

    def of(self, elder_id: str, on: date) -> ColumnElement[bool]:
        """The elder's rows that a merge on a date touches: of snapshots, those not yet past."""
        own = self.column == elder_id
        if not self.is_snapshot:
            return own
        owner = self.table.metadata.tables[self.table.info[SNAPSHOT_OF]]
        link = next(
            foreign.parent for foreign in self.table.foreign_keys if foreign.column.table is owner
        )
        return and_(own, link.in_(select(owner.c.id).where(owner.c.on >= on)))


def holders() -> list[Holder]:
    """Every column whose rows follow an elder into a merge, parents before what refers to them."""
    return [
        Holder(table, column)
        for table in SQLModel.metadata.sorted_tables
        if not table.info.get(STAYS_WITH_ELDER)
        for column in table.columns
        if _names_elder(column)
    ]


def _names_elder(column: Column[Any]) -> bool:
    return any(foreign.column.table.name == ELDER for foreign in column.foreign_keys)


def referring_tables(table: Table) -> list[str]:
    """Names of the tables whose rows refer to rows of this one."""
    return [
        other.name
        for other in SQLModel.metadata.sorted_tables
        if other is not table
        and any(foreign.column.table is table for foreign in other.foreign_keys)
    ]


def require_all_known(session: Session) -> None:
    """Refuse to merge where the database has a table about elders that the program did not load.

    Its rows would silently stay behind.
    """
    unknown = sorted(_unknown_tables(session))
    if unknown:
        raise DatabaseUnusable(
            f"tables that name elders are not known to this process: {', '.join(unknown)}; "
            "import eldercare.tables before merging",
            code="tables_not_loaded",
        )


def _unknown_tables(session: Session) -> Iterator[str]:
    inspector = inspect(session.connection())
    for name in inspector.get_table_names():
        if name not in SQLModel.metadata.tables and any(
            key["referred_table"] == ELDER for key in inspector.get_foreign_keys(name)
        ):
            yield name
