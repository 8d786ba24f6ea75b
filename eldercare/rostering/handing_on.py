"""A town is planned anew: what coordinators decided by hand is handed on, or named as not kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.clock import clock
from eldercare.rostering.decisions import Decision
from eldercare.rostering.lifecycle import find_roster, scenario_named
from eldercare.rostering.planned import PlannedTown
from eldercare.rostering.tables import (
    Placement,
    RosterEvent,
    RosterRoute,
    RosterStop,
    RosterVisit,
    TownPlan,
)

_UNDECIDED = Decision()


class Loss(StrEnum):
    """What a new plan did not take over."""

    VISIT_GONE = "visit_gone"
    """Decided about a visit that nobody asks for any more, or that came in on the day."""
    LOCK = "lock"
    LEFT_OUT = "left_out"
    OVERRIDE = "override"
    CALL_AGAIN = "call_again"
    """Told by telephone, and comes otherwise now."""
    CANCELLED = "cancelled"
    """Called off on the day, and asked for again."""
    EVENT = "event"
    """Reported while the plan was made, or the engine broke off: it is made without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotKept:
    """One thing of the plan before that does not hold in the new one."""

    loss: Loss
    subject: str
    """Id of the visit, or the event as it was reported."""
    elder_id: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class _Told:
    """Who comes to a visit, by part, and when it begins."""

    carers: tuple[str, ...]
    start_minutes: int


@dataclass(frozen=True, slots=True)
class Before:
    """A town's part of a roster as it was before it is planned anew."""

    rows: tuple[RosterVisit, ...]
    told: Mapping[str, _Told]
    events: tuple[str, ...]


def standing_decisions(
    session: Session, on: date, scenario: str = ""
) -> dict[str, dict[str, Decision]]:
    """Town → visit → what a new plan of the date has to respect.

    Of the roster that the plan is stored over: the scenario, or else the draft or what is
    published. Rules that somebody answers for belong to the old plan: a new one breaks none, so
    neither these marks nor the locks that needed them bind it.
    """
    roster = scenario_named(session, on, scenario) if scenario else find_roster(session, on)
    found: defaultdict[str, dict[str, Decision]] = defaultdict(dict)
    if roster is None:
        return found
    for row in session.scalars(
        select(RosterVisit).where(
            col(RosterVisit.roster_id) == roster.id,
            col(RosterVisit.placement) != Placement.CANCELLED,
        )
    ):
        decision = _binding(Decision.of(row))
        if decision != _UNDECIDED:
            found[row.town_code][row.visit_id] = decision
    return found


def _binding(decision: Decision) -> Decision:
    if decision.override_reason is None:
        return decision
    return Decision(is_phoned=decision.is_phoned, is_left_out=decision.is_left_out)


def town_before(session: Session, roster_id: int, town_code: str) -> Before:
    """Read a town's part of a roster before its rows go."""
    rows = session.scalars(
        select(RosterVisit)
        .where(col(RosterVisit.roster_id) == roster_id, col(RosterVisit.town_code) == town_code)
        .order_by(col(RosterVisit.visit_id))
    ).all()
    stops = session.execute(
        select(
            col(RosterStop.visit_id),
            col(RosterStop.part),
            col(RosterRoute.caregiver_id),
            col(RosterStop.start_minutes),
        )
        .join(RosterRoute, col(RosterRoute.id) == col(RosterStop.route_id))
        .where(
            col(RosterRoute.roster_id) == roster_id,
            col(RosterRoute.town_code) == town_code,
            col(RosterRoute.caregiver_id).is_not(None),
        )
    ).all()
    events = session.scalars(
        select(col(RosterEvent.event))
        .where(col(RosterEvent.roster_id) == roster_id, col(RosterEvent.town_code) == town_code)
        .order_by(col(RosterEvent.sequence))
    ).all()
    for row in rows:
        session.expunge(row)
    return Before(tuple(rows), _appointments((v, p, c, s) for v, p, c, s in stops), tuple(events))


def _appointments(stops: Iterable[tuple[str, int, str, int]]) -> dict[str, _Told]:
    by_visit: defaultdict[str, list[tuple[int, str, int]]] = defaultdict(list)
    for visit_id, part, carer, start in stops:
        by_visit[visit_id].append((part, carer, start))
    return {
        visit_id: _Told(tuple(carer for _, carer, _ in sorted(parts)), min(parts)[2])
        for visit_id, parts in by_visit.items()
    }


def hand_on(
    before: Before, rows: Sequence[RosterVisit], planned: PlannedTown
) -> tuple[NotKept, ...]:
    """Write the decisions into the new rows where they hold there; returns what does not."""
    new = {row.visit_id: row for row in rows}
    told = _appointments(
        (stop.visit_id, stop.part, route.caregiver_id, stop.start_minutes)
        for route in planned.routes
        if route.caregiver_id is not None
        for stop in route.stops
        if stop.visit_id is not None
    )
    lost: list[NotKept] = []
    for old in before.rows:
        was, row = Decision.of(old), new.get(old.visit_id)
        if old.placement is Placement.CANCELLED:
            if row is not None and row.placement is not Placement.CANCELLED:
                lost.append(_not_kept(Loss.CANCELLED, old, "called off before, asked for again"))
        elif row is None:
            came_in = old.plan_item_id is None
            if came_in or was != _UNDECIDED:
                why = "came in on the day" if came_in else "no care plan asks for it any more"
                lost.append(_not_kept(Loss.VISIT_GONE, old, why))
        elif row.visit_id in planned.begun:
            was.write(row)
        elif was != _UNDECIDED:
            was = _without_gone(was, planned.gone)
            lost += _handed_on(old, row, was, before.told.get(row.visit_id), told.get(row.visit_id))
    lost += (
        NotKept(loss=Loss.EVENT, subject=one, elder_id=None, detail="planned without it")
        for one in before.events
        if one not in planned.known_events
    )
    return tuple(lost)


def _without_gone(was: Decision, gone: Collection[str]) -> Decision:
    """Locks on somebody who works no longer are off: reporting that has said so."""
    if not set(was.locked_caregiver_ids or ()) & set(gone):
        return was
    return replace(was, locked_caregiver_ids=None, locked_start_minutes=None)


def _handed_on(
    old: RosterVisit, row: RosterVisit, was: Decision, before: _Told | None, now: _Told | None
) -> Iterator[NotKept]:
    """Write one visit's decisions into its new row; yields those that do not hold."""
    kept = _binding(was)
    if was.override_reason is not None:
        yield _not_kept(
            Loss.OVERRIDE, old, f"{was.override_by}: {was.override_reason}; a new plan keeps rules"
        )
    if kept.is_left_out and now is not None:
        yield _not_kept(Loss.LEFT_OUT, old, f"left out meanwhile ({old.detail}), now {_said(now)}")
        kept = replace(kept, is_left_out=False)
    elif kept.is_left_out and row.placement is Placement.UNSERVED:
        row.reason, row.proof, row.detail = old.reason, old.proof, old.detail
    if not _holds(kept, now):
        yield _not_kept(Loss.LOCK, old, f"locked to {_locked(kept)}, now {_said(now)}")
        kept = replace(kept, locked_caregiver_ids=None, locked_start_minutes=None)
    if kept.is_phoned and before != now:
        yield _not_kept(Loss.CALL_AGAIN, old, f"was {_said(before)}, now {_said(now)}")
    kept.write(row)


def _holds(kept: Decision, now: _Told | None) -> bool:
    """A lock holds also where the visit found no place with it: then it is why."""
    if now is None:
        return True
    carers, start = kept.locked_caregiver_ids, kept.locked_start_minutes
    return (carers is None or carers == now.carers) and start in {None, now.start_minutes}


def _not_kept(loss: Loss, old: RosterVisit, detail: str) -> NotKept:
    return NotKept(loss=loss, subject=old.visit_id, elder_id=old.elder_id, detail=detail)


def _said(told: _Told | None) -> str:
    if told is None:
        return "not served"
    return f"{clock(told.start_minutes)} {'+'.join(told.carers)}"


def _locked(kept: Decision) -> str:
    carers = "+".join(kept.locked_caregiver_ids or ())
    start = "" if kept.locked_start_minutes is None else clock(kept.locked_start_minutes)
    return f"{start} {carers}".strip()


def as_notes(lost: Iterable[NotKept]) -> list[dict[str, str | None]]:
    """For `TownPlan.notes`."""
    return [asdict(one) | {"loss": one.loss.value} for one in lost]


def not_kept(
    session: Session, roster_id: int, towns: Sequence[str] | None = None
) -> tuple[NotKept, ...]:
    """What the newest plan of each town of a roster did not take over from the one before."""
    statement = select(TownPlan).where(col(TownPlan.roster_id) == roster_id)
    if towns is not None:
        statement = statement.where(col(TownPlan.town_code).in_(towns))
    plans = session.scalars(statement.order_by(col(TownPlan.town_code)))
    return tuple(
        NotKept(
            loss=Loss(note["loss"]),
            subject=note["subject"],
            elder_id=note["elder_id"],
            detail=note["detail"],
        )
        for plan in plans
        for note in plan.notes
    )
