"""Who is visited at home: the plan's priority groups first, then by need."""

from __future__ import annotations

import numpy as np

from eldercare.registry.tables import PLAN_PRIORITY_GROUPS, PriorityGroup
from eldercare.seeding.conditions import Conditions
from eldercare.seeding.people import ALONE, People
from eldercare.seeding.sources import Sources
from eldercare.seeding.streams import Floats, Generator, Ints, weighted_order

NOT_YET_REACHED = 0.985
"""Share of the elders on a plan who were really visited in the look-back (new plans, no-shows)."""
TOWN_SPREAD = 0.18
COMMUNITY_SPREAD = 0.8
"""Standard deviation of the logarithm of a community's take-up: home care begins somewhere."""
GROUP_WEIGHT = {
    PriorityGroup.DIBAO: 9.0,
    PriorityGroup.DIBAO_MARGIN: 4.0,
    PriorityGroup.HONOURED: 4.0,
    PriorityGroup.AGED_ALONE: 6.0,
}
LEVEL_WEIGHT = (0.12, 0.25, 1.0, 4.0, 8.0, 12.0)
"""Weight of being visited: never assessed, then care level 0 to 4 (assumed)."""
PRIORITY_WEIGHT = 300.0
NOT_YET_KNOWN = 0.3
"""Elders of these groups whom nobody has reached yet are rarely visited for another reason."""


def visit_weights(sources: Sources, people: People, conditions: Conditions, seed: int) -> Floats:
    """How likely each elder is to be visited at home; 0 for those who cannot be."""
    reached = sources.baseline.value("priority_groups_served_share", people.on)
    known = people.chances(seed, "care_plan.reached", 1)[:, 0] < reached
    weight = np.array(LEVEL_WEIGHT)[conditions.assessed_level(people) + 1]
    weight = weight * np.where(people.ages.years >= 80, 2.0, 1.0)
    weight = weight * np.where(people.living == ALONE, 1.5, 1.0)
    for group, members in conditions.groups.items():
        if group in PLAN_PRIORITY_GROUPS:
            more = np.where(known, PRIORITY_WEIGHT, weight * NOT_YET_KNOWN)
            weight = np.where(members, more, weight)
        else:
            weight = np.where(members, np.maximum(weight, GROUP_WEIGHT[group]), weight)
    return np.where(people.active & conditions.at_home, weight, 0.0)


def choose_visited(
    sources: Sources,
    people: People,
    conditions: Conditions,
    weights: Floats,
    town: int,
    chance: Generator,
) -> Ints:
    """Elders of a town who are visited: the path's share, more in some towns than in others."""
    share = sources.baseline.value("home_service_share", people.on) / NOT_YET_REACHED
    here = np.flatnonzero(people.town == town)
    home = int((people.active & conditions.at_home)[here].sum())
    tilt = 1 + chance.uniform(-TOWN_SPREAD, TOWN_SPREAD)
    take_up = np.ones(len(sources.communities))
    for index, place in enumerate(sources.communities):
        if place.town == town:
            take_up[index] = np.exp(chance.normal(0.0, COMMUNITY_SPREAD))
    order = weighted_order(chance, weights[here] * take_up[people.community[here]])
    return np.asarray(here[order[: round(share * tilt * home)]])
