"""The roster that stands: read as somebody saw it, opened for writing if it still is that one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlmodel import Session

from eldercare.errors import Conflict, NotFound
from eldercare.rostering.lifecycle import find_roster, scenario_named
from eldercare.rostering.publishing import ANY, fingerprint
from eldercare.rostering.storing import open_draft
from eldercare.rostering.tables import Roster, RosterStatus


def standing_roster(
    session: Session, on: date, seen: Collection[str], scenario: str = ""
) -> tuple[Roster, str]:
    """The date's roster (draft, else published), or a scenario of it, with its fingerprint.

    Raises NotFound where there is none, Conflict `draft_changed` where it is none of `seen`.
    """
    roster = scenario_named(session, on, scenario) if scenario else find_roster(session, on)
    if roster is None or roster.id is None:
        raise NotFound(f"{on} has no roster: run `eldercare plan {on}`", code="no_roster")
    print_of = fingerprint(session, roster.id)
    if ANY not in seen and print_of not in seen:
        raise Conflict(
            f"the roster of {on} is not the one you read: read it again", code="draft_changed"
        )
    return roster, print_of


def open_unchanged(
    session: Session, on: date, seen: str, now: datetime, scenario: str = ""
) -> Roster:
    """The draft or scenario to store into; Conflict where the roster is not the one read."""
    if scenario:
        base: Roster | None = scenario_named(session, on, scenario, lock=True)
    else:
        base = find_roster(session, on)
        if base is not None and base.status is RosterStatus.DRAFT:
            session.refresh(base, with_for_update=True)
    if base is None or base.id is None or fingerprint(session, base.id) != seen:
        raise Conflict(
            f"the roster of {on} was changed meanwhile: read it and do it again",
            code="roster_changed",
        )
    return base if scenario else open_draft(session, on, now)
