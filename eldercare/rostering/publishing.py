"""Publish what was seen: a draft is published only as the person who publishes it last read it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Table, inspect, select
from sqlmodel import Session, SQLModel

from eldercare.accounts.audit import record
from eldercare.errors import Conflict
from eldercare.rostering.lifecycle import find_roster, publish
from eldercare.rostering.tables import (
    Roster,
    RosterEvent,
    RosterMeal,
    RosterRoute,
    RosterStatus,
    RosterStop,
    RosterVisit,
    TownPlan,
)

ANY = "*"
"""In the place of a fingerprint: publish the draft whatever it is by now."""

_PARTS: tuple[type[SQLModel], ...] = (
    Roster,
    TownPlan,
    RosterVisit,
    RosterMeal,
    RosterRoute,
    RosterStop,
    RosterEvent,
)


def fingerprint(session: Session, roster_id: int) -> str:
    """SHA-256 over the rows of a roster: another plan, edit or status gives another one."""
    digest = hashlib.sha256()
    for kind in _PARTS:
        table = _table(kind)
        key = table.c["id" if kind is Roster else "roster_id"]
        rows = session.execute(
            select(table).where(key == roster_id).order_by(*table.primary_key.columns)
        )
        for row in rows:
            digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def _table(kind: type[SQLModel]) -> Table:
    table = inspect(kind).local_table
    assert isinstance(table, Table)
    return table


def publish_as_seen(
    session: Session, on: date, *, seen: Collection[str], by: str, now: datetime
) -> Roster:
    """Publish the date's draft if its fingerprint is one of `seen` (or `ANY` is among them).

    Leaves an audit entry. Raises Conflict `draft_changed` where the draft is another by now, and
    what `publish` raises.
    """
    draft = find_roster(session, on, RosterStatus.DRAFT)
    if draft is not None and draft.id is not None:
        # Two who publish at once: the second waits here and then finds no draft any more.
        session.refresh(draft, with_for_update=True)
        if draft.status is RosterStatus.DRAFT and ANY not in seen:
            _refuse_unseen(session, draft.id, seen)
    roster = publish(session, on, by=by, now=now)
    record(
        session,
        at=now,
        user_name=by,
        action="roster.publish",
        subject=f"roster/{on}",
        before={"status": RosterStatus.DRAFT.value},
        after={"status": roster.status.value, "version": roster.version, "roster_id": roster.id},
    )
    return roster


def _refuse_unseen(session: Session, draft_id: int, seen: Collection[str]) -> None:
    if fingerprint(session, draft_id) not in seen:
        raise Conflict(
            "the draft is not the one you read: read it again, then publish it",
            code="draft_changed",
        )
