"""What came in with which file, kept so that it can be taken back."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from eldercare.columns import UtcDateTime


class ImportBatch(SQLModel, table=True):
    """One file brought in: whose, when, how many of its rows went which way."""

    __tablename__ = "import_batch"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=40)
    file_name: str = Field(max_length=200)
    sha256: str = Field(max_length=64, index=True)
    """Of the file's bytes: tells a file that is sent twice."""
    at: datetime = Field(sa_type=UtcDateTime)
    by: str = Field(max_length=40)
    created: int
    updated: int
    unchanged: int
    rejected: int
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: str | None = Field(default=None, max_length=40)


class ImportedRows(SQLModel, table=True):
    """Rows of one table that a batch wrote, some thousand at a time (`memory.packed`).

    `place` counts from 0 in the order of writing.
    """

    __tablename__ = "imported_rows"

    batch_id: int = Field(primary_key=True, foreign_key="import_batch.id")
    place: int = Field(primary_key=True)
    table_name: str = Field(max_length=63)
    packed: bytes
