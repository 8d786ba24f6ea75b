"""The slow plain reference of when an item takes place: every day of two years in turn."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from eldercare.care.occurrences import Item
from eldercare.care.tables import ItemException

DAY = timedelta(days=1)
FIRST = date(2020, 1, 1)
TWO_YEARS = [FIRST + offset * DAY for offset in range(731)]
STEPS = (1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6)


def is_due(item: Item, day: date) -> bool:
    """Counts weeks, or days of a month, one by one."""
    if str(day.isoweekday()) not in item.weekdays:
        return False
    week = item.anchor_on
    while week.isoweekday() != 1:
        week -= DAY
    if day < week:
        return False
    if item.week_of_month is not None:
        month = [day.replace(day=1) + offset * DAY for offset in range(31)]
        same = [one for one in month if one.month == day.month and one.weekday() == day.weekday()]
        number = item.week_of_month
        return day == same[number - 1 if number > 0 else -1]
    while week + 7 * DAY <= day:
        week += 7 * item.every_weeks * DAY
    return week <= day


def walked(
    item: Item, exceptions: Iterable[ItemException], holidays: Collection[date]
) -> list[tuple[date, date, int]]:
    """(date it takes place, date without the exception, minutes) of every visit, sorted.

    Weeks that the two years cut are walked like any other: leave them out.
    """
    due = [day for day in TWO_YEARS if is_due(item, day)]
    placed = {day: day for day in due}
    for day in due:
        if day not in holidays or item.holiday_rule == "keep":
            continue
        if item.holiday_rule == "skip":
            del placed[day]
            continue
        for step in STEPS:
            other = day + step * DAY
            same_week = other.isocalendar()[:2] == day.isocalendar()[:2]
            if same_week and other not in holidays and other not in placed.values():
                placed[day] = other
                break
    special = {one.original_on: one for one in exceptions}
    found = []
    for day, origin in placed.items():
        too_early = item.from_on is not None and day < item.from_on
        too_late = item.until_on is not None and day >= item.until_on
        one = special.get(origin)
        if too_early or too_late or (one is not None and one.cancelled):
            continue
        on = origin if one is None or one.moved_to_on is None else one.moved_to_on
        minutes = item.minutes if one is None or one.minutes is None else one.minutes
        found.append((on, origin, minutes))
    return sorted(found)


def whole(days: Iterable[tuple[date, date, int]]) -> list[tuple[date, date, int]]:
    """Without what touches the first and last weeks, which the two years cut."""
    first, last = date(2020, 1, 6), date(2021, 12, 27)
    return [one for one in days if first <= one[0] < last and first <= one[1] < last]
