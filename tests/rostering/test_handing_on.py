"""A town planned anew keeps what was decided by hand, and names what it could not keep."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.care.tables import PlanItem
from eldercare.database import reading, transaction
from eldercare.errors import NotFound
from eldercare.rostering import planning
from eldercare.rostering.handing_on import Loss, not_kept, standing_decisions
from eldercare.rostering.lifecycle import find_roster, scenario_named
from eldercare.rostering.planned import PlannedTown
from eldercare.rostering.planning import PlanRequest, plan_day
from eldercare.rostering.publishing import fingerprint
from eldercare.rostering.reading import read_roster
from eldercare.rostering.scenarios.keeping import create_scenario
from eldercare.rostering.tables import Placement, RosterEvent, RosterVisit
from eldercare.rostering.views import RosterView
from tests.registry.rows import TOWN, put
from tests.rostering.day import ON, small_day
from tests.rostering.test_planning import NOW

LOCKED = 600


def plan(database: Engine, scenario: str = "") -> int:
    request = PlanRequest(on=ON, towns=[TOWN], time_limit_seconds=1, scenario=scenario)
    with ThreadPoolExecutor(1) as pool:
        return plan_day(database, request, now=NOW, executor=pool, workers=1)


def decide(database: Engine, changes: dict[str, Callable[[RosterVisit], None]]) -> None:
    with transaction(database) as session:
        draft = find_roster(session, ON)
        assert draft is not None
        for number, change in changes.items():
            row = session.get(RosterVisit, (draft.id, f"{number}.20200917"))
            assert row is not None
            change(row)


def starts(view: RosterView) -> dict[str, int]:
    return {
        stop.visit_id or "": stop.start_minutes for route in view.routes for stop in route.stops
    }


@pytest.fixture
def day(engine: Engine) -> Engine:
    """The small day with a plan of its first town."""
    with transaction(engine) as session:
        small_day(session)
    plan(engine)
    return engine


def lock(row: RosterVisit) -> None:
    row.locked_start_minutes, row.is_phoned = LOCKED, True


def leave_out(row: RosterVisit) -> None:
    row.is_left_out, row.placement = True, Placement.UNSERVED
    row.reason, row.detail = "left_out", "住院"


def test_locks_and_what_is_left_out_bind_the_new_plan(day: Engine) -> None:
    decide(day, {"I1": lock, "I2": leave_out})
    roster_id = plan(day)
    with reading(day) as session:
        view = read_roster(session, ON)
        first, second = (
            session.get(RosterVisit, (roster_id, f"{one}.20200917")) for one in ("I1", "I2")
        )
        lost = not_kept(session, roster_id, [TOWN])
    assert view.summary.violations == 0
    assert starts(view)["I1.20200917"] == LOCKED
    assert first is not None
    assert second is not None
    assert (first.locked_start_minutes, first.is_phoned) == (LOCKED, True)
    assert (second.is_left_out, second.placement) == (True, Placement.UNSERVED)
    assert (second.reason, second.detail) == ("left_out", "住院")
    # The elder was told the time before the lock.
    assert {(one.loss, one.subject) for one in lost} <= {(Loss.CALL_AGAIN, "I1.20200917")}


def override(row: RosterVisit) -> None:
    row.override_reason, row.override_by, row.locked_caregiver_ids = "家属同意", "周敏", ["ben"]


def strangers(row: RosterVisit) -> None:
    row.locked_caregiver_ids = ["cleo"]


def cancel(row: RosterVisit) -> None:
    row.placement, row.reason = Placement.CANCELLED, "cancelled"


def test_what_cannot_be_kept_is_named(day: Engine) -> None:
    decide(day, {"I1": strangers, "I2": override, "I4": cancel, "I5": lock})
    with transaction(day) as session:
        draft = find_roster(session, ON)
        assert draft is not None
        item = session.get(PlanItem, "I5")
        assert item is not None
        item.until_on = ON.replace(day=1)
        bound = standing_decisions(session, ON)[TOWN]
        assert sorted(bound) == ["I1.20200917", "I5.20200917"]
    roster_id = plan(day)
    with reading(day) as session:
        lost = {(one.loss, one.subject) for one in not_kept(session, roster_id)}
        first = session.get(RosterVisit, (roster_id, "I1.20200917"))
        second = session.get(RosterVisit, (roster_id, "I2.20200917"))
        assert read_roster(session, ON).summary.violations == 0
    assert lost == {
        (Loss.LOCK, "I1.20200917"),
        (Loss.OVERRIDE, "I2.20200917"),
        (Loss.CANCELLED, "I4.20200917"),
        (Loss.VISIT_GONE, "I5.20200917"),
    }
    assert first is not None
    assert second is not None
    assert (first.locked_caregiver_ids, second.override_reason) == (None, None)


def test_events_are_named_where_the_engine_broke_off(
    day: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(day) as session:
        draft = find_roster(session, ON)
        assert draft is not None
        put(
            session,
            RosterEvent(
                roster_id=draft.id or 0, sequence=1, town_code=TOWN, event="sick:ben@10:00",
                at_minutes=600, recorded_at=NOW, recorded_by="周敏",
            ),
        )  # fmt: skip

    def broken(*_: object) -> PlannedTown:
        raise RuntimeError("no memory")

    monkeypatch.setattr(planning, "solve_town", broken)
    roster_id = plan(day)
    with reading(day) as session:
        lost = {(one.loss, one.subject) for one in not_kept(session, roster_id)}
    assert lost == {(Loss.EVENT, "sick:ben@10:00")}


def state(session: Session) -> str:
    found = find_roster(session, ON)
    assert found is not None
    return fingerprint(session, found.id or 0)


def test_planning_into_a_scenario_leaves_the_draft(day: Engine) -> None:
    with pytest.raises(NotFound, match="no scenario"):
        plan(day, "slow")
    with transaction(day) as session:
        create_scenario(session, ON, "slow", by="周敏", now=NOW)
        before = state(session)
    roster_id = plan(day, "slow")
    with reading(day) as session:
        assert state(session) == before
        assert scenario_named(session, ON, "slow").id == roster_id
        assert read_roster(session, ON, scenario="slow").summary.visits.served > 0
