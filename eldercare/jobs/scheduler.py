"""The scheduler of `eldercare serve`: one process, a lasting store, missed runs made up once."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, time

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Connection, Engine, text

from eldercare.database import make_engine, transaction
from eldercare.errors import InvalidInput
from eldercare.jobs.history import fail_interrupted, utc_now
from eldercare.jobs.nightly import NIGHTLY, run_nightly
from eldercare.settings import TIME_ZONE, Settings

log = logging.getLogger(__name__)

STORE_TABLE = "apscheduler_jobs"
"""Made and owned by APScheduler; the product's migrations leave it alone."""
LOCK_KEY = 320411
"""PostgreSQL advisory lock: two schedulers on one store would run every job twice."""


@dataclass(frozen=True, slots=True)
class NextRun:
    """A job and when it runs next."""

    job: str
    at: datetime | None


class JobScheduler:
    """Starts and stops the jobs of one serving process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database = make_engine(settings.database_url)
        self._lock: Connection | None = None
        self._scheduler = BackgroundScheduler(
            jobstores={"default": SQLAlchemyJobStore(engine=self._database, tablename=STORE_TABLE)},
            # However long the process was down, a missed run happens, and happens once.
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone=TIME_ZONE,
        )

    def start(self) -> bool:
        """Begin to run jobs; False where another process already does (PostgreSQL)."""
        self._lock = _take_lock(self._database)
        if self._lock is None:
            log.warning("another process runs the jobs of this database")
            return False
        with transaction(self._database) as session:
            fail_interrupted(session, utc_now())
        self._scheduler.start(paused=True)
        self._add_missing()
        self._scheduler.resume()
        return True

    def _add_missing(self) -> None:
        # Adding a job that is in the store would reset its next run and lose what was missed.
        trigger = nightly_trigger(self._settings.nightly_at)
        job = self._scheduler.get_job(NIGHTLY)
        if job is None:
            self._scheduler.add_job(
                run_nightly, trigger, args=[self._settings.database_url], id=NIGHTLY
            )
        elif str(job.trigger) != str(trigger):
            self._scheduler.reschedule_job(NIGHTLY, trigger=trigger)

    def next_runs(self) -> list[NextRun]:
        """When each job runs next."""
        return [NextRun(job.id, job.next_run_time) for job in self._scheduler.get_jobs()]

    def stop(self) -> None:
        """Let a running job end, then stop."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        if self._lock is not None:
            self._lock.close()
        self._database.dispose()


def nightly_trigger(at: str) -> CronTrigger:
    """Every day at a local time written HH:MM."""
    try:
        moment = time.fromisoformat(at)
    except ValueError as error:
        raise InvalidInput(f"ELDERCARE_NIGHTLY_AT={at!r} is not a time: write 02:00") from error
    return CronTrigger(hour=moment.hour, minute=moment.minute, timezone=TIME_ZONE)


def _take_lock(database: Engine) -> Connection | None:
    """A connection that holds the jobs' lock while it is open; SQLite is served by one process."""
    if database.dialect.name != "postgresql":
        return database.execution_options(read_only=True).connect()
    connection = database.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()  # a pooled connection would keep the lock after it is closed
    if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK_KEY}):
        return connection
    connection.close()
    return None
