"""Care centres, rehabilitation places and the order in which communities got theirs.

Facilities are the whole district's at every scale. Each share of `facilities_baseline.csv` is
walked day by day: the community whose turn it is gets its facility when the rounded count rises.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from eldercare.registry.tables import Operator
from eldercare.seeding.homes import to_degrees
from eldercare.seeding.sources import CommunitySource, Sources
from eldercare.seeding.streams import Generator, Ints, stream, weighted_order
from eldercare.seeding.writing import Row

PATH_BEGINS_ON = date(2017, 12, 31)
OPENED_EARLIEST_ON = date(2012, 1, 1)
NEAR_POINT_METRES = 180.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """A community gets a facility on a day."""

    community: int
    on: date


def arrivals(
    sources: Sources, key: str, communities: list[int], *, seed: int, until_on: date
) -> list[Arrival]:
    """Which of the communities got the facility when; the populous ones mostly first."""
    chance = stream(seed, f"facility.{key}")
    order = weighted_order(chance, [elders_of(sources, index) for index in communities])
    days = sources.baseline.arrivals(key, len(communities), PATH_BEGINS_ON, until_on)
    return [
        Arrival(communities[index], _before_path(chance) if on == PATH_BEGINS_ON else on)
        for index, on in zip(order, days, strict=False)
    ]


def elders_of(sources: Sources, index: int) -> int:
    """Elders of a community in the last year known."""
    code = sources.communities[index].code
    return max(row.aged_60 for row in sources.population if row.community_code == code)


def _before_path(chance: Generator) -> date:
    days = (PATH_BEGINS_ON - OPENED_EARLIEST_ON).days
    return OPENED_EARLIEST_ON + timedelta(days=int(chance.integers(0, days)))


def urban_and_rural(sources: Sources) -> tuple[list[int], list[int]]:
    """The lived-in communities by class."""
    urban = [index for index in sources.lived_in if sources.communities[index].is_urban]
    rural = [index for index in sources.lived_in if not sources.communities[index].is_urban]
    return urban, rural


def rural_with_rehab_conditions(sources: Sources, seed: int) -> set[int]:
    """Rural communities in which a rehabilitation place could be set up."""
    _, rural = urban_and_rural(sources)
    share = sources.baseline.value("rehab_conditions_rural_share", PATH_BEGINS_ON)
    order = stream(seed, "rehab_conditions").permutation(len(rural))
    return {rural[index] for index in order[: round(share * len(rural))]}


def position_near(chance: Generator, place: CommunitySource) -> tuple[float, float]:
    """A position (degrees) close to the community's point."""
    east, north = chance.normal(0.0, NEAR_POINT_METRES, size=(2, 1))
    longitude, latitude = to_degrees(place.longitude, place.latitude, east, north)
    return float(longitude[0]), float(latitude[0])


@dataclass(frozen=True, slots=True)
class Centre:
    """A care centre: standardised since a date or not (None)."""

    id: str
    community: int
    longitude: float
    latitude: float
    opened_on: date
    standardised_since: date | None
    operator: Operator


def make_centres(sources: Sources, *, seed: int, on: date) -> list[Centre]:
    """Standardised centres along their path and plain ones in a part of the other communities."""
    urban, rural = urban_and_rural(sources)
    standardised = {
        arrival.community: arrival.on
        for key, communities in (("centre_urban_share", urban), ("centre_rural_share", rural))
        for arrival in arrivals(sources, key, communities, seed=seed, until_on=on)
    }
    plain_share = sources.baseline.value("centre_plain_share", on)
    society_share = sources.baseline.value("centre_society_run_share", on)
    centres = []
    for index in sources.lived_in:
        place = sources.communities[index]
        chance = stream(seed, "care_centre", place.code)
        longitude, latitude = position_near(chance, place)
        opened = _before_path(chance)
        plain, society = chance.random(2)
        since = standardised.get(index)
        if since is None and plain >= plain_share:
            continue
        centres.append(
            Centre(
                id=f"CC{place.code[6:]}",
                community=index,
                longitude=longitude,
                latitude=latitude,
                opened_on=opened if since is None else min(opened, since),
                standardised_since=since,
                operator=Operator.SOCIAL if society < society_share else Operator.PUBLIC,
            )
        )
    return centres


def centre_rows(sources: Sources, centres: list[Centre]) -> Iterator[Row]:
    """Rows of `care_centre`."""
    for centre in centres:
        place = sources.communities[centre.community]
        yield {
            "id": centre.id,
            "name": f"{place.name}居家养老服务中心",
            "community_code": place.code,
            "longitude": centre.longitude,
            "latitude": centre.latitude,
            "operator": centre.operator,
            "opened_on": centre.opened_on,
            "closed_on": None,
            "standardised_since": centre.standardised_since,
        }


def rehab_rows(sources: Sources, *, seed: int, on: date) -> Iterator[Row]:
    """Rows of `rehab_place`; in villages only where the conditions exist."""
    urban, _ = urban_and_rural(sources)
    able = sorted(rural_with_rehab_conditions(sources, seed))
    for key, communities in (("rehab_urban_share", urban), ("rehab_rural_share", able)):
        for arrival in arrivals(sources, key, communities, seed=seed, until_on=on):
            place = sources.communities[arrival.community]
            yield {
                "id": f"RH{place.code[6:]}",
                "name": f"{place.name}老年康复活动场所",
                "community_code": place.code,
                "opened_on": arrival.on,
                "closed_on": None,
            }


def nearest(sources: Sources, community: int, others: list[int]) -> int:
    """The position in `others` (community indices) that is nearest to a community."""
    here = sources.communities[community]
    distances = [
        (sources.communities[other].longitude - here.longitude) ** 2 * 0.72
        + (sources.communities[other].latitude - here.latitude) ** 2
        for other in others
    ]
    return int(np.argmin(distances))


def sizes_between(
    chance: Generator, count: int, smallest: float, largest: float, total: int
) -> Ints:
    """`count` whole sizes between two bounds that add to `total` where the bounds allow it."""
    draws = np.sort(chance.gamma(2.0, size=count))
    low, high = 0.0, (largest - smallest) / max(draws.min(), 1e-9)
    for _ in range(80):  # bisect the factor that makes the clipped sizes add up
        middle = (low + high) / 2
        sizes = np.clip(smallest + draws * middle, smallest, largest)
        low, high = (middle, high) if sizes.sum() < total else (low, middle)
    whole = np.round(np.clip(smallest + draws * low, smallest, largest) / 10).astype(np.int64) * 10
    whole[count // 2] += total - int(whole.sum())
    return chance.permutation(whole)
