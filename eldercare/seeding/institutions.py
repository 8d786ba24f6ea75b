"""Institutions and beds: wards turn into nursing wards or pass to society, quarter by quarter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from eldercare.registry.tables import BedKind, Operator
from eldercare.seeding.facilities import PATH_BEGINS_ON, position_near, sizes_between
from eldercare.seeding.sources import Sources
from eldercare.seeding.streams import Generator, Ints, stream
from eldercare.seeding.writing import Row

OPENED_ON = date(2010, 1, 1)
WARD_BEDS = 40
"""So many beds at most change their kind or operator in one institution and quarter."""
BedKey = tuple[BedKind, Operator]


@dataclass(slots=True)
class House:
    """An institution and its bed groups so far; `open_groups` maps to (since, beds)."""

    id: str
    community: int
    longitude: float
    latitude: float
    operator: Operator
    opened_on: date
    medical_care_since: date | None = None
    beds: dict[BedKey, int] = field(default_factory=dict)
    since: dict[BedKey, date] = field(default_factory=dict)
    closed: list[tuple[BedKey, date, date, int]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All its beds now."""
        return sum(self.beds.values())

    def change(self, key: BedKey, by: int, on: date) -> None:
        """More or fewer beds of a kind from a date on."""
        old = self.beds.get(key, 0)
        if old and self.since[key] < on:
            self.closed.append((key, self.since[key], on, old))
        self.beds[key] = old + by
        self.since[key] = on

    def turn(self, old: BedKey, new: BedKey, beds: int, on: date) -> int:
        """Turn up to `beds` beds into another kind; the number that could be turned."""
        moved = min(beds, self.beds.get(old, 0))
        if moved > 0:
            self.change(old, -moved, on)
            self.change(new, moved, on)
        return moved


def make_houses(sources: Sources, *, seed: int, on: date) -> list[House]:
    """All institutions, their beds walked from the end of 2017 to the date."""
    chance = stream(seed, "institution")
    houses = _first_houses(sources, chance)
    steps = [day for day in _quarters(PATH_BEGINS_ON, on) if day > PATH_BEGINS_ON]
    _match(sources, houses, chance, PATH_BEGINS_ON, OPENED_ON)
    for day in steps:
        _open_more(sources, houses, chance, day)
        _match(sources, houses, chance, day, day)
    _give_medical_care(sources, houses, chance, on)
    return houses


def _first_houses(sources: Sources, chance: Generator) -> list[House]:
    base = sources.baseline
    count = round(base.value("institutions", PATH_BEGINS_ON))
    total = round(base.value("institution_beds", PATH_BEGINS_ON))
    sizes = sizes_between(
        chance,
        count,
        base.value("institution_beds_smallest", PATH_BEGINS_ON),
        base.value("institution_beds_largest", PATH_BEGINS_ON),
        total,
    )
    public = _public(sources, chance, sizes)
    homes = chance.choice(sources.lived_in, size=count, replace=False)
    houses = []
    for number in range(count):
        house = _house(sources, chance, number, int(homes[number]), OPENED_ON)
        house.operator = Operator.PUBLIC if number in public else Operator.SOCIAL
        house.change((BedKind.ORDINARY, house.operator), int(sizes[number]), OPENED_ON)
        houses.append(house)
    return houses


def _house(
    sources: Sources, chance: Generator, number: int, community: int, opened_on: date
) -> House:
    longitude, latitude = position_near(chance, sources.communities[community])
    return House(
        id=f"YL{number + 1:03d}",
        community=community,
        longitude=longitude,
        latitude=latitude,
        operator=Operator.SOCIAL,
        opened_on=opened_on,
    )


def _public(sources: Sources, chance: Generator, sizes: Ints) -> set[int]:
    """A set of public institutions that holds at least the public share of the beds."""
    share = sources.baseline.value("institution_public_share", PATH_BEGINS_ON)
    beds = (1 - sources.baseline.value("social_beds_share", PATH_BEGINS_ON)) * int(sizes.sum())
    wanted = max(1, round(share * len(sizes)))
    order = [int(index) for index in chance.permutation(len(sizes))]
    chosen, rest = order[:wanted], order[wanted:]
    rest.sort(key=lambda index: int(sizes[index]))
    while sum(int(sizes[index]) for index in chosen) < beds:
        smallest = min(chosen, key=lambda index: int(sizes[index]))
        chosen.remove(smallest)
        chosen.append(rest.pop())
    return set(chosen)


def _quarters(first: date, last: date) -> list[date]:
    days = [
        date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in (1, 4, 7, 10)
        if first < date(year, month, 1) <= last
    ]
    return [*days, last] if last not in days else days


def _open_more(sources: Sources, houses: list[House], chance: Generator, on: date) -> None:
    wanted = round(sources.baseline.value("institutions", on))
    free = sorted(set(sources.lived_in) - {house.community for house in houses})
    while len(houses) < wanted and free:
        community = free.pop(int(chance.integers(0, len(free))))
        house = _house(sources, chance, len(houses), community, on)
        smallest = int(sources.baseline.value("institution_beds_smallest", on))
        house.change((BedKind.NURSING, Operator.SOCIAL), smallest, on)
        houses.append(house)


def _match(
    sources: Sources, houses: list[House], chance: Generator, path_on: date, on: date
) -> None:
    """Bring the beds, their operators and kinds to the path's values of `path_on`."""
    base = sources.baseline
    missing = round(base.value("institution_beds", path_on)) - sum(h.total for h in houses)
    if missing > 0:
        house = houses[int(chance.integers(0, len(houses)))]
        house.change((BedKind.NURSING, house.operator), missing, on)
    total = sum(house.total for house in houses)
    order = [houses[index] for index in chance.permutation(len(houses))]
    social = round(base.value("social_beds_share", path_on) * total)
    for kind in (BedKind.ORDINARY, BedKind.NURSING):
        gap = social - _count(houses, operator=Operator.SOCIAL)
        _turn(order, (kind, Operator.PUBLIC), (kind, Operator.SOCIAL), gap, on)
    nursing = round(base.value("nursing_beds_share", path_on) * total)
    for operator in (Operator.SOCIAL, Operator.PUBLIC):
        gap = nursing - _count(houses, kind=BedKind.NURSING)
        _turn(order, (BedKind.ORDINARY, operator), (BedKind.NURSING, operator), gap, on)


def _turn(order: list[House], old: BedKey, new: BedKey, gap: int, on: date) -> None:
    ward = WARD_BEDS if on > OPENED_ON else 10_000
    for house in order:
        if gap <= 0:
            return
        gap -= house.turn(old, new, min(gap, ward), on)


def _count(
    houses: list[House], *, kind: BedKind | None = None, operator: Operator | None = None
) -> int:
    return sum(
        beds
        for house in houses
        for (own_kind, own_operator), beds in house.beds.items()
        if kind in (None, own_kind) and operator in (None, own_operator)
    )


def _give_medical_care(sources: Sources, houses: list[House], chance: Generator, on: date) -> None:
    days = sources.baseline.arrivals("medical_care_share", "institutions", PATH_BEGINS_ON, on)
    order = chance.permutation(len(houses))
    for index, day in zip(order, days, strict=False):
        house = houses[int(index)]
        since = OPENED_ON.replace(year=2014) if day == PATH_BEGINS_ON else day
        house.medical_care_since = max(since, house.opened_on)


def beds_now(houses: list[House]) -> Ints:
    """Beds of each institution at the end of the walk."""
    return np.array([house.total for house in houses], dtype=np.int64)


def institution_rows(sources: Sources, houses: list[House]) -> Iterator[Row]:
    """Rows of `institution`."""
    for house in houses:
        place = sources.communities[house.community]
        yield {
            "id": house.id,
            "name": f"{place.name.removesuffix('社区').removesuffix('村')}颐养院",
            "community_code": place.code,
            "longitude": house.longitude,
            "latitude": house.latitude,
            "operator": house.operator,
            "medical_care_since": house.medical_care_since,
            "opened_on": house.opened_on,
            "closed_on": None,
        }


def bed_rows(houses: list[House]) -> Iterator[Row]:
    """Rows of `bed_group`: those that changed, and those that stand."""
    for house in houses:
        groups: list[tuple[BedKey, date, date | None, int]] = list(house.closed)
        groups += [(key, house.since[key], None, beds) for key, beds in house.beds.items() if beds]
        for (kind, operator), from_on, until_on, beds in groups:
            yield {
                "institution_id": house.id,
                "kind": kind,
                "operator": operator,
                "from_on": from_on,
                "until_on": until_on,
                "beds": beds,
            }
