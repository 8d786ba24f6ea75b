from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from eldercare.care.demand import DayDemand
from eldercare.care.expand import expand_day, expand_range
from eldercare.care.tables import MealMode, Pause
from eldercare.errors import NotFound
from eldercare.registry.tables import Assessment, InstitutionStay
from tests.care.rows import care_plan, plan_item, service_type, subscription
from tests.registry.rows import (
    OTHER_COMMUNITY,
    OTHER_TOWN,
    TOWN,
    elder,
    institution,
    meal_site,
    places,
    put,
)

ON = date(2020, 9, 17)  # a Thursday
DAY = timedelta(days=1)


@pytest.fixture
def district(session: Session) -> Session:
    """Elder e1 in one town, e2 in the other, each with a visit and a meal brought every day."""
    put(session, *places(), service_type())
    put(session, meal_site("m1"), institution("n1"))
    put(session, elder("e1"), elder("e2", community_code=OTHER_COMMUNITY))
    put(session, care_plan("p1", "e1"), care_plan("p2", "e2"))
    put(session, plan_item("i1", "p1"), plan_item("i2", "p2"))
    put(session, subscription("s1", "e1", "m1"), subscription("s2", "e2", "m1"))
    return session


def ids(demand: DayDemand) -> tuple[list[str], list[str]]:
    return [visit.id for visit in demand.visits], [order.id for order in demand.meal_orders]


BOTH = (["i1.20200917", "i2.20200917"], ["s1.20200917", "s2.20200917"])
SECOND_ONLY = (["i2.20200917"], ["s2.20200917"])


def test_a_day_gives_every_due_item_and_subscription(district: Session) -> None:
    demand = expand_day(district, ON)
    assert ids(demand) == BOTH
    visit, order = demand.visits[0], demand.meal_orders[0]
    assert (visit.elder_id, visit.plan_item_id, visit.minutes, visit.people) == ("e1", "i1", 60, 1)
    assert (visit.window_start_minutes, visit.window_end_minutes) == (480, 600)
    assert (order.elder_id, order.meal_site_id, order.mode) == ("e1", "m1", MealMode.DELIVERY)


def test_asked_twice_the_answer_is_the_same(district: Session) -> None:
    assert expand_day(district, ON) == expand_day(district, ON)


def test_order_is_by_id_whatever_the_database_collates(district: Session) -> None:
    put(district, *(plan_item(key, "p1") for key in ("Z9", "a-1", "a1", "B_2")))
    found = ids(expand_day(district, ON))[0]
    assert found == sorted(found)
    assert len(found) == 6


def test_towns_narrow_to_elders_living_there(district: Session) -> None:
    assert ids(expand_day(district, ON, towns=[OTHER_TOWN])) == SECOND_ONLY
    assert ids(expand_day(district, ON, towns=[TOWN, OTHER_TOWN])) == BOTH
    assert ids(expand_day(district, ON, towns=[])) == ([], [])


def test_an_unknown_town_is_named(district: Session) -> None:
    with pytest.raises(NotFound, match="320411999000"):
        expand_day(district, ON, towns=[TOWN, "320411999000"])


def test_weekdays_and_weeks_are_kept(district: Session) -> None:
    put(
        district,
        plan_item("friday", "p1", weekdays="5"),
        plan_item("thursday", "p1", weekdays="24"),
        plan_item("this_week", "p1", weekdays="4", every_weeks=2, anchor_on=ON - 14 * DAY),
        plan_item("next_week", "p1", weekdays="4", every_weeks=2, anchor_on=ON - 7 * DAY),
        subscription("weekend", "e1", "m1", weekdays="67"),
    )
    visits, orders = ids(expand_day(district, ON))
    assert visits == [
        "i1.20200917",
        "i2.20200917",
        "this_week.20200917",
        "thursday.20200917",
    ]
    assert orders == BOTH[1]


@pytest.mark.parametrize(
    ("from_on", "until_on", "counts"),
    [
        (ON, None, True),
        (ON, ON + DAY, True),
        (ON - DAY, ON, False),
        (ON + DAY, None, False),
    ],
)
def test_plans_and_subscriptions_hold_from_up_to_before(
    district: Session, from_on: date, until_on: date | None, counts: bool
) -> None:
    put(
        district,
        care_plan("p3", "e1", from_on=from_on, until_on=until_on),
        plan_item("i3", "p3"),
        subscription("s3", "e1", "m1", from_on=from_on, until_on=until_on),
    )
    visits, orders = ids(expand_day(district, ON))
    assert ("i3.20200917" in visits, "s3.20200917" in orders) == (counts, counts)


@pytest.mark.parametrize(
    ("from_on", "until_on", "stops"),
    [
        (ON, None, True),
        (ON, ON + DAY, True),
        (ON - 7 * DAY, ON, False),
        (ON + DAY, None, False),
    ],
)
def test_a_pause_stops_visits_and_meals(
    district: Session, from_on: date, until_on: date | None, stops: bool
) -> None:
    put(district, Pause(elder_id="e1", from_on=from_on, until_on=until_on))
    assert ids(expand_day(district, ON)) == (SECOND_ONLY if stops else BOTH)


@pytest.mark.parametrize(
    ("from_on", "until_on", "away"),
    [
        (ON, None, True),
        (ON - 7 * DAY, ON + DAY, True),
        (ON - 7 * DAY, ON, False),
        (ON + DAY, None, False),
    ],
)
def test_a_stay_in_an_institution_stops_what_comes_home(
    district: Session, from_on: date, until_on: date | None, away: bool
) -> None:
    put(
        district,
        InstitutionStay(elder_id="e1", from_on=from_on, until_on=until_on, institution_id="n1"),
        subscription("s9", "e1", "m1", mode=MealMode.DINE_IN),
    )
    visits, orders = ids(expand_day(district, ON))
    assert visits == (SECOND_ONLY if away else BOTH)[0]
    assert orders == [*(SECOND_ONLY if away else BOTH)[1], "s9.20200917"]


@pytest.mark.parametrize(
    ("fields", "gone"),
    [
        ({"ended_on": ON}, True),
        ({"ended_on": ON + DAY}, False),
        ({"registered_on": ON + DAY}, True),
        ({"registered_on": ON}, False),
    ],
)
def test_an_elder_counts_from_registration_up_to_before_the_end(
    district: Session, fields: dict[str, date], gone: bool
) -> None:
    put(
        district,
        elder("e3", **fields),
        care_plan("p3", "e3"),
        plan_item("i3", "p3"),
        subscription("s3", "e3", "m1"),
    )
    visits, orders = ids(expand_day(district, ON))
    assert ("i3.20200917" not in visits, "s3.20200917" not in orders) == (gone, gone)


def test_services_at_the_centre_are_no_visits(district: Session) -> None:
    put(district, service_type("chess", is_home_visit=False))
    put(district, plan_item("i3", "p1", service_type_code="chess"))
    assert ids(expand_day(district, ON)) == BOTH


def test_the_care_level_of_the_date_decides_on_two_caregivers(district: Session) -> None:
    put(district, service_type("lift", two_person_from_level=3))
    put(
        district,
        plan_item("i3", "p1", service_type_code="lift"),
        plan_item("i4", "p2", service_type_code="lift"),
        Assessment(elder_id="e1", assessed_on=ON - 90 * DAY, score=60, level=2),
        Assessment(elder_id="e1", assessed_on=ON - 5 * DAY, score=30, level=3),
        Assessment(elder_id="e1", assessed_on=ON + DAY, score=80, level=1),
    )
    people = {visit.id: visit.people for visit in expand_day(district, ON).visits}
    assert people == {
        "i1.20200917": 1,
        "i2.20200917": 1,
        "i3.20200917": 2,
        "i4.20200917": 1,  # never assessed
    }
    earlier = {
        visit.plan_item_id: visit.people for visit in expand_day(district, ON - 6 * DAY).visits
    }
    assert earlier["i3"] == 1


def test_a_week_is_its_days(district: Session) -> None:
    put(district, plan_item("i3", "p1", weekdays="15"))
    week = expand_range(district, ON, ON + 7 * DAY)
    assert week == tuple(expand_day(district, ON + offset * DAY) for offset in range(7))
    assert [len(day.visits) for day in week] == [2, 3, 2, 2, 3, 2, 2]
    assert expand_range(district, ON, ON) == ()
