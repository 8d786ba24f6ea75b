"""One town's part of a roster, read back as the solver's problem and plan.

The roster is a snapshot: what was asked for comes from it, and the registry only adds who lives
and works there now. A service that lasted otherwise than asked for keeps its own end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.demand import DayDemand, Visit
from eldercare.care.expand import expand_day
from eldercare.registry.lookup import qualifications_by_caregiver
from eldercare.registry.tables import Caregiver, Shift
from eldercare.rostering.decisions import Decision, decided
from eldercare.rostering.gathering import gather_town
from eldercare.rostering.problem_builder import build_visit_problem
from eldercare.rostering.reported import as_urgent, came_in_urgently, known_before, reported
from eldercare.rostering.rows import SetAside, TownRows
from eldercare.rostering.slack import slack_of
from eldercare.rostering.tables import (
    Placement,
    Roster,
    RosterRoute,
    RosterStop,
    RosterVisit,
    TownPlan,
)
from eldercare.rostering.visit_gaps import ties_kept, without_contradictions
from solver.problem import Problem
from solver.problem import Visit as Need
from solver.replanning import events
from solver.robustness import Slack
from solver.solution import Proof, Rest, Route, Solution, Stop, Unserved
from solver.travel.crowfly import CrowFly

_GONE = (Placement.CANCELLED,)


@dataclass(frozen=True, slots=True, kw_only=True)
class TownDay:
    """A town's visits on a date: the rows, the problem made of them, and the roster's plan."""

    roster_id: int
    on: date
    town_code: str
    rows: TownRows
    problem: Problem
    plan: Solution
    set_aside: tuple[SetAside, ...]
    undecided: Problem
    """The problem without what coordinators decided by hand."""
    decisions: Mapping[str, Decision]
    """What was decided, by visit."""
    gone_since: Mapping[str, int]
    """Caregivers who were reported to work no longer, and from which minute."""
    slack: Slack | None = None
    """What was bought for the town's plan."""

    @property
    def gone(self) -> frozenset[str]:
        """Caregivers who were reported to work no longer."""
        return frozenset(self.gone_since)

    @property
    def phoned(self) -> frozenset[str]:
        """Visits whose elders have been told by telephone."""
        return frozenset(one for one, found in self.decisions.items() if found.is_phoned)

    @property
    def overridden(self) -> frozenset[str]:
        """Visits that may break a rule because somebody answers for it."""
        return _overridden(self.decisions)


def read_town_day(
    session: Session, roster: Roster, town_code: str, *, also: Sequence[Visit] = ()
) -> TownDay:
    """The town's part of a stored roster; `also` are visits that come in now, in no route yet."""
    if roster.id is None:
        raise AssertionError("only a stored roster can be read")
    stored = _stored(session, roster.id, town_code)
    demand = expand_day(session, roster.on, towns=[town_code])
    visits = [*_visits(demand, stored), *also]
    routes = _routes(session, roster.id, town_code)
    rows = _with_workers(session, gather_town(session, roster.on, town_code, visits), routes)
    rows = replace(rows, gaps=without_contradictions(demand.gaps, visits))
    built = build_visit_problem(rows, CrowFly())
    plan = _plan(built.problem, routes, _stops(session, roster.id), stored)
    told = reported(session, roster.id, town_code)
    asked = as_urgent(built.problem, came_in_urgently(told, visits))
    lasted, gone = known_before(told, _as_it_lasted(asked, plan))
    decisions = {one.visit_id: Decision.of(one) for one in stored}
    ties = ties_kept(built.problem, lasted, plan, answered_for=_overridden(decisions))
    undecided = replace(lasted, dependencies=ties)
    return TownDay(
        roster_id=roster.id,
        on=roster.on,
        town_code=town_code,
        rows=rows,
        problem=decided(undecided, decisions),
        plan=plan,
        set_aside=built.set_aside,
        undecided=undecided,
        decisions=decisions,
        gone_since=gone,
        slack=_slack(session, roster.id, town_code),
    )


def as_known_at(day: TownDay, minute: int) -> TownDay:
    """The day for an event at a minute: whoever is known to go later works until then."""
    later = {who: since for who, since in day.gone_since.items() if since > minute}
    if not later:
        return day
    problem = day.problem
    for who, since in later.items():
        problem = events.leaving(problem, day.plan, who, since)
    gone = {who: since for who, since in day.gone_since.items() if since <= minute}
    return replace(day, problem=problem, gone_since=gone)


def _slack(session: Session, roster_id: int, town_code: str) -> Slack | None:
    plan = session.get(TownPlan, (roster_id, town_code))
    return slack_of(plan.slack_percent) if plan is not None else None


def _overridden(decisions: Mapping[str, Decision]) -> frozenset[str]:
    return frozenset(one for one, found in decisions.items() if found.override_reason)


def _stored(session: Session, roster_id: int, town_code: str) -> list[RosterVisit]:
    return list(
        session.scalars(
            select(RosterVisit)
            .where(
                col(RosterVisit.roster_id) == roster_id,
                col(RosterVisit.town_code) == town_code,
                col(RosterVisit.placement).not_in(_GONE),
            )
            .order_by(col(RosterVisit.visit_id))
        )
    )


def _visits(demand: DayDemand, stored: Iterable[RosterVisit]) -> list[Visit]:
    """The visits as the roster asks for them; what it does not keep comes from the care plans."""
    asked = {one.id: one for one in demand.visits}
    return [_visit(demand.on, row, asked.get(row.visit_id)) for row in stored]


def _visit(on: date, row: RosterVisit, asked: Visit | None) -> Visit:
    whole = asked if asked is not None and asked.elder_id == row.elder_id else bare_visit(on, row)
    return replace(
        whole,
        service_type_code=row.service_type_code,
        minutes=row.minutes,
        people=row.people,
        window_start_minutes=row.window_start_minutes,
        window_end_minutes=row.window_end_minutes,
        preferred_caregiver_id=row.preferred_caregiver_id,
    )


def bare_visit(on: date, row: RosterVisit) -> Visit:
    """A stored visit that no care plan asks for any more, or that came in on the day."""
    return Visit(
        id=row.visit_id,
        on=on,
        elder_id=row.elder_id,
        plan_item_id=row.plan_item_id or "",
        service_type_code=row.service_type_code,
        minutes=row.minutes,
        people=row.people,
        window_start_minutes=row.window_start_minutes,
        window_end_minutes=row.window_end_minutes,
    )


def _routes(session: Session, roster_id: int, town_code: str) -> list[RosterRoute]:
    return list(
        session.scalars(
            select(RosterRoute)
            .where(
                col(RosterRoute.roster_id) == roster_id,
                col(RosterRoute.town_code) == town_code,
                col(RosterRoute.caregiver_id).is_not(None),
            )
            .order_by(col(RosterRoute.id))
        )
    )


def _stops(session: Session, roster_id: int) -> dict[int, list[RosterStop]]:
    found: dict[int, list[RosterStop]] = {}
    statement = select(RosterStop).where(
        col(RosterStop.roster_id) == roster_id, col(RosterStop.visit_id).is_not(None)
    )
    for stop in session.scalars(statement.order_by(col(RosterStop.sequence))):
        found.setdefault(stop.route_id, []).append(stop)
    return found


def _with_workers(session: Session, rows: TownRows, routes: Iterable[RosterRoute]) -> TownRows:
    """With those on the roster's routes who are not among the town's workers any more."""
    known = {shift.id for shift in rows.shifts}
    missing = sorted({route.shift_id for route in routes} - known)
    if not missing:
        return rows
    shifts = list(session.scalars(select(Shift).where(col(Shift.id).in_(missing))))
    people = sorted({one.caregiver_id for one in shifts if one.caregiver_id} - set(rows.caregivers))
    found = session.scalars(select(Caregiver).where(col(Caregiver.id).in_(people)))
    return replace(
        rows,
        shifts=[*rows.shifts, *sorted(shifts, key=lambda shift: shift.id)],
        caregivers={**rows.caregivers, **{one.id: one for one in found}},
        qualifications={**rows.qualifications, **qualifications_by_caregiver(session, people)},
    )


def _plan(
    problem: Problem,
    routes: Iterable[RosterRoute],
    stops: dict[int, list[RosterStop]],
    stored: Iterable[RosterVisit],
) -> Solution:
    known = problem.visit_by_id
    planned = []
    for route in routes:
        mine = [one for one in stops.get(route.id or 0, []) if one.visit_id in known]
        if mine and route.shift_id in problem.shift_by_id:
            planned.append(_route(route, mine))
    served = {stop.visit_id for route in planned for stop in route.stops}
    told = {one.visit_id: one for one in stored}
    left = [_unserved(one, told.get(one)) for one in known if one not in served]
    return Solution(tuple(planned), tuple(left))


def _route(route: RosterRoute, stops: Sequence[RosterStop]) -> Route:
    rest = None
    if route.rest_start_minutes is not None and route.rest_end_minutes is not None:
        begin = route.rest_start_minutes
        before = sum(one.start_minutes < begin for one in stops)
        rest = Rest(before, begin, route.rest_end_minutes)
    return Route(
        route.shift_id,
        route.departure_minutes,
        tuple(
            Stop(
                one.visit_id or "",
                one.part,
                one.arrival_minutes,
                one.start_minutes,
                one.end_minutes,
            )
            for one in stops
        ),
        route.return_minutes,
        rest,
    )


def _unserved(visit_id: str, row: RosterVisit | None) -> Unserved:
    if row is None or row.placement is not Placement.UNSERVED:
        return Unserved(visit_id, "not_found_in_time", Proof.NOT_FOUND)
    proof = Proof(row.proof) if row.proof else Proof.NOT_FOUND
    return Unserved(visit_id, row.reason, proof, row.detail)


def _as_it_lasted(problem: Problem, plan: Solution) -> Problem:
    """Services that lasted longer or shorter than asked for, with the minutes they took."""
    lasted = {
        (stop.visit_id, stop.part): stop.end - stop.start
        for route in plan.routes
        for stop in route.stops
    }

    def of(visit: Need) -> Need:
        parts = tuple(
            replace(part, duration=lasted.get((visit.id, number), part.duration))
            for number, part in enumerate(visit.parts)
        )
        return visit if parts == visit.parts else replace(visit, parts=parts)

    return replace(problem, visits=tuple(of(visit) for visit in problem.visits))
