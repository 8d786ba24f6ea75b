from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.errors import Conflict, InvalidInput, NotFound
from eldercare.registry.as_of import community_on
from eldercare.registry.homes import FormerHome, Home, PlannedMove, PositionTask
from eldercare.registry.lookup import elders_as_of
from eldercare.registry.moves import apply_due_moves, record_move, take_back_move
from eldercare.registry.queries import elders_at_home, get_elder
from eldercare.registry.tables import Elder
from tests.registry.rows import (
    COMMUNITY,
    LONG_AGO,
    OTHER_COMMUNITY,
    OTHER_TOWN,
    community,
    elder,
    places,
    put,
)

ON = date(2020, 9, 17)
DAY = timedelta(days=1)
NOW = datetime(2020, 9, 17, 1, tzinfo=UTC)
THIRD = "320411100202"
THERE = Home(community_code=OTHER_COMMUNITY, address="乙镇2号", longitude=119.901, latitude=31.951)
FURTHER = Home(community_code=THIRD, address="乙镇3号", longitude=119.902, latitude=31.952)


@pytest.fixture
def district(session: Session) -> Session:
    put(session, *places(), community(THIRD, OTHER_TOWN, longitude=119.9, latitude=31.95))
    put(session, elder("e1"), elder("e2"))
    return session


def lives_in(session: Session, on: date) -> str:
    """The community of e1 on a date, said alike by the row of the date and by the condition."""
    code = session.scalars(select(community_on(on)).where(col(Elder.id) == "e1")).one()
    assert elders_as_of(session, ["e1"], on)["e1"].community_code == code
    return str(code)


def move(session: Session, on: date, home: Home = THERE) -> None:
    record_move(session, "e1", on, home, now=NOW, by="test")


@pytest.mark.parametrize("days", [-30, 0, 30], ids=["past", "today", "ahead"])
def test_a_move_holds_from_its_date_on_and_never_before(district: Session, days: int) -> None:
    on = ON + days * DAY
    move(district, on)
    assert lives_in(district, on - DAY) == COMMUNITY
    assert lives_in(district, on) == lives_in(district, on + 99 * DAY) == OTHER_COMMUNITY
    assert get_elder(district, "e1").community_code == (COMMUNITY if days > 0 else OTHER_COMMUNITY)
    at_home = elders_at_home(district, on, area_code=OTHER_TOWN)
    assert [one.id for one in at_home] == ["e1"]
    assert [one.id for one in elders_at_home(district, on - DAY, area_code=OTHER_TOWN)] == []


def test_three_homes_each_have_their_time(district: Session) -> None:
    move(district, ON - 9 * DAY)
    move(district, ON + 9 * DAY, FURTHER)
    days = [ON - 10 * DAY, ON - 9 * DAY, ON + 8 * DAY, ON + 9 * DAY]
    assert [lives_in(district, day) for day in days] == [
        COMMUNITY,
        OTHER_COMMUNITY,
        OTHER_COMMUNITY,
        THIRD,
    ]


def test_a_due_move_becomes_the_row_and_no_date_changes(district: Session) -> None:
    move(district, ON + 3 * DAY)
    days = [ON + offset * DAY for offset in (-1, 2, 3, 4, 40)]
    before = [lives_in(district, day) for day in days]
    assert apply_due_moves(district, ON + 2 * DAY, now=NOW + 2 * DAY, by="night").entered == 0
    assert apply_due_moves(district, ON + 4 * DAY, now=NOW + 4 * DAY, by="night").entered == 1
    assert get_elder(district, "e1").address == "乙镇2号"
    assert [lives_in(district, day) for day in days] == before
    assert apply_due_moves(district, ON + 4 * DAY, now=NOW + 4 * DAY, by="night").entered == 0


def test_a_move_taken_back_leaves_nothing(district: Session) -> None:
    before = get_elder(district, "e1").model_dump()
    move(district, ON - DAY)
    move(district, ON + DAY, FURTHER)
    with pytest.raises(Conflict, match="moved again"):
        take_back_move(district, "e1", ON - DAY, now=NOW, by="test")
    take_back_move(district, "e1", ON + DAY, now=NOW, by="test")
    take_back_move(district, "e1", ON - DAY, now=NOW, by="test")
    assert get_elder(district, "e1").model_dump() == before
    assert not district.scalars(select(FormerHome)).all()
    assert not district.scalars(select(PlannedMove)).all()
    with pytest.raises(NotFound):
        take_back_move(district, "e1", ON, now=NOW, by="test")


def test_moves_are_entered_in_order(district: Session) -> None:
    move(district, ON - 9 * DAY)
    for on in (ON - 9 * DAY, ON - 20 * DAY):
        with pytest.raises(Conflict, match="in order"):
            move(district, on, FURTHER)


@pytest.mark.parametrize("on", [LONG_AGO, ON + 5 * DAY], ids=["before", "after"])
def test_nobody_moves_outside_the_registration(district: Session, on: date) -> None:
    put(district, elder("gone", ended_on=ON + 5 * DAY, end_reason="moved"))
    with pytest.raises(InvalidInput):
        record_move(district, "gone", on, THERE, now=NOW, by="test")
    record_move(district, "gone", ON + 4 * DAY, THERE, now=NOW, by="test")


def test_a_home_that_cannot_be_changes_nothing(district: Session) -> None:
    with pytest.raises(InvalidInput, match="community"):
        move(district, ON, Home(community_code="320411999001", address="某路"))
    assert get_elder(district, "e1").community_code == COMMUNITY


def test_a_home_without_a_position_stands_on_its_community_and_asks(district: Session) -> None:
    move(district, ON, Home(community_code=THIRD, address="乙镇4号"))
    moved = get_elder(district, "e1")
    assert (moved.longitude, moved.latitude, moved.position_is_estimated) == (119.9, 31.95, True)
    (task,) = district.scalars(select(PositionTask)).all()
    assert (task.elder_id, task.reason.value) == ("e1", "estimated")
