"""What runs by itself: the last runs and the next."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.edge import Here, ReadSession, SignedIn
from api.problems import documented
from eldercare.accounts.permissions import Action, require
from eldercare.jobs.history import recent_runs
from eldercare.jobs.scheduler import NextRun
from eldercare.jobs.tables import JobStatus

router = APIRouter(tags=["operations"])


class Run(BaseModel):
    """One run of a job."""

    id: int
    job: str
    for_on: date
    started_at: datetime
    finished_at: datetime | None
    status: JobStatus
    message: str


class Runs(BaseModel):
    """The last runs, newest first, and what this process will run next."""

    items: list[Run]
    next_runs: list[NextRun] = Field(description="empty where another process runs the jobs")


@router.get("/jobs", responses=documented(401, 403, 422, 503))
def jobs(
    edge: Here,
    session: ReadSession,
    user: SignedIn,
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
) -> Runs:
    """The last runs of the nightly jobs, and the next."""
    require(user, Action.OPERATE)
    return Runs(
        items=[
            Run.model_validate(run, from_attributes=True) for run in recent_runs(session, limit)
        ],
        next_runs=edge.scheduler.next_runs() if edge.scheduler else [],
    )
