from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from eldercare.care import admit
from eldercare.care.tables import Entitlement, ItemException, ItemGap, PlanItemPreference
from eldercare.database import create_all, make_engine
from eldercare.errors import InvalidInput
from eldercare.registry.tables import PriorityGroup, Sex
from tests.care.rows import care_plan, plan_item, service_type, subscription
from tests.registry.rows import caregiver, elder, meal_site, places, put

ON = date(2020, 9, 17)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def standing_district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One district for all rows: each test takes back what it wrote."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('standing') / 'test.db'}")
    create_all(engine)
    with Session(engine) as session:
        _fill(session)
        yield session
    engine.dispose()


def _fill(session: Session) -> None:
    """Elders e1 and e2 with a plan, items and a meal each; i1 comes before i2."""
    put(session, *places(), service_type(), meal_site("m1"), elder("e1"), elder("e2"))
    put(session, caregiver("c1"), caregiver("c2"), caregiver("him", sex=Sex.MALE))
    put(session, care_plan("p1", "e1"), care_plan("p2", "e2"))
    put(session, plan_item("i1", "p1", preferred_caregiver_id="c1", required_sex="female"))
    put(session, plan_item("i2", "p1"), plan_item("i3", "p1"), plan_item("j1", "p2"))
    put(session, subscription("s1", "e1", "m1"), subscription("s2", "e1", "m1"))
    put(session, ItemGap(before_item_id="i1", after_item_id="i2"))
    put(session, _entitlement())


def _entitlement(**fields: Any) -> Entitlement:
    given: dict[str, Any] = {
        "group": PriorityGroup.WUBAO,
        "care_level": 2,
        "minutes_per_month": 600,
        "from_on": ON,
        "source": "assumed",
    } | fields
    return Entitlement(**given)


def _date(**fields: Any) -> ItemException:
    given: dict[str, Any] = {"item_id": "i1", "original_on": ON} | fields
    return ItemException(**given)


RIGHT_ROWS: dict[str, SQLModel] = {
    "entitlement of another level": _entitlement(care_level=3),
    "entitlement that goes before": _entitlement(from_on=ON - DAY, until_on=ON),
    "cancelled date": _date(cancelled=True),
    "moved date": _date(moved_to_on=ON + 31 * DAY),
    "longer date": _date(minutes=120),
    "date at another time": _date(window_start_minutes=700, window_end_minutes=700),
    "wished start of a date": _date(preferred_start_minutes=480),
    "further caregiver": PlanItemPreference(item_id="i1", caregiver_id="c2", rank=2),
    "gap to a meal": ItemGap(before_subscription_id="s1", after_item_id="i1", minimum_minutes=30),
    "gap before a meal": ItemGap(before_item_id="i1", after_subscription_id="s1"),
    "gap that goes on": ItemGap(before_item_id="i2", after_item_id="i3", maximum_minutes=0),
    "wished start": plan_item("x", "p1", preferred_start_minutes=600),
    "dates within the plan": plan_item("x", "p1", from_on=ON, until_on=ON + DAY),
    "last Friday of the month": plan_item("x", "p1", weekdays="5", week_of_month=-1),
}

WRONG_ROWS: dict[str, tuple[SQLModel, dict[str, str]]] = {
    "entitlement twice": (_entitlement(until_on=ON + DAY), {"/from_on": "overlap"}),
    "entitlement below nothing": (
        _entitlement(care_level=4, minutes_per_month=-1),
        {"/minutes_per_month": "greater_than_equal"},
    ),
    "entitlement without a source": (
        _entitlement(care_level=4, source=""),
        {"/source": "string_too_short"},
    ),
    "entitlement that ends before it starts": (
        _entitlement(care_level=4, until_on=ON),
        {"/until_on": "ends_before_start"},
    ),
    "date of an unknown item": (
        _date(item_id="i9", cancelled=True),
        {"/item_id": "unknown_plan_item"},
    ),
    "date with nothing different": (_date(), {"/cancelled": "no_change"}),
    "date cancelled and longer": (
        _date(cancelled=True, minutes=90),
        {"/cancelled": "contradiction"},
    ),
    "date moved to itself": (_date(moved_to_on=ON), {"/moved_to_on": "not_moved"}),
    "date moved too far": (_date(moved_to_on=ON - 32 * DAY), {"/moved_to_on": "too_far"}),
    "date too long": (_date(minutes=121), {"/minutes": "outside_range"}),
    "date with half a window": (
        _date(window_start_minutes=700),
        {"/window_end_minutes": "ends_before_start"},
    ),
    "date past midnight": (
        _date(window_end_minutes=1400),
        {"/window_end_minutes": "past_midnight"},
    ),
    "wished start of a date outside": (
        _date(preferred_start_minutes=601),
        {"/preferred_start_minutes": "outside_window"},
    ),
    "caregiver liked already": (
        PlanItemPreference(item_id="i1", caregiver_id="c1"),
        {"/caregiver_id": "duplicate"},
    ),
    "caregiver of the other sex": (
        PlanItemPreference(item_id="i1", caregiver_id="him"),
        {"/caregiver_id": "contradiction"},
    ),
    "no such rank": (
        PlanItemPreference(item_id="i1", caregiver_id="c2", rank=0),
        {"/rank": "greater_than_equal"},
    ),
    "gap without a first": (ItemGap(after_item_id="i1"), {"/before_item_id": "one_of_two"}),
    "gap with two seconds": (
        ItemGap(before_item_id="i1", after_item_id="i3", after_subscription_id="s1"),
        {"/after_item_id": "one_of_two"},
    ),
    "gap between two meals": (
        ItemGap(before_subscription_id="s1", after_subscription_id="s2"),
        {"/after_item_id": "two_meals"},
    ),
    "gap that leaves no time": (
        ItemGap(before_item_id="i1", after_item_id="i3", minimum_minutes=9, maximum_minutes=8),
        {"/maximum_minutes": "ends_before_start"},
    ),
    "gap to another elder": (
        ItemGap(before_subscription_id="s1", after_item_id="j1"),
        {"/after_item_id": "other_elder"},
    ),
    "gap back": (ItemGap(before_item_id="i2", after_item_id="i1"), {"/after_item_id": "circle"}),
    "gap to itself": (
        ItemGap(before_item_id="i3", after_item_id="i3"),
        {"/after_item_id": "circle"},
    ),
    "wished start outside": (
        plan_item("x", "p1", preferred_start_minutes=479),
        {"/preferred_start_minutes": "outside_window"},
    ),
    "item that ends before it starts": (
        plan_item("x", "p1", from_on=ON, until_on=ON),
        {"/until_on": "ends_before_start"},
    ),
    "fifth week": (plan_item("x", "p1", week_of_month=5), {"/week_of_month": "not_a_choice"}),
    "weeks and months": (
        plan_item("x", "p1", week_of_month=1, every_weeks=2),
        {"/week_of_month": "contradiction"},
    ),
}


def _fresh(row: SQLModel) -> SQLModel:
    return type(row)(**{field: getattr(row, field) for field in type(row).model_fields})


@pytest.mark.parametrize("name", RIGHT_ROWS)
def test_what_is_right_goes_in(standing_district: Session, name: str) -> None:
    with standing_district.begin_nested() as trial:
        admit.add(standing_district, _fresh(RIGHT_ROWS[name]), on=ON)
        trial.rollback()


@pytest.mark.parametrize("name", WRONG_ROWS)
def test_what_is_wrong_is_refused_with_its_field(standing_district: Session, name: str) -> None:
    row, expected = WRONG_ROWS[name]
    with pytest.raises(InvalidInput) as caught:
        admit.add(standing_district, _fresh(row), on=ON)
    assert {problem.pointer: problem.code for problem in caught.value.fields} == expected


def test_a_batch_may_not_close_a_circle(standing_district: Session) -> None:
    rows = [
        ItemGap(before_item_id="i2", after_item_id="i3"),
        ItemGap(before_item_id="i3", after_item_id="i1"),
    ]
    refused = admit.check(standing_district, rows, on=ON)
    assert [refusal.index for refusal in refused] == [1]


def test_the_database_itself_refuses_half_a_gap(session: Session) -> None:
    _fill(session)
    for row in (ItemGap(after_item_id="i1"), ItemGap(before_item_id="i1")):
        with session.begin_nested() as trial:
            session.add(row)
            with pytest.raises(IntegrityError, match=r"one_before|one_after"):
                session.flush()
            trial.rollback()
