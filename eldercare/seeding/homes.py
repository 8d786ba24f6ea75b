"""Where people live: made-up estates and hamlets around the real point of a community."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians

import numpy as np

from eldercare.seeding.sources import CommunitySource
from eldercare.seeding.streams import Floats, Generator, one_of

METRES_PER_DEGREE = 111_200.0
ESTATES = (
    "锦绣",
    "香樟",
    "玉兰",
    "翠竹",
    "桂花",
    "银杏",
    "清水",
    "望江",
    "长兴",
    "安康",
    "福泽",
    "祥和",
)
ESTATE_KINDS = ("花苑", "新村", "家园", "雅苑", "公寓", "小区")
HAMLETS = (
    "东庄",
    "西庄",
    "南巷",
    "北巷",
    "前塘",
    "后塘",
    "河沿",
    "桥头",
    "老宅",
    "新宅",
    "大圩",
    "小圩",
)


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a class of community is laid out; metres are standard deviations."""

    estate_metres: float
    building_metres: float
    elders_per_estate: int
    elders_per_building: float


URBAN = Settlement(210.0, 60.0, 60, 5.0)
RURAL = Settlement(600.0, 130.0, 25, 1.7)


@dataclass(frozen=True, slots=True)
class Homes:
    """Address, building and position (degrees) of each elder of a community."""

    addresses: list[str]
    buildings: list[str]
    longitudes: Floats
    latitudes: Floats


def draw_homes(chance: Generator, community: CommunitySource, elders: int) -> Homes:
    """Homes for `elders` people; several share a building."""
    kind = URBAN if community.is_urban else RURAL
    estates = max(1, min(12, round(elders / kind.elders_per_estate)))
    buildings = max(estates, round(elders / kind.elders_per_building))
    estate_of = np.arange(buildings) % estates
    number_in_estate = np.arange(buildings) // estates + 1
    east, north = _scatter(chance, estates, kind.estate_metres)
    off_east, off_north = _scatter(chance, buildings, kind.building_metres)
    building_of = chance.integers(0, buildings, size=elders)
    names = _estate_names(chance, community, estates)
    labels = [
        f"{names[estate]}{number}{'幢' if community.is_urban else '号'}"
        for estate, number in zip(estate_of, number_in_estate, strict=True)
    ]
    units = chance.integers(1, 4, size=elders)
    floors = chance.integers(1, 7, size=elders)
    doors = chance.integers(1, 3, size=elders)
    chosen = [f"{community.name}{labels[building]}" for building in building_of]
    addresses = [
        f"{building}{unit}单元{floor}0{door}室" if community.is_urban else building
        for building, unit, floor, door in zip(chosen, units, floors, doors, strict=True)
    ]
    longitudes, latitudes = to_degrees(
        community.longitude,
        community.latitude,
        (east[estate_of] + off_east)[building_of],
        (north[estate_of] + off_north)[building_of],
    )
    return Homes(addresses, chosen, longitudes, latitudes)


def _scatter(chance: Generator, count: int, metres: float) -> tuple[Floats, Floats]:
    """Normal scatter, cut at two standard deviations so that nobody lives in the next town."""
    angle = chance.random(count) * 2 * pi
    distance = np.minimum(np.hypot(*chance.normal(size=(2, count))), 2.0) * metres
    return np.cos(angle) * distance, np.sin(angle) * distance


def to_degrees(
    longitude: float, latitude: float, east: Floats, north: Floats
) -> tuple[Floats, Floats]:
    """Positions so many metres east and north of a point, to about ten centimetres."""
    east_degree = METRES_PER_DEGREE * cos(radians(latitude))
    return (
        np.round(longitude + east / east_degree, 6),
        np.round(latitude + north / METRES_PER_DEGREE, 6),
    )


def _estate_names(chance: Generator, community: CommunitySource, count: int) -> list[str]:
    first, second = (ESTATES, ESTATE_KINDS) if community.is_urban else (HAMLETS, ("",))
    starts = [first[index] for index in chance.permutation(len(first))[:count]]
    return [start + end for start, end in zip(starts, one_of(chance, second, count), strict=True)]
