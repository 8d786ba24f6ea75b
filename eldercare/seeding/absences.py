"""Pauses: elders in hospital or away, around the date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from eldercare.seeding.people import People
from eldercare.seeding.streams import stream
from eldercare.seeding.writing import Row

PAUSED_SHARE = 0.06
"""Elders with a plan or subscription who were away once in the weeks around the date (assumed)."""
REASONS = ("住院", "探亲", "外出", "临时住子女家")
BEFORE_DAYS, AFTER_DAYS, LONGEST_DAYS = 90, 20, 21


@dataclass(frozen=True, slots=True)
class Absence:
    """An elder is away from a day up to before another."""

    elder: int
    from_on: date
    until_on: date
    reason: str


def draw_absences(people: People, elders: Sequence[int], *, seed: int) -> list[Absence]:
    """At most one absence for each of the elders."""
    chance = stream(seed, "pause")
    found = []
    for elder in sorted(set(elders)):
        draw, when, length, why = chance.random(4)
        if draw >= PAUSED_SHARE:
            continue
        first = people.on + timedelta(days=int(when * (BEFORE_DAYS + AFTER_DAYS)) - BEFORE_DAYS)
        found.append(
            Absence(
                elder=elder,
                from_on=first,
                until_on=first + timedelta(days=3 + int(length * (LONGEST_DAYS - 3))),
                reason=REASONS[int(why * len(REASONS))],
            )
        )
    return found


def pause_rows(people: People, absences: list[Absence]) -> Iterator[Row]:
    """Rows of `pause`."""
    for number, absence in enumerate(absences, start=1):
        yield {
            "id": number,
            "elder_id": people.ids[absence.elder],
            "from_on": absence.from_on,
            "until_on": absence.until_on,
            "reason": absence.reason,
        }


def away_by_day(absences: list[Absence]) -> dict[date, set[int]]:
    """Elders away on each day."""
    away: dict[date, set[int]] = {}
    for absence in absences:
        for offset in range((absence.until_on - absence.from_on).days):
            away.setdefault(absence.from_on + timedelta(days=offset), set()).add(absence.elder)
    return away
