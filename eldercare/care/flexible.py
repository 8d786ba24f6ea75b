"""Plan items with flexible days: so many visits a week on some of the weekdays. Pure: no database.

In any one week such an item is one with fixed weekdays: those chosen for that week, or a spread
that depends on the item alone, so that next year can be asked about before anybody has chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations, pairwise
from zlib import crc32

from eldercare.care.tables import HolidayRule

WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class WeekRhythm:
    """A plan item as it falls due in one week."""

    weekdays: str
    every_weeks: int
    anchor_on: date
    week_of_month: int | None
    holiday_rule: HolidayRule


def most_times(weekdays: str, least_days_apart: int) -> int:
    """How many visits a week such weekdays can hold."""
    found, last = 0, -WEEK_DAYS
    for day in sorted({int(digit) for digit in weekdays}):
        if day - last >= least_days_apart:
            found, last = found + 1, day
    return found


@lru_cache(maxsize=10_000)
def spread_weekdays(weekdays: str, times: int, least_days_apart: int, key: str) -> str:
    """So many of the weekdays, as evenly over the weeks as can be; fewer where they do not fit.

    Of several equally even choices the `key` (an item's id) takes one: not everybody's Monday.
    """
    days = tuple(sorted({int(digit) for digit in weekdays}))
    for count in range(min(times, len(days)), 0, -1):
        choices = [
            one
            for one in combinations(days, count)
            if all(later - earlier >= least_days_apart for earlier, later in pairwise(one))
        ]
        if choices:
            widest = max(map(_least_gap, choices))
            best = [one for one in choices if _least_gap(one) == widest]
            return "".join(map(str, best[crc32(key.encode()) % len(best)]))
    return ""


def _least_gap(days: tuple[int, ...]) -> int:
    """Days between two visits at the closest, from one week into the next too."""
    return min(later - earlier for earlier, later in pairwise((*days, days[0] + WEEK_DAYS)))
