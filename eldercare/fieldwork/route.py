"""The day of one worker as it was published: what the phone shows. Drafts are never read here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dateutil.relativedelta import relativedelta
from sqlmodel import Session

from eldercare.errors import NotFound
from eldercare.registry.tables import TravelMode
from eldercare.rostering.export import as_calendar
from eldercare.rostering.in_force import roster_before, roster_in_force
from eldercare.rostering.reading import routes_of, view_of
from eldercare.rostering.tables import Roster, RosterStatus
from eldercare.rostering.views import RouteView, StopView


class Change(StrEnum):
    """How a stop differs from the version before, for this worker."""

    NONE = "none"
    MOVED = "moved"
    """Another time than before."""
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStop:
    """One place to go to. Times are minutes after local midnight, positions WGS-84 degrees.

    `stop_id` names the visit's part or the meal order and stays the same from version to version.
    """

    stop_id: str
    number: int
    trip: int
    elder_id: str
    elder_name: str
    elder_age: int
    address: str
    phone: str
    care_note: str
    longitude: float | None
    latitude: float | None
    service_type_code: str
    service_name: str
    minutes: int
    people: int
    portions: int
    travel_minutes: int
    arrival_minutes: int
    start_minutes: int
    end_minutes: int
    window_start_minutes: int | None
    window_end_minutes: int | None
    change: Change
    override_reason: str | None = None
    """Why a rule is broken here on purpose."""
    is_phoned: bool = False
    """The elder has been promised this time by telephone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTrip:
    """From the base and back: a caregiver's shift, or one of a rider's rounds."""

    trip: int
    departure_minutes: int
    return_minutes: int
    travel_minutes: int
    rest_start_minutes: int | None
    rest_end_minutes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedStop:
    """A stop of the version before that this worker no longer has."""

    stop_id: str
    elder_name: str
    service_name: str
    start_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRoute:
    """A worker's day in the version in force; stops are numbered through all trips from 1."""

    on: date
    version: int
    published_at: datetime
    worker_id: str
    worker_name: str
    travel_mode: TravelMode
    trips: tuple[OwnTrip, ...]
    stops: tuple[OwnStop, ...]
    removed: tuple[RemovedStop, ...]


def route_of(session: Session, worker_id: str, on: date) -> PublishedRoute:
    """The published route of a caregiver or rider on a date.

    Raises NotFound: `not_published` where the date has no published roster, `no_route` where the
    worker has nothing to do on it.
    """
    roster = _published(session, on)
    routes = _routes(session, roster, worker_id)
    before = _stops_before(session, worker_id, roster)
    stops = tuple(_stops(routes, on, before))
    return PublishedRoute(
        on=on,
        version=roster.version or 0,
        published_at=roster.published_at or roster.created_at,
        worker_id=worker_id,
        worker_name=routes[0].worker_name,
        travel_mode=routes[0].travel_mode,
        trips=tuple(_trip(number, route) for number, route in enumerate(routes, start=1)),
        stops=stops,
        removed=_removed(before, {stop.stop_id for stop in stops}),
    )


def calendar_of(session: Session, worker_id: str, on: date) -> bytes:
    """The same day as a calendar (RFC 5545); raises as `route_of`."""
    roster = _published(session, on)
    _routes(session, roster, worker_id)
    return as_calendar(view_of(session, roster, worker_id=worker_id))


def _published(session: Session, on: date) -> Roster:
    roster = roster_in_force(session, on)
    if roster is None:
        raise NotFound(f"nothing is published for {on} yet", code="not_published")
    if roster.status is RosterStatus.DRAFT:
        raise AssertionError("a draft is never in force")
    return roster


def _routes(session: Session, roster: Roster, worker_id: str) -> list[RouteView]:
    """The worker's routes in order of departure; raises NotFound where there are none."""
    assert roster.id is not None
    routes = routes_of(session, roster.id, worker_id=worker_id)
    if not routes:
        raise NotFound(f"{worker_id} has no route on {roster.on}", code="no_route")
    return sorted(routes, key=lambda route: route.departure_minutes)


def _stops_before(session: Session, worker_id: str, roster: Roster) -> dict[str, StopView] | None:
    """The worker's stops in the version before, by id; None where nothing was told then."""
    before = roster_before(session, roster.on, roster.version) if roster.version else None
    if before is None or before.id is None:
        return None
    routes = routes_of(session, before.id, worker_id=worker_id)
    # For someone called in, a day that is new as a whole says more than a mark on every stop.
    return {_stop_id(stop): stop for route in routes for stop in route.stops} or None


def _stop_id(stop: StopView) -> str:
    return f"{stop.visit_id or stop.order_id}/{stop.part}"


def _stops(
    routes: Sequence[RouteView], on: date, before: Mapping[str, StopView] | None
) -> Iterator[OwnStop]:
    number = 0
    for trip, route in enumerate(routes, start=1):
        for stop in route.stops:
            number += 1
            yield _stop(stop, number=number, trip=trip, on=on, before=before)


def _stop(
    stop: StopView, *, number: int, trip: int, on: date, before: Mapping[str, StopView] | None
) -> OwnStop:
    return OwnStop(
        stop_id=_stop_id(stop),
        number=number,
        trip=trip,
        elder_id=stop.elder_id,
        elder_name=stop.elder_name,
        elder_age=relativedelta(on, stop.elder_birth_on).years,
        address=stop.address,
        phone=stop.phone,
        care_note=stop.care_note,
        longitude=stop.longitude,
        latitude=stop.latitude,
        service_type_code=stop.service_type_code,
        service_name=stop.service_name,
        minutes=stop.end_minutes - stop.start_minutes,
        people=stop.people,
        portions=stop.portions,
        travel_minutes=stop.travel_minutes,
        arrival_minutes=stop.arrival_minutes,
        start_minutes=stop.start_minutes,
        end_minutes=stop.end_minutes,
        window_start_minutes=stop.window_start_minutes,
        window_end_minutes=stop.window_end_minutes,
        change=_change(stop, before),
        override_reason=stop.override_reason,
        is_phoned=stop.is_phoned,
    )


def _change(stop: StopView, before: Mapping[str, StopView] | None) -> Change:
    if before is None:
        return Change.NONE
    old = before.get(_stop_id(stop))
    if old is None:
        return Change.NEW
    same = (old.start_minutes, old.end_minutes) == (stop.start_minutes, stop.end_minutes)
    return Change.NONE if same else Change.MOVED


def _trip(number: int, route: RouteView) -> OwnTrip:
    return OwnTrip(
        trip=number,
        departure_minutes=route.departure_minutes,
        return_minutes=route.return_minutes,
        travel_minutes=route.travel_minutes,
        rest_start_minutes=route.rest_start_minutes,
        rest_end_minutes=route.rest_end_minutes,
    )


def _removed(before: Mapping[str, StopView] | None, kept: set[str]) -> tuple[RemovedStop, ...]:
    gone = [
        RemovedStop(
            stop_id=stop_id,
            elder_name=stop.elder_name,
            service_name=stop.service_name,
            start_minutes=stop.start_minutes,
        )
        for stop_id, stop in (before or {}).items()
        if stop_id not in kept
    ]
    return tuple(sorted(gone, key=lambda one: (one.start_minutes, one.stop_id)))
