from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from eldercare.rostering.dates import newest_roster_on, rosters_on, town_plans
from eldercare.rostering.tables import Roster, RosterStatus, TownPlan
from tests.registry.rows import OTHER_TOWN, TOWN, places, put

ON = date(2020, 9, 17)
AT = datetime(2020, 9, 16, 10, tzinfo=UTC)


def roster(status: RosterStatus, version: int | None = None, on: date = ON) -> Roster:
    return Roster(on=on, status=status, version=version, created_at=AT)


def test_the_draft_comes_first_then_the_newest_version(session: Session) -> None:
    put(
        session,
        roster(RosterStatus.CLOSED, 1),
        roster(RosterStatus.PUBLISHED, 2),
        roster(RosterStatus.DRAFT),
        roster(RosterStatus.DRAFT, on=ON + timedelta(days=1)),
    )
    assert [one.version for one in rosters_on(session, ON)] == [None, 2, 1]


def test_the_newest_date(session: Session) -> None:
    assert newest_roster_on(session) is None
    put(
        session,
        roster(RosterStatus.DRAFT),
        roster(RosterStatus.DRAFT, on=ON + timedelta(days=3)),
    )
    assert newest_roster_on(session) == ON + timedelta(days=3)
    assert newest_roster_on(session, until_on=ON + timedelta(days=2)) == ON
    assert newest_roster_on(session, until_on=ON - timedelta(days=1)) is None


def test_town_plans_in_order_of_town(session: Session) -> None:
    draft = roster(RosterStatus.DRAFT)
    put(session, *places(), draft)
    assert draft.id is not None
    for town in (OTHER_TOWN, TOWN):
        put(
            session,
            TownPlan(
                roster_id=draft.id,
                town_code=town,
                engine="hybrid",
                seed=1,
                seconds=1.0,
                violations=0,
                planned_at=AT,
            ),
        )
    assert [plan.town_code for plan in town_plans(session, draft.id)] == [TOWN, OTHER_TOWN]
    assert not town_plans(session, draft.id + 1)
