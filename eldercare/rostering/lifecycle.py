"""Draft → published → closed: versions of a date's roster."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session, col, func, select

from eldercare.errors import Conflict, NotFound
from eldercare.rostering.tables import Roster, RosterStatus, TownPlan


def publish(session: Session, on: date, *, by: str, now: datetime) -> Roster:
    """Give the date's draft the next version number and close the version before it.

    Raises NotFound when the date has no draft, Conflict when its plan breaks rules for which nobody
    answers by name.
    """
    draft = find_roster(session, on, RosterStatus.DRAFT)
    if draft is None:
        raise NotFound(
            f"{on} has no draft to publish: run `eldercare plan {on}` first", code="no_draft"
        )
    _refuse_unverified(session, draft)
    newest = session.exec(select(func.max(Roster.version)).where(Roster.on == on)).one()
    current = find_roster(session, on, RosterStatus.PUBLISHED)
    if current is not None:
        current.status = RosterStatus.CLOSED
        session.add(current)
    draft.status = RosterStatus.PUBLISHED
    draft.version = (newest or 0) + 1
    draft.published_at = now
    draft.published_by = by
    session.add(draft)
    session.flush()
    return draft


def _refuse_unverified(session: Session, draft: Roster) -> None:
    broken = session.exec(
        select(TownPlan.town_code).where(
            TownPlan.roster_id == draft.id, TownPlan.violations > TownPlan.overridden
        )
    ).all()
    if broken:
        raise Conflict(
            f"the draft of {draft.on} breaks rules in {', '.join(broken)}; plan these towns again",
            code="draft_not_verified",
        )


def find_roster(session: Session, on: date, status: RosterStatus | None = None) -> Roster | None:
    """The date's roster in a status; None: the draft where there is one, else what is published.

    Never a scenario.
    """
    statement = (
        select(Roster).where(Roster.on == on, Roster.name == "").order_by(col(Roster.id).desc())
    )
    if status is not None:
        return session.exec(statement.where(Roster.status == status)).first()
    return find_roster(session, on, RosterStatus.DRAFT) or find_roster(
        session, on, RosterStatus.PUBLISHED
    )


def scenario_named(session: Session, on: date, name: str, *, lock: bool = False) -> Roster:
    """A scenario of a date, or NotFound; with `lock` nobody else writes it until the commit."""
    statement = select(Roster).where(Roster.on == on, Roster.name == name)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.exec(statement).first()
    if found is None or not name:
        raise NotFound(
            f"{on} has no scenario {name!r}: `eldercare scenario list {on}` names all",
            code="scenario_not_found",
        )
    return found


def roster_of_version(session: Session, on: date, version: int) -> Roster:
    """A published or closed version of a date, or NotFound."""
    found = session.exec(select(Roster).where(Roster.on == on, Roster.version == version)).first()
    if found is None:
        raise NotFound(f"{on} has no version {version}", code="no_roster")
    return found


def close_past(session: Session, today: date) -> int:
    """Close published rosters of dates that are over; returns how many."""
    over = session.exec(
        select(Roster).where(Roster.on < today, Roster.status == RosterStatus.PUBLISHED)
    ).all()
    for roster in over:
        roster.status = RosterStatus.CLOSED
        session.add(roster)
    session.flush()
    return len(over)
