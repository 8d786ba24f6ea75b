"""What a database was seeded with: one row, so that seeding again can tell if it is the same."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


class SeedRun(SQLModel, table=True):
    """The parameters of the one seeding of this database."""

    __tablename__ = "seed_run"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: int = Field(default=1, primary_key=True)
    scale: float
    seed: int
    on: date
