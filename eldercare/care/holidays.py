"""Which dates are Chinese statutory holidays, and where a plan item falling on one goes instead."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Protocol

from holidays import country_holidays
from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.recurrence import Recurring, monday_of, occurs_on
from eldercare.care.tables import HolidayKind, HolidayOverride, HolidayRule

WEEK_DAYS = 7


class Scheduled(Recurring, Protocol):
    """A recurring item that says what becomes of it on a holiday."""

    @property
    def holiday_rule(self) -> HolidayRule:
        """What becomes of it on a holiday."""


class HolidayCalendar:
    """The published holidays, corrected by what was announced (date → kind); asked by weeks.

    With them go the days `chosen` for plan items with flexible days (item id → dates).
    """

    def __init__(
        self,
        announced: Mapping[date, HolidayKind],
        chosen: Mapping[str, Collection[date]] | None = None,
    ) -> None:
        self._announced = announced
        self._chosen = chosen or {}
        self._weeks: dict[date, frozenset[date]] = {}

    def with_chosen(self, chosen: Mapping[str, Collection[date]]) -> HolidayCalendar:
        """The same holidays with other days chosen."""
        return HolidayCalendar(self._announced, chosen)

    def chosen_weekdays(self, item_id: str, on: date) -> str:
        """The weekdays chosen for an item in the week of `on`, as digits; empty: none yet."""
        monday = monday_of(on)
        days = (day for day in self._chosen.get(item_id, ()) if monday_of(day) == monday)
        return "".join(sorted(str(day.isoweekday()) for day in days))

    def week(self, on: date) -> frozenset[date]:
        """The holidays of the Monday-to-Sunday week of `on`."""
        monday = monday_of(on)
        if monday not in self._weeks:
            days = week_from(monday)
            self._weeks[monday] = frozenset(day for day in days if self._is_holiday(day))
        return self._weeks[monday]

    def _is_holiday(self, on: date) -> bool:
        kind = self._announced.get(on)
        if kind is None:
            return on in statutory_holidays(on.year)
        return kind is HolidayKind.HOLIDAY


def holiday_calendar(session: Session) -> HolidayCalendar:
    """The calendar with every announcement: a few rows a year, read at once."""
    announced = select(col(HolidayOverride.on), col(HolidayOverride.kind))
    return HolidayCalendar(dict(session.execute(announced).all()))


def holidays_of_week(session: Session, on: date) -> frozenset[date]:
    """The holidays of the Monday-to-Sunday week of `on`: published ones, corrected by overrides."""
    return holiday_calendar(session).week(on)


@cache
def statutory_holidays(year: int) -> frozenset[date]:
    """Days off of a year as the package `holidays` knows them.

    Days given in exchange for make-up workdays are among them; plain weekends inside a festival
    are not. Years the State Council has not announced yet hold the festivals themselves only.
    """
    # A notice may exchange a day across the turn of the year, so the neighbours are asked too.
    days = country_holidays("CN", years=(year - 1, year, year + 1))
    return frozenset(day for day in days if day.year == year)


def falls_on(item: Scheduled, on: date, holidays: Collection[date]) -> bool:
    """Whether `item` falls on a date once its holiday rule is applied.

    `holidays` are those of the week of `on`.
    """
    return due_on(item, on, holidays) is not None


def due_on(item: Scheduled, on: date, holidays: Collection[date]) -> date | None:
    """The due date of the occurrence that takes place on `on`: another one where it was moved.

    None: nothing takes place. `holidays` are those of the week of `on`.
    """
    if not holidays or item.holiday_rule is HolidayRule.KEEP:
        return on if occurs_on(item, on) else None
    if item.holiday_rule is HolidayRule.SKIP:
        return on if on not in holidays and occurs_on(item, on) else None
    return _moved_week(item, on, holidays).get(on)


def _moved_week(item: Recurring, on: date, holidays: Collection[date]) -> dict[date, date]:
    """The dates of the week after each holiday's occurrence went to the nearest free day → due.

    Occurrences choose in order of date; of two days equally near the later one is taken. Where no
    day is free, the occurrence stays: whoever wants it moved does not want it lost.
    """
    week = week_from(monday_of(on))
    due = [day for day in week if occurs_on(item, day)]
    taken = {day: day for day in due}
    for day in due:
        if day not in holidays:
            continue
        free = [other for other in week if other not in holidays and other not in taken]
        if free:
            taken[_nearest(day, free)] = taken.pop(day)
    return taken


def _nearest(day: date, free: Sequence[date]) -> date:
    return min(free, key=lambda other: (abs(other - day), other < day))


def week_from(monday: date) -> list[date]:
    """The seven dates from a Monday on."""
    return [monday + timedelta(days=offset) for offset in range(WEEK_DAYS)]
