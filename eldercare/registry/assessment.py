"""How able an elder is, by GB/T 42195-2022: items, points, level, and when to assess again.

Figures are those of the standard (26 items, 90 points, five levels); its words are not restated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from dateutil.relativedelta import relativedelta

from eldercare.registry.people import LevelGround

ITEM_MAXIMA: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys((f"B1.{number}" for number in range(1, 9)), 4),
        **dict.fromkeys(("B2.1", "B2.2", "B2.3"), 4),
        "B2.4": 3,
        **dict.fromkeys((f"B3.{number}" for number in range(1, 7)), 4),
        "B3.7": 1,
        "B3.8": 1,
        "B3.9": 2,
        "B4.1": 2,
        "B4.2": 2,
        "B4.3": 4,
        "B4.4": 3,
        "B4.5": 4,
    }
)
"""Item code → most points. B1 self-care, B2 movement, B3 mind, B4 senses and taking part; names
stand in seed_data/assessment_items.csv."""

HIGHEST_SCORE = 90
LOWEST_SCORES = (90, 66, 46, 30, 0)
"""The lowest score of levels 0 (able) to 4 (completely disabled)."""
COMPLETELY_DISABLED = 4
MONTHS_BETWEEN = 12


def level_of_score(score: int) -> int:
    """The level of a score (0 to 90) where nothing changes it."""
    return next(level for level, low in enumerate(LOWEST_SCORES) if score >= low)


def derive_level(score: int, grounds: Collection[LevelGround]) -> int:
    """The level of a score with what changes it.

    Who is in coma is completely disabled without any scoring. Each other ground makes the level one
    step worse than that of the score, one step in all, and nothing is worse than level 4. Source:
    GB/T 42195-2022, change of the ability level.
    """
    if LevelGround.COMA in grounds:
        return COMPLETELY_DISABLED
    return min(level_of_score(score) + bool(grounds), COMPLETELY_DISABLED)


def item_problems(scores: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Item code and sentence for each item that is missing, unknown or out of its range."""
    for code, most in ITEM_MAXIMA.items():
        if code not in scores:
            yield code, f"is missing: all {len(ITEM_MAXIMA)} items are scored, 0 to {most} here"
        elif not 0 <= scores[code] <= most:
            yield code, f"{scores[code]} is no score of the item: give 0 to {most}"
    for code in scores:
        if code not in ITEM_MAXIMA:
            yield code, "the standard has no such item: remove it or correct its code"


@dataclass(frozen=True, slots=True)
class Reassessment:
    """An assessment that is due: of whom, when, and the last one's date and level."""

    elder_id: str
    due_on: date
    assessed_on: date
    level: int


def due_date(assessed_on: date, reassess_on: date | None) -> date:
    """When the next assessment is due: in a year, or from the change of state reported before."""
    yearly = assessed_on + relativedelta(months=MONTHS_BETWEEN)
    return yearly if reassess_on is None else min(yearly, reassess_on)
