"""Absences take whole days and hours off shifts; the rows of the shifts stay as they are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from eldercare.registry.attendance import absences_between, present_part
from eldercare.registry.queries import caregiver_shifts, rider_shifts
from eldercare.registry.tables import Absence, Shift
from tests.registry.rows import caregiver, meal_site, places, put, rider, shift
from tests.registry.working_rows import absence

ON = date(2020, 9, 17)
DAY = timedelta(days=1)


def part_of(*absences: Absence, **fields: Any) -> Shift | None:
    return present_part(shift("h1", ON, caregiver_id="c1", **fields), {"c1": absences})


def span(*absences: Absence) -> tuple[int, int] | None:
    part = part_of(*absences)
    return None if part is None else (part.start_minutes, part.end_minutes)


def test_a_day_of_absence_takes_the_whole_shift() -> None:
    assert span(absence()) is None
    assert span(absence(from_on=ON - 9 * DAY, until_on=None)) is None


@pytest.mark.parametrize("away", [(ON - 2 * DAY, ON), (ON + DAY, None), (ON + DAY, ON + 2 * DAY)])
def test_absences_of_other_days_take_nothing(away: tuple[date, date | None]) -> None:
    whole = shift("h1", ON, caregiver_id="c1")
    assert present_part(whole, {"c1": [absence(from_on=away[0], until_on=away[1])]}) is whole
    assert present_part(whole, {"c2": [absence()]}) is whole


@pytest.mark.parametrize(
    ("away", "left"),
    [
        ((480, 600), (600, 1020)),
        ((900, 1100), (480, 900)),
        ((600, 660), (660, 1020)),
        ((900, 930), (480, 900)),
        ((0, 480), (480, 1020)),
        ((400, 1100), None),
        ((735, 765), (480, 735)),
    ],
)
def test_hours_of_absence_leave_the_longest_part(
    away: tuple[int, int], left: tuple[int, int] | None
) -> None:
    assert span(absence(start_minutes=away[0], end_minutes=away[1])) == left


def test_several_absences_add_up() -> None:
    early = absence(start_minutes=400, end_minutes=540)
    late = absence(start_minutes=960, end_minutes=1100)
    assert span(early, late) == (540, 960)


@given(
    st.lists(
        st.tuples(st.integers(0, 1438), st.integers(1, 600)).map(
            lambda drawn: (drawn[0], min(1440, drawn[0] + drawn[1]))
        ),
        max_size=4,
    )
)
def test_the_part_is_the_longest_run_of_minutes_present(absences: list[tuple[int, int]]) -> None:
    away = {minute for start, end in absences for minute in range(start, end)}
    longest, run = 0, 0
    for minute in range(480, 1020):
        run = 0 if minute in away else run + 1
        longest = max(longest, run)
    found = span(*(absence(start_minutes=start, end_minutes=end) for start, end in absences))
    assert (0 if found is None else found[1] - found[0]) == longest
    assert found is None or away.isdisjoint(range(*found))


def test_a_break_is_kept_where_it_fits() -> None:
    rest = {"break_earliest_minutes": 660, "break_latest_end_minutes": 810, "break_minutes": 60}
    late = part_of(absence(start_minutes=480, end_minutes=700), **rest)
    assert late is not None
    assert (late.break_earliest_minutes, late.break_latest_end_minutes) == (700, 810)
    assert late.break_minutes == 60
    later = part_of(absence(start_minutes=480, end_minutes=760), **rest)
    assert later is not None
    assert (later.break_earliest_minutes, later.break_latest_end_minutes) == (None, None)
    assert later.break_minutes == 0


def test_plans_see_shifts_without_absences(session: Session) -> None:
    put(session, *places(), meal_site("m1"), rider("r1", "m1"))
    put(session, caregiver("c1"), caregiver("c2"), caregiver("c3"))
    put(session, *(shift(f"h{n}", ON, caregiver_id=f"c{n}") for n in (1, 2, 3)))
    put(session, shift("h4", ON, rider_id="r1"), shift("h5", ON + DAY, rider_id="r1"))
    put(session, absence(), absence(caregiver_id="c2", start_minutes=480, end_minutes=600))
    put(session, absence(caregiver_id=None, rider_id="r1"))
    found = caregiver_shifts(session, ON)
    assert [(one.shift.id, one.shift.start_minutes) for one in found] == [("h2", 600), ("h3", 480)]
    assert rider_shifts(session, ON) == ()
    assert [one.shift.id for one in rider_shifts(session, ON + DAY)] == ["h5"]
    session.flush()
    session.expire_all()
    assert session.get_one(Shift, "h2").start_minutes == 480


def test_only_absences_that_meet_the_dates_are_read(session: Session) -> None:
    put(session, *places(), caregiver("c1"))
    put(
        session,
        absence(reason="before", from_on=ON - 2 * DAY, until_on=ON),
        absence(reason="first day", from_on=ON - DAY, until_on=ON + DAY),
        absence(reason="still", from_on=ON + DAY, until_on=None),
        absence(reason="after", from_on=ON + 2 * DAY, until_on=None),
    )
    found = absences_between(session, ON, ON + 2 * DAY)
    assert [one.reason for one in found["c1"]] == ["first day", "still"]
