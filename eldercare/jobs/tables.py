"""What ran by itself, and how it ended."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from eldercare.columns import UtcDateTime, choice


class JobStatus(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRun(SQLModel, table=True):
    """One run of a job: for which date, when, and what came of it in one sentence."""

    __tablename__ = "job_run"

    id: int | None = Field(default=None, primary_key=True)
    job: str = Field(max_length=32, index=True)
    for_on: date
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    status: JobStatus = Field(sa_type=choice(JobStatus))
    message: str = Field(default="", max_length=400)
