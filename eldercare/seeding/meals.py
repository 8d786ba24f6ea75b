"""Meal subscriptions in served communities, and the riders who bring what is delivered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np

from eldercare.care.tables import MealMode
from eldercare.registry.tables import TravelMode
from eldercare.seeding.conditions import Conditions
from eldercare.seeding.kitchens import MealNetwork, Site
from eldercare.seeding.names import NamePool, phones
from eldercare.seeding.people import ALONE, People
from eldercare.seeding.sources import Sources
from eldercare.seeding.streams import Floats, Generator, spread, stream, weighted_order
from eldercare.seeding.workforce import DayShape, shift_row
from eldercare.seeding.writing import Row

WEEKDAYS = ("12345", "1234567", "135", "24")
WEEKDAY_SHARES = (0.64, 0.29, 0.03, 0.04)
DIETS = ("", "低盐", "低糖", "软食", "素食")
DIET_SHARES = (0.62, 0.14, 0.12, 0.1, 0.02)
DELIVERIES_PER_RIDER = 9
RIDER_SHAPE = DayShape("lunch", 10 * 60, 13 * 60 + 30, None)
RIDER_MODES = (TravelMode.E_BIKE, TravelMode.BICYCLE)
RIDER_MODE_SHARES = (0.95, 0.05)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A standing order of an elder."""

    id: str
    elder: int
    site: Site
    mode: MealMode
    weekdays: str
    diet: str
    from_on: date


@dataclass(frozen=True, slots=True)
class RiderSource:
    """A rider of a cooking site."""

    id: str
    name: str
    phone: str
    site: Site
    mode: TravelMode
    capacity: int
    hired_on: date
    weekend: bool

    def works_on(self, on: date) -> bool:
        """Everybody works on weekdays, some at weekends too."""
        return self.weekend or on.isoweekday() <= 5


def make_subscriptions(
    sources: Sources, people: People, conditions: Conditions, network: MealNetwork, *, seed: int
) -> list[Subscription]:
    """Subscriptions of the district's share of its elders, in communities with a meal site."""
    weights = _weights(people, conditions, network)
    share = sources.baseline.value("meal_subscription_share", people.on)
    wanted = share * int(people.active.sum())
    # Every community gets its part, so that its kitchens know what to expect.
    factor = wanted / weights.sum() if weights.sum() else 0.0
    found: list[Subscription] = []
    for block in people.blocks:
        own = weights[block.start : block.stop]
        if own.sum() == 0:
            continue
        chance = stream(seed, "meal_subscription", block.code)
        count = int(np.floor(own.sum() * factor + chance.random()))
        chosen = [block.start + int(i) for i in weighted_order(chance, own)[:count]]
        modes = _modes(sources, people, conditions, chosen, chance)
        found += _subscribe(people, network, chosen, modes, chance)
    return found


def _weights(people: People, conditions: Conditions, network: MealNetwork) -> Floats:
    served = np.isin(people.community, list(network.own_site))
    weight = np.interp(people.ages.years, (60, 70, 80, 90), (0.3, 1.0, 2.5, 2.5))
    weight = weight * np.where(people.living == ALONE, 2.5, 1.0)
    weight = weight * np.where(conditions.assessed_level(people) >= 1, 1.5, 1.0)
    return np.where(served & people.active & conditions.at_home, weight, 0.0)


def _subscribe(
    people: People,
    network: MealNetwork,
    chosen: list[int],
    modes: list[MealMode],
    chance: Generator,
) -> list[Subscription]:
    count = len(chosen)
    weekdays = spread(chance, WEEKDAY_SHARES, count)
    diets = spread(chance, DIET_SHARES, count)
    ages_in_days = chance.exponential(220.0, size=count)
    found = []
    for number, elder in enumerate(chosen):
        community = int(people.community[elder])
        mode = modes[number]
        site = network.delivers.get(community) if mode is MealMode.DELIVERY else None
        if site is None:
            site = network.own_site[community]
            mode = MealMode.PICK_UP if mode is MealMode.DELIVERY else mode
        began = people.on - timedelta(days=3 + int(ages_in_days[number]))
        earliest = max(
            people.ages.registered[elder].item(), network.served_since[site.id, community]
        )
        found.append(
            Subscription(
                id=f"M{people.ids[elder][1:]}",
                elder=elder,
                site=site,
                mode=mode,
                weekdays=WEEKDAYS[int(weekdays[number])],
                diet=DIETS[int(diets[number])],
                from_on=min(max(began, earliest), people.on),
            )
        )
    return found


def _modes(
    sources: Sources,
    people: People,
    conditions: Conditions,
    chosen: list[int],
    chance: Generator,
) -> list[MealMode]:
    """The mode split, the frailest and oldest getting the meals brought home."""
    index = np.array(chosen, dtype=np.int64)
    frailty = (
        2.0 * np.maximum(conditions.assessed_level(people)[index], 0)
        + (people.ages.years[index] - 60) / 10
        + chance.normal(0.0, 1.2, size=len(index))
    )
    brought = sources.baseline.value("meal_delivery_share", people.on)
    fetched = sources.baseline.value("meal_pick_up_share", people.on)
    delivered = int(np.floor(brought * len(index) + chance.random()))
    order = np.argsort(-frailty, kind="stable")
    on_foot = spread(chance, (1 - brought - fetched, fetched), len(index))
    modes = [MealMode.PICK_UP if number else MealMode.DINE_IN for number in on_foot]
    for position in order[:delivered]:
        modes[int(position)] = MealMode.DELIVERY
    return modes


def make_riders(
    people: People, subscriptions: list[Subscription], pool: NamePool, *, seed: int
) -> list[RiderSource]:
    """Enough riders for each site's deliveries on its busiest day."""
    deliveries: dict[str, int] = {}
    sites: dict[str, Site] = {}
    for subscription in subscriptions:
        if subscription.mode is MealMode.DELIVERY:
            sites[subscription.site.id] = subscription.site
            deliveries[subscription.site.id] = deliveries.get(subscription.site.id, 0) + 1
    riders = []
    for site_id in sorted(sites):
        riders += _site_riders(
            sites[site_id], deliveries[site_id], pool, stream(seed, "rider", site_id), people.on
        )
    return riders


def _site_riders(
    site: Site, deliveries: int, pool: NamePool, chance: Generator, on: date
) -> list[RiderSource]:
    count = ceil(deliveries / DELIVERIES_PER_RIDER)
    names = pool.draw(chance, chance.random(count) < 0.25)
    numbers = phones(chance, count)
    modes = spread(chance, RIDER_MODE_SHARES, count)
    # Meals of every day of the week are a third of all: so are the riders of weekends.
    on_weekends = ceil(count * 0.45)
    return [
        RiderSource(
            id=f"R{site.id}-{number + 1}",
            name=names[number],
            phone=numbers[number],
            site=site,
            mode=RIDER_MODES[int(modes[number])],
            capacity=int(chance.integers(12, 16)) * 2,
            hired_on=on - timedelta(days=60 + int(chance.integers(0, 900))),
            weekend=number < on_weekends,
        )
        for number in range(count)
    ]


def subscription_rows(people: People, subscriptions: list[Subscription]) -> Iterator[Row]:
    """Rows of `meal_subscription`."""
    for subscription in subscriptions:
        yield {
            "id": subscription.id,
            "elder_id": people.ids[subscription.elder],
            "meal_site_id": subscription.site.id,
            "mode": subscription.mode,
            "weekdays": subscription.weekdays,
            "diet": subscription.diet,
            "portions": 1,
            "from_on": subscription.from_on,
            "until_on": None,
        }


def rider_rows(riders: list[RiderSource]) -> Iterator[Row]:
    """Rows of `rider`."""
    for rider in riders:
        yield {
            "id": rider.id,
            "name": rider.name,
            "phone": rider.phone,
            "meal_site_id": rider.site.id,
            "travel_mode": rider.mode,
            "capacity_portions": rider.capacity,
            "hired_on": rider.hired_on,
            "left_on": None,
        }


def rider_shift_rows(riders: list[RiderSource], first_on: date, days: int) -> Iterator[Row]:
    """Rows of `shift` of riders for some days."""
    for offset in range(days):
        on = first_on + timedelta(days=offset)
        for rider in riders:
            if rider.works_on(on) and rider.hired_on <= on:
                yield shift_row(f"{rider.id}.{on:%Y%m%d}", on, RIDER_SHAPE, rider_id=rider.id)
