"""Two rows, one person or two: what people decided, and how a decision is taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

from eldercare.columns import STAYS_WITH_ELDER, UtcDateTime


class DuplicateDismissal(SQLModel, table=True):
    """Somebody looked: these two elders are not the same person. `first_id` sorts first."""

    __tablename__ = "duplicate_dismissal"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="in_order"),
        {"info": {STAYS_WITH_ELDER: True}},
    )

    first_id: str = Field(primary_key=True, foreign_key="elder.id", max_length=16)
    second_id: str = Field(primary_key=True, foreign_key="elder.id", max_length=16, index=True)
    dismissed_at: datetime = Field(sa_type=UtcDateTime)
    dismissed_by: str = Field(max_length=40)
    reason: str = Field(default="", max_length=200)


class ElderMerge(SQLModel, table=True):
    """One merge: which row was kept, which dropped, and all that is needed to undo it.

    `journal`: `keep` and `drop` hold the elders' changed fields `before` and `after`; `moved` the
    keys (before the merge) of the rows that changed hands, by table and column; `set_aside` the
    whole rows, by table, that could not stand beside the kept elder's; `after` a digest of every
    row either elder had when the merge was done, by table and key.
    """

    __tablename__ = "merge_journal"
    __table_args__ = (
        CheckConstraint("keep_id <> drop_id", name="two_elders"),
        {"info": {STAYS_WITH_ELDER: True}},
    )

    id: int | None = Field(default=None, primary_key=True)
    keep_id: str = Field(foreign_key="elder.id", max_length=16, index=True)
    drop_id: str = Field(foreign_key="elder.id", max_length=16, index=True)
    merged_on: date
    merged_at: datetime = Field(sa_type=UtcDateTime)
    merged_by: str = Field(max_length=40)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: str | None = Field(default=None, max_length=40)
    journal: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
