"""A worker's own day: what was published, how it differs from the version before, and no more."""

from __future__ import annotations

from datetime import date

import pytest
from icalendar import Calendar
from sqlmodel import Session, select

from eldercare.errors import NotFound
from eldercare.fieldwork.route import Change, calendar_of, route_of
from eldercare.rostering.in_force import roster_in_force
from eldercare.rostering.lifecycle import close_past
from eldercare.rostering.tables import RosterStatus, RosterVisit
from tests.api.data import DRAFT, ON, VERSION_1, published_day, put_roster, registry


def test_the_stops_of_the_version_in_force(session: Session) -> None:
    published_day(session)
    route = route_of(session, "C1", ON)
    assert (route.version, route.worker_name) == (2, "陈美芳")
    assert [(stop.elder_name, stop.start_minutes, stop.minutes) for stop in route.stops] == [
        ("周桂兰", 640, 60),
        ("李德明", 710, 45),
        ("蒋金凤", 800, 60),
    ]
    first = route.stops[0]
    assert (first.elder_age, first.service_name, first.travel_minutes) == (82, "助浴", 9)
    assert (first.phone, first.address) == ("13800012345", "飞龙新苑12幢乙单元302")
    assert first.care_note.startswith("高血压")
    assert [stop.number for stop in route.stops] == [1, 2, 3]
    assert [trip.trip for trip in route.trips] == [1]


def test_a_time_promised_by_telephone_is_marked(session: Session) -> None:
    published_day(session)
    before = route_of(session, "C1", ON).stops
    visit_id = before[0].stop_id.partition("/")[0]
    for row in session.exec(select(RosterVisit).where(RosterVisit.visit_id == visit_id)):
        row.is_phoned = True
        session.add(row)
    session.flush()
    after = route_of(session, "C1", ON).stops
    assert [one.is_phoned for one in before] == [False] * 3
    assert [one.is_phoned for one in after] == [True, False, False]


def test_changes_since_the_version_before(session: Session) -> None:
    published_day(session)
    route = route_of(session, "C1", ON)
    assert [stop.change for stop in route.stops] == [Change.NONE, Change.MOVED, Change.NEW]
    assert [(stop.elder_name, stop.start_minutes) for stop in route.removed] == [("吴福根", 870)]


def test_a_first_version_has_no_changes(session: Session) -> None:
    registry(session)
    put_roster(session, VERSION_1, RosterStatus.PUBLISHED, version=1)
    route = route_of(session, "C1", ON)
    assert {stop.change for stop in route.stops} == {Change.NONE}
    assert route.removed == ()


def test_someone_called_in_has_no_marks(session: Session) -> None:
    published_day(session)
    assert {stop.change for stop in route_of(session, "C2", ON).stops} == {Change.NONE}


def test_a_rider_sees_meals(session: Session) -> None:
    published_day(session)
    (stop,) = route_of(session, "R1", ON).stops
    assert (stop.service_name, stop.portions, stop.elder_name) == ("助餐", 2, "周桂兰")


def test_a_draft_alone_is_nothing(session: Session) -> None:
    registry(session)
    put_roster(session, DRAFT, RosterStatus.DRAFT)
    with pytest.raises(NotFound) as refused:
        route_of(session, "C1", ON)
    assert refused.value.code == "not_published"
    with pytest.raises(NotFound):
        calendar_of(session, "C1", ON)


def test_a_day_off_is_told_from_a_day_not_published(session: Session) -> None:
    registry(session)
    put_roster(session, VERSION_1, RosterStatus.PUBLISHED, version=1)
    with pytest.raises(NotFound) as refused:
        route_of(session, "C2", ON)
    assert refused.value.code == "no_route"


def test_a_day_that_is_over_can_still_be_read(session: Session) -> None:
    published_day(session)
    assert close_past(session, date(2020, 9, 18)) == 1
    assert route_of(session, "C1", ON).version == 2
    in_force = roster_in_force(session, ON)
    assert in_force is not None
    assert in_force.status is RosterStatus.CLOSED


def test_the_calendar_holds_the_same_stops(session: Session) -> None:
    published_day(session)
    calendar = Calendar.from_ical(calendar_of(session, "C1", ON))
    events = sorted((event.start, event.summary) for event in calendar.events)
    assert [summary for _, summary in events] == ["助浴 周桂兰", "助浴 李德明", "助浴 蒋金凤"]
    assert events[0][0].isoformat() == "2020-09-17T10:40:00+08:00"
