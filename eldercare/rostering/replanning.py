"""Plan a town's day again after something happened, into a draft, disturbing few elders.

Reading and storing are short transactions; in between nothing is locked. What was stored by
somebody else meanwhile is not overwritten: the answer is refused and can be asked for again.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from eldercare.accounts.audit import record
from eldercare.care.demand import Visit
from eldercare.database import reading, transaction
from eldercare.errors import NotPermitted
from eldercare.rostering.disruptions import Disruption, DisruptionKind, parse_disruption
from eldercare.rostering.happening import (
    happen,
    moment_of,
    town_of_event,
    visit_of_event,
)
from eldercare.rostering.planned import PLANNED, Fate, MendedVisits
from eldercare.rostering.publishing import ANY
from eldercare.rostering.solving import visit_fates, visit_routes
from eldercare.rostering.standing import open_unchanged, standing_roster
from eldercare.rostering.storing import replace_visits
from eldercare.rostering.tables import Placement, Roster, RosterEvent
from eldercare.rostering.town_day import TownDay, as_known_at, read_town_day
from eldercare.rostering.weights import DISTURBED
from solver.by_hand import excused
from solver.replanning import Appointment, Replanned, appointments, remainder, replan
from solver.replanning.events import Happened
from solver.verify import verify

MOST_DISTURBED = 10
"""Elders who may get another caregiver or time where nobody says how many."""
TIME_LIMIT_SECONDS = 1.2
"""Of the search: reading a town of 500 visits and checking its plan take half a second more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanRequest:
    """What happened on a date. `clock`: minutes after midnight where the date is today."""

    on: date
    event: str
    most_disturbed: int | None = MOST_DISTURBED
    time_limit_seconds: float = TIME_LIMIT_SECONDS
    seed: int = 1
    clock: int | None = None
    rounds: int | None = None
    """Bounds the search instead of seconds, so that it repeats exactly."""
    towns: Sequence[str] | None = None
    """The towns whose day may be changed (None: any)."""
    seen: Collection[str] = (ANY,)
    """Fingerprints of the roster that the event was reported on, or `ANY`."""
    scenario: str = ""
    """Try the event on this scenario; the draft, and what is in force, know nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an elder was told of a visit: who comes and when (minutes after midnight)."""

    caregivers: tuple[str, ...]
    start_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DisturbedElder:
    """A visit that comes otherwise than promised, or (`now` None) does not come any more."""

    elder: str
    visit: str
    was: Told
    now: Told | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanReport:
    """What became of the day: the draft, whom it disturbs, and whom it no longer serves."""

    roster_id: int
    on: date
    town_code: str
    event: str
    at_minutes: int
    frozen_stops: int
    """Stops that were done or under way: they stay to the minute."""
    disturbed: tuple[DisturbedElder, ...]
    lost: tuple[DisturbedElder, ...]
    withdrawn: tuple[str, ...]
    """Visits left out because serving them would disturb more elders than may be."""
    incoming: str | None
    violations: int
    seconds: float
    scenario: str = ""
    """That was planned again and not the draft."""


@dataclass(frozen=True, slots=True)
class _Read:
    """The case as it was read, and the state of the roster it was read from."""

    event: Disruption
    day: TownDay
    incoming: Visit | None
    seen: str


@dataclass(frozen=True, slots=True)
class _Found:
    """The case, what the event did to it, and the answer."""

    case: _Read
    happened: Happened
    at_minutes: int
    mended: MendedVisits


@dataclass(frozen=True, slots=True)
class ReplanProposal:
    """An answer that nobody has stored: look at `report`, then `adopt` it or let it go.

    `report.roster_id` is 0 so far; `change` is what the town's day costs more, by term.
    """

    report: ReplanReport
    change: dict[str, int]
    request: ReplanRequest
    found: _Found

    def told(self, visit_id: str) -> Told | None:
        """Who would come to a visit and when; None where nobody would."""
        stops = [
            (stop.start_minutes, route.caregiver_id)
            for route in self.found.mended.routes
            for stop in route.stops
            if stop.visit_id == visit_id
        ]
        if not stops:
            return None
        people = tuple(sorted(who for _, who in stops if who is not None))
        return Told(caregivers=people, start_minutes=min(start for start, _ in stops))


def replan_day(database: Engine, request: ReplanRequest, *, by: str, now: datetime) -> ReplanReport:
    """Plan the town that an event concerns again, into the date's draft.

    The draft that stands is mended, or else a new one that copies what is published. Leaves an
    audit entry. Raises NotFound, InvalidInput and Conflict with what is wrong with the event, and
    Conflict `roster_changed` where somebody else stored meanwhile.
    """
    return adopt(database, propose(database, request), by=by, now=now)


def propose(database: Engine, request: ReplanRequest) -> ReplanProposal:
    """Work an answer out as `replan_day` does, and store nothing."""
    begun = time.monotonic()
    event = parse_disruption(request.event)
    with reading(database) as session:
        case = _read(session, request, event)
    at = moment_of(event, case.day, clock=request.clock)
    case = replace(case, day=as_known_at(case.day, at))
    happened = happen(event, case.day, at, case.incoming)
    gone = happened.gone | case.day.gone
    answered_for = _answered_for(case.day, happened, gone)
    found = replan(
        excused(happened.day, happened.plan, answered_for),
        happened.plan,
        now=at,
        gone=gone,
        most_disturbed=request.most_disturbed,
        phoned=case.day.phoned,
        time_limit=request.time_limit_seconds,
        seed=request.seed,
        rounds=request.rounds,
        price=DISTURBED,
        slack=case.day.slack,
    )
    mended = _mended(case, happened, found, gone, answered_for, time.monotonic() - begun)
    return ReplanProposal(
        report=_report(case, happened, found, at, mended),
        change=_change(case.day, mended),
        request=request,
        found=_Found(case, happened, at, mended),
    )


def adopt(database: Engine, proposal: ReplanProposal, *, by: str, now: datetime) -> ReplanReport:
    """Store a proposal in the date's draft; Conflict `roster_changed` where that changed since."""
    case, mended = proposal.found.case, proposal.found.mended
    with transaction(database) as session:
        request = proposal.request
        draft = open_unchanged(session, request.on, case.seen, now, request.scenario)
        replace_visits(session, draft, mended, now)
        at = proposal.found.at_minutes
        _note(session, draft, case.day.town_code, case.event, at, by=by, now=now)
        report = replace(proposal.report, roster_id=draft.id or 0, scenario=draft.name)
        _audit(session, report, by=by, now=now)
    return report


def _change(day: TownDay, mended: MendedVisits) -> dict[str, int]:
    before = {term.value: cost for term, cost in verify(day.problem, day.plan).cost.items()}
    terms = sorted(before.keys() | mended.cost.keys())
    change = {term: mended.cost.get(term, 0) - before.get(term, 0) for term in terms}
    return {term: value for term, value in change.items() if value}


def _read(session: Session, request: ReplanRequest, event: Disruption) -> _Read:
    roster, seen = standing_roster(session, request.on, request.seen, request.scenario)
    town_code = town_of_event(session, roster, event)
    if request.towns is not None and town_code not in request.towns:
        raise NotPermitted(
            f"{event.text} concerns town {town_code}, outside the area you work in",
            code="out_of_scope",
        )
    incoming = visit_of_event(session, roster, event)
    day = read_town_day(session, roster, town_code, also=[incoming] if incoming else ())
    return _Read(event, day, incoming, seen)


def _mended(
    case: _Read,
    happened: Happened,
    found: Replanned,
    gone: frozenset[str],
    answered_for: frozenset[str],
    seconds: float,
) -> MendedVisits:
    """The new plan as rows; what had begun may break a rule, what is planned now may not."""
    fates = visit_fates(happened.day, found.solution)
    checked = verify(happened.day, found.solution)
    eased = excused(happened.day, found.solution, answered_for)
    overridden = len(checked.violations) - len(verify(eased, found.solution).violations)
    if case.event.kind is DisruptionKind.CANCEL:
        fates[case.event.subject] = Fate(Placement.CANCELLED, "cancelled", "", case.event.text)
    rows = case.day.rows
    added = [(case.incoming, rows.priority(case.incoming.elder_id))] if case.incoming else []
    return MendedVisits(
        town_code=case.day.town_code,
        fates=fates,
        routes=tuple(visit_routes(happened.day, found.solution)),
        cost={term.value: cost for term, cost in checked.cost.items() if cost},
        violations=found.violations + overridden,
        overridden=overridden,
        answered_for=answered_for & {one for one, fate in fates.items() if fate == PLANNED},
        seconds=seconds,
        added=tuple(added),
        gone=gone,
    )


def _answered_for(day: TownDay, happened: Happened, gone: frozenset[str]) -> frozenset[str]:
    """Visits that may go on breaking a rule: not those of somebody who works no longer."""
    lost = {
        stop.visit_id
        for route in happened.plan.routes
        if happened.day.shift_by_id[route.shift_id][0].id in gone
        for stop in route.stops
    }
    return day.overridden - lost


def _note(
    session: Session,
    draft: Roster,
    town_code: str,
    event: Disruption,
    at: int,
    *,
    by: str,
    now: datetime,
) -> None:
    if draft.id is None:
        raise AssertionError("the draft has been flushed")
    last = session.scalar(
        select(func.max(RosterEvent.sequence)).where(col(RosterEvent.roster_id) == draft.id)
    )
    session.add(
        RosterEvent(
            roster_id=draft.id,
            sequence=(last or 0) + 1,
            town_code=town_code,
            event=event.text,
            at_minutes=at,
            recorded_at=now,
            recorded_by=by,
        )
    )


def _report(
    case: _Read,
    happened: Happened,
    found: Replanned,
    at: int,
    mended: MendedVisits,
) -> ReplanReport:
    before = appointments(case.day.problem, case.day.plan)
    after = appointments(happened.day, found.solution)
    elder_of = {visit.id: visit.elder for visit in case.day.problem.visits}
    lost = [one for one in before if one in happened.day.visit_by_id and one not in after]
    frozen = remainder(happened.day, happened.plan, at, gone=mended.gone).begun
    return ReplanReport(
        roster_id=0,
        on=case.day.on,
        town_code=case.day.town_code,
        event=case.event.text,
        at_minutes=at,
        frozen_stops=sum(len(one.stops) for one in frozen.values()),
        disturbed=tuple(
            DisturbedElder(
                elder=one.elder, visit=one.visit_id, was=_told(one.was), now=_told(one.now)
            )
            for one in found.disturbed
        ),
        lost=tuple(
            DisturbedElder(elder=elder_of[one], visit=one, was=_told(before[one]), now=None)
            for one in lost
        ),
        withdrawn=found.withdrawn,
        incoming=case.incoming.id if case.incoming else None,
        violations=mended.violations,
        seconds=round(mended.seconds, 3),
    )


def _told(one: Appointment) -> Told:
    return Told(caregivers=one.caregivers, start_minutes=one.start)


def _audit(session: Session, report: ReplanReport, *, by: str, now: datetime) -> None:
    record(
        session,
        at=now,
        user_name=by,
        action="roster.replan",
        subject=f"roster/{report.on}",
        before=None,
        after={
            "roster_id": report.roster_id,
            "scenario": report.scenario or None,
            "event": report.event,
            "disturbed": [one.visit for one in report.disturbed],
            "lost": [one.visit for one in report.lost],
        },
    )
