from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from eldercare.registry.homes import Home
from eldercare.registry.moves import record_move
from eldercare.rostering.gathering import gather_day
from tests.registry.rows import OTHER_COMMUNITY
from tests.rostering.day import ON, small_day

THERE = Home(community_code=OTHER_COMMUNITY, address="乙镇2号", longitude=119.901, latitude=31.951)


def test_a_visit_belongs_to_the_town_of_its_date(session: Session) -> None:
    small_day(session)
    next_week = ON + timedelta(days=7)
    now = datetime(2020, 9, 17, 1, tzinfo=UTC)
    record_move(session, "E1", next_week, THERE, now=now, by="test")
    first, second = gather_day(session, ON, None)
    assert {visit.elder_id for visit in second.visits} == {"E6"}
    assert first.elders["E1"].longitude == 119.975
    first, second = gather_day(session, next_week, None)
    assert {visit.elder_id for visit in second.visits} == {"E1", "E6"}
    assert second.elders["E1"].longitude == 119.901
    assert second.elders["E1"].address == "乙镇2号"
    assert second.elders["E1"] not in session
