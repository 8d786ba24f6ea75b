"""Which dates have rosters, in which versions, and how each town's part came to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.rostering.tables import Roster, RosterStatus, TownPlan


def newest_roster_on(session: Session, *, until_on: date | None = None) -> date | None:
    """The latest date (up to and including `until_on`) with a draft or a version, or None."""
    statement = (
        select(col(Roster.on))
        .where(col(Roster.name) == "")
        .order_by(col(Roster.on).desc())
        .limit(1)
    )
    if until_on is not None:
        statement = statement.where(col(Roster.on) <= until_on)
    return session.scalars(statement).first()


def rosters_on(session: Session, on: date) -> Sequence[Roster]:
    """The rosters of a date but its scenarios: the draft first, then versions from the newest."""
    found = session.scalars(
        select(Roster).where(col(Roster.on) == on, col(Roster.name) == "")
    ).all()
    return sorted(
        found, key=lambda one: (one.status is not RosterStatus.DRAFT, -(one.version or 0))
    )


def town_plans(session: Session, roster_id: int) -> Sequence[TownPlan]:
    """How each town's part of a roster was planned, in order of town."""
    return session.scalars(
        select(TownPlan)
        .where(col(TownPlan.roster_id) == roster_id)
        .order_by(col(TownPlan.town_code))
    ).all()
