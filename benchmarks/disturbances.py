"""What happens on a town's day, and what it comes to when nobody is given another visit.

Doing nothing is no straw man: caregivers follow their routes in order, wait for each other where
two are needed, and come late where something lasted longer. Only whoever was to be visited by
somebody who is not there, or asks only now, is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from solver.problem import Problem, TimeWindow, Visit
from solver.replanning import events
from solver.replanning.events import Happened
from solver.robustness.course import course_of
from solver.robustness.running import run
from solver.robustness.variation import Factors
from solver.solution import Route, Solution, Stop

FROM, UNTIL = 8 * 60 + 30, 14 * 60
LATE_MINUTES, EMERGENCY_MINUTES = 60, 120


@dataclass(frozen=True, slots=True)
class Event:
    """An event at a minute of the day, and what is known of the day by then."""

    kind: str
    now: int
    happened: Happened


@dataclass(frozen=True, slots=True)
class Served:
    """Visits served with every part, those of the first priority, and minutes after windows."""

    visits: int
    priority: int
    late_minutes: int


def _sick(rng: Random, day: Problem, plan: Solution, now: int) -> Happened:
    return events.sick(day, plan, _someone(rng, day, plan, now), now)


def _late_start(rng: Random, day: Problem, plan: Solution, now: int) -> Happened:
    route = rng.choice([one for one in plan.routes if one.stops])
    caregiver, shift = day.shift_by_id[route.shift_id]
    until = shift.start + LATE_MINUTES
    return events.late_start(day, plan, caregiver.id, until, min(now, route.departure))


def _cancel(rng: Random, day: Problem, plan: Solution, now: int) -> Happened:
    later = [one.visit_id for one in _stops(plan) if one.start > now]
    begun = {one.visit_id for one in _stops(plan) if one.start <= now}
    return events.cancelled(day, plan, rng.choice(sorted(set(later) - begun)), now)


def _no_show(rng: Random, day: Problem, plan: Solution, now: int) -> Happened:
    return events.no_show(day, plan, _under_way(rng, plan, now), now)


def _overrun(rng: Random, day: Problem, plan: Solution, now: int) -> Happened:
    return events.overrun(day, plan, _under_way(rng, plan, now), 15 * rng.randint(1, 4))


def _emergency(rng: Random, day: Problem, plan: Solution, now: int) -> Happened:
    like = rng.choice([one for one in day.visits if len(one.parts) == 1])
    urgent = max(one.drop_cost or 0 for one in day.visits)
    window = TimeWindow(now, now + EMERGENCY_MINUTES)
    return _asked(day, plan, like, window, priority=1, drop_cost=urgent)


def _new(rng: Random, day: Problem, plan: Solution, now: int) -> Happened:
    like = rng.choice([one for one in day.visits if len(one.parts) == 1])
    window = TimeWindow(now + EMERGENCY_MINUTES, 17 * 60)
    return _asked(day, plan, like, window, priority=like.priority, drop_cost=like.drop_cost)


KINDS: Mapping[str, Callable[[Random, Problem, Solution, int], Happened]] = {
    "sick": _sick,
    "late-start": _late_start,
    "cancel": _cancel,
    "no-show": _no_show,
    "overrun": _overrun,
    "emergency": _emergency,
    "new visit": _new,
}


def event(kind: str, day: Problem, plan: Solution, seed: int) -> Event:
    """An event of a kind in the course of the morning; who and when follow from the seed."""
    rng = Random(f"{kind} {seed}")
    now = 7 * 60 if kind == "late-start" else rng.randrange(FROM, UNTIL)
    return Event(kind, now, KINDS[kind](rng, day, plan, now))


def doing_nothing(one: Event) -> Served:
    """The day with the event when every route is followed as it was, later where it must be."""
    gone = one.happened.gone
    day = one.happened.day

    def followed(route: Route) -> Route:
        if day.shift_by_id[route.shift_id][0].id not in gone:
            return route
        begun = tuple(stop for stop in route.stops if stop.start <= one.now)
        return replace(route, stops=begun, rest=None)

    routes = tuple(followed(route) for route in one.happened.plan.routes)
    return as_it_runs(day, replace(one.happened.plan, routes=routes))


def as_it_runs(day: Problem, plan: Solution) -> Served:
    """What a plan serves when travel and services last as long as the day says."""
    course = course_of(day, plan)
    alike = Factors(
        travel=np.ones((len(course.stops), 1)),
        service=np.ones((len(course.stops), 1)),
        back=np.ones((len(course.routes), 1)),
    )
    starts = run(course, alike).start[:, 0]
    given: dict[str, list[int]] = {}
    for stop, start in zip(course.stops, starts.tolist(), strict=True):
        given.setdefault(stop.visit.id, []).append(int(start))
    served = [one for one in day.visits if len(given.get(one.id, ())) == len(one.parts)]
    late = sum(max(0, max(given[one.id]) - one.windows[-1].end) for one in served)
    return Served(
        len(served), sum(one.priority > 0 for one in served), late // day.ticks_per_minute
    )


def _someone(rng: Random, day: Problem, plan: Solution, now: int) -> str:
    """A caregiver who has visits yet."""
    busy = [one.shift_id for one in plan.routes if any(stop.start > now for stop in one.stops)]
    return day.shift_by_id[rng.choice(busy)][0].id


def _under_way(rng: Random, plan: Solution, now: int) -> str:
    return rng.choice([one.visit_id for one in _stops(plan) if one.start <= now < one.end])


def _stops(plan: Solution) -> list[Stop]:
    return [stop for route in plan.routes for stop in route.stops]


def _asked(
    day: Problem,
    plan: Solution,
    like: Visit,
    window: TimeWindow,
    *,
    priority: int,
    drop_cost: int | None,
) -> Happened:
    visit = replace(
        like, id="asked", windows=(window,), priority=priority, drop_cost=drop_cost, elder="asked"
    )
    return events.needed(day, plan, visit)
