"""Take back the newest edit by hand of a draft, as far as its own edits go.

Every edit's audit entry holds what it replaced, and a print of the town as it left it. It can be
taken back while the town still is so: planning again, an event or another way of storing ends that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from eldercare.accounts.audit import record
from eldercare.accounts.tables import AuditEntry
from eldercare.database import reading, transaction
from eldercare.errors import Conflict
from eldercare.rostering.edits.images import Image, print_of, put_back, town_image
from eldercare.rostering.edits.keeping import EDITED
from eldercare.rostering.publishing import ANY
from eldercare.rostering.standing import open_unchanged, standing_roster
from eldercare.rostering.tables import Roster, RosterStatus, TownPlan

UNDONE = "roster.undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoRequest:
    """Whose newest edit goes. `clock`: minutes after midnight where the date is today."""

    on: date
    clock: int | None = None
    towns: Sequence[str] | None = None
    """The towns whose day may be changed (None: any)."""
    seen: Collection[str] = (ANY,)
    """Fingerprints of the draft as it was read, or `ANY`."""
    scenario: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastEdit:
    """The edit that would be taken back next: what it was, of which visit, whose and when."""

    entry_id: int
    roster_id: int
    town_code: str
    kind: str
    visit_id: str
    by: str
    at: datetime


def last_edit(
    session: Session, on: date, *, towns: Sequence[str] | None = None, scenario: str = ""
) -> LastEdit | None:
    """The newest edit of the draft (or a scenario) that can be taken back, or None.

    Raises NotFound where the date has no roster.
    """
    roster, _ = standing_roster(session, on, (ANY,), scenario)
    found = _newest(session, roster, towns)
    return None if found is None else _told(found)


def undo_edit(database: Engine, request: UndoRequest, *, by: str, now: datetime) -> LastEdit:
    """Take back the newest edit; the draft is then as it was before it. Leaves an audit entry.

    Raises NotFound where the date has no roster; Conflict `nothing_to_undo`, `draft_changed` where
    the draft is none of `seen`, `visit_has_begun` where what it changed is under way or done.
    """
    with reading(database) as session:
        _, seen = standing_roster(session, request.on, request.seen, request.scenario)
    with transaction(database) as session:
        draft = open_unchanged(session, request.on, seen, now, request.scenario)
        entry = _newest(session, draft, request.towns)
        if entry is None or entry.before is None:
            raise Conflict(
                f"the draft of {request.on} has no edit that can be taken back: planning again and "
                "events are no edits",
                code="nothing_to_undo",
            )
        told, was, roster_id = _told(entry), entry.before, draft.id or 0
        if request.clock is not None:
            _refuse_begun(town_image(session, roster_id, told.town_code), was, request.clock)
        put_back(session, roster_id, told.town_code, was)
        plan = session.get(TownPlan, (roster_id, told.town_code))
        if plan is not None:
            plan.planned_at = now  # another state: open pages take notice
        session.flush()
        image = town_image(session, roster_id, told.town_code)
        record(
            session,
            at=now,
            user_name=by,
            action=UNDONE,
            subject=f"roster/{request.on}",
            before={"edit": told.kind, "visit": told.visit_id},
            after={
                "roster_id": roster_id,
                "scenario": request.scenario or None,
                "town": told.town_code,
                "print": print_of(image),
                "undoes": told.entry_id,
            },
        )
    return told


def _newest(session: Session, roster: Roster, towns: Sequence[str] | None) -> AuditEntry | None:
    """The newest edit that still stands, of those towns, if nothing else was stored over it."""
    if roster.status is not RosterStatus.DRAFT or roster.id is None:
        return None
    standing: dict[str, list[AuditEntry]] = {}
    for entry, after in _entries(session, roster):
        town = str(after.get("town"))
        if entry.action == EDITED:
            standing.setdefault(town, []).append(entry)
        elif standing.get(town):
            standing[town].pop()
    tops = sorted(
        (
            edits[-1]
            for town, edits in standing.items()
            if edits and (towns is None or town in towns)
        ),
        key=lambda one: -one.id,
    )
    for top in tops:
        after = top.after or {}
        image = town_image(session, roster.id, str(after.get("town")))
        if top.before is not None and after.get("print") == print_of(image):
            return top
    return None


def _entries(session: Session, roster: Roster) -> Iterator[tuple[AuditEntry, dict[str, Any]]]:
    found = session.scalars(
        select(AuditEntry)
        .where(
            col(AuditEntry.subject) == f"roster/{roster.on}",
            col(AuditEntry.action).in_([EDITED, UNDONE]),
        )
        .order_by(col(AuditEntry.id))
    )
    for entry in found:
        if entry.after is not None and entry.after.get("roster_id") == roster.id:
            yield entry, entry.after


def _told(entry: AuditEntry) -> LastEdit:
    after = entry.after or {}
    return LastEdit(
        entry_id=entry.id,
        roster_id=int(after["roster_id"]),
        town_code=str(after["town"]),
        kind=str(after["edit"]),
        visit_id=str(after["visit"]),
        by=entry.user_name,
        at=entry.at,
    )


def _refuse_begun(now: Image, was: Image, clock: int) -> None:
    for shift_id, route in was["routes"].items():
        if _begun(route, clock) != _begun(now["routes"].get(shift_id), clock):
            raise Conflict(
                "what the edit changed is under way or done: it stays as it is",
                code="visit_has_begun",
            )


def _begun(route: dict[str, Any] | None, clock: int) -> set[tuple[str, int, int]]:
    return {
        (one["visit_id"], one["part"], one["start_minutes"])
        for one in (route or {}).get("stops", ())
        if one["start_minutes"] < clock
    }
