"""Caregivers: who they are, what they may do, and when they work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import ceil

import numpy as np

from eldercare.registry.tables import Sex, TravelMode
from eldercare.seeding.facilities import Centre
from eldercare.seeding.homes import to_degrees
from eldercare.seeding.names import NamePool, phones
from eldercare.seeding.people import People
from eldercare.seeding.sources import ServiceSource, Sources
from eldercare.seeding.streams import Generator, Ints, shared_out, spread, stream
from eldercare.seeding.writing import Row

CAREGIVERS_AT_FULL_SCALE = 700
NURSE_SHARE, THERAPIST_SHARE, SOCIAL_SHARE = 0.15, 0.08, 0.28
FEMALE_SHARE = 0.86
CARE, NURSE, THERAPIST, SOCIAL = "care_worker", "nurse", "rehab_therapist", "social_worker"
HEALTH = "health_certificate"
GRADES = (0.36, 0.34, 0.2, 0.08, 0.02)
"""Care workers by grade 1 to 5 (assumed)."""
MODES = (TravelMode.E_BIKE, TravelMode.BICYCLE, TravelMode.WALK, TravelMode.CAR)
MODE_SHARES = (0.86, 0.06, 0.02, 0.06)
WEEKS = {"23456": 0.11, "12347": 0.13, "34567": 0.05, "12367": 0.03}
"""Working days other than Monday to Friday, with the share that has them (assumed)."""
OFFICE_WEEK = "12345"
ALWAYS_STAFFED = ("23456", "12347")
"""Every town of some size has somebody at work on Saturdays and on Sundays."""
SMALL_TOWN = 4
EXPIRED_SHARE = 0.03
"""Caregivers with a certificate that has run out: a defect that planning must respect."""


@dataclass(frozen=True, slots=True)
class DayShape:
    """A shift: minutes after midnight, and the window of its break (None: no break)."""

    name: str
    start: int
    end: int
    rest: tuple[int, int, int] | None


SHAPES = (
    DayShape("day", 8 * 60, 17 * 60, (11 * 60, 13 * 60 + 30, 60)),
    DayShape("early", 7 * 60, 16 * 60, (11 * 60, 13 * 60 + 30, 60)),
    DayShape("late", 10 * 60, 19 * 60, (12 * 60, 14 * 60 + 30, 60)),
    DayShape("half", 8 * 60, 12 * 60 + 30, None),
)
SHAPE_SHARES = (0.74, 0.11, 0.09, 0.06)


@dataclass(frozen=True, slots=True)
class Carer:
    """A caregiver as the seed thinks of one; `skills` maps codes to levels good on the date."""

    id: str
    name: str
    female: bool
    phone: str
    town: int
    centre_id: str | None
    longitude: float
    latitude: float
    mode: TravelMode
    dialect: bool
    hired_on: date
    days: str
    shape: DayShape
    skills: dict[str, int]
    expired: frozenset[str] = field(default_factory=frozenset)

    def works_on(self, on: date) -> bool:
        """Whether the weekly pattern names the day."""
        return str(on.isoweekday()) in self.days

    def may_give(self, service: ServiceSource) -> bool:
        """Holds the qualification at the level or better, or the alternative one."""
        code = service.qualification_code
        if code is None or service.alternative_qualification_code in self.skills:
            return True
        return self.skills.get(code, -1) >= service.qualification_level


def make_carers(
    sources: Sources,
    people: People,
    centres: list[Centre],
    pool: NamePool,
    *,
    scale: float,
    seed: int,
) -> list[Carer]:
    """Caregivers, shared out to towns by their elders."""
    elders = np.bincount(people.town[people.active], minlength=len(sources.towns))
    counts = shared_out(elders, max(1, round(CAREGIVERS_AT_FULL_SCALE * scale)))
    special = _specialists(counts, seed)
    carers: list[Carer] = []
    for town, count in enumerate(counts):
        carers += _town_carers(
            _Town(sources, people, centres, pool, seed, town), int(count), special[town]
        )
    return _with_expired(carers, seed)


def _with_expired(carers: list[Carer], seed: int) -> list[Carer]:
    """Some, but no lone specialist, have let a certificate run out."""
    chance = stream(seed, "caregiver.expired")
    ordinary = [n for n, carer in enumerate(carers) if not {NURSE, THERAPIST} & set(carer.skills)]
    count = min(len(ordinary), ceil(EXPIRED_SHARE * len(carers)))
    for number in chance.permutation(ordinary)[:count]:
        carer = carers[int(number)]
        code = SOCIAL if SOCIAL in carer.skills else HEALTH
        good = {held: level for held, level in carer.skills.items() if held != code}
        carers[int(number)] = replace(carer, skills=good, expired=frozenset({code}))
    return carers


def _specialists(counts: Ints, seed: int) -> list[dict[str, int]]:
    """Nurses, therapists and social workers of each town, at least in the larger ones."""
    chance = stream(seed, "caregiver.specialists")
    jitter = counts * (1 + 0.01 * chance.random(len(counts)))
    shares = {NURSE: NURSE_SHARE, THERAPIST: THERAPIST_SHARE, SOCIAL: SOCIAL_SHARE}
    wanted = {
        code: shared_out(jitter, round(share * int(counts.sum()))) for code, share in shares.items()
    }
    return [
        {code: int(numbers[town]) for code, numbers in wanted.items()}
        for town in range(len(counts))
    ]


@dataclass(frozen=True, slots=True)
class _Town:
    """What drawing a town's caregivers needs to know."""

    sources: Sources
    people: People
    centres: list[Centre]
    pool: NamePool
    seed: int
    town: int

    @property
    def code(self) -> str:
        return self.sources.towns[self.town].code

    def own_centres(self) -> list[Centre]:
        return [
            centre
            for centre in self.centres
            if self.sources.communities[centre.community].town == self.town
        ]


def _town_carers(town: _Town, count: int, special: dict[str, int]) -> list[Carer]:
    chance = stream(town.seed, "caregiver", town.code)
    female = spread(chance, (1 - FEMALE_SHARE, FEMALE_SHARE), count) == 1
    names = town.pool.draw(chance, female)
    numbers = phones(chance, count)
    longitudes, latitudes = _bases(town, chance, count)
    modes = spread(chance, MODE_SHARES, count)
    weeks = _weeks(chance, count, special[NURSE] + special[THERAPIST])
    shapes = _stratified(chance, SHAPE_SHARES, count)
    centres = town.own_centres()
    carers = []
    for number in range(count):
        skills = _skills(chance, number, special)
        regular = number < special[NURSE] + special[THERAPIST]
        carers.append(
            Carer(
                id=f"C{town.code[6:9]}{number + 1:03d}",
                name=names[number],
                female=bool(female[number]),
                phone=numbers[number],
                town=town.town,
                centre_id=centres[number % len(centres)].id if centres else None,
                longitude=float(longitudes[number]),
                latitude=float(latitudes[number]),
                mode=MODES[int(modes[number])],
                dialect=bool(chance.random() < 0.75),
                hired_on=_hired_on(chance, town.people.on),
                days=weeks[number],
                shape=SHAPES[0] if regular else SHAPES[int(shapes[number])],
                skills=skills,
            )
        )
    return carers


def _weeks(chance: Generator, count: int, regular: int) -> list[str]:
    """The working days of each caregiver; the first ones keep office hours.

    A lone specialist does: a town without a nurse on Tuesdays is no town.
    """
    others: list[str] = []
    for days, share in WEEKS.items():
        least = int(days in ALWAYS_STAFFED and count >= SMALL_TOWN)
        others += [days] * max(least, int(share * count + chance.random()))
    free = max(count - regular, 0)
    others = (others + [OFFICE_WEEK] * free)[:free]
    shuffled = [others[index] for index in chance.permutation(free)]
    return [OFFICE_WEEK] * (count - free) + shuffled


def _stratified(chance: Generator, shares: tuple[float, ...], count: int) -> Ints:
    """Categories by their shares as exactly as a small number allows, in random order."""
    limits = np.cumsum(shares)
    points = (np.arange(count) + 0.5 + chance.uniform(-0.3, 0.3)) / max(count, 1)
    return chance.permutation(np.searchsorted(limits, np.clip(points, 0, 0.9999) * limits[-1]))


def _bases(town: _Town, chance: Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the day starts: near the homes of elders, who live where caregivers live."""
    here = np.flatnonzero((town.people.town == town.town) & town.people.positioned)
    if len(here) == 0:
        place = town.sources.towns[town.town]
        return np.full(count, place.longitude), np.full(count, place.latitude)
    homes = chance.choice(here, size=count)
    east, north = chance.normal(0.0, 150.0, size=(2, count))
    shift_east, shift_north = to_degrees(0.0, 31.9, east, north)
    return (
        np.round(town.people.longitudes[homes] + shift_east, 6),
        np.round(town.people.latitudes[homes] + shift_north - 31.9, 6),
    )


def _skills(chance: Generator, number: int, special: dict[str, int]) -> dict[str, int]:
    """Every caregiver is a care worker of some grade; the first of a town are more than that."""
    grade = int(np.searchsorted(np.cumsum(GRADES), chance.random())) + 1
    nurses, therapists = special[NURSE], special[THERAPIST]
    skills = {CARE: grade}
    if number < nurses:
        skills |= {NURSE: 1 + int(chance.random() < 0.3), CARE: max(grade, 2)}
    elif number < nurses + therapists:
        skills |= {THERAPIST: 1 + int(chance.random() < 0.5), CARE: max(grade, 2)}
    elif number < nurses + therapists + special[SOCIAL]:
        skills |= {SOCIAL: 1 + int(chance.random() < 0.2)}
    elif number % 2 == 0:
        skills[CARE] = max(grade, 2)
    if chance.random() < 0.4:
        skills["first_aid"] = 0
    skills[HEALTH] = 0
    return skills


def _hired_on(chance: Generator, on: date) -> date:
    years = min(float(chance.exponential(3.0)), 12.0)
    return on - timedelta(days=120 + int(years * 365))


def carer_rows(sources: Sources, carers: list[Carer]) -> Iterator[Row]:
    """Rows of `caregiver`."""
    for carer in carers:
        yield {
            "id": carer.id,
            "name": carer.name,
            "sex": Sex.FEMALE if carer.female else Sex.MALE,
            "phone": carer.phone,
            "town_code": sources.towns[carer.town].code,
            "care_centre_id": carer.centre_id,
            "base_longitude": carer.longitude,
            "base_latitude": carer.latitude,
            "travel_mode": carer.mode,
            "languages": "mandarin,changzhou" if carer.dialect else "mandarin",
            "hired_on": carer.hired_on,
            "left_on": None,
        }


def qualification_rows(
    sources: Sources, carers: list[Carer], *, seed: int, on: date
) -> Iterator[Row]:
    """Rows of `caregiver_qualification`; the renewed ones are good for some time yet."""
    for carer in carers:
        chance = stream(seed, "caregiver_qualification", carer.id)
        held = {**carer.skills, **dict.fromkeys(carer.expired, 0)}
        for code, level in sorted(held.items()):
            years = sources.qualifications[code].valid_years
            obtained, expires = _validity(chance, years, on, expired=code in carer.expired)
            yield {
                "caregiver_id": carer.id,
                "qualification_code": code,
                "obtained_on": min(obtained, carer.hired_on) if years is None else obtained,
                "level": max(level, 1) if code == SOCIAL else level,
                "expires_on": expires,
            }


def _validity(
    chance: Generator, years: int | None, on: date, *, expired: bool
) -> tuple[date, date | None]:
    if years is None:
        return on - timedelta(days=400 + int(chance.integers(0, 3000))), None
    term = years * 365
    if expired:
        ended = on - timedelta(days=int(chance.integers(5, 60)))
        return ended - timedelta(days=term), ended
    # At least the weeks of shifts ahead are covered.
    left = int(chance.integers(45, term - 30)) if term > 120 else 60
    return on + timedelta(days=left - term), on + timedelta(days=left)


def shift_rows(carers: list[Carer], first_on: date, days: int) -> Iterator[Row]:
    """Rows of `shift` of caregivers for some days."""
    for offset in range(days):
        on = first_on + timedelta(days=offset)
        for carer in carers:
            if carer.works_on(on) and carer.hired_on <= on:
                yield shift_row(f"{carer.id}.{on:%Y%m%d}", on, carer.shape, caregiver_id=carer.id)


def shift_row(
    shift_id: str,
    on: date,
    shape: DayShape,
    *,
    caregiver_id: str | None = None,
    rider_id: str | None = None,
) -> Row:
    """One row of `shift`."""
    earliest, latest_end, minutes = shape.rest or (None, None, 0)
    return {
        "id": shift_id,
        "on": on,
        "caregiver_id": caregiver_id,
        "rider_id": rider_id,
        "start_minutes": shape.start,
        "end_minutes": shape.end,
        "break_earliest_minutes": earliest,
        "break_latest_end_minutes": latest_end,
        "break_minutes": minutes,
    }
