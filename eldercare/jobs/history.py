"""The log of runs: begun in one transaction, ended in another, so that a crash leaves a trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from eldercare.database import transaction
from eldercare.jobs.tables import JobRun, JobStatus

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of the jobs: they are at the edge, like the command line."""
    return datetime.now(UTC)


def run_logged(
    database: Engine, job: str, for_on: date, work: Callable[[], str], *, clock: Clock = utc_now
) -> JobRun:
    """Do the work and keep what became of it; a fault is logged in the run and raised again."""
    with transaction(database) as session:
        run = JobRun(job=job, for_on=for_on, started_at=clock(), status=JobStatus.RUNNING)
        session.add(run)
        session.flush()
        run_id = run.id
    try:
        message = work()
    except Exception as fault:
        _end(database, run_id, JobStatus.FAILED, str(fault) or type(fault).__name__, clock)
        raise
    return _end(database, run_id, JobStatus.DONE, message, clock)


def _end(
    database: Engine, run_id: int | None, status: JobStatus, message: str, clock: Clock
) -> JobRun:
    with transaction(database) as session:
        run = session.get_one(JobRun, run_id)
        run.status = status
        run.message = message[:400]
        run.finished_at = clock()
        session.add(run)
        return run


def fail_interrupted(session: Session, now: datetime) -> int:
    """Mark runs that a stopped process left running; returns how many."""
    left = session.scalars(select(JobRun).where(col(JobRun.status) == JobStatus.RUNNING)).all()
    for run in left:
        run.status = JobStatus.FAILED
        run.finished_at = now
        run.message = "the process stopped before the run ended"
        session.add(run)
    return len(left)


def recent_runs(session: Session, limit: int = 20) -> list[JobRun]:
    """The last runs, newest first."""
    newest = select(JobRun).order_by(col(JobRun.id).desc()).limit(limit)
    return list(session.scalars(newest))
