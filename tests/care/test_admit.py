from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, SQLModel

from eldercare.care import admit
from eldercare.care.expand import expand_day
from eldercare.care.tables import MealMode, MealRecord, Outcome, Pause, PlanItem
from eldercare.database import create_all, make_engine
from eldercare.errors import InvalidInput
from eldercare.registry.tables import EndReason, Sex
from tests.care.rows import care_plan, plan_item, service_record, service_type, subscription
from tests.registry.rows import caregiver, elder, meal_site, places, put, qualification, rider

ON = date(2020, 9, 17)
DAY = timedelta(days=1)
MORNING = datetime(2020, 9, 17, 1, 0, tzinfo=UTC)  # 9:00 in Shanghai


@pytest.fixture
def district(session: Session) -> Session:
    return _filled(session)


@pytest.fixture(scope="module")
def standing_district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One district for all refused rows: they leave nothing behind, whatever the database."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('standing') / 'test.db'}")
    create_all(engine)
    with Session(engine) as session:
        yield _filled(session)
    engine.dispose()


def _filled(session: Session) -> Session:
    put(session, *places(), qualification(), service_type(), meal_site("m1"), rider("r1", "m1"))
    put(session, elder("e1"), elder("gone", ended_on=ON, end_reason=EndReason.MOVED))
    put(session, caregiver("c1", sex=Sex.MALE), care_plan("p1", "e1"))
    put(session, Pause(elder_id="e1", from_on=ON - 9 * DAY, until_on=ON))
    return session


def _meal(**fields: Any) -> MealRecord:
    given: dict[str, Any] = {
        "order_id": "o1",
        "elder_id": "e1",
        "meal_site_id": "m1",
        "on": ON,
        "mode": MealMode.DELIVERY,
        "outcome": Outcome.DELIVERED,
    } | fields
    return MealRecord(**given)


def test_a_whole_new_plan_is_stored_and_asked_for(district: Session) -> None:
    admit.add_all(
        district,
        [
            plan_item("i1", "p2", service_type_code="lift", preferred_caregiver_id="c1"),
            service_type("lift", qualification_code="care_worker", qualification_level=3),
            care_plan("p2", "e2", until_on=ON + DAY),
            elder("e2"),
            subscription("s1", "e2", "m1"),
            Pause(elder_id="e2", from_on=ON + 9 * DAY),
            Pause(elder_id="e2", from_on=ON + DAY, until_on=ON + 9 * DAY),
            service_record("v1", "e2", ON, caregiver_id="c1", started_at=MORNING),
            _meal(elder_id="e2", rider_id="r1", handed_over_at=MORNING),
        ],
        on=ON,
    )
    demand = expand_day(district, ON)
    assert [visit.id for visit in demand.visits] == ["i1.20200917"]
    assert [order.id for order in demand.meal_orders] == ["s1.20200917"]


WRONG_ROWS: dict[str, tuple[SQLModel, dict[str, str]]] = {
    "window that ends before it starts": (
        plan_item("x", "p1", window_start_minutes=600, window_end_minutes=480),
        {"/window_end_minutes": "ends_before_start"},
    ),
    "window past midnight": (
        plan_item("x", "p1", window_end_minutes=1400),
        {"/window_end_minutes": "past_midnight"},
    ),
    "unknown service type": (
        plan_item("x", "p1", service_type_code="magic"),
        {"/service_type_code": "unknown_service_type"},
    ),
    "unknown caregiver": (
        plan_item("x", "p1", preferred_caregiver_id="c9"),
        {"/preferred_caregiver_id": "unknown_caregiver"},
    ),
    "caregiver of the other sex": (
        plan_item("x", "p1", preferred_caregiver_id="c1", required_sex="female"),
        {"/preferred_caregiver_id": "contradiction"},
    ),
    "no such sex": (plan_item("x", "p1", required_sex="f"), {"/required_sex": "not_a_choice"}),
    "weekday 8": (plan_item("x", "p1", weekdays="18"), {"/weekdays": "not_weekdays"}),
    "no weekday": (plan_item("x", "p1", weekdays=""), {"/weekdays": "missing"}),
    "weekday twice": (plan_item("x", "p1", weekdays="11"), {"/weekdays": "not_weekdays"}),
    "three people": (plan_item("x", "p1", people=3), {"/people": "not_a_choice"}),
    "every nine weeks": (plan_item("x", "p1", every_weeks=9), {"/every_weeks": "less_than_equal"}),
    "longer than the service": (plan_item("x", "p1", minutes=121), {"/minutes": "outside_range"}),
    "plan of an unknown elder": (care_plan("x", "e9"), {"/elder_id": "unknown_elder"}),
    "plan that ends before it starts": (
        care_plan("x", "e1", until_on=date(2014, 1, 1)),
        {"/until_on": "ends_before_start"},
    ),
    "plan of an elder who left": (
        care_plan("x", "gone", from_on=ON),
        {"/from_on": "elder_ended"},
    ),
    "negative entitlement": (
        care_plan("x", "e1", entitled_minutes_per_month=-1),
        {"/entitled_minutes_per_month": "not_positive"},
    ),
    "two pauses at a time": (Pause(elder_id="e1", from_on=ON - DAY), {"/from_on": "overlap"}),
    "unknown meal site": (
        subscription("x", "e1", "m9"),
        {"/meal_site_id": "unknown_meal_site"},
    ),
    "no portions": (
        subscription("x", "e1", "m1", portions=0),
        {"/portions": "greater_than_equal"},
    ),
    "default minutes outside the range": (
        service_type("x", default_minutes=10),
        {"/default_minutes": "outside_range"},
    ),
    "shortest longer than longest": (
        service_type("x", minimum_minutes=130),
        {"/maximum_minutes": "ends_before_start"},
    ),
    "unknown qualification": (
        service_type("x", qualification_code="magic"),
        {"/qualification_code": "unknown_qualification"},
    ),
    "level that does not exist": (
        service_type("x", qualification_code="care_worker", qualification_level=6),
        {"/qualification_level": "no_such_level"},
    ),
    "two people from level 5": (
        service_type("x", two_person_from_level=5),
        {"/two_person_from_level": "not_a_choice"},
    ),
    "record without a caregiver": (
        service_record("v1", "e1", ON),
        {"/caregiver_id": "missing"},
    ),
    "record of tomorrow": (
        service_record("v1", "e1", ON + DAY, caregiver_id="c1"),
        {"/on": "in_the_future"},
    ),
    "record that ends before it starts": (
        service_record(
            "v1",
            "e1",
            ON,
            caregiver_id="c1",
            started_at=MORNING,
            ended_at=MORNING - timedelta(minutes=1),
        ),
        {"/ended_at": "ends_before_start"},
    ),
    "record on another day": (
        service_record(
            "v1", "e1", ON - DAY, caregiver_id="c1", started_at=MORNING - timedelta(hours=9)
        ),
        {"/started_at": "other_date"},
    ),
    "instant without a zone": (
        service_record("v1", "e1", ON, caregiver_id="c1", started_at=MORNING.replace(tzinfo=None)),
        {"/started_at": "naive_instant"},
    ),
    "rider of a meal eaten at the site": (
        _meal(mode=MealMode.DINE_IN, rider_id="r1"),
        {"/rider_id": "contradiction"},
    ),
}


@pytest.mark.parametrize("name", WRONG_ROWS)
def test_what_is_wrong_is_refused_with_its_field(standing_district: Session, name: str) -> None:
    district = standing_district
    row, expected = WRONG_ROWS[name]
    fresh = type(row)(**{field: getattr(row, field) for field in type(row).model_fields})
    counted = select(func.count()).select_from(type(row))
    before = district.scalar(counted)
    with pytest.raises(InvalidInput) as caught:
        admit.add(district, fresh, on=ON)
    assert {problem.pointer: problem.code for problem in caught.value.fields} == expected
    assert district.scalar(counted) == before


def test_two_pauses_of_one_batch_may_not_meet(district: Session) -> None:
    rows = [
        Pause(elder_id="e1", from_on=ON, until_on=ON + 3 * DAY),
        Pause(elder_id="e1", from_on=ON + 2 * DAY),
    ]
    assert [refusal.index for refusal in admit.add_sound(district, rows, on=ON)] == [1]


def test_times_in_reasons_are_clock_times(district: Session) -> None:
    row = plan_item("x", "p1", window_start_minutes=605, window_end_minutes=480)
    with pytest.raises(InvalidInput, match=r"08:00 lies before the start of the window 10:05"):
        admit.add(district, row, on=ON)
    assert district.get(PlanItem, "x") is None
