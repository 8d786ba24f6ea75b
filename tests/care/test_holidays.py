from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import Session, SQLModel

from eldercare.care import admit
from eldercare.care.expand import expand_day, expand_range
from eldercare.care.holidays import falls_on, holidays_of_week, statutory_holidays, week_from
from eldercare.care.recurrence import monday_of, occurs_on
from eldercare.care.tables import (
    HolidayKind,
    HolidayOverride,
    HolidayRule,
    ItemException,
    ItemGap,
    Pause,
    PlanItem,
    PlanItemPreference,
)
from eldercare.errors import InvalidInput
from tests.care.rows import care_plan, plan_item, service_type
from tests.registry.rows import caregiver, elder, places, put

DAY = timedelta(days=1)
FIRST = date(2020, 1, 1)
TWO_YEARS = [FIRST + offset * DAY for offset in range(731)]
NATIONAL_DAY = date(2020, 10, 1)  # a Thursday; days off reach to Thursday the 8th


@dataclass(frozen=True)
class Item:
    weekdays: str
    every_weeks: int
    anchor_on: date
    holiday_rule: HolidayRule
    week_of_month: int | None = None


items = st.builds(
    Item,
    weekdays=st.sets(st.sampled_from("1234567"), min_size=1).map(
        lambda days: "".join(sorted(days))
    ),
    every_weeks=st.integers(1, 8),
    anchor_on=st.dates(date(2019, 1, 1), date(2021, 6, 30)),
    holiday_rule=st.sampled_from(HolidayRule),
)


def dates_walked(item: Item | PlanItem, is_holiday: Callable[[date], bool]) -> set[date]:
    """The slow plain reference: every day in turn, looking outwards for a day to move to."""
    due = [day for day in TWO_YEARS if occurs_on(item, day)]
    if item.holiday_rule == "keep":
        return set(due)
    kept = {day for day in due if not is_holiday(day)}
    if item.holiday_rule == "skip":
        return kept
    asked_for = set(due)
    for day in due:
        if is_holiday(day):
            target = day
            for step in (1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6):
                other = day + step * DAY
                same_week = other.isocalendar()[:2] == day.isocalendar()[:2]
                if same_week and not is_holiday(other) and other not in kept | asked_for:
                    target = other
                    break
            kept.add(target)
            if target != day:
                asked_for.discard(day)
    return kept


def whole_weeks(days: Collection[date]) -> set[date]:
    """Without the weeks that the two years cut."""
    return {day for day in days if date(2020, 1, 6) <= day < date(2021, 12, 27)}


def of_week(holidays: Collection[date], on: date) -> set[date]:
    return set(week_from(monday_of(on))) & set(holidays)


@settings(max_examples=60)
@given(items, st.sets(st.sampled_from(TWO_YEARS), max_size=40))
def test_two_years_agree_with_walking_day_by_day(item: Item, announced: set[date]) -> None:
    holidays = statutory_holidays(2020) | statutory_holidays(2021) | announced
    found = {day for day in TWO_YEARS if falls_on(item, day, of_week(holidays, day))}
    assert whole_weeks(found) == whole_weeks(dates_walked(item, holidays.__contains__))


@pytest.mark.parametrize(
    ("on", "off"),
    [
        (date(2020, 1, 24), True),  # New Year's Eve, exchanged
        (date(2020, 1, 31), True),  # the extension for the epidemic
        (date(2020, 2, 3), False),
        (date(2020, 10, 8), True),
        (date(2020, 10, 9), False),
        (date(2020, 10, 10), False),  # a Saturday worked in exchange
        (date(2026, 10, 1), True),
        (date(2030, 10, 1), True),  # not announced yet: the festival itself
    ],
)
def test_the_published_calendar_is_known(on: date, off: bool) -> None:
    assert (on in statutory_holidays(on.year)) is off


@pytest.fixture
def district(session: Session) -> Session:
    """One elder with a plan; the tests write its items."""
    put(session, *places(), service_type())
    put(session, elder("e1"))
    put(session, care_plan("p1", "e1"))
    return session


def visited(session: Session, from_on: date, until_on: date) -> list[date]:
    return [visit.on for day in expand_range(session, from_on, until_on) for visit in day.visits]


@pytest.mark.parametrize(
    ("rule", "dates"),
    [
        ("keep", [date(2020, 9, 28), NATIONAL_DAY]),
        ("skip", [date(2020, 9, 28)]),
        # Friday is off, so the nearest free day is Wednesday, the day before.
        ("move", [date(2020, 9, 28), date(2020, 9, 30)]),
    ],
)
def test_each_rule_on_national_day(district: Session, rule: str, dates: list[date]) -> None:
    put(district, plan_item("i1", "p1", weekdays="14", holiday_rule=HolidayRule(rule)))
    assert visited(district, date(2020, 9, 28), date(2020, 10, 4)) == dates


def test_an_item_keeps_its_days_unless_told_otherwise(district: Session) -> None:
    put(district, plan_item("i1", "p1"))
    assert expand_day(district, NATIONAL_DAY).visits[0].on == NATIONAL_DAY


def test_a_make_up_workday_is_its_own_weekday(district: Session) -> None:
    worked = date(2020, 10, 10)  # a Saturday
    put(district, plan_item("i1", "p1", weekdays="6", holiday_rule=HolidayRule.SKIP))
    put(district, plan_item("i2", "p1", weekdays="4", holiday_rule=HolidayRule.SKIP))
    assert [visit.plan_item_id for visit in expand_day(district, worked).visits] == ["i1"]


def test_an_announcement_makes_and_unmakes_a_holiday(district: Session) -> None:
    put(district, plan_item("i1", "p1", holiday_rule=HolidayRule.SKIP))
    plain = date(2020, 9, 16)
    assert expand_day(district, plain).visits
    assert not expand_day(district, NATIONAL_DAY).visits
    put(district, HolidayOverride(on=plain, kind=HolidayKind.HOLIDAY, name="台风停工"))
    put(district, HolidayOverride(on=NATIONAL_DAY, kind=HolidayKind.WORKDAY, name="照常服务"))
    assert holidays_of_week(district, plain) == {plain}
    assert not expand_day(district, plain).visits
    assert expand_day(district, NATIONAL_DAY).visits


def test_where_the_whole_week_is_off_the_item_stays(district: Session) -> None:
    monday = date(2020, 9, 14)
    for day in week_from(monday):
        put(district, HolidayOverride(on=day, kind=HolidayKind.HOLIDAY, name="封控"))
    put(district, plan_item("i1", "p1", weekdays="3", holiday_rule=HolidayRule.MOVE))
    assert visited(district, monday, monday + 7 * DAY) == [date(2020, 9, 16)]


def test_two_years_of_a_plan_with_a_pause_agree_with_walking(district: Session) -> None:
    item = plan_item("i1", "p1", weekdays="1245", every_weeks=2, holiday_rule=HolidayRule.MOVE)
    put(district, item)
    paused = (date(2020, 4, 1), date(2020, 5, 6))
    put(district, Pause(elder_id="e1", from_on=paused[0], until_on=paused[1]))
    holidays = statutory_holidays(2020) | statutory_holidays(2021)
    walked = dates_walked(item, holidays.__contains__)
    # PostgreSQL goes to a Sunday behind the pause: what lies after it is the same code again.
    days = TWO_YEARS if district.get_bind().dialect.name == "sqlite" else TWO_YEARS[:159]
    expected = {day for day in walked if not paused[0] <= day < paused[1]} & set(days)
    found = visited(district, days[0], days[-1] + DAY)
    assert len(found) == len(set(found))
    assert whole_weeks(found) == whole_weeks(expected)


def queries_of(session: Session, ask: Callable[[], object]) -> int:
    session.commit()
    statements: list[str] = []
    engine = session.get_bind()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    ask()
    event.remove(engine, "before_cursor_execute", note)
    return len(statements)


@pytest.mark.parametrize("items_written", [1, 12])
def test_a_day_takes_three_queries_whatever_the_number_of_items(
    district: Session, items_written: int
) -> None:
    put(district, caregiver("c1"))
    for number in range(items_written):
        put(district, plan_item(f"i{number}", "p1", holiday_rule=HolidayRule.MOVE))
        put(district, PlanItemPreference(item_id=f"i{number}", caregiver_id="c1"))
        put(district, ItemException(item_id=f"i{number}", original_on=NATIONAL_DAY, minutes=30))
    assert queries_of(district, lambda: expand_day(district, NATIONAL_DAY)) == 3
    put(district, ItemGap(before_item_id="i0", after_item_id="i0"))
    assert queries_of(district, lambda: expand_day(district, NATIONAL_DAY)) == 4


def test_an_announcement_and_a_rule_pass_the_gate(district: Session) -> None:
    announced = HolidayOverride(on=NATIONAL_DAY, kind=HolidayKind.WORKDAY, name="照常服务")
    admit.add(district, announced, on=FIRST)
    admit.add(district, plan_item("i1", "p1", holiday_rule=HolidayRule.MOVE), on=FIRST)
    assert expand_day(district, NATIONAL_DAY).visits


@pytest.mark.parametrize(
    ("row", "pointer"),
    [
        (HolidayOverride(on=NATIONAL_DAY, kind=HolidayKind.HOLIDAY, name=""), "/name"),
        (
            HolidayOverride(
                on=NATIONAL_DAY,
                kind="maybe",  # type: ignore[arg-type]  # what a form could send
                name="国庆",
            ),
            "/kind",
        ),
        (plan_item("i1", "p1", holiday_rule="sometimes"), "/holiday_rule"),
    ],
)
def test_the_gate_refuses(district: Session, row: SQLModel, pointer: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        admit.add(district, row, on=FIRST)
    assert [problem.pointer for problem in refused.value.fields] == [pointer]
