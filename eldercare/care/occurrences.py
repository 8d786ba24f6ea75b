"""The dates of one plan item, what was changed about single dates included. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from eldercare.care.flexible import WeekRhythm, spread_weekdays
from eldercare.care.holidays import HolidayCalendar, Scheduled, due_on
from eldercare.care.months import days_of
from eldercare.care.recurrence import falls_on_weekday
from eldercare.care.tables import HolidayRule, ItemException


class Item(Scheduled, Protocol):
    """What an occurrence takes from a plan item; `PlanItem` and rows of its columns have it."""

    @property
    def id(self) -> str:
        """Its key."""

    @property
    def times_per_week(self) -> int | None:
        """So many visits on some of the weekdays; None: on each of them."""

    @property
    def least_days_apart(self) -> int:
        """Between two flexible days of a week."""

    @property
    def from_on(self) -> date | None:
        """First day of the item within its plan."""

    @property
    def until_on(self) -> date | None:
        """First day on which it no longer falls due."""

    @property
    def minutes(self) -> int:
        """Length of the visit."""

    @property
    def window_start_minutes(self) -> int:
        """Earliest start."""

    @property
    def window_end_minutes(self) -> int:
        """Latest start."""

    @property
    def preferred_start_minutes(self) -> int | None:
        """The start liked best."""

    @property
    def preferred_caregiver_id(self) -> str | None:
        """Who is to come, if that can be."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One visit of an item; `original_on` is where it would be had nobody moved it by hand."""

    original_on: date
    on: date
    minutes: int
    window_start_minutes: int
    window_end_minutes: int
    preferred_start_minutes: int | None
    preferred_caregiver_id: str | None


def falls_due(item: Item, on: date, calendar: HolidayCalendar) -> bool:
    """Whether the item falls on a date by its rhythm, its holiday rule and its own dates.

    Its own dates are asked of the due date: where an item is split within the week of a holiday,
    every moved visit still belongs to exactly one of the two.
    """
    if item.holiday_rule is not HolidayRule.MOVE and not falls_on_weekday(item.weekdays, on):
        return False  # most days of most items, asked before anything that takes time
    due = due_on(rhythm_of_week(item, on, calendar), on, calendar.week(on))
    return (
        due is not None
        and (item.from_on is None or item.from_on <= due)
        and (item.until_on is None or due < item.until_on)
    )


def rhythm_of_week(item: Item, on: date, calendar: HolidayCalendar) -> Scheduled:
    """The item as it falls due in the week of `on`: with flexible days, on those of that week.

    Chosen days that the item no longer allows are none; without any the usual spread holds.
    """
    if item.times_per_week is None:
        return item
    chosen = calendar.chosen_weekdays(item.id, on)
    weekdays = "".join(digit for digit in chosen if digit in item.weekdays) or spread_weekdays(
        item.weekdays, item.times_per_week, item.least_days_apart, item.id
    )
    return WeekRhythm(
        weekdays, item.every_weeks, item.anchor_on, item.week_of_month, item.holiday_rule
    )


def occurrences_on(
    item: Item, on: date, exceptions: Iterable[ItemException], calendar: HolidayCalendar
) -> list[Occurrence]:
    """Visits of the item that take place on a date, in order of their original dates.

    `exceptions` are the item's: at least those that come from this date or were moved to it.
    """
    special = {one.original_on: one for one in exceptions}
    origins = {on} | {one.original_on for one in special.values() if one.moved_to_on == on}
    found = []
    for origin in sorted(origins):
        exception = special.get(origin)
        if _takes_place_on(origin, exception) == on and falls_due(item, origin, calendar):
            found.append(occurrence_of(item, origin, exception))
    return found


def occurrences_between(
    item: Item,
    from_on: date,
    until_on: date,
    exceptions: Iterable[ItemException],
    calendar: HolidayCalendar,
) -> list[Occurrence]:
    """Visits of the item from a date up to before another, in order of date."""
    special = {one.original_on: one for one in exceptions}
    found = [
        occurrence_of(item, origin, special.get(origin))
        for origin in (*days_of(from_on, until_on), *_outside(special, from_on, until_on))
        if falls_due(item, origin, calendar) and not _is_cancelled(special.get(origin))
    ]
    inside = [one for one in found if from_on <= one.on < until_on]
    return sorted(inside, key=lambda one: (one.on, one.original_on))


def _outside(
    special: Mapping[date, ItemException], from_on: date, until_on: date
) -> Iterator[date]:
    """Dates outside the interval from which something may have been moved into it."""
    yield from (origin for origin in special if not from_on <= origin < until_on)


def _is_cancelled(exception: ItemException | None) -> bool:
    return exception is not None and exception.cancelled


def _takes_place_on(origin: date, exception: ItemException | None) -> date | None:
    if exception is None:
        return origin
    return None if exception.cancelled else exception.moved_to_on or origin


def occurrence_of(item: Item, origin: date, exception: ItemException | None) -> Occurrence:
    """The item's visit of a date; what the exception leaves empty is the item's."""
    if exception is None:
        return Occurrence(
            origin,
            origin,
            item.minutes,
            item.window_start_minutes,
            item.window_end_minutes,
            item.preferred_start_minutes,
            item.preferred_caregiver_id,
        )
    return Occurrence(
        origin,
        exception.moved_to_on or origin,
        _either(exception.minutes, item.minutes),
        _either(exception.window_start_minutes, item.window_start_minutes),
        _either(exception.window_end_minutes, item.window_end_minutes),
        exception.preferred_start_minutes
        if exception.preferred_start_minutes is not None
        else item.preferred_start_minutes,
        exception.preferred_caregiver_id or item.preferred_caregiver_id,
    )


def _either(special: int | None, usual: int) -> int:
    return usual if special is None else special
