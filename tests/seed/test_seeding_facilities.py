"""Facilities and shares start near the 2017 figures and follow the documented path."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from eldercare.coverage.evaluation import evaluate
from eldercare.registry.tables import BedGroup, Community, MealSite, MealSiteCommunity, MealSiteKind
from eldercare.seeding.conditions import draw_conditions
from eldercare.seeding.district import seed_district
from eldercare.seeding.institutions import beds_now, make_houses
from eldercare.seeding.kitchens import make_network
from eldercare.seeding.meals import Subscription, make_subscriptions
from eldercare.seeding.names import make_pool
from eldercare.seeding.people import draw_people
from eldercare.seeding.sources import read_sources
from eldercare.settings import DEMO_ON

END_OF_2017 = date(2017, 12, 31)
FACTS_OF_2017 = {
    "centre_urban": 0.60,
    "centre_rural": 0.349,
    "meal_urban": 0.50,
    "nursing_beds": 0.4585,
}
PATH_ON_DEMO_DAY = {
    "home_service": 0.094,
    "meal_urban": 0.95,
    "meal_rural": 0.63,
    "centre_urban": 0.91,
    "centre_rural": 0.46,
    "nursing_beds": 0.62,
    "social_beds": 0.82,
    "medical_care_institutions": 0.57,
    "rehab_urban": 0.53,
    "rehab_rural": 0.35,
    "family_doctor": 0.62,
    "priority_groups_served": 0.88,
}
"""The table of seed_data/README.md, and the path of the priority groups."""


def values(session: Session, as_of: date) -> dict[str, float]:
    return {
        row.indicator: float(row.value)
        for row in evaluate(session, as_of=as_of)
        if row.value is not None
    }


def test_the_end_of_2017_is_near_the_published_figures(district: Session) -> None:
    found = values(district, END_OF_2017)
    for indicator, fact in FACTS_OF_2017.items():
        assert found[indicator] == pytest.approx(fact, abs=0.02), indicator


def test_the_demo_day_has_indicators_met_near_and_missed(district: Session) -> None:
    found = values(district, DEMO_ON)
    for indicator, expected in PATH_ON_DEMO_DAY.items():
        slack = 0.1 if indicator == "priority_groups_served" else 0.025
        assert found[indicator] == pytest.approx(expected, abs=slack), indicator


def test_facilities_never_shrink_on_the_way(district: Session) -> None:
    days = [date(2017, 12, 31), date(2018, 9, 30), date(2019, 6, 30), date(2020, 3, 31), DEMO_ON]
    figures = [values(district, day) for day in days]
    for indicator in ("centre_urban", "meal_rural", "rehab_urban", "nursing_beds", "social_beds"):
        path = [round(found[indicator], 9) for found in figures]
        assert path == sorted(path), indicator


def test_bed_groups_of_an_institution_never_overlap(district: Session) -> None:
    groups = defaultdict(list)
    for row in district.scalars(select(BedGroup)):
        groups[row.institution_id, row.kind, row.operator].append(row)
    for rows in groups.values():
        rows.sort(key=lambda row: row.from_on)
        for before, after in pairwise(rows):
            assert before.until_on is not None
            assert before.until_on <= after.from_on


def test_points_are_supplied_by_centres_that_were_open(district: Session) -> None:
    sites = {site.id: site for site in district.scalars(select(MealSite))}
    for site in sites.values():
        assert (site.kind is MealSiteKind.POINT) == (site.supplied_by_id is not None)
        assert (site.kind is MealSiteKind.POINT) == (site.kitchen_capacity == 0)
        if site.supplied_by_id is not None:
            supplier = sites[site.supplied_by_id]
            assert supplier.kind is MealSiteKind.REGIONAL_CENTRE
            assert supplier.opened_on <= site.opened_on
    towns = {place.code: place.town_code for place in district.scalars(select(Community))}
    for row in district.scalars(select(MealSiteCommunity)):
        site = sites[row.meal_site_id]
        assert row.since_on >= site.opened_on
        assert towns[row.community_code] == towns[site.community_code]


@pytest.fixture
def whole_demand() -> dict[str, int]:
    """Portions of the busiest weekday by cooking site, for the whole district."""
    sources = read_sources()
    people = draw_people(sources, make_pool(2018), scale=1, seed=2018, on=DEMO_ON)
    houses = make_houses(sources, seed=2018, on=DEMO_ON)
    conditions = draw_conditions(sources, people, beds_now(houses), scale=1, seed=2018)
    network = make_network(sources, seed=2018, on=DEMO_ON)
    orders: list[Subscription] = make_subscriptions(sources, people, conditions, network, seed=2018)
    load: dict[str, int] = defaultdict(int)
    for order in orders:
        load[order.site.supplied_by_id or order.site.id] += "4" in order.weekdays
    return load


def test_kitchens_of_the_whole_district_cook_no_more_than_they_can(
    district: Session, whole_demand: dict[str, int]
) -> None:
    capacity = {site.id: site.kitchen_capacity for site in district.scalars(select(MealSite))}
    over = {
        site: (load, capacity[site]) for site, load in whole_demand.items() if load > capacity[site]
    }
    assert over == {}
    assert sum(whole_demand.values()) > 18_000


def test_before_2020_there_is_less(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        seed_district(session, scale=0.005, on=date(2018, 9, 30))
        found = values(session, date(2018, 9, 30))
    assert found["centre_urban"] == pytest.approx(0.69, abs=0.02)
    assert found["meal_rural"] == pytest.approx(0.39, abs=0.02)
