"""Scenarios of a date as the console reads and writes them; each call asks for rights anew.

Every function opens its own session and may be run in a thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from api.console.visitor import Visitor
from eldercare.accounts.permissions import Action, require
from eldercare.accounts.scope import towns_for
from eldercare.registry.lookup import elders_by_id
from eldercare.rostering.explaining.case import SCENARIO
from eldercare.rostering.handing_on import NotKept, not_kept
from eldercare.rostering.lifecycle import find_roster, scenario_named
from eldercare.rostering.publishing import fingerprint
from eldercare.rostering.scenarios.comparing import ScenarioComparisons, compare_scenarios
from eldercare.rostering.scenarios.keeping import (
    PromoteRequest,
    Promotion,
    create_scenario,
    discard_scenario,
    promote_scenario,
)
from eldercare.rostering.scenarios.listing import RosterEntry, entry_of, list_scenarios
from eldercare.rostering.tables import Roster, RosterStatus
from eldercare.settings import DISTRICT_CODE


@dataclass(frozen=True)
class Seen:
    """What a decision about a scenario was made on: fingerprints as they were read."""

    name: str
    scenario: str
    draft: str | None
    """None: the date has no draft."""


@dataclass(frozen=True)
class Lost:
    """What planning anew could not keep, with the elder's name where it is about one."""

    about: NotKept
    elder: str


def scene_entries(
    session: Session, on: date, rosters: list[Roster], towns: list[str]
) -> list[RosterEntry]:
    """The draft, the newest version, then every scenario, each with its counts."""
    draft = [one for one in rosters if one.status is RosterStatus.DRAFT][:1]
    told = [one for one in rosters if one.status is not RosterStatus.DRAFT][:1]
    shown = [entry_of(session, one, towns=towns) for one in draft]
    shown += [entry_of(session, one, towns=towns, is_in_force=True) for one in told]
    return [*shown, *list_scenarios(session, on, towns=towns).rosters]


def lost_of(session: Session, roster_id: int, towns: list[str]) -> list[Lost]:
    """What the newest plans of a roster's towns did not keep of those before."""
    found = not_kept(session, roster_id, towns)
    people = {one.elder_id for one in found if one.elder_id is not None}
    elders = elders_by_id(session, sorted(people))
    names: Mapping[str, str] = {key: one.name for key, one in elders.items()}
    return [Lost(one, names.get(one.elder_id or "", one.elder_id or "")) for one in found]


def make_scene(visitor: Visitor, on: date, name: str, base: str) -> None:
    """Copy `base` (see `create_scenario`) into a new scenario."""
    with visitor.place.writing() as session:
        user = visitor.confirmed(session, Action.EDIT_ROSTER)
        create_scenario(session, on, name, base=base, by=user.name, now=visitor.place.now())


def seen_scene(visitor: Visitor, on: date, name: str) -> Seen:
    """A scenario and the draft as they are now."""
    with visitor.place.reading() as session:
        visitor.confirmed(session, Action.EDIT_ROSTER)
        scenario = scenario_named(session, on, name)
        draft = find_roster(session, on, RosterStatus.DRAFT)
        return Seen(
            name,
            fingerprint(session, scenario.id or 0),
            None if draft is None else fingerprint(session, draft.id or 0),
        )


def promote_scene(
    visitor: Visitor, on: date, seen: Seen, *, keep_draft_as: str = "", over_newer: bool = False
) -> Promotion:
    """Make a scenario the draft; the draft that stands is kept under a name, or else goes."""
    with visitor.place.writing() as session:
        user = visitor.confirmed(session, Action.EDIT_ROSTER, area_code=DISTRICT_CODE)
        goes = seen.draft is not None and not keep_draft_as
        request = PromoteRequest(
            on=on,
            name=seen.name,
            seen=[seen.scenario],
            keep_draft_as=keep_draft_as or None,
            discard_seen=[seen.draft] if goes and seen.draft is not None else (),
            over_newer=over_newer,
        )
        return promote_scenario(session, request, by=user.name, now=visitor.place.now())


def discard_scene(visitor: Visitor, on: date, seen: Seen) -> None:
    """Delete a scenario; who works in some towns only, their own one."""
    with visitor.place.writing() as session:
        user = visitor.confirmed(session, Action.EDIT_ROSTER)
        if scenario_named(session, on, seen.name).created_by != user.name:
            require(user, Action.EDIT_ROSTER, area_code=DISTRICT_CODE)
        discard_scenario(
            session, on, seen.name, seen=[seen.scenario], by=user.name, now=visitor.place.now()
        )


def compare_scenes(visitor: Visitor, on: date, baseline: str | None) -> ScenarioComparisons:
    """Every scenario of a date against a baseline (None: what is in force, else the draft)."""
    with visitor.place.reading() as session:
        user = visitor.confirmed(session, Action.READ_ROSTER)
        towns = towns_for(user, Action.READ_ROSTER, None)
        names = None
        if baseline is not None and baseline.startswith(SCENARIO):
            every = list_scenarios(session, on, towns=towns).rosters
            names = [one.name for one in every if SCENARIO + one.name != baseline]
        return compare_scenarios(session, on, names=names, baseline=baseline, towns=towns)
