"""The day run many times at once: every stop's start and every return, as arrays over the trials.

All is of the form "this begins no earlier than that", so one pass in the course's order gives it.
Nobody leaves home before the planned departure, and no service begins before the time that was
promised (or so many ticks earlier as elders accept). A rest begins no earlier than planned and is
taken whole, as owed; what is planned beyond that gives way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from solver.robustness.course import Course, PlannedRoute, PlannedStop, Tie
from solver.robustness.variation import Factors, Trials
from solver.solution import Rest


@dataclass(frozen=True, slots=True)
class Days:
    """What happened, in ticks: arrays of (stops or routes, trials).

    `ready` is when a service could have begun had nobody been waited for; `rested` is the end of a
    route's rest (0 where it has none).
    """

    ready: Trials
    start: Trials
    end: Trials
    done: Trials
    rested: Trials


@dataclass(frozen=True, slots=True)
class _Run:
    course: Course
    factors: Factors
    days: Days


def run(course: Course, factors: Factors, *, early: int = 0) -> Days:
    """Run the course once for every trial; `early` ticks before the promise a service may begin."""
    trials = factors.back.shape[1]
    by_stop, by_route = (len(course.stops), trials), (len(course.routes), trials)
    days = Days(*(np.zeros(by_stop) for _ in range(3)), *(np.zeros(by_route) for _ in range(2)))
    running = _Run(course, factors, days)
    waits: dict[int, list[Tie]] = {}
    together = {one.before: one for one in course.waits if one.waits_both_ways}
    for tie in course.waits:
        if not tie.waits_both_ways:
            waits.setdefault(tie.after, []).append(tie)
    for unit in course.units:
        for number in unit:
            days.ready[number] = _ready(running, number)
            days.start[number] = _alone(running, number, waits, early)
        if len(unit) == 2:
            tie = together[unit[0]] if unit[0] in together else together[unit[1]]
            first, second = days.start[tie.before], days.start[tie.after]
            np.maximum(first, second - (tie.maximum or 0), out=first)
            np.maximum(second, first + tie.minimum, out=second)
        for number in unit:
            stop = course.stops[number]
            lasts = stop.visit.parts[stop.part].duration * factors.service[number]
            days.end[number] = days.start[number] + lasts
            if course.routes[stop.route].last == number:
                days.done[stop.route] = _return(running, stop.route)
    return days


def release(stop: PlannedStop, early: int) -> int:
    """The earliest start that the elder accepts: never before the window, a lock or a wish."""
    if stop.visit.locked_start is not None:
        return stop.promised
    begun = [one.start for one in stop.visit.windows if one.start <= stop.promised]
    least = max([stop.promised - early, *begun])
    if stop.visit.preferred_start is not None:
        least = max(least, stop.visit.preferred_start)
    return min(stop.promised, least)


def _alone(running: _Run, number: int, waits: Mapping[int, list[Tie]], early: int) -> Trials:
    """Start without a partner at the door: ready, promised, and after what it depends on."""
    start: Trials = np.maximum(
        running.days.ready[number], release(running.course.stops[number], early)
    )
    for tie in waits.get(number, ()):
        np.maximum(start, running.days.start[tie.before] + tie.minimum, out=start)
    return start


def _ready(running: _Run, number: int) -> Trials:
    stop = running.course.stops[number]
    route = running.course.routes[stop.route]
    first = stop.before < 0
    leave = _departure(running, stop.route) if first else running.days.end[stop.before]
    if stop.rest is not None and not stop.rest_here:
        leave = running.days.rested[stop.route] = _after_rest(leave, stop.rest, route)
    arrival = leave + stop.travel * running.factors.travel[number]
    ready: Trials = arrival + stop.setup * running.factors.service[number]
    if stop.rest is not None and stop.rest_here:  # who waits for the rest to begin sets up first
        running.days.rested[stop.route] = _after_rest(arrival, stop.rest, route)
        ready = np.maximum(running.days.rested[stop.route], ready + route.owed)
    return ready


def _departure(running: _Run, number: int) -> Trials:
    """When a route is begun: as planned, or when the caregiver's route before is done."""
    route = running.course.routes[number]
    trials = running.days.done.shape[1]
    free = np.zeros(trials) if route.after_route < 0 else running.days.done[route.after_route]
    if route.rest_before_departure is not None:
        free = _after_rest(free, route.rest_before_departure, route)
        running.days.rested[number] = free
    departure: Trials = np.maximum(free, route.departure)
    return departure


def _return(running: _Run, number: int) -> Trials:
    route = running.course.routes[number]
    leave = running.days.end[route.last]
    if route.rest is not None and not route.rest_here:
        leave = running.days.rested[number] = _after_rest(leave, route.rest, route)
    done: Trials = leave + route.back * running.factors.back[number]
    if route.rest is not None and route.rest_here:
        done = running.days.rested[number] = _after_rest(done, route.rest, route)
    return done


def _after_rest(free: Trials, rest: Rest, route: PlannedRoute) -> Trials:
    """End of a rest that begins as soon as free, not before its time, and lasts what is owed."""
    done: Trials = np.maximum(np.maximum(free, rest.start) + route.owed, rest.end)
    return done
