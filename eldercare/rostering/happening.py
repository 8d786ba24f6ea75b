"""From a reported event to the day as it now is: whom it concerns, when, and what changes."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.demand import Visit
from eldercare.care.tables import ServiceType
from eldercare.errors import Conflict, InvalidInput, NotFound
from eldercare.registry.lookup import elders_as_of
from eldercare.registry.queries import care_levels, get_caregiver, get_elder
from eldercare.registry.tables import Community, Elder
from eldercare.rostering.disruptions import (
    EMERGENCY_WITHIN_MINUTES,
    NO_SHOW_WAIT_MINUTES,
    Disruption,
    DisruptionKind,
)
from eldercare.rostering.reported import as_urgent
from eldercare.rostering.tables import Placement, Roster, RosterRoute, RosterVisit
from eldercare.rostering.town_day import TownDay
from solver.errors import ProblemError
from solver.problem import Problem
from solver.replanning import events
from solver.replanning.events import Happened
from solver.solution import Solution

LAST_MINUTE = 24 * 60 - 1
_OF_A_VISIT = {DisruptionKind.CANCEL, DisruptionKind.NO_SHOW, DisruptionKind.OVERRUN}
_OF_A_CAREGIVER = {DisruptionKind.SICK, DisruptionKind.LATE_START}


def town_of_event(session: Session, roster: Roster, event: Disruption) -> str:
    """Code of the town that an event concerns.

    Raises NotFound where its visit, caregiver or elder is unknown, Conflict for a visit that was
    called off.
    """
    if event.kind in _OF_A_VISIT:
        visit = session.get(RosterVisit, (roster.id, event.subject))
        if visit is None:
            raise NotFound(
                f"the roster of {roster.on} has no visit {event.subject}", code="visit_not_found"
            )
        if visit.placement is Placement.CANCELLED:
            raise Conflict(f"visit {event.subject} has been called off", code="visit_cancelled")
        return visit.town_code
    if event.kind in _OF_A_CAREGIVER:
        return _town_of_caregiver(session, roster, event.subject)
    elder = _elder(session, roster, event)
    community = session.get(Community, elder.community_code)
    if community is None:
        raise AssertionError("an elder's community is a foreign key")
    return community.town_code


def _elder(session: Session, roster: Roster, event: Disruption) -> Elder:
    """The elder with the home of that date."""
    get_elder(session, event.subject)
    return elders_as_of(session, [event.subject], roster.on)[event.subject]


def _town_of_caregiver(session: Session, roster: Roster, caregiver_id: str) -> str:
    """The town on whose routes she is; without a route, her own."""
    caregiver = get_caregiver(session, caregiver_id)
    on_route = session.scalars(
        select(col(RosterRoute.town_code)).where(
            col(RosterRoute.roster_id) == roster.id, col(RosterRoute.caregiver_id) == caregiver_id
        )
    ).first()
    return on_route or caregiver.town_code


def visit_of_event(session: Session, roster: Roster, event: Disruption) -> Visit | None:
    """The visit that comes in with an event, or None.

    Raises NotFound for an unknown service, InvalidInput for an elder without a position.
    """
    if event.kind not in {DisruptionKind.EMERGENCY, DisruptionKind.NEW}:
        return None
    elder = _elder(session, roster, event)
    service = session.get(ServiceType, event.service_type_code)
    if service is None:
        known = ", ".join(session.scalars(select(col(ServiceType.code)).order_by("code")))
        raise NotFound(
            f"no service has the code {event.service_type_code}; known are {known}",
            code="service_not_found",
        )
    if not service.is_home_visit:
        raise InvalidInput(
            f"service {service.code} ({service.name}) is not given at home", code="not_a_visit"
        )
    if elder.longitude is None or elder.latitude is None:
        raise InvalidInput(
            f"elder {elder.id} has no position ({elder.address}): place the address first",
            code="no_position",
        )
    begin = event.at_minutes or 0
    opens, closes = event.window or (begin, min(LAST_MINUTE, begin + EMERGENCY_WITHIN_MINUTES))
    return Visit(
        id=_free_id(session, roster, f"N{elder.id}"),
        on=roster.on,
        elder_id=elder.id,
        plan_item_id="",
        service_type_code=service.code,
        minutes=service.default_minutes,
        people=_people(session, roster, elder.id, service),
        window_start_minutes=opens,
        window_end_minutes=closes,
    )


def _people(session: Session, roster: Roster, elder_id: str, service: ServiceType) -> int:
    least = service.two_person_from_level
    level = care_levels(session, [elder_id], roster.on).get(elder_id, 0)
    return 2 if least is not None and level >= least else 1


def _free_id(session: Session, roster: Roster, stem: str) -> str:
    number = 1
    while session.get(RosterVisit, (roster.id, f"{stem}-{number}.{roster.on:%Y%m%d}")) is not None:
        number += 1
    return f"{stem}-{number}.{roster.on:%Y%m%d}"


def moment_of(event: Disruption, day: TownDay, *, clock: int | None) -> int:
    """Minute at which the event is known of: as reported, else `clock`, else as planned.

    Without a clock (another date than today) a visit is called off before the day begins, nobody
    opens at the planned time, and a service takes longer from its planned end.
    """
    if event.kind is DisruptionKind.LATE_START:
        return clock if clock is not None else _first_shift(day, event.subject)
    if event.at_minutes is not None:
        return event.at_minutes
    if clock is not None:
        return clock
    stops = [
        stop for route in day.plan.routes for stop in route.stops if stop.visit_id == event.subject
    ]
    if event.kind is DisruptionKind.NO_SHOW and stops:
        first = min(stops, key=lambda stop: stop.start)
        return min(first.start + NO_SHOW_WAIT_MINUTES, first.end)
    if event.kind is DisruptionKind.OVERRUN and stops:
        return max(stop.end for stop in stops)
    return 0


def _first_shift(day: TownDay, caregiver_id: str) -> int:
    caregiver = day.problem.caregiver_by_id.get(caregiver_id)
    return min((shift.start for shift in caregiver.shifts), default=0) if caregiver else 0


def happen(event: Disruption, day: TownDay, now: int, incoming: Visit | None) -> Happened:
    """The day and its plan after the event.

    Raises InvalidInput with the solver's sentence where it cannot have happened so.
    """
    problem, plan = day.problem, day.plan
    if incoming is not None and event.kind is DisruptionKind.EMERGENCY:
        problem = as_urgent(problem, {incoming.id})
    ways: dict[DisruptionKind, Callable[[Problem, Solution], Happened]] = {
        DisruptionKind.SICK: lambda d, p: events.sick(d, p, event.subject, now),
        DisruptionKind.LATE_START: lambda d, p: events.late_start(
            d, p, event.subject, event.at_minutes or 0, now
        ),
        DisruptionKind.CANCEL: lambda d, p: events.cancelled(d, p, event.subject, now),
        DisruptionKind.NO_SHOW: lambda d, p: events.no_show(d, p, event.subject, now),
        DisruptionKind.OVERRUN: lambda d, p: events.overrun(
            d, p, event.subject, event.more_minutes
        ),
    }
    way = ways.get(event.kind, Happened)
    try:
        return way(problem, plan)
    except ProblemError as fault:
        raise InvalidInput(f"{event.text}: {fault}", code="event_impossible") from fault
