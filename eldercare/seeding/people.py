"""The elders as columns: who they are, where they live, how they are doing.

Everything of one community comes from that community's own streams, so a community looks the same
whatever is done to the others. Columns are numpy arrays over all elders; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from eldercare.registry.tables import LivingArrangement
from eldercare.seeding.ages import Ages, draw_ages
from eldercare.seeding.homes import draw_homes
from eldercare.seeding.names import NamePool
from eldercare.seeding.sources import CommunitySource, PopulationSource, Sources
from eldercare.seeding.streams import (
    Bools,
    Floats,
    Generator,
    Ints,
    by_row,
    shared_out,
    stream,
)

NO_POSITION_FROM, NO_POSITION_SHARES = 75, (0.001, 0.005)
"""Elders whom nobody has placed on the map yet, below and from an age on: two in a thousand.

A defect on purpose, which planning must set aside and show.
"""
DIALECT_SHARE = {True: 0.2, False: 0.5}
"""Elders who speak only the dialect, by urban or not (assumed)."""
ALONE = list(LivingArrangement).index(LivingArrangement.ALONE)
SPOUSE = list(LivingArrangement).index(LivingArrangement.SPOUSE)


@dataclass(frozen=True, slots=True)
class Block:
    """The elders `start` up to before `stop` live in this community."""

    community: int
    code: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class People:
    """Columns over all elders, those who left included, community after community."""

    on: date
    blocks: tuple[Block, ...]
    community: Ints
    town: Ints
    ids: list[str]
    names: list[str]
    addresses: list[str]
    buildings: list[str]
    longitudes: Floats
    latitudes: Floats
    """Degrees; NaN where the position is unknown."""
    ages: Ages
    living: Ints
    level: Ints
    """Ability as it is, assessed or not (GB/T 42195 level)."""
    dialect: Bools

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def active(self) -> Bools:
        """Still registered on the date."""
        active: Bools = np.isnat(self.ages.ended)
        return active

    @property
    def positioned(self) -> Bools:
        """The position is known."""
        known: Bools = ~np.isnan(self.longitudes)
        return known

    def chances(self, seed: int, table: str, columns: int) -> Floats:
        """Uniform numbers (elders, columns) for a table, each row from its community's stream."""
        rows = [
            stream(seed, table, block.code).random((block.stop - block.start, columns))
            for block in self.blocks
        ]
        return np.concatenate(rows) if rows else np.zeros((0, columns))


@dataclass(frozen=True, slots=True)
class _Part:
    """The columns of one community."""

    block: Block
    town: int
    ids: list[str]
    names: list[str]
    addresses: list[str]
    buildings: list[str]
    longitudes: Floats
    latitudes: Floats
    ages: Ages
    living: Ints
    level: Ints
    dialect: Bools


def draw_people(sources: Sources, pool: NamePool, *, scale: float, seed: int, on: date) -> People:
    """All elders of the district at a scale, as of a date."""
    censuses = [_census(sources.population, place, on) for place in sources.communities]
    counts = shared_out(
        [census.aged_60 for census in censuses],
        round(sum(census.aged_60 for census in censuses) * scale),
    )
    mean_alone = _mean_alone(censuses)
    parts: list[_Part] = []
    start = 0
    for index in sources.lived_in:
        if counts[index] == 0:
            continue
        part = _draw_part(
            _Place(sources, pool, seed, on, index, start, mean_alone),
            censuses[index],
            int(counts[index]),
        )
        start = part.block.stop
        parts.append(part)
    return _joined(parts, on)


def _census(
    population: Sequence[PopulationSource], place: CommunitySource, on: date
) -> PopulationSource:
    """The elders of a community on a date, on the straight line between two ends of years."""
    rows = sorted(
        (row for row in population if row.community_code == place.code), key=lambda row: row.year
    )
    days = [date(row.year, 12, 31).toordinal() for row in rows]

    def at(values: list[int]) -> int:
        return round(float(np.interp(on.toordinal(), days, values)))

    return PopulationSource(
        community_code=place.code,
        year=on.year,
        aged_60=at([row.aged_60 for row in rows]),
        aged_65=at([row.aged_65 for row in rows]),
        aged_80=at([row.aged_80 for row in rows]),
        living_alone_share=rows[-1].living_alone_share,
        is_estimated=True,
    )


def _mean_alone(censuses: Sequence[PopulationSource]) -> float:
    elders = sum(census.aged_60 for census in censuses)
    return sum(census.aged_60 * census.living_alone_share for census in censuses) / elders


@dataclass(frozen=True, slots=True)
class _Place:
    """What drawing one community needs to know."""

    sources: Sources
    pool: NamePool
    seed: int
    on: date
    index: int
    start: int
    mean_alone: float

    @property
    def community(self) -> CommunitySource:
        return self.sources.communities[self.index]

    def stream(self, table: str) -> Generator:
        return stream(self.seed, table, self.community.code)


def _draw_part(place: _Place, census: PopulationSource, count: int) -> _Part:
    community = place.community
    ages = draw_ages(place.stream("elder.age"), place.sources.ages, census, count, place.on)
    elders = len(ages.female)
    homes = draw_homes(place.stream("elder.home"), community, elders)
    chance = place.stream("elder.position")
    share = np.where(ages.years < NO_POSITION_FROM, *NO_POSITION_SHARES)
    unknown = chance.random(elders) < share
    living = _shares_at(place.sources.living, ages.years)
    living[:, ALONE] *= census.living_alone_share / place.mean_alone
    return _Part(
        block=Block(place.index, community.code, place.start, place.start + elders),
        town=community.town,
        ids=[f"E{community.code[6:]}{number:05d}" for number in range(1, elders + 1)],
        names=place.pool.draw(place.stream("elder.name"), ages.female),
        addresses=homes.addresses,
        buildings=homes.buildings,
        longitudes=np.where(unknown, np.nan, homes.longitudes),
        latitudes=np.where(unknown, np.nan, homes.latitudes),
        ages=ages,
        living=by_row(place.stream("elder.living"), living),
        level=by_row(place.stream("elder.level"), _shares_at(place.sources.ability, ages.years)),
        dialect=place.stream("elder.language").random(elders) < DIALECT_SHARE[community.is_urban],
    )


def _shares_at(table: tuple[tuple[int, Floats], ...], years: Ints) -> Floats:
    """The row of a table by age for each elder."""
    begins = np.array([age_from for age_from, _ in table])
    rows = np.stack([shares for _, shares in table])
    return np.array(rows[np.searchsorted(begins, years, side="right") - 1])


def _joined(parts: list[_Part], on: date) -> People:
    def lists(name: str) -> list[str]:
        return [value for part in parts for value in getattr(part, name)]

    def column(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    sizes = [part.block.stop - part.block.start for part in parts]
    return People(
        on=on,
        blocks=tuple(part.block for part in parts),
        community=np.repeat([part.block.community for part in parts], sizes),
        town=np.repeat([part.town for part in parts], sizes),
        ids=lists("ids"),
        names=lists("names"),
        addresses=lists("addresses"),
        buildings=lists("buildings"),
        longitudes=column("longitudes"),
        latitudes=column("latitudes"),
        ages=Ages.joined([part.ages for part in parts]),
        living=column("living"),
        level=column("level"),
        dialect=column("dialect"),
    )
