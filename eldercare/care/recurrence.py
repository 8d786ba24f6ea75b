"""When a plan item falls due: weekdays, every so many weeks or on some of them in a month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Protocol

LAST_OF_MONTH = -1


class Recurring(Protocol):
    """What decides when a plan item falls due; `PlanItem` and rows of its columns have it."""

    @property
    def weekdays(self) -> str:
        """Digits 1 (Monday) to 7."""

    @property
    def every_weeks(self) -> int:
        """1: every week, 2: every other week, and so on."""

    @property
    def anchor_on(self) -> date:
        """Any day of the first week."""

    @property
    def week_of_month(self) -> int | None:
        """1 to 4: that one of the weekday in its month, -1: the last, None: by weeks."""


def monday_of(on: date) -> date:
    """The Monday of the week in which `on` lies."""
    return on - timedelta(days=on.weekday())


def falls_on_weekday(weekdays: str, on: date) -> bool:
    """Whether the digits of `weekdays` name the weekday of `on`."""
    return str(on.isoweekday()) in weekdays


def occurs_on(item: Recurring, on: date) -> bool:
    """Whether `item` falls due on a date, pauses and the plan's own dates left aside.

    Weeks run from Monday. The week of `anchor_on` is the first one, all of its named weekdays
    included (the plan's `from_on` cuts off those before the plan begins); no earlier week counts.
    With `week_of_month` each named weekday counts once a month ("first Tuesday and first Friday").
    """
    if not falls_on_weekday(item.weekdays, on):
        return False
    if item.week_of_month is not None:
        return on >= monday_of(item.anchor_on) and _counts_in_month(on, item.week_of_month)
    weeks = (monday_of(on) - monday_of(item.anchor_on)).days // 7
    return weeks >= 0 and weeks % item.every_weeks == 0


def _counts_in_month(on: date, week_of_month: int) -> bool:
    """Whether a date is the first, second … or last of its weekday in the month."""
    if week_of_month == LAST_OF_MONTH:
        return (on + timedelta(days=7)).month != on.month
    return (on.day - 1) // 7 + 1 == week_of_month
