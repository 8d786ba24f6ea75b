"""How busy a town's caregivers are: keeps demand within what a good plan can serve.

Four weeks of days, each cut into six slots, for all caregivers and for every qualification. A new
plan item goes where it adds least to the sum of squared loads over capacities, which evens out
days, times of day and qualifications.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from eldercare.seeding.homes import METRES_PER_DEGREE
from eldercare.seeding.people import People
from eldercare.seeding.streams import Bools, Floats, Ints
from eldercare.seeding.workforce import CARE, NURSE, SOCIAL, THERAPIST, Carer

EAST_SHRINKS = 0.849
"""Cosine of the district's latitude."""
QUALIFIED = {
    CARE: frozenset({CARE}),
    NURSE: frozenset({NURSE}),
    THERAPIST: frozenset({THERAPIST, NURSE}),
    SOCIAL: frozenset({SOCIAL}),
}
"""Who may give the services of a qualification, alternatives included."""
WEEKS = 4
DAYS = 7 * WEEKS
SLOT_EDGES = (420, 555, 675, 795, 915, 1020, 1140)
SLOTS = len(SLOT_EDGES) - 1
METRES_PER_MINUTE, DETOUR, PARKING_MINUTES = 300.0, 1.35, 2.0
"""An e-bike in town, as the planning's travel times assume it."""
TOUR_FACTOR, WINDOW_FACTOR = 0.9, 2.2
"""A leg of a good tour is 0.9 x sqrt(area / stops); windows and skills lengthen it (measured)."""
FULL_DAY_MINUTES = 480
NO_STAFF = 1e9
"""Price of a minute in a slot in which nobody works."""
COMFORTABLE, STEEPNESS = 0.75, 12.0
"""Slots fuller than this are filled only when the others are as full."""
HOME_LEG_MINUTES = 8
"""From the base to the first visit, and home from the last."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Weekdays every so many weeks, starting in week `phase` of the four."""

    days: str
    every: int = 1
    phase: int = 0

    @property
    def visits_in_four_weeks(self) -> int:
        """How often it falls due in four weeks."""
        return len(self.days) * (WEEKS // self.every)

    def mask(self) -> Floats:
        """1 on each due day of the four weeks, else 0."""
        due = np.zeros((WEEKS, 7))
        due[self.phase :: self.every, [int(day) - 1 for day in self.days]] = 1.0
        return due.ravel()


RHYTHMS: dict[float, tuple[Rhythm, ...]] = {
    0.25: tuple(Rhythm(str(day), 4, phase) for day in range(1, 8) for phase in range(4)),
    0.5: tuple(Rhythm(str(day), 2, phase) for day in range(1, 8) for phase in range(2)),
    1: tuple(Rhythm(str(day)) for day in range(1, 8)),
    2: tuple(Rhythm(days) for days in ("14", "25", "36", "13", "24", "35", "47", "37", "26")),
    3: tuple(Rhythm(days) for days in ("135", "246", "136", "235", "247", "357", "147")),
    5: tuple(Rhythm(days) for days in ("12345", "12356", "12457", "23467")),
    7: (Rhythm("1234567"), Rhythm("123456"), Rhythm("12345")),
}
"""Visits a week → the rhythms to choose from."""
MASKS = {often: np.stack([r.mask() for r in choices]) for often, choices in RHYTHMS.items()}


class Workload:
    """Capacity and load of one town by day and slot."""

    def __init__(self, carers: Sequence[Carer], leg: float) -> None:
        self.leg = leg
        self.capacity = {
            code: _capacity([carer for carer in carers if not good.isdisjoint(carer.skills)])
            for code, good in QUALIFIED.items()
        }
        everybody = _capacity(carers)
        self.working_minutes = float(everybody.sum())
        """Minutes of all caregivers in four weeks, breaks and ways home taken off."""
        self.capacity["all"] = everybody
        self._load = {key: np.zeros((DAYS, SLOTS)) for key in self.capacity}

    def days_of(self, qualification: str) -> float:
        """Caregiver days in four weeks of those who hold a qualification."""
        return float(self.capacity[qualification].sum() / FULL_DAY_MINUTES)

    def place(
        self,
        qualification: str,
        often: float,
        windows: Sequence[tuple[int, int]],
        minutes: int,
        people: int,
        closed: Bools,
    ) -> tuple[Rhythm, tuple[int, int]] | None:
        """Choose and book what evens the load best; None where nobody works.

        `closed` tells the days of a week, Monday first, on which it cannot be.
        """
        best: tuple[float, int, int] | None = None
        for number, window in enumerate(windows):
            daily = self._day_costs(qualification, window, minutes, people)
            costs = MASKS[often] @ (daily + np.tile(closed, WEEKS) * NO_STAFF)
            choice = int(np.argmin(costs))
            if best is None or costs[choice] < best[0]:
                best = (float(costs[choice]), choice, number)
        if best is None or best[0] >= NO_STAFF:
            return None
        _, choice, number = best
        added = np.outer(
            MASKS[often][choice], _load(windows[number], people * (minutes + self.leg), minutes)
        )
        for key in {"all", qualification}:
            self._load[key] += added
        return RHYTHMS[often][choice], windows[number]

    def _day_costs(
        self, qualification: str, window: tuple[int, int], minutes: int, people: int
    ) -> Floats:
        added = _load(window, people * (minutes + self.leg), minutes)
        total = np.zeros(DAYS)
        for key in ("all", qualification):
            load, capacity = self._load[key], self.capacity[key]
            more = _congestion(load + added, capacity) - _congestion(load, capacity)
            total += more.sum(axis=1)
        return total


def _congestion(load: Floats, capacity: Floats) -> Floats:
    """Squared load over capacity, and much more beyond what travel between windows leaves."""
    fullness = load / np.maximum(capacity, 1.0)
    price = capacity * (fullness**2 + STEEPNESS * np.maximum(fullness - COMFORTABLE, 0) ** 2)
    return np.asarray(np.where(capacity > 0, price, load * NO_STAFF))


def _capacity(carers: Sequence[Carer]) -> Floats:
    week = np.zeros((7, SLOTS))
    for carer in carers:
        slots = _overlap(carer.shape.start + HOME_LEG_MINUTES, carer.shape.end - HOME_LEG_MINUTES)
        if carer.shape.rest is not None:
            earliest, latest_end, minutes = carer.shape.rest
            during = _overlap(earliest, latest_end)
            slots -= during / during.sum() * minutes
        week[[int(day) - 1 for day in carer.days]] += np.maximum(slots, 0)
    return np.tile(week, (WEEKS, 1))


def _overlap(start: int, end: int) -> Floats:
    edges = np.clip(np.array(SLOT_EDGES, dtype=np.float64), start, end)
    return np.diff(edges)


def _load(window: tuple[int, int], work: float, minutes: int) -> Floats:
    """Minutes of work by slot, for a visit that starts somewhere in its window."""
    shares = _overlap(window[0], window[1] + minutes)
    return np.asarray(shares / shares.sum() * work)


def leg_minutes(people: People, visited: Ints, visits_a_day: int) -> float:
    """The usual way between two visits where so many of the visited elders have one on a day."""
    known = visited[people.positioned[visited]]
    if len(known) < 2:
        return PARKING_MINUTES
    east = float(people.longitudes[known].std()) * METRES_PER_DEGREE * EAST_SHRINKS
    north = float(people.latitudes[known].std()) * METRES_PER_DEGREE
    area = 12.0 * east * north  # of the rectangle over which points spread as much
    metres = TOUR_FACTOR * WINDOW_FACTOR * sqrt(area / max(visits_a_day, 1))
    return PARKING_MINUTES + metres * DETOUR / METRES_PER_MINUTE
