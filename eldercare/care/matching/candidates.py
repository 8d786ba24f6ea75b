"""Who looks for a place on a date, and which places are open, as plain values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from eldercare.care.tables import CarePlan, MatchKind, MealSubscription
from eldercare.registry.as_of import (
    holds,
    is_in_institution,
    is_registered,
    started_not_ended,
)
from eldercare.registry.queries import groups_as_of
from eldercare.registry.tables import (
    PLAN_PRIORITY_GROUPS,
    CareCentre,
    Community,
    Elder,
    ElderGroup,
    MealSite,
    PriorityGroup,
)

ORDINARY_DIETS = frozenset({"", "普通", "普食", "普通餐", "无"})
"""Words for a meal that every kitchen cooks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeker:
    """An elder who is to have a place; higher priorities choose first."""

    elder_id: str
    position: tuple[float, float] | None
    """Longitude and latitude, WGS-84 degrees."""
    priority: int
    is_urban: bool
    diets: frozenset[str] = frozenset()
    place_id: str | None = None
    """Where the elder goes so far without a match: the site of the meals ordered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An open place; `pool` names whose capacity it draws on, `diets` is None where all are had."""

    id: str
    name: str
    position: tuple[float, float]
    pool: str
    diets: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class OpenPlaces:
    """The places of a kind in order of id, and by pool how many elders it can take."""

    places: tuple[Place, ...]
    capacities: Mapping[str, int | None]


def diets_of(text: str) -> frozenset[str]:
    """The special diets that a text names, whatever stands between them."""
    words = re.split(r"[,，、;；/\s]+", text)
    return frozenset(words) - ORDINARY_DIETS


def seekers(session: Session, kind: MatchKind, on: date) -> list[Seeker]:
    """Elders living at home on a date who need a place of the kind, in order of id.

    A care centre: those with a care plan in force, and those the plan puts first. A meal site:
    those with a meal subscription in force.
    """
    statement = (
        select(col(Elder.id), col(Elder.longitude), col(Elder.latitude), col(Elder.community_code))
        .where(is_registered(on), ~is_in_institution(on), _needs(kind, on))
        .order_by(col(Elder.id))
    )
    rows = sorted(session.execute(statement).all())
    groups = groups_as_of(session, [row.id for row in rows], on)
    urban = {one.code: one.is_urban for one in session.scalars(select(Community))}
    ordered = _ordered_meals(session, on) if kind is MatchKind.MEAL_SITE else {}
    return [
        Seeker(
            elder_id=row.id,
            position=None
            if row.longitude is None or row.latitude is None
            else (row.longitude, row.latitude),
            priority=_priority(groups.get(row.id, frozenset())),
            is_urban=urban[row.community_code],
            diets=diets_of(" ".join(diet for _, diet in ordered.get(row.id, ()))),
            place_id=ordered[row.id][0][0] if row.id in ordered else None,
        )
        for row in rows
    ]


def _priority(groups: frozenset[PriorityGroup]) -> int:
    if groups & PLAN_PRIORITY_GROUPS:
        return 2
    return 1 if groups else 0


def _needs(kind: MatchKind, on: date) -> ColumnElement[bool]:
    of_elder = {
        table: select(1).where(col(table.elder_id) == col(Elder.id), holds(table, on))
        for table in (CarePlan, ElderGroup, MealSubscription)
    }
    if kind is MatchKind.MEAL_SITE:
        return of_elder[MealSubscription].correlate(Elder).exists()
    first = of_elder[ElderGroup].where(col(ElderGroup.group).in_(PLAN_PRIORITY_GROUPS))
    return or_(
        of_elder[CarePlan].correlate(Elder).exists(),
        first.correlate(Elder).exists(),
    )


def _ordered_meals(session: Session, on: date) -> dict[str, list[tuple[str, str]]]:
    """Elder id → (meal site, diet) of the subscriptions in force, in order of their ids."""
    statement = select(
        col(MealSubscription.id),
        col(MealSubscription.elder_id),
        col(MealSubscription.meal_site_id),
        col(MealSubscription.diet),
    ).where(holds(MealSubscription, on))
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for _, elder_id, site_id, diet in sorted(session.execute(statement).all()):
        found[elder_id].append((site_id, diet))
    return found


def open_places(session: Session, kind: MatchKind, on: date) -> OpenPlaces:
    """The places of the kind that are open on a date."""
    return _meal_sites(session, on) if kind is MatchKind.MEAL_SITE else _care_centres(session, on)


def _care_centres(session: Session, on: date) -> OpenPlaces:
    statement = select(CareCentre).where(
        started_not_ended(CareCentre.opened_on, CareCentre.closed_on, on)
    )
    rows = sorted(session.scalars(statement), key=lambda row: row.id)
    places = tuple(
        Place(id=row.id, name=row.name, position=(row.longitude, row.latitude), pool=row.id)
        for row in rows
    )
    return OpenPlaces(places, {row.id: row.capacity for row in rows})


def _meal_sites(session: Session, on: date) -> OpenPlaces:
    """Meal sites; what cooks nothing itself draws on the kitchen and diets of its supplier."""
    statement = select(MealSite).where(
        started_not_ended(MealSite.opened_on, MealSite.closed_on, on)
    )
    rows = {row.id: row for row in session.scalars(statement)}
    places = []
    for site_id in sorted(rows):
        row = rows[site_id]
        kitchen = row if row.kitchen_capacity > 0 else rows.get(row.supplied_by_id or "")
        if kitchen is None:
            continue  # its supplier is closed: nothing to hand out
        diets = row.diets if row.diets is not None else kitchen.diets
        places.append(
            Place(
                id=row.id,
                name=row.name,
                position=(row.longitude, row.latitude),
                pool=kitchen.id,
                diets=None if diets is None else diets_of(diets),
            )
        )
    pools = {place.pool for place in places}
    return OpenPlaces(tuple(places), {pool: rows[pool].kitchen_capacity for pool in sorted(pools)})
