"""Which version of a date's roster holds: the newest that was published, also after the day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from eldercare.rostering.tables import Roster, RosterStatus

_TOLD = (RosterStatus.PUBLISHED, RosterStatus.CLOSED)


def roster_in_force(session: Session, on: date) -> Roster | None:
    """The newest version of a date, closed ones of days that are over included; never a draft."""
    return roster_before(session, on, None)


def roster_before(session: Session, on: date, version: int | None) -> Roster | None:
    """The newest version before `version` (None: of all), or None; never a draft."""
    statement = select(Roster).where(
        col(Roster.on) == on, col(Roster.status).in_(_TOLD), col(Roster.version).is_not(None)
    )
    if version is not None:
        statement = statement.where(col(Roster.version) < version)
    return session.scalars(statement.order_by(col(Roster.version).desc()).limit(1)).first()


def rosters_in_force(session: Session, from_on: date, until_on: date) -> dict[int, date]:
    """Roster id → date of the newest version of each date from one up to before another."""
    newest = (
        select(col(Roster.on).label("on"), func.max(col(Roster.version)).label("version"))
        .where(col(Roster.on) >= from_on, col(Roster.on) < until_on, col(Roster.status).in_(_TOLD))
        .group_by(col(Roster.on))
        .subquery()
    )
    rows = select(col(Roster.id), col(Roster.on)).join(
        newest, (newest.c.on == col(Roster.on)) & (newest.c.version == col(Roster.version))
    )
    return dict(sorted(session.execute(rows).all()))
