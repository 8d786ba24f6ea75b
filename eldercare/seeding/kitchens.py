"""Meal sites: regional centres that cook for others, kitchens of communities, and points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil

from eldercare.registry.tables import MealSiteKind
from eldercare.seeding.facilities import (
    PATH_BEGINS_ON,
    Arrival,
    arrivals,
    elders_of,
    nearest,
    position_near,
    urban_and_rural,
)
from eldercare.seeding.sources import Sources
from eldercare.seeding.streams import stream
from eldercare.seeding.writing import Row

CENTRE_OPENED_ON = date(2011, 6, 1)
"""Regional centres of before 2018 opened before the first community was served."""
DEMAND_RESERVE = 1.35
"""Served communities order more than the district's average elder; some days more than others."""
SMALL_ENOUGH = 1.3
"""About so many times fewer communities are small enough for a kitchen of their own."""


@dataclass(frozen=True, slots=True)
class Site:
    """A meal site; `community` is the index of the one it stands in."""

    id: str
    kind: MealSiteKind
    community: int
    longitude: float
    latitude: float
    kitchen_capacity: int
    supplied_by_id: str | None
    opened_on: date

    @property
    def cooks(self) -> bool:
        """Not only hands out."""
        return self.kind is not MealSiteKind.POINT


@dataclass(frozen=True, slots=True)
class MealNetwork:
    """Sites of the district and whom they serve since when."""

    sites: tuple[Site, ...]
    own_site: dict[int, Site]
    """Community → the site at hand there, for those who eat in or fetch."""
    delivers: dict[int, Site]
    """Community → the cooking site of its town from which riders come."""
    served_since: dict[tuple[str, int], date]
    """(site id, community) → first day."""


@dataclass(frozen=True, slots=True)
class _Demand:
    """Portions a day that a community may ask for at full scale, with a reserve."""

    on_site: int
    delivered: int

    @property
    def all(self) -> int:
        return self.on_site + self.delivered


def make_network(sources: Sources, *, seed: int, on: date) -> MealNetwork:
    """Sites along their path up to the date."""
    urban, rural = urban_and_rural(sources)
    served = [
        *arrivals(sources, "meal_urban_share", urban, seed=seed, until_on=on),
        *arrivals(sources, "meal_rural_share", rural, seed=seed, until_on=on),
    ]
    served.sort(key=lambda arrival: (arrival.on, arrival.community))
    demand = {arrival.community: _demand(sources, arrival.community, on) for arrival in served}
    centres = _centres(sources, served, demand, seed=seed, on=on)
    room = {
        centre.id: centre.kitchen_capacity - _delivered_in(sources, centre, demand)
        for centre in centres
    }
    sites = list(centres)
    own_site = {}
    since = {}
    for arrival in served:
        site = _local_site(sources, arrival, centres, room, demand[arrival.community], seed)
        sites.append(site)
        own_site[arrival.community] = site
        since[site.id, arrival.community] = arrival.on
    delivers = _delivery_sites(sources, sites, own_site, demand)
    for community, site in delivers.items():
        first = max(site.opened_on, own_site[community].opened_on)
        since.setdefault((site.id, community), first)
    return MealNetwork(tuple(sites), own_site, delivers, since)


def _delivered_in(sources: Sources, centre: Site, demand: dict[int, _Demand]) -> int:
    """What the riders of a centre's town may have to take from it."""
    town = sources.communities[centre.community].town
    return sum(
        asked.delivered
        for community, asked in demand.items()
        if sources.communities[community].town == town
    )


def _demand(sources: Sources, community: int, on: date) -> _Demand:
    base = sources.baseline
    orders = (
        elders_of(sources, community) * base.value("meal_subscription_share", on) * DEMAND_RESERVE
    )
    brought = base.value("meal_delivery_share", on)
    return _Demand(round(orders * (1 - brought)), round(orders * brought))


def _centres(
    sources: Sources,
    served: list[Arrival],
    demand: dict[int, _Demand],
    *,
    seed: int,
    on: date,
) -> list[Site]:
    """One regional centre in each town, the towns with the greatest demand first."""
    days = sources.baseline.arrivals("regional_meal_centres", 1, PATH_BEGINS_ON, on)
    by_town: dict[int, list[Arrival]] = {}
    for arrival in served:
        by_town.setdefault(sources.communities[arrival.community].town, []).append(arrival)
    wanted = {
        town: sum(demand[arrival.community].all for arrival in own) for town, own in by_town.items()
    }
    low, high = (
        round(sources.baseline.value(f"regional_meal_centre_capacity_{end}", on))
        for end in ("smallest", "largest")
    )
    centres = []
    towns = sorted(by_town, key=lambda town: (-wanted[town], town))
    for number, (town, opened) in enumerate(zip(towns, days, strict=False)):
        home = by_town[town][0].community
        place = sources.communities[home]
        chance = stream(seed, "meal_site.centre", place.town_code)
        longitude, latitude = position_near(chance, place)
        centres.append(
            Site(
                id=f"MC{number + 1:03d}",
                kind=MealSiteKind.REGIONAL_CENTRE,
                community=home,
                longitude=longitude,
                latitude=latitude,
                kitchen_capacity=min(max(ceil(wanted[town] / 100) * 100, low), high),
                supplied_by_id=None,
                opened_on=CENTRE_OPENED_ON if opened == PATH_BEGINS_ON else opened,
            )
        )
    return centres


def _local_site(
    sources: Sources,
    arrival: Arrival,
    centres: list[Site],
    room: dict[str, int],
    demand: _Demand,
    seed: int,
) -> Site:
    """A kitchen of its own, or a point supplied by the nearest centre with room on that day."""
    base = sources.baseline
    place = sources.communities[arrival.community]
    chance = stream(seed, "meal_site", place.code)
    longitude, latitude = position_near(chance, place)
    low, high = (
        round(base.value(f"meal_kitchen_capacity_{end}", arrival.on))
        for end in ("smallest", "largest")
    )
    portions = int(chance.integers(low // 10, high // 10 + 1)) * 10
    # Only a kitchen that feeds at least those who come to it is worth a stove.
    cooks = bool(chance.random() < base.value("meal_kitchen_share", arrival.on) * SMALL_ENOUGH)
    cooks = cooks and demand.on_site <= high
    supplier = _supplier(sources, arrival, centres, room, demand)
    if not cooks:
        room[supplier.id] -= demand.on_site
    return Site(
        id=f"MS{place.code[6:]}",
        kind=MealSiteKind.KITCHEN if cooks else MealSiteKind.POINT,
        community=arrival.community,
        longitude=longitude,
        latitude=latitude,
        kitchen_capacity=max(portions, ceil(demand.on_site / 10) * 10) if cooks else 0,
        supplied_by_id=None if cooks else supplier.id,
        opened_on=arrival.on,
    )


def _supplier(
    sources: Sources,
    arrival: Arrival,
    centres: list[Site],
    room: dict[str, int],
    demand: _Demand,
) -> Site:
    opened = [centre for centre in centres if centre.opened_on <= arrival.on]
    spacious = [centre for centre in opened if room[centre.id] >= demand.on_site]
    if not spacious:
        return max(opened, key=lambda centre: (room[centre.id], centre.id))
    return spacious[nearest(sources, arrival.community, [site.community for site in spacious])]


def _delivery_sites(
    sources: Sources, sites: list[Site], own_site: dict[int, Site], demand: dict[int, _Demand]
) -> dict[int, Site]:
    """Where riders load for each community: its own kitchen, a near one with room, or the centre.

    Riders stay in their town, so a community of a town without a cooking site gets no deliveries.
    """
    room = {
        site.id: site.kitchen_capacity - demand[site.community].on_site
        for site in own_site.values()
        if site.kind is MealSiteKind.KITCHEN
    }
    found: dict[int, Site] = {}
    # Kitchens serve their own doorstep before they take on a neighbour.
    for community in sorted(own_site, key=lambda index: (own_site[index].id not in room, index)):
        town = sources.communities[community].town
        able = [
            site
            for site in sites
            if site.cooks
            and sources.communities[site.community].town == town
            and room.get(site.id, demand[community].delivered) >= demand[community].delivered
        ]
        if able:
            site = able[nearest(sources, community, [site.community for site in able])]
            found[community] = site
            if site.id in room:
                room[site.id] -= demand[community].delivered
    return found


def site_rows(sources: Sources, network: MealNetwork) -> Iterator[Row]:
    """Rows of `meal_site`, suppliers first."""
    for site in network.sites:
        place = sources.communities[site.community]
        town = sources.towns[place.town].name
        name = {
            MealSiteKind.REGIONAL_CENTRE: f"{town}区域性老年助餐中心",
            MealSiteKind.KITCHEN: f"{place.name}老年食堂",
            MealSiteKind.POINT: f"{place.name}老年助餐点",
        }[site.kind]
        yield {
            "id": site.id,
            "name": name,
            "kind": site.kind,
            "community_code": place.code,
            "longitude": site.longitude,
            "latitude": site.latitude,
            "kitchen_capacity": site.kitchen_capacity,
            "supplied_by_id": site.supplied_by_id,
            "opened_on": site.opened_on,
            "closed_on": None,
        }


def service_rows(sources: Sources, network: MealNetwork) -> Iterator[Row]:
    """Rows of `meal_site_community`."""
    for (site_id, community), since in network.served_since.items():
        yield {
            "meal_site_id": site_id,
            "community_code": sources.communities[community].code,
            "since_on": since,
            "until_on": None,
        }
