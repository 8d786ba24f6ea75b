"""What a roster stands on, and what was reported on others that it does not know of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.rostering.tables import Roster, RosterEvent


def stands_on(session: Session, roster: Roster) -> Roster | None:
    """The version that a draft or scenario came from, or None; a version stands on itself."""
    seen: set[int] = set()
    found: Roster | None = roster
    while found is not None and found.version is None:
        if found.based_on_id is None or found.based_on_id in seen:
            return None
        seen.add(found.based_on_id)
        found = session.get(Roster, found.based_on_id)
    return found


def events_missing(
    session: Session,
    roster: Roster,
    others: Iterable[Roster | None],
    *,
    towns: Sequence[str] | None = None,
) -> tuple[str, ...]:
    """Events that one of the others knows of and the roster does not, as they were reported."""
    ids = [one.id for one in others if one is not None]
    known = frozenset(
        session.scalars(
            select(col(RosterEvent.event)).where(col(RosterEvent.roster_id) == roster.id)
        )
    )
    statement = select(col(RosterEvent.event)).where(col(RosterEvent.roster_id).in_(ids))
    if towns is not None:
        statement = statement.where(col(RosterEvent.town_code).in_(towns))
    told = session.scalars(
        statement.order_by(col(RosterEvent.recorded_at), col(RosterEvent.sequence))
    )
    return tuple(one for one in dict.fromkeys(told) if one not in known)
