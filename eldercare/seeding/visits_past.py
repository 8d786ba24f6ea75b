"""Service records: the visits of the past months, as the plans asked for them.

Visits are given out in the order of the windows' ends; whoever usually comes does so when on duty
and free in time, else a colleague who may. Nobody is at two places at once.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from eldercare.care.recurrence import monday_of
from eldercare.care.tables import Outcome
from eldercare.seeding.people import People
from eldercare.seeding.plans import Item, Plan, anchor_of, item_id
from eldercare.seeding.streams import Generator, stream
from eldercare.seeding.workforce import Carer
from eldercare.seeding.writing import Row
from eldercare.settings import TIME_ZONE

PAST_DAYS = 92
CANCELLED_SHARE, NO_SHOW_SHARE = 0.010, 0.012
ILL_SHARE = 0.04
"""Caregiver days lost to illness or leave (assumed)."""
BETWEEN_MINUTES = 8
COLLEAGUES_ASKED = 8
"""So many colleagues are asked before a visit starts late."""


@dataclass(frozen=True, slots=True)
class Due:
    """A plan item as the walk through the past needs it."""

    id: str
    elder: int
    elder_id: str
    from_on: date
    first_monday: date
    item: Item


def visit_records(
    people: People,
    plans: list[Plan],
    carers: list[Carer],
    away: dict[date, set[int]],
    *,
    seed: int,
) -> Iterator[Row]:
    """Rows of `service_record` for the days before the date."""
    by_town: dict[int, list[int]] = {}
    for number, carer in enumerate(carers):
        by_town.setdefault(carer.town, []).append(number)
    by_weekday = _by_weekday(people, plans)
    for back in range(PAST_DAYS, 0, -1):
        on = people.on - timedelta(days=back)
        due = [
            entry
            for entry in by_weekday[on.isoweekday()]
            if _falls_due(entry, on) and entry.elder not in away.get(on, ())
        ]
        day = _Day(on, carers, by_town, stream(seed, "service_record", on.isoformat()))
        for entry in due:
            yield from day.make(entry, int(people.town[entry.elder]))


def _by_weekday(people: People, plans: list[Plan]) -> dict[int, list[Due]]:
    found: dict[int, list[Due]] = {day: [] for day in range(1, 8)}
    for plan in plans:
        for number, item in enumerate(plan.items):
            entry = Due(
                id=item_id(plan, number),
                elder=plan.elder,
                elder_id=people.ids[plan.elder],
                from_on=plan.from_on,
                first_monday=anchor_of(plan, item.rhythm, people.on),
                item=item,
            )
            for day in item.rhythm.days:
                found[int(day)].append(entry)
    for entries in found.values():
        entries.sort(key=lambda entry: (entry.item.window[1], entry.id))
    return found


def _falls_due(entry: Due, on: date) -> bool:
    weeks = (monday_of(on) - entry.first_monday).days // 7
    return entry.from_on <= on and weeks >= 0 and weeks % entry.item.rhythm.every == 0


def longest(minutes: int) -> int:
    """What a visit may take at most: a tenth more than planned."""
    return minutes + minutes // 10


class _Day:
    """One past day: who is on duty and busy from when to when, in minutes after midnight."""

    def __init__(
        self, on: date, carers: list[Carer], by_town: dict[int, list[int]], chance: Generator
    ) -> None:
        self.on, self.carers, self.chance = on, carers, chance
        well = chance.random(len(carers)) >= ILL_SHARE
        self.duty = {
            town: [n for n in numbers if carers[n].works_on(on) and well[n]]
            for town, numbers in by_town.items()
        }
        self.busy: dict[int, list[tuple[int, int]]] = {}
        self.able: dict[tuple[int, str, str | None], list[int]] = {}
        self.midnight = datetime.combine(on, time(), TIME_ZONE).astimezone(UTC)

    def make(self, entry: Due, town: int) -> Iterator[Row]:
        """The records of one visit, one for each caregiver who came."""
        draw, rush, turn = self.chance.random(3)
        visit_id = f"{entry.id}.{self.on:%Y%m%d}"
        who = self._who(entry, town, turn)
        if draw < CANCELLED_SHARE or len(who) < entry.item.people:
            yield self._row(entry, visit_id, 1, None, None, Outcome.CANCELLED)
            return
        if draw < CANCELLED_SHARE + NO_SHOW_SHARE:
            spent, outcome = 5, Outcome.NO_SHOW
        else:
            spent, outcome = int(longest(entry.item.minutes) * (0.8 + 0.2 * rush)), None
        start = self._together(who, entry.item)
        for part, number in enumerate(who, start=1):
            insort(self.busy.setdefault(number, []), (start, start + spent))
            yield self._row(
                entry,
                visit_id,
                part,
                self.carers[number].id,
                (start, start + spent),
                outcome or Outcome.DELIVERED,
            )

    def _who(self, entry: Due, town: int, turn: float) -> list[int]:
        """Whoever usually comes, if free in time; else colleagues, who take turns."""
        item = entry.item
        found: list[int] = []
        late: list[tuple[int, int]] = []
        for number in self._asked(item, town, turn):
            start = self._free_from(number, item, item.window[0])
            if start <= item.window[1]:
                found.append(number)
            else:
                late.append((start, number))
            if len(found) == item.people:
                return found
        return (found + [number for _, number in sorted(late)])[: item.people]

    def _asked(self, item: Item, town: int, turn: float) -> Iterator[int]:
        able = self._able(item, town)
        if item.favourite in able:
            yield item.favourite
        first = int(turn * len(able))
        for offset in range(min(len(able), COLLEAGUES_ASKED)):
            number = able[(first + offset) % len(able)]
            if number != item.favourite:
                yield number

    def _able(self, item: Item, town: int) -> list[int]:
        key = (town, item.service.code, item.required_sex)
        if key not in self.able:
            self.able[key] = [
                number
                for number in self.duty[town]
                if self.carers[number].may_give(item.service)
                and (item.required_sex is None or self.carers[number].female)
            ]
        return self.able[key]

    def _together(self, who: list[int], item: Item) -> int:
        """The first minute at which all of them are free."""
        start, settled = item.window[0], False
        while not settled:
            before = start
            for number in who:
                start = self._free_from(number, item, start)
            settled = start == before
        return start

    def _free_from(self, number: int, item: Item, earliest: int) -> int:
        """The first minute from `earliest` on at which the visit fits between others."""
        start = max(earliest, self.carers[number].shape.start)
        for begin, end in self.busy.get(number, ()):
            if start + longest(item.minutes) + BETWEEN_MINUTES <= begin:
                break
            start = max(start, end + BETWEEN_MINUTES)
        return start

    def _row(
        self,
        entry: Due,
        visit_id: str,
        part: int,
        caregiver_id: str | None,
        minutes: tuple[int, int] | None,
        outcome: Outcome,
    ) -> Row:
        started, ended = minutes or (None, None)
        return {
            "id": f"{visit_id}/{part}",
            "visit_id": visit_id,
            "elder_id": entry.elder_id,
            "service_type_code": entry.item.service.code,
            "caregiver_id": caregiver_id,
            "on": self.on,
            "started_at": None if started is None else self.midnight + timedelta(minutes=started),
            "ended_at": None if ended is None else self.midnight + timedelta(minutes=ended),
            "outcome": outcome,
        }
