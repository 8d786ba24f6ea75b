"""The night makes shifts from patterns before it plans, and plans even where that fails."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from eldercare.accounts.tables import AuditEntry
from eldercare.database import transaction
from eldercare.jobs import nightly as module
from eldercare.jobs.history import recent_runs
from eldercare.jobs.nightly import nightly
from eldercare.jobs.tables import JobStatus
from eldercare.registry.tables import Shift
from eldercare.settings import Settings
from tests.registry.rows import put
from tests.registry.working_rows import pattern
from tests.rostering.day import ON, small_day

QUICK = Settings(plan_time_limit_seconds=1)


def clock() -> datetime:
    return datetime(2020, 9, 15, 18, tzinfo=UTC)


@pytest.fixture
def district(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr(module, "_plan", lambda *_given: "planned elsewhere")
    with transaction(sqlite_engine) as session:
        small_day(session)
        put(session, pattern("late", caregiver_id="cleo", start_minutes=1080, end_minutes=1200))
    return sqlite_engine


def test_shifts_of_four_weeks_are_made_once_and_recorded(district: Engine) -> None:
    for _ in range(2):
        nightly(district, QUICK, clock=clock)
    with Session(district) as session:
        made = list(
            session.scalars(
                select(Shift).where(col(Shift.id).startswith("late.")).order_by(col(Shift.on))
            )
        )
        assert len(made) == 20
        assert (made[0].on, made[-1].on) == (ON, date(2020, 10, 14))
        made_at_night = select(AuditEntry).where(col(AuditEntry.action) == "shift.make")
        (entry,) = session.scalars(made_at_night)
        assert entry.after is not None
        assert entry.after["made"] == [shift.id for shift in made]
        told = [run.message for run in recent_runs(session) if run.job == "shifts"]
    assert told[-1].startswith("20 shifts made up to before 2020-10-15")
    assert told[0].startswith("0 shifts made")


def test_a_fault_in_the_shifts_stops_neither_plan_nor_coverage(
    district: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: object, **_named: object) -> None:
        raise RuntimeError("no shifts tonight")

    monkeypatch.setattr(module, "make_shifts", fails)
    with pytest.raises(RuntimeError, match="no shifts tonight"):
        nightly(district, QUICK, clock=clock)
    with Session(district) as session:
        runs = {run.job: run for run in recent_runs(session)}
    assert runs["shifts"].status is JobStatus.FAILED
    assert {runs["plan"].status, runs["snapshot"].status} == {JobStatus.DONE}
