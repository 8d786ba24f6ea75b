"""Flexible days: the usual spread, chosen days, holidays, pauses, changes and the gate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.care import admit
from eldercare.care.changing import apply_change, preview_change
from eldercare.care.expand import expand_day, expand_range
from eldercare.care.flexible import most_times, spread_weekdays
from eldercare.care.item_edits import Scope
from eldercare.care.planned import planned_visits
from eldercare.care.tables import HolidayRule, ItemException, Pause, WeekDay
from eldercare.care.week_days import choose_days, chosen_days
from eldercare.care.week_items import flexible_items
from eldercare.errors import EldercareError
from tests.care.rows import care_plan, plan_item, service_type
from tests.registry.rows import LONG_AGO, elder, places, put

DAY = timedelta(days=1)
MONDAY = date(2020, 9, 14)
NEXT = MONDAY + 7 * DAY
NATIONAL_WEEK = date(2020, 9, 28)  # Thursday the 1st of October to Thursday the 8th are off
NOW = datetime(2020, 9, 10, 2, tzinfo=UTC)

digits = st.sets(st.sampled_from("1234567"), min_size=1).map(lambda some: "".join(sorted(some)))


@settings(max_examples=150)
@given(digits, st.integers(1, 7), st.integers(1, 6), st.text(max_size=4))
def test_the_spread_is_of_the_weekdays_far_enough_apart_and_as_many_as_fit(
    weekdays: str, times: int, apart: int, key: str
) -> None:
    found = [int(digit) for digit in spread_weekdays(weekdays, times, apart, key)]
    assert set(map(str, found)) <= set(weekdays)
    assert all(later - earlier >= apart for earlier, later in pairwise(found))
    assert len(found) == min(times, most_times(weekdays, apart))


def test_the_spread_is_even_and_not_the_same_for_everybody() -> None:
    spreads = {spread_weekdays("1234567", 2, 2, f"I{number}") for number in range(50)}
    assert all(3 <= int(one[1]) - int(one[0]) <= 4 for one in spreads)
    assert len(spreads) > 3


@pytest.fixture
def district(session: Session) -> Session:
    """Elder e1 with a plan and no item yet, on each kind of database."""
    return furnished(session)


@pytest.fixture
def one_district(sqlite_engine: Engine) -> Iterator[Session]:
    """The same for what does not depend on the database's kind."""
    with Session(sqlite_engine, expire_on_commit=False) as session:
        yield furnished(session)


def furnished(session: Session) -> Session:
    put(session, *places(), service_type(), elder("e1"), care_plan("p1", "e1"))
    return session


def item(**fields: Any) -> Any:
    """Twice a week, not on consecutive days."""
    given: dict[str, Any] = {"times_per_week": 2, "least_days_apart": 2} | fields
    return plan_item("i1", "p1", **given)


def dates(session: Session, monday: date = MONDAY, weeks: int = 1) -> list[date]:
    days = expand_range(session, monday, monday + 7 * weeks * DAY)
    return [visit.on for day in days for visit in day.visits]


def test_before_anybody_chose_every_week_has_the_usual_spread(one_district: Session) -> None:
    put(one_district, item())
    found = dates(one_district, weeks=3)
    assert len(found) == 6
    assert {day.weekday() for day in found} == {found[0].weekday(), found[1].weekday()}
    assert all((later - earlier).days >= 2 for earlier, later in pairwise(found))


def test_chosen_days_hold_in_their_week_only(district: Session) -> None:
    put(district, item())
    usual = dates(district, NEXT)
    choose_days(district, MONDAY, {"i1": [MONDAY + DAY, MONDAY + 4 * DAY]}, NOW)
    assert dates(district) == [MONDAY + DAY, MONDAY + 4 * DAY]
    assert dates(district, NEXT) == usual
    choose_days(district, MONDAY, {"i1": [MONDAY]}, NOW)
    assert chosen_days(district, MONDAY, NEXT) == {"i1": {MONDAY}}


def test_a_month_ahead_agrees_with_the_days(district: Session) -> None:
    put(district, item(), plan_item("i2", "p1", weekdays="3"))
    put(district, ItemException(item_id="i1", original_on=MONDAY + DAY, moved_to_on=NEXT + DAY))
    choose_days(district, MONDAY, {"i1": [MONDAY + DAY, MONDAY + 4 * DAY]}, NOW)
    planned = planned_visits(district, ["e1"], NEXT, NEXT + 14 * DAY)
    asked = [
        (visit.plan_item_id, visit.on)
        for day in expand_range(district, NEXT, NEXT + 14 * DAY)
        for visit in day.visits
    ]
    assert sorted((one.plan_item_id, one.occurrence.on) for one in planned) == sorted(asked)
    assert ("i1", NEXT + DAY) in asked  # moved here from a day chosen in the week before


def test_a_pause_and_every_other_week_take_days_away(one_district: Session) -> None:
    put(one_district, item(every_weeks=2, anchor_on=MONDAY))
    assert dates(one_district, NEXT) == []
    put(one_district, Pause(elder_id="e1", from_on=MONDAY, until_on=MONDAY + 5 * DAY))
    (found,) = flexible_items(one_district, MONDAY)
    assert found.allowed_on == (MONDAY + 5 * DAY, MONDAY + 6 * DAY)
    assert flexible_items(one_district, NEXT) == []


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [(HolidayRule.KEEP, 7), (HolidayRule.SKIP, 4), (HolidayRule.MOVE, 4)],
)
def test_holidays_are_no_days_to_choose(
    one_district: Session, rule: HolidayRule, allowed: int
) -> None:
    put(one_district, item(holiday_rule=rule, anchor_on=NATIONAL_WEEK))
    (found,) = flexible_items(one_district, NATIONAL_WEEK)
    assert len(found.allowed_on) == allowed
    assert set(dates(one_district, NATIONAL_WEEK)) == found.due_on


def test_who_wants_visits_moved_does_not_want_them_lost(one_district: Session) -> None:
    put(one_district, item(holiday_rule=HolidayRule.MOVE, times_per_week=5, least_days_apart=1))
    (found,) = flexible_items(one_district, NATIONAL_WEEK)
    assert len(found.allowed_on) == 7


def test_the_first_day_keeps_its_distance_to_last_week(one_district: Session) -> None:
    put(one_district, item())
    choose_days(one_district, MONDAY, {"i1": [MONDAY + 3 * DAY, MONDAY + 6 * DAY]}, NOW)
    (found,) = flexible_items(one_district, NEXT)
    assert found.allowed_on[0] == NEXT + DAY
    assert found.last_on == {MONDAY + 3 * DAY, MONDAY + 6 * DAY}


def test_a_change_carries_the_chosen_days_on_as_it_was_shown(district: Session) -> None:
    put(district, item())
    choose_days(district, MONDAY, {"i1": [MONDAY, MONDAY + 4 * DAY]}, NOW)
    change = {"minutes": 45}
    shown = preview_change(district, "i1", change, Scope.LATER, from_on=MONDAY + 4 * DAY, on=MONDAY)
    follower = apply_change(
        district, "i1", change, Scope.LATER, from_on=MONDAY + 4 * DAY, on=MONDAY
    )
    visits = [v for day in expand_range(district, MONDAY, NEXT) for v in day.visits]
    assert [(one.on, one.minutes) for one in visits] == [(MONDAY, 60), (MONDAY + 4 * DAY, 45)]
    assert shown[0].after is not None
    assert shown[0].after.on == MONDAY + 4 * DAY
    assert chosen_days(district, MONDAY, NEXT)[follower] == {MONDAY, MONDAY + 4 * DAY}


def test_an_item_of_which_nothing_is_left_takes_its_chosen_days_along(
    one_district: Session,
) -> None:
    put(one_district, item(from_on=MONDAY))
    choose_days(one_district, MONDAY, {"i1": [MONDAY]}, NOW)
    apply_change(one_district, "i1", {"cancelled": True}, Scope.LATER, from_on=MONDAY, on=MONDAY)
    assert chosen_days(one_district, MONDAY, NEXT) == {}


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"times_per_week": 4, "weekdays": "1357", "least_days_apart": 3}, "/times_per_week"),
        ({"times_per_week": 8}, "/times_per_week"),
        ({"times_per_week": 2, "week_of_month": 1}, "/times_per_week"),
        ({"times_per_week": None, "least_days_apart": 2}, "/least_days_apart"),
    ],
)
def test_the_gate_refuses_what_no_week_can_hold(
    one_district: Session, fields: dict[str, Any], pointer: str
) -> None:
    admit.add(one_district, item(times_per_week=3, weekdays="1357"), on=MONDAY)
    bad = plan_item("i2", "p1", **fields)
    with pytest.raises(EldercareError) as refused:
        admit.add(one_district, bad, on=MONDAY)
    assert pointer in {one.pointer for one in refused.value.fields}


def test_the_gate_keeps_chosen_days_to_flexible_items_and_their_weekdays(
    one_district: Session,
) -> None:
    put(one_district, item(weekdays="135"), plan_item("i2", "p1"))
    admit.add(one_district, WeekDay(plan_item_id="i1", on=MONDAY, chosen_at=NOW), on=MONDAY)
    for item_id, on, pointer in (("i1", MONDAY + DAY, "/on"), ("i2", MONDAY, "/plan_item_id")):
        with pytest.raises(EldercareError) as refused:
            admit.add(one_district, WeekDay(plan_item_id=item_id, on=on, chosen_at=NOW), on=MONDAY)
        assert [one.pointer for one in refused.value.fields] == [pointer]


def test_days_that_the_item_no_longer_allows_are_not_chosen_days(one_district: Session) -> None:
    put(one_district, item(weekdays="24", anchor_on=LONG_AGO))
    choose_days(one_district, MONDAY, {"i1": [MONDAY]}, NOW)
    assert dates(one_district) == [MONDAY + DAY, MONDAY + 3 * DAY]
    assert expand_day(one_district, MONDAY).visits == ()
