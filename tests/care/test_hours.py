from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from eldercare.care.hours import MonthHours, hours_of_area, hours_of_elder
from eldercare.care.over_entitlement import Reach, admit_plan, over_entitlement, warning_of
from eldercare.care.tables import CarePlan, ItemException, Outcome, Pause, PlanItem
from eldercare.errors import InvalidInput, NotFound
from eldercare.registry.tables import InstitutionStay
from eldercare.settings import DISTRICT_CODE
from tests.care.rows import care_plan, plan_item, service_record, service_type
from tests.registry.rows import (
    COMMUNITY,
    OTHER_COMMUNITY,
    OTHER_TOWN,
    TOWN,
    elder,
    institution,
    places,
    put,
)

MONTH = date(2020, 9, 1)
ON = date(2020, 9, 17)
NINE = datetime(2020, 9, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def district(session: Session) -> Session:
    """Elder e1 with an hour on Wednesdays (five in September), e2 in the other town with none."""
    put(session, *places(), service_type(), institution("n1"))
    put(session, elder("e1"), elder("e2", community_code=OTHER_COMMUNITY))
    put(session, care_plan("p1", "e1", entitled_minutes_per_month=300))
    put(session, plan_item("i1", "p1", weekdays="3"))
    return session


def planned(session: Session) -> int:
    return hours_of_elder(session, "e1", ON).planned_minutes


def test_every_planned_visit_counts(district: Session) -> None:
    assert hours_of_elder(district, "e1", ON) == MonthHours("e1", MONTH, 300, 300, 0)
    assert hours_of_elder(district, "e2", ON) == MonthHours("e2", MONTH, None, 0, 0)
    put(district, plan_item("i2", "p1", weekdays="1", minutes=30, people=2))
    assert planned(district) == 300 + 4 * 30


def test_an_unknown_elder_is_named(district: Session) -> None:
    with pytest.raises(NotFound, match="e9"):
        hours_of_elder(district, "e9", ON)


def test_pauses_stays_and_the_plans_own_dates_take_minutes_away(district: Session) -> None:
    put(district, Pause(elder_id="e1", from_on=date(2020, 9, 2), until_on=date(2020, 9, 9)))
    assert planned(district) == 240
    put(
        district,
        InstitutionStay(
            elder_id="e1",
            institution_id="n1",
            from_on=date(2020, 9, 10),
            until_on=date(2020, 9, 17),
        ),
    )
    assert planned(district) == 180
    plan = district.get_one(CarePlan, "p1")
    plan.until_on = date(2020, 9, 30)
    district.flush()
    assert planned(district) == 120


def test_what_is_changed_for_one_date_counts_as_changed(district: Session) -> None:
    put(
        district,
        ItemException(item_id="i1", original_on=date(2020, 9, 2), minutes=90),
        ItemException(item_id="i1", original_on=date(2020, 9, 9), cancelled=True),
        ItemException(item_id="i1", original_on=date(2020, 9, 30), moved_to_on=date(2020, 10, 1)),
        ItemException(
            item_id="i1", original_on=date(2020, 10, 7), moved_to_on=date(2020, 9, 29), minutes=45
        ),
    )
    assert planned(district) == 90 + 60 + 60 + 45


def test_delivered_visits_count_once_by_who_stayed_longer(district: Session) -> None:
    later = {"started_at": NINE, "caregiver_id": None}
    put(
        district,
        service_record("v1", "e1", MONTH, ended_at=NINE + timedelta(minutes=50), **later),
        service_record("v1", "e1", MONTH, part=2, ended_at=NINE + timedelta(minutes=65), **later),
        service_record("v2", "e1", date(2020, 9, 30)),
        service_record("v3", "e1", ON, outcome=Outcome.NO_SHOW),
        service_record("v4", "e1", date(2020, 10, 1)),
    )
    assert hours_of_elder(district, "e1", ON).delivered_minutes == 65 + 60


def test_an_area_lists_those_with_a_plan_or_a_visit(district: Session) -> None:
    put(district, service_record("v1", "e2", ON))
    living = {DISTRICT_CODE: ["e1", "e2"], TOWN: ["e1"], COMMUNITY: ["e1"], OTHER_TOWN: ["e2"]}
    for area, elders in living.items():
        assert [hours.elder_id for hours in hours_of_area(district, area, ON)] == elders
    with pytest.raises(NotFound, match="320411999000"):
        hours_of_area(district, "320411999000", ON)


@pytest.mark.parametrize(
    ("entitled", "planned", "delivered", "reach"),
    [
        (None, 900, 0, None),
        (100, 79, 0, None),
        (100, 80, 0, Reach.NEAR),
        (100, 100, 0, Reach.NEAR),
        (100, 101, 0, Reach.OVER),
        (100, 10, 101, Reach.OVER),
        (0, 0, 0, None),
        (0, 1, 0, Reach.OVER),
    ],
)
def test_warnings_begin_at_four_fifths(
    entitled: int | None, planned: int, delivered: int, reach: Reach | None
) -> None:
    warning = warning_of(MonthHours("e1", MONTH, entitled, planned, delivered))
    assert (warning.reach if warning else None) is reach


def test_a_months_warnings_name_those_beyond_first(district: Session) -> None:
    put(district, care_plan("p2", "e2", entitled_minutes_per_month=60))
    put(district, plan_item("i2", "p2"))
    found = over_entitlement(district, ON)
    assert [(one.hours.elder_id, one.reach) for one in found] == [
        ("e2", Reach.OVER),
        ("e1", Reach.NEAR),
    ]
    assert "more than the 60 entitled" in found[0].sentence
    assert [one.hours.elder_id for one in over_entitlement(district, ON, area_code=TOWN)] == ["e1"]


def test_a_plan_goes_in_with_a_warning_and_not_without_its_rules(district: Session) -> None:
    rows = [
        care_plan("p2", "e2", entitled_minutes_per_month=240),
        plan_item("i2", "p2", weekdays="3"),
    ]
    found = admit_plan(district, rows, on=ON)
    # Five Wednesdays in September, four in October and in November: 240 minutes are all of it.
    assert [(one.hours.month_on.month, one.reach) for one in found] == [
        (9, Reach.OVER),
        (10, Reach.NEAR),
        (11, Reach.NEAR),
    ]
    assert district.get(PlanItem, "i2") is not None
    more = admit_plan(district, [plan_item("i3", "p1", weekdays="5")], on=ON)
    assert {one.hours.elder_id for one in more} == {"e1"}
    with pytest.raises(InvalidInput):
        admit_plan(district, [plan_item("i4", "p2", minutes=500)], on=ON)
