"""Shift patterns, absences, preferred areas and refusals: what is taken and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from eldercare.errors import InvalidInput
from eldercare.registry import admit
from eldercare.registry.tables import (
    Absence,
    CaregiverArea,
    Refusal,
    RefusedBy,
    ShiftPattern,
)
from tests.registry.rows import (
    COMMUNITY,
    LONG_AGO,
    caregiver,
    elder,
    meal_site,
    places,
    put,
    rider,
)
from tests.registry.working_rows import absence, pattern, refusal

ON = date(2020, 9, 17)
DAY = timedelta(days=1)


@pytest.fixture
def district(session: Session) -> Session:
    put(session, *places(), meal_site("m1"), elder("e1"), rider("r1", "m1"))
    put(session, caregiver("c1"), caregiver("c2", left_on=ON))
    put(session, pattern("p1", weekdays="135"), refusal("e1", "c1", until_on=ON))
    return session


def problems_of(session: Session, row: SQLModel) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        admit.add(session, row, on=ON)
    return {problem.pointer: problem.code for problem in caught.value.fields}


def test_a_sound_row_of_every_kind_is_stored(district: Session) -> None:
    rows: list[SQLModel] = [
        pattern("p2", weekdays="24"),
        pattern("p3", weekdays="1", start_minutes=1020, end_minutes=1200),
        pattern("p4", caregiver_id=None, rider_id="r1", start_minutes=600, end_minutes=780),
        pattern(
            "p5",
            weekdays="6",
            break_minutes=60,
            break_earliest_minutes=660,
            break_latest_end_minutes=780,
        ),
        absence(reason="培训"),
        absence(start_minutes=480, end_minutes=600, until_on=None),
        absence(caregiver_id=None, rider_id="r1"),
        CaregiverArea(caregiver_id="c1", community_code=COMMUNITY),
        refusal("e1", "c1", from_on=ON),
        refusal("e1", "c1", by=RefusedBy.CAREGIVER),
    ]
    admit.add_all(district, rows, on=ON)
    assert all(district.get(type(row), _key(row)) is row for row in rows)


def _key(row: SQLModel) -> Any:
    names = [column.name for column in type(row).__table__.primary_key]  # type: ignore[attr-defined]  # set by SQLModel's metaclass
    return tuple(getattr(row, name) for name in names)


WRONG: dict[str, tuple[SQLModel, dict[str, str]]] = {
    "a pattern of nobody": (pattern("x", caregiver_id=None), {"/caregiver_id": "missing"}),
    "a pattern of two": (pattern("x", weekdays="2", rider_id="r1"), {"/rider_id": "two_workers"}),
    "a pattern past midnight": (
        pattern("x", weekdays="2", start_minutes=1200, end_minutes=400),
        {"/end_minutes": "ends_before_start"},
    ),
    "a break outside": (
        pattern(
            "x",
            weekdays="2",
            break_minutes=30,
            break_earliest_minutes=400,
            break_latest_end_minutes=600,
        ),
        {"/break_earliest_minutes": "break_outside_shift"},
    ),
    "a weekday twice": (pattern("x", weekdays="22"), {"/weekdays": "not_weekdays"}),
    "no weekday": (pattern("x", weekdays="周二"), {"/weekdays": "not_weekdays"}),
    "a pattern that ends first": (
        pattern("x", weekdays="2", until_on=LONG_AGO),
        {"/until_on": "ends_before_start"},
    ),
    "a pattern of one who left": (
        pattern("x", caregiver_id="c2", from_on=ON),
        {"/from_on": "not_employed"},
    ),
    "a pattern before the first day": (
        pattern("x", weekdays="2", from_on=LONG_AGO - DAY),
        {"/from_on": "not_employed"},
    ),
    "two patterns at a time": (pattern("x", weekdays="23"), {"/start_minutes": "overlap"}),
    "an absence of nobody": (absence(caregiver_id=None), {"/caregiver_id": "missing"}),
    "an absence that ends first": (absence(until_on=ON), {"/until_on": "ends_before_start"}),
    "an absence with half a time": (absence(start_minutes=480), {"/end_minutes": "missing"}),
    "an absence with times reversed": (
        absence(start_minutes=600, end_minutes=480),
        {"/end_minutes": "ends_before_start"},
    ),
    "an unknown community": (
        CaregiverArea(caregiver_id="c1", community_code="320411999001"),
        {"/community_code": "unknown_community"},
    ),
    "a refusal without a reason": (refusal("e1", "c2", reason=" "), {"/reason": "missing"}),
    "a refusal that ends first": (
        refusal("e1", "c2", until_on=LONG_AGO),
        {"/until_on": "ends_before_start"},
    ),
    "a refusal twice": (refusal("e1", "c1", from_on=ON - DAY), {"/from_on": "overlap"}),
    "a refusal of nobody known": (refusal("e1", "c9"), {"/caregiver_id": "unknown_caregiver"}),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_with_its_field(sqlite_engine: Engine, name: str) -> None:
    row, expected = WRONG[name]
    fresh = type(row)(**{field: getattr(row, field) for field in type(row).model_fields})
    with Session(sqlite_engine) as session:
        put(session, *places(), meal_site("m1"), elder("e1"), rider("r1", "m1"))
        put(session, caregiver("c1"), caregiver("c2", left_on=ON))
        put(session, pattern("p1", weekdays="135"), refusal("e1", "c1", until_on=ON))
        assert problems_of(session, fresh) == expected


@pytest.mark.parametrize(
    ("own", "other", "meet"),
    [
        ({}, {}, True),
        ({"every_weeks": 2}, {}, True),
        ({"every_weeks": 2}, {"every_weeks": 2, "anchor_on": ON + 7 * DAY}, False),
        ({"every_weeks": 2}, {"every_weeks": 2, "anchor_on": ON + 14 * DAY}, True),
        ({"every_weeks": 2}, {"every_weeks": 3, "anchor_on": ON + 7 * DAY}, True),
        ({"every_weeks": 4}, {"every_weeks": 2, "anchor_on": ON - 7 * DAY}, False),
        ({"until_on": ON}, {"from_on": ON}, False),
        ({"until_on": ON + DAY}, {"from_on": ON}, True),
        ({"end_minutes": 720}, {"start_minutes": 720}, False),
    ],
)
def test_patterns_meet_where_some_week_has_both(
    sqlite_engine: Engine, own: dict[str, Any], other: dict[str, Any], meet: bool
) -> None:
    with Session(sqlite_engine) as session:
        put(session, *places(), caregiver("c1"))
        for first, second in ((own, other), (other, own)):
            stored = pattern("p1", **{"anchor_on": ON, **first})
            put(session, stored)
            refused = admit.check(session, [pattern("p2", **{"anchor_on": ON, **second})], on=ON)
            assert bool(refused) is meet
            session.delete(stored)


def test_a_pattern_may_be_changed_although_it_meets_itself(district: Session) -> None:
    row = district.get_one(ShiftPattern, "p1")
    admit.change(district, row, {"end_minutes": 1080}, on=ON)
    assert row.end_minutes == 1080


def test_a_refusal_can_be_ended(district: Session) -> None:
    admit.add(district, refusal("e1", "c1", from_on=ON + DAY), on=ON)
    key = ("e1", "c1", RefusedBy.ELDER, ON + DAY)
    row = district.get_one(Refusal, key)
    admit.change(district, row, {"until_on": ON + 9 * DAY}, on=ON)
    assert row.until_on == ON + 9 * DAY


def test_an_absence_gets_its_number_from_the_database(district: Session) -> None:
    rows = [absence(), absence(from_on=ON + 3 * DAY, until_on=None)]
    admit.add_all(district, rows, on=ON)
    assert {type(row.id) for row in rows} == {int}
    assert isinstance(rows[0], Absence)
