"""Read a whole roster, or one worker's part of it, as views."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from eldercare.care.tables import ServiceType
from eldercare.errors import InvalidInput, NotFound
from eldercare.registry.lookup import at_home, homes_on
from eldercare.registry.tables import Caregiver, Elder, MealSite, Qualification, Rider, Shift
from eldercare.registry.workers import CaregiverQualification
from eldercare.rostering.decisions import Decision
from eldercare.rostering.lifecycle import find_roster, roster_of_version, scenario_named
from eldercare.rostering.reasons import proof_zh, reason_zh
from eldercare.rostering.summary import summarise
from eldercare.rostering.tables import (
    Placement,
    Roster,
    RosterMeal,
    RosterRoute,
    RosterStatus,
    RosterStop,
    RosterVisit,
)
from eldercare.rostering.views import RosterView, RouteView, StopView, UnplacedView

MEAL_SERVICE = "meal_delivery"
MEAL_NAME = "助餐"


def read_roster(
    session: Session,
    on: date,
    *,
    status: RosterStatus | None = None,
    version: int | None = None,
    scenario: str | None = None,
    towns: Sequence[str] | None = None,
    worker_id: str | None = None,
) -> RosterView:
    """A roster of the date by status, version or scenario, of some towns or of one worker.

    None of them: the draft where there is one, else what is published. Raises NotFound where there
    is none such, InvalidInput where more than one is given.
    """
    if sum(one is not None for one in (status, version, scenario)) > 1:
        raise InvalidInput(
            "a roster is named by its status, its version or its scenario: give one of them",
            code="bad_roster_name",
        )
    if version is not None:
        roster: Roster | None = roster_of_version(session, on, version)
    elif scenario is not None:
        roster = scenario_named(session, on, scenario)
    else:
        roster = find_roster(session, on, status)
    if roster is None:
        what = "roster" if status is None else f"{status.value} roster"
        raise NotFound(f"{on} has no {what}: run `eldercare plan {on}`", code="no_roster")
    return view_of(session, roster, towns=towns, worker_id=worker_id)


def view_of(
    session: Session,
    roster: Roster,
    *,
    towns: Sequence[str] | None = None,
    worker_id: str | None = None,
) -> RosterView:
    """The view of one roster row."""
    if roster.id is None:
        raise AssertionError("only a stored roster can be viewed")
    return RosterView(
        roster_id=roster.id,
        on=roster.on,
        status=roster.status,
        version=roster.version,
        created_at=roster.created_at,
        published_at=roster.published_at,
        name=roster.name,
        summary=summarise(session, roster.id, towns),
        routes=routes_of(session, roster.id, towns=towns, worker_id=worker_id),
        unplaced=() if worker_id else _unplaced(session, roster.id, towns),
    )


def routes_of(
    session: Session,
    roster_id: int,
    *,
    towns: Sequence[str] | None = None,
    worker_id: str | None = None,
) -> tuple[RouteView, ...]:
    """The routes alone, without counts: what a phone asks for again and again."""
    conditions: list[ColumnElement[bool]] = [col(RosterRoute.roster_id) == roster_id]
    if towns is not None:
        conditions.append(col(RosterRoute.town_code).in_(towns))
    if worker_id is not None:
        conditions.append(
            (col(RosterRoute.caregiver_id) == worker_id) | (col(RosterRoute.rider_id) == worker_id)
        )
    stops = _stops(session, roster_id, conditions)
    workers = _Workers(session)
    shifts = select(RosterRoute, Shift).join(Shift, col(Shift.id) == col(RosterRoute.shift_id))
    rows = session.execute(shifts.where(*conditions)).all()
    routes = [_route(route, shift, workers, stops) for route, shift in rows]
    return tuple(sorted(routes, key=_route_order))


def _route_order(route: RouteView) -> tuple[str, bool, str, int]:
    return (route.town_code, route.rider_id is not None, route.worker_id, route.departure_minutes)


class _Workers:
    """Names, modes, bases and skills of everybody who may be on a roster."""

    def __init__(self, session: Session) -> None:
        self.caregivers = {one.id: one for one in session.scalars(select(Caregiver))}
        self.riders = {one.id: one for one in session.scalars(select(Rider))}
        self.sites = {one.id: one for one in session.scalars(select(MealSite))}
        self.skills: defaultdict[str, list[str]] = defaultdict(list)
        held = select(col(CaregiverQualification.caregiver_id), col(Qualification.name)).join(
            Qualification,
            col(Qualification.code) == col(CaregiverQualification.qualification_code),
        )
        for caregiver_id, name in session.execute(held.order_by(col(Qualification.code))):
            if name not in self.skills[caregiver_id]:
                self.skills[caregiver_id].append(name)


def _route(
    route: RosterRoute, shift: Shift, workers: _Workers, stops: Mapping[int, list[StopView]]
) -> RouteView:
    worker: Caregiver | Rider
    if route.caregiver_id is not None:
        worker = workers.caregivers[route.caregiver_id]
        base = (worker.base_longitude, worker.base_latitude)
    else:
        worker = workers.riders[route.rider_id or ""]
        site = workers.sites[worker.meal_site_id]
        base = (site.longitude, site.latitude)
    return RouteView(
        route_id=route.id or 0,
        town_code=route.town_code,
        caregiver_id=route.caregiver_id,
        rider_id=route.rider_id,
        worker_name=worker.name,
        travel_mode=worker.travel_mode,
        trip=route.trip,
        shift_id=shift.id,
        shift_start_minutes=shift.start_minutes,
        shift_end_minutes=shift.end_minutes,
        departure_minutes=route.departure_minutes,
        return_minutes=route.return_minutes,
        travel_minutes=route.travel_minutes,
        rest_start_minutes=route.rest_start_minutes,
        rest_end_minutes=route.rest_end_minutes,
        base_longitude=base[0],
        base_latitude=base[1],
        skills=tuple(workers.skills.get(worker.id, ())),
        stops=tuple(stops.get(route.id or 0, ())),
    )


def _homes(session: Session, roster_id: int, elders: Iterable[Elder]) -> dict[str, Elder]:
    """The elders with the home of the roster's date: a move since then changes no past roster."""
    on = session.get_one(Roster, roster_id).on
    known = {elder.id: elder for elder in elders}
    moved = homes_on(session, known, on)
    return known | {elder_id: at_home(known[elder_id], home) for elder_id, home in moved.items()}


def _stops(
    session: Session, roster_id: int, conditions: Sequence[ColumnElement[bool]]
) -> dict[int, list[StopView]]:
    """Stops by route, in order, with the elder, the visit or the order of each."""
    statement = (
        select(RosterStop, Elder, RosterVisit, RosterMeal, ServiceType)
        .join(RosterRoute, col(RosterRoute.id) == col(RosterStop.route_id))
        .join(Elder, col(Elder.id) == col(RosterStop.elder_id))
        .outerjoin(
            RosterVisit,
            (col(RosterVisit.roster_id) == col(RosterStop.roster_id))
            & (col(RosterVisit.visit_id) == col(RosterStop.visit_id)),
        )
        .outerjoin(
            RosterMeal,
            (col(RosterMeal.roster_id) == col(RosterStop.roster_id))
            & (col(RosterMeal.order_id) == col(RosterStop.order_id)),
        )
        .outerjoin(ServiceType, col(ServiceType.code) == col(RosterVisit.service_type_code))
        .where(*conditions)
        .order_by(col(RosterStop.route_id), col(RosterStop.sequence))
    )
    rows = session.execute(statement).all()
    elders = _homes(session, roster_id, (row[1] for row in rows))
    stops: defaultdict[int, list[StopView]] = defaultdict(list)
    for stop, elder, visit, meal, service in rows:
        stops[stop.route_id].append(_stop(stop, elders[elder.id], visit, meal, service))
    return stops


def _stop(
    stop: RosterStop,
    elder: Elder,
    visit: RosterVisit | None,
    meal: RosterMeal | None,
    service: ServiceType | None,
) -> StopView:
    return StopView(
        sequence=stop.sequence,
        visit_id=stop.visit_id,
        part=stop.part,
        order_id=stop.order_id,
        elder_id=elder.id,
        elder_name=elder.name,
        elder_birth_on=elder.birth_on,
        address=elder.address,
        phone=elder.phone,
        care_note=elder.care_note,
        longitude=elder.longitude,
        latitude=elder.latitude,
        service_type_code=service.code if service else MEAL_SERVICE,
        service_name=service.name if service else MEAL_NAME,
        travel_minutes=stop.travel_minutes,
        arrival_minutes=stop.arrival_minutes,
        start_minutes=stop.start_minutes,
        end_minutes=stop.end_minutes,
        window_start_minutes=visit.window_start_minutes if visit else None,
        window_end_minutes=visit.window_end_minutes if visit else None,
        people=visit.people if visit else 1,
        portions=meal.portions if meal else 0,
        priority=visit.priority if visit else meal.priority if meal else 0,
        **_decisions(visit),
    )


def _decisions(visit: RosterVisit | None) -> dict[str, Any]:
    """What was decided by hand about a visit in a route: it is never one that is left out."""
    if visit is None:
        return {}
    found = asdict(Decision.of(visit))
    del found["is_left_out"]
    return found


_OUTSIDE = (Placement.UNSERVED, Placement.SET_ASIDE)


def _unplaced(
    session: Session, roster_id: int, towns: Sequence[str] | None
) -> tuple[UnplacedView, ...]:
    """Visits and orders no route holds: the groups the plan puts first come first."""
    visits = (
        select(RosterVisit, Elder, ServiceType)
        .join(Elder, col(Elder.id) == col(RosterVisit.elder_id))
        .join(ServiceType, col(ServiceType.code) == col(RosterVisit.service_type_code))
        .where(col(RosterVisit.roster_id) == roster_id, col(RosterVisit.placement).in_(_OUTSIDE))
    )
    meals = (
        select(RosterMeal, Elder)
        .join(Elder, col(Elder.id) == col(RosterMeal.elder_id))
        .where(col(RosterMeal.roster_id) == roster_id, col(RosterMeal.placement).in_(_OUTSIDE))
    )
    if towns is not None:
        visits = visits.where(col(RosterVisit.town_code).in_(towns))
        meals = meals.where(col(RosterMeal.town_code).in_(towns))
    unserved, unfed = session.execute(visits).all(), session.execute(meals).all()
    elders = _homes(session, roster_id, (row[1] for row in (*unserved, *unfed)))
    views = [
        _unplaced_visit(visit, elders[elder.id], service) for visit, elder, service in unserved
    ]
    views += [_unplaced_meal(meal, elders[elder.id]) for meal, elder in unfed]
    return tuple(sorted(views, key=_unplaced_order))


def _unplaced_order(view: UnplacedView) -> tuple[int, bool, str]:
    return (-view.priority, view.order_id is not None, view.visit_id or view.order_id or "")


def _unplaced_visit(visit: RosterVisit, elder: Elder, service: ServiceType) -> UnplacedView:
    return UnplacedView(
        visit_id=visit.visit_id,
        order_id=None,
        service_type_code=service.code,
        service_name=service.name,
        minutes=visit.minutes,
        people=visit.people,
        window_start_minutes=visit.window_start_minutes,
        window_end_minutes=visit.window_end_minutes,
        **_common(visit, elder),
    )


def _unplaced_meal(meal: RosterMeal, elder: Elder) -> UnplacedView:
    return UnplacedView(
        visit_id=None,
        order_id=meal.order_id,
        service_type_code=MEAL_SERVICE,
        service_name=MEAL_NAME,
        minutes=0,
        people=1,
        window_start_minutes=None,
        window_end_minutes=None,
        **_common(meal, elder),
    )


def _common(row: RosterVisit | RosterMeal, elder: Elder) -> dict[str, Any]:
    return {
        "town_code": row.town_code,
        "elder_id": elder.id,
        "elder_name": elder.name,
        "elder_birth_on": elder.birth_on,
        "community_code": elder.community_code,
        "longitude": elder.longitude,
        "latitude": elder.latitude,
        "priority": row.priority,
        "placement": row.placement,
        "reason": row.reason,
        "reason_zh": reason_zh(row.reason),
        "proof": row.proof,
        "proof_zh": proof_zh(row.proof),
        "detail": row.detail,
    }
