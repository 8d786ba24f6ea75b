"""Read everything a date's plan needs, once, split by town.

Visits belong to the town where the elder lives, meal orders to the town of their meal site: riders
start there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session

from eldercare.care.demand import MealOrder, Visit, VisitGap
from eldercare.care.expand import expand_day
from eldercare.care.records import familiar_caregivers
from eldercare.care.tables import ServiceType
from eldercare.errors import NotFound
from eldercare.registry.lookup import (
    elders_as_of,
    qualifications_by_caregiver,
    town_names,
    town_of_community,
)
from eldercare.registry.queries import caregiver_shifts, groups_as_of, rider_shifts
from eldercare.registry.tables import Elder, MealSite
from eldercare.registry.weekly_limits import minutes_left_of_week
from eldercare.registry.wishes import preferred_communities, refused_caregivers
from eldercare.rostering.fairness import past_workloads
from eldercare.rostering.rows import TownRows
from eldercare.rostering.weights import FAMILIAR_DAYS


def gather_day(session: Session, on: date, towns: Sequence[str] | None) -> list[TownRows]:
    """Rows of every chosen town (None: all), by code. Raises NotFound for an unknown town."""
    chosen = _chosen(session, towns)
    demand = expand_day(session, on)
    sites = {site.id: site for site in session.scalars(select(MealSite))}
    people = {visit.elder_id for visit in demand.visits}
    people |= {order.elder_id for order in demand.meal_orders}
    elders = elders_as_of(session, people, on)
    town_of = town_of_community(session)
    visits: defaultdict[str, list[Visit]] = defaultdict(list)
    orders: defaultdict[str, list[MealOrder]] = defaultdict(list)
    for visit in demand.visits:
        visits[town_of[elders[visit.elder_id].community_code]].append(visit)
    for order in demand.meal_orders:
        orders[town_of[sites[order.meal_site_id].community_code]].append(order)
    gaps = _gaps_by_town(demand.gaps, visits)
    return [
        replace(
            _town(session, on, code, visits[code], orders[code], elders, sites), gaps=gaps[code]
        )
        for code in chosen
    ]


def _gaps_by_town(
    gaps: Sequence[VisitGap], visits: Mapping[str, Sequence[Visit]]
) -> defaultdict[str, list[VisitGap]]:
    """Gaps by the town of their visits: both are of one elder."""
    town_of = {visit.id: code for code, own in visits.items() for visit in own}
    found: defaultdict[str, list[VisitGap]] = defaultdict(list)
    for gap in gaps:
        found[town_of[gap.after_visit_id]].append(gap)
    return found


def _chosen(session: Session, towns: Sequence[str] | None) -> list[str]:
    known = town_names(session)
    if towns is None:
        if not known:
            raise NotFound(
                "the registry holds no town: run `eldercare seed` or import communities",
                code="no_towns",
            )
        return list(known)
    unknown = sorted(set(towns) - set(known))
    if unknown:
        raise NotFound(f"no town has the code {', '.join(unknown)}", code="town_not_found")
    return sorted(set(towns))


def gather_town(session: Session, on: date, town_code: str, visits: Sequence[Visit]) -> TownRows:
    """A town's workers and the rows that these visits need; no meal orders."""
    elders = elders_as_of(session, {visit.elder_id for visit in visits}, on)
    sites = {site.id: site for site in session.scalars(select(MealSite))}
    return _town(session, on, town_code, visits, (), elders, sites)


def _town(
    session: Session,
    on: date,
    town_code: str,
    visits: Sequence[Visit],
    orders: Sequence[MealOrder],
    elders: dict[str, Elder],
    sites: dict[str, MealSite],
) -> TownRows:
    town_of = town_of_community(session)
    people = {visit.elder_id for visit in visits} | {order.elder_id for order in orders}
    own = caregiver_shifts(session, on, towns=[town_code])
    rounds = [
        one
        for one in rider_shifts(session, on)
        if town_of[sites[one.rider.meal_site_id].community_code] == town_code
    ]
    caregivers = {one.caregiver.id: one.caregiver for one in own}
    return TownRows(
        on=on,
        town_code=town_code,
        visits=visits,
        meal_orders=orders,
        elders={elder_id: elders[elder_id] for elder_id in sorted(people & elders.keys())},
        groups=groups_as_of(session, people, on),
        service_types={one.code: one for one in session.scalars(select(ServiceType))},
        shifts=[*(one.shift for one in own), *(one.shift for one in rounds)],
        caregivers=caregivers,
        qualifications=qualifications_by_caregiver(session, caregivers),
        familiar=familiar_caregivers(
            session, {v.elder_id for v in visits}, on - timedelta(days=FAMILIAR_DAYS), on
        ),
        refused=refused_caregivers(session, {v.elder_id for v in visits}, on),
        areas=preferred_communities(session, caregivers),
        minutes_left=minutes_left_of_week(session, caregivers.values(), on),
        past_workload=past_workloads(session, caregivers.values(), on),
        riders={one.rider.id: one.rider for one in rounds},
        meal_sites=sites,
    )
