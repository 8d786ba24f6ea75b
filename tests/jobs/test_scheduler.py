"""The store outlives the process: what was missed while down happens once at the next start."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.database import make_engine, upgrade
from eldercare.errors import InvalidInput
from eldercare.jobs.history import recent_runs
from eldercare.jobs.nightly import NIGHTLY
from eldercare.jobs.scheduler import STORE_TABLE, JobScheduler, nightly_trigger
from eldercare.settings import TIME_ZONE, Settings


@pytest.fixture
def settings(database_url: str) -> Settings:
    upgrade(database_url)
    return Settings(database_url=database_url, plan_time_limit_seconds=1)


@pytest.fixture
def database(settings: Settings) -> Iterator[Engine]:
    engine = make_engine(settings.database_url)
    yield engine
    engine.dispose()


def wait_until(condition: Callable[[], bool], *, tries: int = 600) -> None:
    """Look again and again, so many times at most."""
    for _ in range(tries):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen")


def put_off_by_three_days(engine: Engine) -> None:
    """Leave the store as a process does that was stopped before the last three nights."""
    store = SQLAlchemyJobStore(engine=engine, tablename=STORE_TABLE)
    store.start(None, "default")
    job = store.lookup_job(NIGHTLY)
    job.next_run_time = datetime.now(UTC) - timedelta(days=3)
    store.update_job(job)


OF_A_NIGHT = ["moves", "plan", "positions", "shifts", "snapshot"]


def test_a_missed_night_happens_once_at_the_next_start(
    settings: Settings, database: Engine
) -> None:
    first = JobScheduler(settings)
    assert first.start()
    first.stop()
    put_off_by_three_days(database)
    second = JobScheduler(settings)
    assert second.start()

    def all_ended() -> bool:
        with Session(database) as session:
            runs = recent_runs(session)
        return len(runs) >= len(OF_A_NIGHT) and all(run.finished_at for run in runs)

    try:
        wait_until(all_ended)
    finally:
        second.stop()
    third = JobScheduler(settings)
    assert third.start()
    third.stop()
    with Session(database) as session:
        jobs = sorted(run.job for run in recent_runs(session))
    assert [job for job in jobs if job != "week"] == OF_A_NIGHT  # weeks begin on some nights only


def test_a_new_time_is_taken_over_at_the_next_start(settings: Settings) -> None:
    first = JobScheduler(settings)
    first.start()
    first.stop()
    moved = settings.model_copy(update={"nightly_at": "03:30"})
    second = JobScheduler(moved)
    second.start()
    (run,) = second.next_runs()
    second.stop()
    assert run.at is not None
    assert run.at.astimezone(TIME_ZONE).strftime("%H:%M") == "03:30"


def test_two_processes_never_run_the_same_jobs(postgresql_url: str) -> None:
    upgrade(postgresql_url)
    settings = Settings(database_url=postgresql_url)
    first, second = JobScheduler(settings), JobScheduler(settings)
    assert first.start()
    assert not second.start()
    first.stop()
    assert second.start()
    second.stop()


def test_a_time_that_is_none_is_named() -> None:
    with pytest.raises(InvalidInput, match="25:99"):
        nightly_trigger("25:99")
