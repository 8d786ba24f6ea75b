"""Make a scenario, make it the draft, discard it; nothing of a draft is lost without a word."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from eldercare.accounts.audit import record
from eldercare.errors import Conflict, FieldProblem, InvalidInput
from eldercare.rostering.explaining.case import roster_asked
from eldercare.rostering.in_force import roster_in_force
from eldercare.rostering.lifecycle import find_roster, scenario_named
from eldercare.rostering.publishing import ANY, fingerprint
from eldercare.rostering.scenarios.descent import events_missing, stands_on
from eldercare.rostering.storing import copy_rows, remove_rows
from eldercare.rostering.tables import Placement, Roster, RosterStatus, RosterVisit

LONGEST_NAME = 40
EMPTY = "empty"
"""In the place of a roster's name: a scenario without any plan, to be planned from nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromoteRequest:
    """Which scenario becomes the draft, and what becomes of the draft that stands.

    `seen` are fingerprints of the scenario as it was read, `discard_seen` of the draft that may be
    discarded (or `ANY`); `keep_draft_as` names the scenario that the draft becomes instead.
    `over_newer`: also where a version was published that the scenario does not stand on.
    """

    on: date
    name: str
    seen: Collection[str] = (ANY,)
    keep_draft_as: str | None = None
    discard_seen: Collection[str] = ()
    over_newer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What became of both: the draft now, and the one before as a scenario or discarded.

    `events_missing` were reported on the draft before or on what is in force, and the new draft was
    not planned around them.
    """

    on: date
    roster_id: int
    promoted: str
    draft_kept_as: str | None
    discarded_roster_id: int | None
    events_missing: tuple[str, ...]


def create_scenario(
    session: Session,
    on: date,
    name: str,
    *,
    base: str | None = None,
    seen: Collection[str] = (ANY,),
    by: str,
    now: datetime,
) -> Roster:
    """Copy a roster of the date into a new scenario; leaves an audit entry.

    `base` as in `roster_named` (None: the draft, else what is in force; `EMPTY`: copy nothing),
    `seen` its fingerprints. Raises NotFound where the date has no such roster, InvalidInput for a
    bad name, Conflict `scenario_exists` for a taken one and `draft_changed` where the base is none
    of `seen`.
    """
    check_name(name)
    _refuse_taken(session, on, name)
    source = None if base == EMPTY else roster_asked(session, on, base)
    if source is not None and ANY not in seen and fingerprint(session, source.id or 0) not in seen:
        raise Conflict(
            f"the roster of {on} is not the one you read: read it again", code="draft_changed"
        )
    scenario = Roster(
        on=on,
        status=RosterStatus.DRAFT,
        name=name,
        created_at=now,
        created_by=by,
        based_on_id=_version_under(session, on, source),
    )
    session.add(scenario)
    try:
        session.flush()
    except IntegrityError as error:  # somebody else was quicker
        raise _taken(on, name) from error
    if source is not None:
        copy_rows(session, source, scenario)
        session.flush()
    of = EMPTY if source is None else source.id
    _audit(session, "scenario.create", on, {}, _told(scenario) | {"of": of}, by=by, now=now)
    return scenario


def _version_under(session: Session, on: date, source: Roster | None) -> int | None:
    """Id of the version that a scenario stands on: a copy of a draft on what the draft stands on.

    One that begins with nothing will be planned over what is in force.
    """
    if source is None:
        current = roster_in_force(session, on)
        return None if current is None else current.id
    return source.id if source.version is not None else source.based_on_id


def promote_scenario(
    session: Session, request: PromoteRequest, *, by: str, now: datetime
) -> Promotion:
    """Make a scenario the date's draft; leaves an audit entry.

    Raises NotFound where there is no such scenario; Conflict `draft_stands` where it is not said
    what becomes of the draft, `newer_version` where what is in force came after what the scenario
    stands on, `draft_changed` where either is not the one that was read, `scenario_exists`.
    """
    on = request.on
    if request.keep_draft_as is not None and request.discard_seen:
        raise InvalidInput(
            "the draft is either kept as a scenario or discarded: give one of both",
            code="bad_promotion",
        )
    scenario = scenario_named(session, on, request.name, lock=True)
    _refuse_unseen(session, scenario, request.seen, f"the scenario {request.name!r}")
    if not request.over_newer:
        _refuse_newer(session, scenario)
    draft = find_roster(session, on, RosterStatus.DRAFT)
    missing = events_missing(session, scenario, [draft, roster_in_force(session, on)])
    before = _told(scenario)
    scenario.name = ""
    session.flush()
    kept_as = discarded = None
    if draft is not None:
        session.refresh(draft, with_for_update=True)
        if draft.status is not RosterStatus.DRAFT or draft.name:
            raise Conflict(
                f"the draft of {on} was published or replaced meanwhile: look again",
                code="roster_changed",
            )
        if request.keep_draft_as is not None:
            kept_as = _keep(session, draft, request.keep_draft_as, by=by)
        else:
            discarded = _discard_draft(session, draft, request.discard_seen)
    report = Promotion(
        on=on,
        roster_id=scenario.id or 0,
        promoted=request.name,
        draft_kept_as=kept_as,
        discarded_roster_id=discarded,
        events_missing=missing,
    )
    after = {"roster_id": report.roster_id, "draft_kept_as": kept_as, "discarded": discarded}
    _audit(session, "scenario.promote", on, before, after, by=by, now=now)
    return report


def discard_scenario(
    session: Session, on: date, name: str, *, seen: Collection[str] = (ANY,), by: str, now: datetime
) -> None:
    """Delete a scenario for good; leaves an audit entry with what it held.

    Raises NotFound where there is none, Conflict `draft_changed` where it is none of `seen`.
    """
    scenario = scenario_named(session, on, name, lock=True)
    _refuse_unseen(session, scenario, seen, f"the scenario {name!r}")
    before = _told(scenario) | {"served": _served(session, scenario)}
    _remove(session, scenario)
    _audit(session, "scenario.discard", on, before, None, by=by, now=now)


def check_name(name: str) -> None:
    """Raise InvalidInput for a name that cannot stand in an address or on a line."""
    is_plain = name == name.strip() and name.isprintable() and "/" not in name
    if is_plain and 0 < len(name) <= LONGEST_NAME:
        return
    sentence = (
        f"a scenario's name has 1 to {LONGEST_NAME} characters, no / and no space at either end"
    )
    raise InvalidInput(
        f"{name!r} cannot be a name: {sentence}",
        code="bad_scenario_name",
        fields=[FieldProblem("/name", sentence)],
    )


def _refuse_taken(session: Session, on: date, name: str) -> None:
    if session.exec(select(Roster.id).where(Roster.on == on, Roster.name == name)).first():
        raise _taken(on, name)


def _taken(on: date, name: str) -> Conflict:
    return Conflict(
        f"{on} has a scenario {name!r} already: choose another name or discard that one",
        code="scenario_exists",
    )


def _refuse_unseen(session: Session, roster: Roster, seen: Collection[str], what: str) -> None:
    if ANY not in seen and fingerprint(session, roster.id or 0) not in seen:
        raise Conflict(
            f"{what} of {roster.on} is not the one you read: read it again", code="draft_changed"
        )


def _refuse_newer(session: Session, scenario: Roster) -> None:
    current = roster_in_force(session, scenario.on)
    base = stands_on(session, scenario)
    if current is None or (base is not None and base.id == current.id):
        return
    made = "before anything was published" if base is None else f"from version {base.version}"
    raise Conflict(
        f"scenario {scenario.name!r} was made {made}, and version {current.version} is in force: "
        "publishing it would undo what that version changed. Compare them, then promote it with "
        "`over_newer`",
        code="newer_version",
    )


def _keep(session: Session, draft: Roster, name: str, *, by: str) -> str:
    check_name(name)
    _refuse_taken(session, draft.on, name)
    draft.name = name
    draft.created_by = draft.created_by or by
    session.flush()
    return name


def _discard_draft(session: Session, draft: Roster, seen: Collection[str]) -> int | None:
    if not seen:
        raise Conflict(
            f"{draft.on} has a draft: give `keep_draft_as` with a name for it, or say with "
            "`discard_draft` that it is not needed any more",
            code="draft_stands",
        )
    _refuse_unseen(session, draft, seen, "the draft")
    number = draft.id
    _remove(session, draft)
    return number


def _remove(session: Session, roster: Roster) -> None:
    """Delete a roster that nobody was told of; what was based on it is based on what it was."""
    assert roster.version is None
    for heir in session.exec(select(Roster).where(Roster.based_on_id == roster.id)).all():
        heir.based_on_id = roster.based_on_id
    session.flush()
    remove_rows(session, roster.id or 0)
    session.delete(roster)
    session.flush()


def _served(session: Session, roster: Roster) -> int:
    return session.exec(
        select(func.count()).where(
            col(RosterVisit.roster_id) == roster.id,
            col(RosterVisit.placement) == Placement.PLANNED,
        )
    ).one()


def _told(roster: Roster) -> dict[str, Any]:
    return {"roster_id": roster.id, "scenario": roster.name, "based_on": roster.based_on_id}


def _audit(
    session: Session,
    action: str,
    on: date,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    *,
    by: str,
    now: datetime,
) -> None:
    record(
        session,
        at=now,
        user_name=by,
        action=action,
        subject=f"roster/{on}",
        before=before or None,
        after=after,
    )
