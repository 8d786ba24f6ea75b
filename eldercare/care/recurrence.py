"""When a plan item falls due: weekdays, every so many weeks, counted from an anchor."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Protocol


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
    """
    weeks = (monday_of(on) - monday_of(item.anchor_on)).days // 7
    return weeks >= 0 and weeks % item.every_weeks == 0 and falls_on_weekday(item.weekdays, on)
