"""Months as intervals of dates."""

from __future__ import annotations

from datetime import date, timedelta


def month_of(on: date) -> tuple[date, date]:
    """First day of the month of a date, and first day of the next one."""
    first = on.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def days_of(from_on: date, until_on: date) -> list[date]:
    """Every date from the first up to before the last."""
    return [from_on + timedelta(days=offset) for offset in range((until_on - from_on).days)]


def meets(from_on: date, until_on: date | None, start_on: date, end_on: date) -> bool:
    """Whether two intervals share a day; both end before their last date, None: never."""
    return from_on < end_on and (until_on is None or until_on > start_on)
