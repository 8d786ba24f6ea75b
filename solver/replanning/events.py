"""What happens on a day, as the day and the plan that result; `replan` then mends the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from solver.errors import ProblemError
from solver.problem import Caregiver, Problem, Shift, Visit
from solver.solution import Route, Solution, Stop


@dataclass(frozen=True, slots=True)
class Happened:
    """The day as it is now known, the plan with what is known of it, and who works no longer."""

    day: Problem
    plan: Solution
    gone: frozenset[str] = frozenset()


def sick(day: Problem, plan: Solution, caregiver_id: str, now: int) -> Happened:
    """A caregiver works no longer; she finishes the service she is at. Locks on her are off.

    Raises:
        ProblemError: the caregiver is unknown.
    """
    if caregiver_id not in day.caregiver_by_id:
        raise ProblemError(f"caregiver {caregiver_id} has no shift on this day")
    begun = {stop.visit_id for route in plan.routes for stop in route.stops if stop.start <= now}
    visits = tuple(
        replace(one, locked_caregivers=None, locked_start=None)
        if caregiver_id in (one.locked_caregivers or ()) and one.id not in begun
        else one
        for one in day.visits
    )
    return Happened(replace(day, visits=visits), plan, frozenset({caregiver_id}))


def cancelled(day: Problem, plan: Solution, visit_id: str, now: int) -> Happened:
    """A visit is called off before it begins.

    Raises:
        ProblemError: the visit is unknown, or its service has begun.
    """
    _known(day, visit_id)
    if any(stop.start <= now for stop in _stops(plan, visit_id)):
        raise ProblemError(
            f"visit {visit_id} has begun: report it as a no-show or end it, it cannot be called off"
        )
    visits = tuple(one for one in day.visits if one.id != visit_id)
    ties = tuple(one for one in day.dependencies if visit_id not in (one.before, one.after))
    left = replace(day, visits=visits, dependencies=ties)
    return Happened(left, with_stops(plan, lambda one: None if one.visit_id == visit_id else one))


def no_show(day: Problem, plan: Solution, visit_id: str, now: int) -> Happened:
    """Nobody opens: whoever is at the door waits until `now` and goes on, as planned at the latest.

    Raises:
        ProblemError: the visit is unknown or in no route, or nobody is due there yet.
    """
    _known(day, visit_id)
    stops = _stops(plan, visit_id)
    if not stops or min(stop.start for stop in stops) > now:
        raise ProblemError(f"visit {visit_id} is not due yet: call it off instead")
    waited = {stop.part: max(0, min(now, stop.end) - stop.start) for stop in stops}
    return _lasting(day, plan, visit_id, waited)


def overrun(day: Problem, plan: Solution, visit_id: str, minutes: int) -> Happened:
    """A service takes so many minutes longer.

    Raises:
        ProblemError: the visit is unknown or in no route, or the minutes are not above 0.
    """
    visit = _known(day, visit_id)
    stops = _stops(plan, visit_id)
    if not stops:
        raise ProblemError(f"visit {visit_id} is in no route: it cannot take longer")
    if minutes <= 0:
        raise ProblemError(f"visit {visit_id}: an overrun of {minutes} minutes is none")
    more = minutes * day.ticks_per_minute
    return _lasting(
        day, plan, visit_id, {one.part: visit.parts[one.part].duration + more for one in stops}
    )


def late_start(day: Problem, plan: Solution, caregiver_id: str, until: int, now: int) -> Happened:
    """A caregiver comes only at `until`; a shift over by then has no time left.

    Raises:
        ProblemError: the caregiver is unknown, or has begun a visit by `now`.
    """
    caregiver = day.caregiver_by_id.get(caregiver_id)
    if caregiver is None:
        raise ProblemError(f"caregiver {caregiver_id} has no shift on this day")
    mine = {one.id for one in caregiver.shifts}
    tours = [route for route in plan.routes if route.shift_id in mine]
    if any(stop.start <= now for route in tours for stop in route.stops):
        raise ProblemError(f"caregiver {caregiver_id} has begun: she cannot come late any more")
    later = coming_late(caregiver, until)
    people = tuple(later if one is caregiver else one for one in day.caregivers)
    held = tuple(
        replace(route, departure=max(route.departure, until), rest=None)
        if route.shift_id in mine
        else route
        for route in plan.routes
    )
    return Happened(replace(day, caregivers=people), replace(plan, routes=held))


def coming_late(caregiver: Caregiver, until: int) -> Caregiver:
    """The caregiver with shifts that begin at `until` or later.

    A break whose hours are over by then is owed no more: she was off duty in them. Of a shift over
    by then its last tick remains: too short for a service, but the plan's route keeps a shift, and
    with it what the elders on it were promised.
    """

    def of(shift: Shift) -> Shift:
        if shift.end > until:
            start, rest = max(shift.start, until), shift.rest
            if rest is not None and max(start, rest.earliest) + rest.duration > rest.latest_end:
                rest = None
            return replace(shift, start=start, rest=rest)
        return replace(shift, start=shift.end - 1, rest=None, maximum_overtime=0)

    return replace(caregiver, shifts=tuple(of(one) for one in caregiver.shifts))


def leaving(day: Problem, plan: Solution, caregiver_id: str, until: int) -> Problem:
    """The day when a caregiver is known to go at `until`, after the service she is then at.

    What she has in the plan is all before that: nothing of it is lost, and nothing comes after.
    """
    routes = {route.shift_id: route for route in plan.routes}

    def of(shift: Shift) -> Shift:
        route = routes.get(shift.id)
        end = max(until, route.return_at if route else shift.start + 1)
        if end >= shift.end:
            return shift
        rest = shift.rest if route is not None and route.rest is not None else None
        return replace(shift, end=end, rest=rest, maximum_overtime=0)

    people = tuple(
        replace(one, shifts=tuple(of(shift) for shift in one.shifts))
        if one.id == caregiver_id
        else one
        for one in day.caregivers
    )
    return replace(day, caregivers=people)


def needed(day: Problem, plan: Solution, visit: Visit) -> Happened:
    """A visit comes in, an emergency or a new one; its place is among those of the day."""
    if visit.id in day.visit_by_id:
        raise ProblemError(f"visit {visit.id} is planned on this day already")
    return Happened(replace(day, visits=(*day.visits, visit)), plan)


def _known(day: Problem, visit_id: str) -> Visit:
    visit = day.visit_by_id.get(visit_id)
    if visit is None:
        raise ProblemError(f"visit {visit_id} is not among the visits of this day")
    return visit


def _stops(plan: Solution, visit_id: str) -> list[Stop]:
    return [one for route in plan.routes for one in route.stops if one.visit_id == visit_id]


def with_stops(plan: Solution, change: Callable[[Stop], Stop | None]) -> Solution:
    """The plan with other stops, or without those that become None; breaks keep their place."""

    def of(route: Route) -> Route:
        kept, before = [], route.rest.before if route.rest else 0
        for number, stop in enumerate(route.stops):
            changed = change(stop)
            if changed is not None:
                kept.append(changed)
            elif route.rest is not None and number < route.rest.before:
                before -= 1
        rest = replace(route.rest, before=before) if route.rest else None
        return replace(route, stops=tuple(kept), rest=rest)

    routes = tuple(of(route) for route in plan.routes)
    return replace(plan, routes=tuple(route for route in routes if route.stops))


def _lasting(day: Problem, plan: Solution, visit_id: str, durations: dict[int, int]) -> Happened:
    """The visit with other durations of its parts, and the plan with the ends that follow."""
    visit = day.visit_by_id[visit_id]
    parts = tuple(
        replace(part, duration=durations.get(number, part.duration))
        for number, part in enumerate(visit.parts)
    )
    changed = replace(visit, parts=parts)
    visits = tuple(changed if one is visit else one for one in day.visits)

    def lasting(stop: Stop) -> Stop:
        if stop.visit_id != visit_id:
            return stop
        return replace(stop, end=stop.start + durations[stop.part])

    return Happened(replace(day, visits=visits), with_stops(plan, lasting))
