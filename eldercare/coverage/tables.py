"""What coverage keeps: dated targets, and snapshots of the figures of a date."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from eldercare.columns import UtcDateTime

TARGET_SCALE = 10_000
"""Targets are whole numbers of 1/10,000, so that comparing with them is exact."""


class Target(SQLModel, table=True):
    """The share an indicator is to reach by `due_on`; in force from `from_on` until the next is."""

    __tablename__ = "target"
    __table_args__ = (
        CheckConstraint("per_10000 BETWEEN 0 AND 10000", name="share"),
        CheckConstraint("from_on <= due_on", name="in_order"),
    )

    indicator_code: str = Field(primary_key=True, max_length=40)
    from_on: date = Field(primary_key=True)
    due_on: date
    per_10000: int
    """The target share in 1/10,000 (0.75 is 7500)."""
    source: str = Field(default="", max_length=200)
    """Title and section of the plan that sets it."""

    @property
    def share(self) -> Fraction:
        """The target as an exact share."""
        return Fraction(self.per_10000, TARGET_SCALE)


class CoverageSnapshot(SQLModel, table=True):
    """The figures of a date as they were when taken; the same data are kept once for a date."""

    __tablename__ = "coverage_snapshot"
    __table_args__ = (UniqueConstraint("as_of", "data_version"),)

    id: int | None = Field(default=None, primary_key=True)
    as_of: date = Field(index=True)
    taken_at: datetime = Field(sa_type=UtcDateTime)
    data_version: str = Field(max_length=64)
    """SHA-256 over the definitions, targets and every counted row the figures came from."""
    look_back_days: int
    targets: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    """Target in 1/10,000 by indicator code, as in force on `as_of` when taken."""
    notes: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    """Note by indicator code, for every area that has a figure."""


class CoverageFigure(SQLModel, table=True):
    """One indicator in one community of a snapshot; larger areas are sums, empty ones absent."""

    __tablename__ = "coverage_figure"

    snapshot_id: int = Field(primary_key=True, foreign_key="coverage_snapshot.id")
    indicator_code: str = Field(primary_key=True, max_length=40)
    community_code: str = Field(primary_key=True, foreign_key="community.code", max_length=12)
    numerator: int
    denominator: int
