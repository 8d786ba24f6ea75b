"""The night: tomorrow planned once, coverage kept, a fault logged and the rest still done."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.coverage.snapshots import list_snapshots
from eldercare.database import transaction
from eldercare.errors import NotFound
from eldercare.jobs.history import fail_interrupted, recent_runs, run_logged
from eldercare.jobs.nightly import nightly
from eldercare.jobs.tables import JobRun, JobStatus
from eldercare.rostering.reading import read_roster
from eldercare.rostering.tables import RosterStatus
from eldercare.settings import Settings
from tests.rostering.day import ON, small_day

TWO_IN_THE_MORNING = datetime(2020, 9, 15, 18, tzinfo=UTC)
"""02:00 on 16 September in Changzhou: tomorrow is the day of `small_day`."""
QUICK = Settings(plan_time_limit_seconds=1)


def clock() -> datetime:
    return TWO_IN_THE_MORNING


@pytest.fixture
def district(engine: Engine) -> Engine:
    with transaction(engine) as session:
        small_day(session)
    return engine


def test_a_night_plans_tomorrow_and_keeps_coverage(district: Engine) -> None:
    nightly(district, QUICK, clock=clock)
    with Session(district) as session:
        view = read_roster(session, ON)
        assert view.status is RosterStatus.DRAFT
        assert view.summary.visits.served == 3
        runs = {run.job: run for run in recent_runs(session)}
        assert {run.status for run in runs.values()} == {JobStatus.DONE}
        assert runs["plan"].for_on == ON
        assert runs["plan"].message == "2020-09-17: 3 of 6 visits placed"
        assert [snapshot.as_of for snapshot in list_snapshots(session)] == [date(2020, 9, 16)]


def test_a_second_night_leaves_the_draft_alone(district: Engine) -> None:
    nightly(district, QUICK, clock=clock)
    with Session(district) as session:
        before = read_roster(session, ON).roster_id
    nightly(district, QUICK, clock=clock)
    with Session(district) as session:
        assert read_roster(session, ON).roster_id == before
        newest = next(run for run in recent_runs(session) if run.job == "plan")
        assert "left as it is" in newest.message


def test_a_plan_that_fails_is_logged_and_coverage_is_kept_all_the_same(engine: Engine) -> None:
    with pytest.raises(NotFound):
        nightly(engine, QUICK, clock=clock)
    with Session(engine) as session:
        runs = {run.job: run for run in recent_runs(session)}
    assert runs["plan"].status is JobStatus.FAILED
    assert "no town" in runs["plan"].message
    assert runs["snapshot"].status is JobStatus.DONE


def test_a_run_cut_off_is_not_shown_as_running_for_ever(engine: Engine) -> None:
    with transaction(engine) as session:
        session.add(JobRun(job="plan", for_on=ON, started_at=clock(), status=JobStatus.RUNNING))
    with transaction(engine) as session:
        assert fail_interrupted(session, clock()) == 1
    with Session(engine) as session:
        assert [run.status for run in recent_runs(session)] == [JobStatus.FAILED]


def test_a_logged_run_keeps_its_times(engine: Engine) -> None:
    run_logged(engine, "plan", ON, lambda: "done well", clock=clock)
    with Session(engine) as session:
        (run,) = recent_runs(session)
    assert (run.started_at, run.finished_at, run.message) == (clock(), clock(), "done well")
