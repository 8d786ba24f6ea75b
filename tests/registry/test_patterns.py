"""Shifts from patterns, against a slow day-by-day reference and beside what people edit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlmodel import Session

from eldercare.errors import InvalidInput
from eldercare.registry.patterns import make_shifts, shift_id
from eldercare.registry.tables import Shift
from tests.registry.rows import LONG_AGO, caregiver, meal_site, places, put, rider, shift
from tests.registry.working_rows import absence, pattern

MONDAY = date(2020, 9, 14)
DAY = timedelta(days=1)
WEEK = 7 * DAY


@pytest.fixture
def staff(session: Session) -> Session:
    put(session, *places(), meal_site("m1"), caregiver("c1"), caregiver("c2"), rider("r1", "m1"))
    return session


def dates_of(session: Session, worker_id: str = "c1") -> list[date]:
    rows = session.scalars(select(Shift))
    return sorted(row.on for row in rows if worker_id in (row.caregiver_id, row.rider_id))


def test_a_week_of_shifts_with_their_breaks(staff: Session) -> None:
    put(
        staff,
        pattern(
            "p1",
            weekdays="13",
            break_minutes=60,
            break_earliest_minutes=660,
            break_latest_end_minutes=780,
        ),
        pattern("p2", caregiver_id=None, rider_id="r1", weekdays="7", start_minutes=600),
    )
    made = make_shifts(staff, MONDAY, MONDAY + WEEK, on=MONDAY)
    assert made.made == ("p1.20200914", "p1.20200916", "p2.20200920")
    row = staff.get_one(Shift, "p1.20200916")
    assert (row.caregiver_id, row.start_minutes, row.end_minutes) == ("c1", 480, 1020)
    assert (row.break_earliest_minutes, row.break_latest_end_minutes) == (660, 780)
    assert row.break_minutes == 60
    assert staff.get_one(Shift, "p2.20200920").rider_id == "r1"


def test_made_again_nothing_is_added_and_edits_stay(staff: Session) -> None:
    put(staff, pattern("p1"))
    first = make_shifts(staff, MONDAY, MONDAY + WEEK, on=MONDAY)
    staff.get_one(Shift, first.made[0]).end_minutes = 700
    again = make_shifts(staff, MONDAY, MONDAY + 2 * WEEK, on=MONDAY)
    assert again.existing == 5
    assert min(again.made) == shift_id("p1", MONDAY + WEEK)
    staff.expire_all()
    assert staff.get_one(Shift, first.made[0]).end_minutes == 700


def test_a_shift_made_by_hand_at_that_time_comes_first(staff: Session) -> None:
    put(staff, pattern("p1", weekdays="12"))
    put(staff, shift("hand", MONDAY, caregiver_id="c1", start_minutes=900, end_minutes=1200))
    put(staff, shift("early", MONDAY + DAY, caregiver_id="c1", start_minutes=400, end_minutes=480))
    put(staff, shift("other", MONDAY + DAY, caregiver_id="c2"))
    made = make_shifts(staff, MONDAY, MONDAY + WEEK, on=MONDAY)
    assert made.beside == ("p1.20200914",)
    assert made.made == ("p1.20200915",)


def test_two_patterns_on_one_day_both_count_where_their_times_allow(staff: Session) -> None:
    put(staff, pattern("p1", weekdays="1", end_minutes=720), pattern("p2", weekdays="1"))
    put(staff, pattern("p3", weekdays="1", start_minutes=720, end_minutes=900))
    made = make_shifts(staff, MONDAY, MONDAY + DAY, on=MONDAY)
    assert made.made == ("p1.20200914", "p3.20200914")
    assert made.beside == ("p2.20200914",)


def test_nobody_works_while_away_and_later_may(staff: Session) -> None:
    away = absence(from_on=MONDAY, until_on=MONDAY + 2 * DAY)
    put(staff, pattern("p1"), away)
    put(
        staff,
        absence(
            from_on=MONDAY + 2 * DAY,
            until_on=MONDAY + 3 * DAY,
            start_minutes=480,
            end_minutes=600,
        ),
    )
    made = make_shifts(staff, MONDAY, MONDAY + WEEK, on=MONDAY)
    assert made.absent == ("p1.20200914", "p1.20200915")
    assert staff.get_one(Shift, "p1.20200916").start_minutes == 480
    away.until_on = MONDAY + DAY
    assert make_shifts(staff, MONDAY, MONDAY + WEEK, on=MONDAY).made == ("p1.20200915",)


def test_nobody_works_before_the_first_or_after_the_last_day(session: Session) -> None:
    put(
        session,
        *places(),
        caregiver("c1", hired_on=MONDAY + DAY, left_on=MONDAY + 3 * DAY),
        pattern("p1", from_on=MONDAY + DAY),
    )
    make_shifts(session, MONDAY, MONDAY + WEEK, on=MONDAY)
    assert dates_of(session) == [MONDAY + DAY, MONDAY + 2 * DAY]


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_range_that_is_empty_or_too_long_is_refused(staff: Session, days: int) -> None:
    with pytest.raises(InvalidInput, match=f"is {days} days"):
        make_shifts(staff, MONDAY, MONDAY + days * DAY, on=MONDAY)


# Each example rolls back what it wrote.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    weekdays=st.sets(st.sampled_from("1234567"), min_size=1).map("".join),
    every=st.integers(1, 4),
    anchor=st.integers(-40, 40),
    begins=st.integers(-5, 20),
    ends=st.one_of(st.none(), st.integers(21, 50)),
)
def test_dates_are_those_of_a_slow_reference(
    sqlite_engine: Engine, weekdays: str, every: int, anchor: int, begins: int, ends: int | None
) -> None:
    from_on, until_on = MONDAY, MONDAY + 45 * DAY
    with Session(sqlite_engine) as session:
        put(session, *places(), caregiver("c1"))
        row = pattern(
            "p1",
            weekdays=weekdays,
            every_weeks=every,
            anchor_on=MONDAY + anchor * DAY,
            from_on=MONDAY + begins * DAY,
            until_on=None if ends is None else MONDAY + ends * DAY,
        )
        put(session, row)
        make_shifts(session, from_on, until_on, on=MONDAY)
        expected = []
        for offset in range(-400, 45):  # every day since long ago, week by week from the anchor
            day = MONDAY + offset * DAY
            first_week = row.anchor_on - row.anchor_on.weekday() * DAY
            week = day - day.weekday() * DAY
            apart = abs((week - first_week).days)
            due = apart % (7 * every) == 0 and str(day.isoweekday()) in weekdays
            holds = row.from_on <= day and (row.until_on is None or day < row.until_on)
            if due and holds and from_on <= day < until_on:
                expected.append(day)
        assert dates_of(session) == expected
        session.rollback()


def test_ids_tell_pattern_and_date() -> None:
    assert shift_id("p1", LONG_AGO) == "p1.20150101"
