from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from eldercare.care.tables import MealRecord, ServiceRecord, ServiceType
from eldercare.coverage.areas import Level
from eldercare.coverage.definition import Moment, Unit
from eldercare.coverage.evaluation import evaluate
from eldercare.coverage.indicators import INDICATORS, find_indicators
from eldercare.coverage.levels import evaluate_levels
from eldercare.coverage.notes import says_no_records, says_partial
from eldercare.errors import InvalidInput, NotFound
from eldercare.registry.tables import Community, Elder, ElderGroup, MealSite, Town
from eldercare.settings import DISTRICT_CODE
from tests.coverage.district import ON, TOWN_A, TOWN_B, row, store
from tests.coverage.random_districts import random_district

CODES = [indicator.code for indicator in INDICATORS]


@contextmanager
def counting(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_contracts_codes_in_their_order() -> None:
    assert CODES == [
        "home_service",
        "meal_urban",
        "meal_rural",
        "centre_urban",
        "centre_rural",
        "nursing_beds",
        "social_beds",
        "medical_care_institutions",
        "rehab_urban",
        "rehab_rural",
        "family_doctor",
        "priority_groups_served",
    ]


def test_every_unit_has_its_measure_word() -> None:
    assert {unit: unit.measure_word for unit in Unit} == {
        Unit.ELDER: "人",
        Unit.COMMUNITY: "个",
        Unit.BED: "张",
        Unit.INSTITUTION: "家",
    }


def test_an_empty_district_has_no_figures_and_says_why(session: Session) -> None:
    rows = evaluate(session, as_of=ON)
    assert [row.indicator for row in rows] == CODES
    assert {row.area for row in rows} == {DISTRICT_CODE}
    for figure in rows:
        assert (figure.numerator, figure.denominator, figure.value) == (0, 0, None)
        assert figure.note.startswith("无法计算：")


@pytest.mark.parametrize("seed", range(5))
def test_larger_areas_are_sums_of_smaller_ones(session: Session, seed: int) -> None:
    store(session, random_district(Random(seed)))
    small = evaluate(session, as_of=ON, by=Level.COMMUNITY)
    for level, width in ((Level.TOWN, 9), (Level.DISTRICT, 6)):
        for figure in evaluate(session, as_of=ON, by=level):
            parts = [
                part
                for part in small
                if part.indicator == figure.indicator and part.area[:width] == figure.area[:width]
            ]
            assert figure.numerator == sum(part.numerator for part in parts)
            assert figure.denominator == sum(part.denominator for part in parts)


@pytest.mark.parametrize("seed", range(5))
def test_a_table_inside_an_area_is_a_part_of_the_whole_table(session: Session, seed: int) -> None:
    store(session, random_district(Random(seed)))
    whole = evaluate(session, as_of=ON, by=Level.COMMUNITY)
    for town in (TOWN_A, TOWN_B):
        inside = evaluate(session, as_of=ON, by=Level.COMMUNITY, area=town)
        assert inside == [figure for figure in whole if figure.area[:9] == town[:9]]
        own = evaluate(session, as_of=ON, by=Level.TOWN, area=town)
        towns = evaluate(session, as_of=ON, by=Level.TOWN)
        assert own == [figure for figure in towns if figure.area == town]


def test_several_levels_at_once_are_the_same_tables(session: Session) -> None:
    store(session, random_district(Random(2)))
    for area, levels in ((None, list(Level)), (TOWN_A, [Level.TOWN, Level.COMMUNITY])):
        at_once = evaluate_levels(session, as_of=ON, levels=levels, area=area)
        assert list(at_once) == levels
        for level, rows in at_once.items():
            assert rows == evaluate(session, as_of=ON, by=level, area=area)


def test_rows_come_by_indicator_then_area(session: Session) -> None:
    store(session, random_district(Random(1)))
    rows = evaluate(session, as_of=ON, by=Level.TOWN, indicators=["rehab_rural", "meal_urban"])
    assert [(row.indicator, row.area) for row in rows] == [
        ("meal_urban", TOWN_A),
        ("meal_urban", TOWN_B),
        ("rehab_rural", TOWN_A),
        ("rehab_rural", TOWN_B),
    ]


def test_unknown_names_are_refused(session: Session) -> None:
    store(session, [row(Town, code=TOWN_A), row(Community, code="320411002001")])
    with pytest.raises(NotFound, match="no indicator 'meals'"):
        evaluate(session, as_of=ON, indicators=["home_service", "meals"])
    with pytest.raises(NotFound, match="'320411999000'"):
        evaluate(session, as_of=ON, by=Level.TOWN, area="320411999000")
    with pytest.raises(InvalidInput, match="by community or smaller"):
        evaluate(session, as_of=ON, by=Level.TOWN, area="320411002001")
    with pytest.raises(InvalidInput, match="by town or smaller"):
        evaluate(session, as_of=ON, by=Level.DISTRICT, area=TOWN_A)
    with pytest.raises(InvalidInput, match="at least 1"):
        evaluate(session, as_of=ON, look_back_days=0)


def test_an_indicator_asked_for_twice_is_given_once() -> None:
    chosen = find_indicators(["meal_rural", "home_service", "meal_rural"])
    assert [indicator.code for indicator in chosen] == ["home_service", "meal_rural"]


def test_records_shorter_than_the_look_back_are_said(session: Session) -> None:
    def note(as_of: date) -> str:
        (figure,) = evaluate(session, as_of=as_of, indicators=["home_service"])
        return figure.note.split("；")[0]

    store(
        session,
        [
            row(Town, code=TOWN_A),
            row(Community, code="320411002001"),
            row(Elder, id="E1", community_code="320411002001"),
            row(ServiceType, code="bath"),
        ],
    )
    assert "no service records" in note(ON)
    store(session, [row(ServiceRecord, elder_id="E1", on=ON)])
    assert "no service records" in note(ON - timedelta(days=1))
    assert "service records begin on 2020-09-17, later than the 90 days" in note(ON)
    assert "records begin" in note(ON + timedelta(days=88))
    assert note(ON + timedelta(days=89)).startswith("没有目标值")


def test_each_kind_of_record_speaks_for_itself(session: Session) -> None:
    def note(as_of: date) -> str:
        (figure,) = evaluate(session, as_of=as_of, indicators=["priority_groups_served"])
        return figure.note.removesuffix("；没有目标值 (no target)")

    store(
        session,
        [
            row(Town, code=TOWN_A),
            row(Community, code="320411002001"),
            row(Elder, id="E1", community_code="320411002001"),
            row(ElderGroup, elder_id="E1"),
            row(MealSite, id="M1", community_code="320411002001"),
            row(ServiceType, code="bath"),
            row(ServiceRecord, elder_id="E1", on=date(2020, 1, 1)),
            row(MealRecord, elder_id="E1", on=date(2020, 9, 1)),
        ],
    )
    nothing = note(date(2019, 12, 31))
    assert "no service records or meal records" in nothing
    assert (says_no_records(nothing), says_partial(nothing)) == (True, True)
    only_services = note(date(2020, 8, 31))
    assert only_services == "尚无助餐记录，不足回溯期90天 (no meal records up to this date)"
    assert (says_no_records(only_services), says_partial(only_services)) == (False, True)
    assert "meal records begin on 2020-09-01" in note(ON)
    assert "service records" not in note(ON)
    assert note(date(2020, 12, 1)) == "没有目标值 (no target)"


def test_the_number_of_queries_does_not_grow_with_the_district(engine: Engine) -> None:
    with Session(engine) as session:
        store(session, random_district(Random(7)))
        with counting(engine) as district:
            evaluate(session, as_of=ON)
        with counting(engine) as communities:
            evaluate(session, as_of=ON, by=Level.COMMUNITY)
        session.rollback()
    assert len(district) == len(communities)
    assert len(communities) <= 2 * len(INDICATORS)


@pytest.mark.parametrize(
    ("on", "years", "born_by"),
    [
        (date(2020, 9, 17), 60, date(1960, 9, 17)),
        (date(2020, 2, 29), 60, date(1960, 2, 29)),
        # Born on 29 February: 65 completed on 1 March of a common year.
        (date(2025, 2, 28), 65, date(1960, 2, 28)),
        (date(2025, 3, 1), 65, date(1960, 3, 1)),
        (date(2024, 2, 29), 65, date(1959, 2, 28)),
    ],
)
def test_birthdays(on: date, years: int, born_by: date) -> None:
    assert Moment(on).born_by(years) == born_by


def test_the_look_back_includes_both_its_ends() -> None:
    assert Moment(ON, 1).since_on == ON
    assert (ON - Moment(ON, 90).since_on).days == 89
