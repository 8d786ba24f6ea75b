from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from dateutil.rrule import MO, MONTHLY, WEEKLY, rrule, weekday
from hypothesis import given
from hypothesis import strategies as st

from eldercare.care.recurrence import LAST_OF_MONTH, monday_of, occurs_on

TWO_YEARS = 730


@dataclass(frozen=True)
class Item:
    weekdays: str
    every_weeks: int
    anchor_on: date
    week_of_month: int | None = None


items = st.builds(
    Item,
    weekdays=st.text("1234567", min_size=1, max_size=7),
    every_weeks=st.integers(1, 8),
    anchor_on=st.dates(date(2018, 1, 1), date(2021, 12, 31)),
)


def dates_counted_day_by_day(item: Item, last: date) -> set[date]:
    """The slow plain reference: walk every day from the first week's Monday and count Mondays."""
    day = item.anchor_on
    while day.isoweekday() != 1:
        day -= timedelta(days=1)
    found, week = set(), 0
    while day <= last:
        if week % item.every_weeks == 0 and str(day.isoweekday()) in list(item.weekdays):
            found.add(day)
        day += timedelta(days=1)
        if day.isoweekday() == 1:
            week += 1
    return found


@given(items, st.dates(date(2019, 1, 1), date(2020, 12, 31)))
def test_two_years_agree_with_counting_day_by_day(item: Item, start: date) -> None:
    days = [start + timedelta(days=offset) for offset in range(TWO_YEARS)]
    expected = dates_counted_day_by_day(item, days[-1])
    assert {day for day in days if occurs_on(item, day)} == expected & set(days)


@given(items)
def test_agrees_with_the_calendar_librarys_rule(item: Item) -> None:
    first = monday_of(item.anchor_on)
    last = first + timedelta(days=TWO_YEARS)
    rule = rrule(
        WEEKLY,
        dtstart=first,
        until=last,
        interval=item.every_weeks,
        wkst=MO,
        byweekday=sorted({int(digit) - 1 for digit in item.weekdays}),
    )
    days = [first + timedelta(days=offset) for offset in range(TWO_YEARS + 1)]
    assert [day for day in days if occurs_on(item, day)] == [at.date() for at in rule]


monthly = st.builds(
    Item,
    weekdays=st.sets(st.sampled_from("1234567"), min_size=1).map(
        lambda days: "".join(sorted(days))
    ),
    every_weeks=st.just(1),
    anchor_on=st.dates(date(2018, 1, 1), date(2021, 12, 31)),
    week_of_month=st.sampled_from((1, 2, 3, 4, LAST_OF_MONTH)),
)


@given(monthly)
def test_weekdays_of_a_month_agree_with_the_calendar_librarys_rule(item: Item) -> None:
    first = monday_of(item.anchor_on)
    rule = rrule(
        MONTHLY,
        dtstart=first,
        until=first + timedelta(days=TWO_YEARS),
        byweekday=[weekday(int(digit) - 1, item.week_of_month) for digit in item.weekdays],
    )
    days = [first + timedelta(days=offset) for offset in range(TWO_YEARS + 1)]
    assert [day for day in days if occurs_on(item, day)] == [at.date() for at in rule]
    assert not any(occurs_on(item, first - timedelta(days=offset)) for offset in range(1, 60))


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (date(2020, 9, 14), True),  # Monday of the anchor's own week, before the anchor
        (date(2020, 9, 17), True),
        (date(2020, 9, 15), False),  # not a named weekday
        (date(2020, 9, 21), False),  # the week between
        (date(2020, 9, 28), True),
        (date(2020, 8, 31), False),  # two weeks before the first week
        (date(2021, 1, 4), True),  # across the turn of the year: 16 weeks later
        (date(2020, 12, 28), False),
    ],
)
def test_every_other_week_on_mondays_and_thursdays(on: date, due: bool) -> None:
    item = Item(weekdays="14", every_weeks=2, anchor_on=date(2020, 9, 17))
    assert occurs_on(item, on) is due
