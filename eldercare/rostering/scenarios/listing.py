"""The versions and the scenarios of a date, each with its counts and what it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from eldercare.rostering.explaining.answers import RosterRef
from eldercare.rostering.explaining.case import ref
from eldercare.rostering.in_force import roster_in_force
from eldercare.rostering.summary import summarise
from eldercare.rostering.tables import Roster, RosterStatus, TownPlan
from eldercare.rostering.views import MealCounts, VisitCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry:
    """One roster of a date in a list; `overridden` of the `violations` somebody answers for."""

    roster_id: int
    on: date
    status: RosterStatus
    version: int | None
    name: str
    created_at: datetime
    created_by: str | None
    published_at: datetime | None
    published_by: str | None
    based_on: RosterRef | None
    is_in_force: bool
    visits: VisitCounts
    meals: MealCounts
    violations: int
    overridden: int
    cost: int
    """Of the visits, as verified when they were stored."""
    meal_cost: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterList:
    """Rosters of a date; counts are of the towns asked for."""

    on: date
    rosters: tuple[RosterEntry, ...]


def list_versions(session: Session, on: date, *, towns: Sequence[str] | None = None) -> RosterList:
    """Every version of a date, from the newest; a date without any has an empty list."""
    rosters = session.scalars(
        select(Roster)
        .where(col(Roster.on) == on, col(Roster.version).is_not(None))
        .order_by(col(Roster.version).desc())
    )
    return _listed(session, on, list(rosters), towns)


def list_scenarios(session: Session, on: date, *, towns: Sequence[str] | None = None) -> RosterList:
    """Every scenario of a date, from the oldest."""
    rosters = session.scalars(
        select(Roster)
        .where(col(Roster.on) == on, col(Roster.name) != "")
        .order_by(col(Roster.created_at), col(Roster.id))
    )
    return _listed(session, on, list(rosters), towns)


def _listed(
    session: Session, on: date, rosters: Sequence[Roster], towns: Sequence[str] | None
) -> RosterList:
    current = roster_in_force(session, on)
    entries = (
        entry_of(
            session, one, towns=towns, is_in_force=current is not None and one.id == current.id
        )
        for one in rosters
    )
    return RosterList(on=on, rosters=tuple(entries))


def entry_of(
    session: Session, roster: Roster, *, towns: Sequence[str] | None, is_in_force: bool = False
) -> RosterEntry:
    """One roster with its counts."""
    if roster.id is None:
        raise AssertionError("only a stored roster is listed")
    summary = summarise(session, roster.id, towns)
    base = session.get(Roster, roster.based_on_id) if roster.based_on_id is not None else None
    return RosterEntry(
        roster_id=roster.id,
        on=roster.on,
        status=roster.status,
        version=roster.version,
        name=roster.name,
        created_at=roster.created_at,
        created_by=roster.created_by,
        published_at=roster.published_at,
        published_by=roster.published_by,
        based_on=None if base is None else ref(base),
        is_in_force=is_in_force,
        visits=summary.visits,
        meals=summary.meals,
        violations=summary.violations,
        overridden=overridden_of(session, roster.id, towns),
        cost=sum(summary.visit_cost.values()),
        meal_cost=summary.meal_cost,
    )


def overridden_of(session: Session, roster_id: int, towns: Sequence[str] | None) -> int:
    """Of a roster's violations, those that somebody answers for by name."""
    statement = select(func.sum(TownPlan.overridden)).where(col(TownPlan.roster_id) == roster_id)
    if towns is not None:
        statement = statement.where(col(TownPlan.town_code).in_(towns))
    return int(session.scalar(statement) or 0)
