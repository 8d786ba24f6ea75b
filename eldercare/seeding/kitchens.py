"""Meal sites: regional centres that cook for others, kitchens of communities, and points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from eldercare.registry.tables import MealSiteKind
from eldercare.seeding.facilities import (
    PATH_BEGINS_ON,
    Arrival,
    arrivals,
    nearest,
    position_near,
    urban_and_rural,
)
from eldercare.seeding.sources import Sources
from eldercare.seeding.streams import stream
from eldercare.seeding.writing import Row

CENTRE_OPENED_ON = date(2011, 6, 1)
"""Regional centres of before 2018 opened before the first community was served."""


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


def make_network(sources: Sources, *, seed: int, on: date) -> MealNetwork:
    """Sites along their path up to the date."""
    urban, rural = urban_and_rural(sources)
    served = [
        *arrivals(sources, "meal_urban_share", urban, seed=seed, until_on=on),
        *arrivals(sources, "meal_rural_share", rural, seed=seed, until_on=on),
    ]
    served.sort(key=lambda arrival: (arrival.on, arrival.community))
    centres = _centres(sources, served, seed=seed, on=on)
    sites = list(centres)
    own_site = {}
    since = {}
    for arrival in served:
        site = _local_site(sources, arrival, centres, seed)
        sites.append(site)
        own_site[arrival.community] = site
        since[site.id, arrival.community] = arrival.on
    delivers = _delivery_sites(sources, sites, list(own_site))
    for community, site in delivers.items():
        first = max(site.opened_on, own_site[community].opened_on)
        since.setdefault((site.id, community), first)
    return MealNetwork(tuple(sites), own_site, delivers, since)


def _centres(sources: Sources, served: list[Arrival], *, seed: int, on: date) -> list[Site]:
    """One regional centre in each town, the towns with most served communities first."""
    days = sources.baseline.arrivals("regional_meal_centres", 1, PATH_BEGINS_ON, on)
    by_town: dict[int, list[Arrival]] = {}
    for arrival in served:
        by_town.setdefault(sources.communities[arrival.community].town, []).append(arrival)
    towns = sorted(by_town, key=lambda town: (-len(by_town[town]), town))
    centres = []
    for number, (town, opened) in enumerate(zip(towns, days, strict=False)):
        home = by_town[town][0].community
        place = sources.communities[home]
        chance = stream(seed, "meal_site.centre", place.town_code)
        longitude, latitude = position_near(chance, place)
        low, high = (
            round(sources.baseline.value(f"regional_meal_centre_capacity_{end}", on))
            for end in ("smallest", "largest")
        )
        centres.append(
            Site(
                id=f"MC{number + 1:03d}",
                kind=MealSiteKind.REGIONAL_CENTRE,
                community=home,
                longitude=longitude,
                latitude=latitude,
                kitchen_capacity=int(chance.integers(low // 100, high // 100 + 1)) * 100,
                supplied_by_id=None,
                opened_on=CENTRE_OPENED_ON if opened == PATH_BEGINS_ON else opened,
            )
        )
    return centres


def _local_site(sources: Sources, arrival: Arrival, centres: list[Site], seed: int) -> Site:
    """A kitchen of its own, or a point supplied by the nearest centre open on that day."""
    place = sources.communities[arrival.community]
    chance = stream(seed, "meal_site", place.code)
    longitude, latitude = position_near(chance, place)
    cooks = bool(chance.random() < sources.baseline.value("meal_kitchen_share", arrival.on))
    low, high = (
        round(sources.baseline.value(f"meal_kitchen_capacity_{end}", arrival.on))
        for end in ("smallest", "largest")
    )
    portions = int(chance.integers(low // 10, high // 10 + 1)) * 10
    open_centres = [centre for centre in centres if centre.opened_on <= arrival.on]
    supplier = open_centres[
        nearest(sources, arrival.community, [centre.community for centre in open_centres])
    ]
    return Site(
        id=f"MS{place.code[6:]}",
        kind=MealSiteKind.KITCHEN if cooks else MealSiteKind.POINT,
        community=arrival.community,
        longitude=longitude,
        latitude=latitude,
        kitchen_capacity=portions if cooks else 0,
        supplied_by_id=None if cooks else supplier.id,
        opened_on=arrival.on,
    )


def _delivery_sites(sources: Sources, sites: list[Site], served: list[int]) -> dict[int, Site]:
    """The nearest cooking site of the same town; riders stay in their town."""
    found = {}
    for community in served:
        town = sources.communities[community].town
        cooking = [s for s in sites if s.cooks and sources.communities[s.community].town == town]
        if cooking:
            found[community] = cooking[
                nearest(sources, community, [site.community for site in cooking])
            ]
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
