from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from eldercare.care.demand import VisitGap
from eldercare.care.expand import expand_day
from eldercare.care.gaps import LEAST_WINDOW_MINUTES, after_meal, before_meal
from eldercare.care.meal_hours import EATING_MINUTES, LUNCH_FROM_MINUTES, LUNCH_UNTIL_MINUTES
from eldercare.care.tables import ItemGap, Pause
from tests.care.rows import care_plan, plan_item, service_type, subscription
from tests.registry.rows import elder, meal_site, places, put

ON = date(2020, 9, 17)
DAY = timedelta(days=1)


@pytest.fixture
def district(session: Session) -> Session:
    """Elder e1 with two visits a day, any time from 8:00 to 18:00, and a meal on Thursdays."""
    put(session, *places(), service_type(), meal_site("m1"), elder("e1"), care_plan("p1", "e1"))
    long: dict[str, Any] = {"window_start_minutes": 480, "window_end_minutes": 1080}
    put(session, plan_item("i1", "p1", minutes=30, **long), plan_item("i2", "p1", **long))
    put(session, subscription("s1", "e1", "m1", weekdays="4"))
    return session


def windows(session: Session, on: date = ON) -> dict[str, tuple[int, int]]:
    return {
        visit.plan_item_id: (visit.window_start_minutes, visit.window_end_minutes)
        for visit in expand_day(session, on).visits
    }


def test_a_gap_between_two_items_binds_the_visits_of_a_day(district: Session) -> None:
    assert expand_day(district, ON).gaps == ()
    put(
        district,
        ItemGap(before_item_id="i1", after_item_id="i2", minimum_minutes=10, maximum_minutes=20),
    )
    assert expand_day(district, ON).gaps == (
        VisitGap(
            before_visit_id="i1.20200917",
            after_visit_id="i2.20200917",
            minimum_minutes=10,
            maximum_minutes=20,
        ),
    )
    put(district, Pause(elder_id="e1", from_on=ON))
    assert expand_day(district, ON).gaps == ()


def test_medicine_half_an_hour_after_the_meal(district: Session) -> None:
    put(district, ItemGap(before_subscription_id="s1", after_item_id="i1", minimum_minutes=30))
    found = windows(district)
    assert found["i1"] == (LUNCH_UNTIL_MINUTES + EATING_MINUTES + 30, 1080)
    assert found["i2"] == (480, 1080)
    assert windows(district, ON + DAY)["i1"] == (480, 1080)  # no meal on a Friday


def test_a_visit_ends_before_the_meal_may_come(district: Session) -> None:
    put(district, ItemGap(before_item_id="i1", after_subscription_id="s1", minimum_minutes=15))
    assert windows(district)["i1"] == (480, LUNCH_FROM_MINUTES - 15 - 30)


def test_rules_that_leave_no_time_leave_an_empty_window(district: Session) -> None:
    put(district, plan_item("i3", "p1", minutes=30))  # 8:00 to 10:00
    put(district, ItemGap(before_subscription_id="s1", after_item_id="i3"))
    first, last = windows(district)["i3"]
    assert last < first


@pytest.mark.parametrize(("minimum", "maximum"), [(0, None), (30, 240), (30, 60), (0, 0)])
def test_whenever_the_meal_comes_the_shortest_gap_is_kept(
    minimum: int, maximum: int | None
) -> None:
    rule = ItemGap(minimum_minutes=minimum, maximum_minutes=maximum)
    for meal_at in (LUNCH_FROM_MINUTES, LUNCH_UNTIL_MINUTES):
        earliest, latest = after_meal(rule)
        assert earliest - (meal_at + EATING_MINUTES) >= minimum
        first, last = before_meal(rule, 45)
        assert meal_at - (last + 45) >= minimum
        if maximum is not None and maximum - minimum >= LUNCH_UNTIL_MINUTES - LUNCH_FROM_MINUTES:
            assert latest is not None
            assert latest - (meal_at + EATING_MINUTES) <= maximum
            assert meal_at - (first + 45) <= maximum
        elif maximum is not None:
            assert latest == earliest + LEAST_WINDOW_MINUTES
            assert first == last - LEAST_WINDOW_MINUTES
