"""Slack that planners buy: plan with longer times, promise those starts, work with the true times.

The search knows no chances. It is given a day whose travel and services take longer, and what it
then plans keeps that time between the stops: on the true day every start stays as promised, whoever
is there early waits, and a delay is swallowed before the next elder feels it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import ceil, isfinite

import numpy as np

from solver.engine import solve
from solver.errors import ProblemError
from solver.mend import explained
from solver.problem import IntMatrix, Problem, Visit
from solver.solution import Route, Solution, Stop
from solver.tasks import tabulate
from solver.verify import verify

# What is kept of the time for the visits that find no place between longer times.
SECOND_SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """By which share travel and services are planned longer, and minutes more after each stop."""

    travel_share: float = 0.0
    service_share: float = 0.0
    stop_minutes: int = 0

    def __post_init__(self) -> None:
        """Refuse what would make times shorter."""
        for name in ("travel_share", "service_share", "stop_minutes"):
            value = getattr(self, name)
            if not isfinite(value) or value < 0:
                raise ProblemError(f"slack: {name} must be a number of at least 0, not {value!r}")


def with_slack(problem: Problem, slack: Slack) -> Problem:
    """The day with longer travel and services, each rounded up to whole ticks; all else the same.

    A longer service also counts against the end of a window that the end must meet, the validity of
    a skill and the largest work of a caregiver: on the true day all of them are kept with room.
    """
    more = slack.stop_minutes * problem.ticks_per_minute
    return replace(
        problem,
        visits=tuple(_longer(one, slack, more) for one in problem.visits),
        travel={mode: _slower(one, slack.travel_share) for mode, one in problem.travel.items()},
    )


def _longer(visit: Visit, slack: Slack, more: int) -> Visit:
    parts = tuple(
        replace(one, duration=one.duration + ceil(one.duration * slack.service_share) + more)
        for one in visit.parts
    )
    return replace(visit, parts=parts)


def _slower(matrix: IntMatrix, share: float) -> IntMatrix:
    slower: IntMatrix = np.ceil(matrix * (1.0 + share) - 1e-9).astype(np.int64)
    return np.maximum(slower, matrix)


def on_true_day(problem: Problem, plan: Solution) -> Solution:
    """A plan of the day with slack as a plan of the day itself.

    Departures, starts and rests stay; services end and doors are reached as early as they truly
    are. What the first verifies the second does, for nothing takes longer.
    """
    return replace(plan, routes=tuple(_true_route(problem, one) for one in plan.routes))


def _true_route(problem: Problem, route: Route) -> Route:
    caregiver, shift = problem.shift_by_id[route.shift_id]
    matrix = problem.travel[caregiver.mode]
    place, leave, stops = shift.start_place, route.departure, list[Stop]()
    rest = route.rest
    for position, stop in enumerate(route.stops):
        visit = problem.visit_by_id[stop.visit_id]
        if rest and position and rest.before == position and rest.start < stop.arrival:
            leave = rest.end
        arrival = leave + int(matrix[place, visit.place])
        end = stop.start + visit.parts[stop.part].duration
        stops.append(replace(stop, arrival=arrival, end=end))
        place, leave = visit.place, end
    back = int(matrix[place, shift.end_place])
    done = leave + back
    if rest and route.stops and rest.before == len(route.stops):
        at_end = rest.end == route.return_at and rest.start >= done
        done = rest.end if at_end else rest.end + back
    return replace(route, stops=tuple(stops), return_at=done)


def solve_with_slack(
    problem: Problem,
    slack: Slack,
    *,
    time_limit: float,
    seed: int = 0,
    iterations: int | None = None,
    threads: int | None = None,
    stop: Callable[[], bool] | None = None,
    search: Callable[[Problem, float], Solution] | None = None,
) -> Solution:
    """Plan a day with slack; whoever finds no place then is served where the true times allow.

    Args:
        problem: the day.
        slack: what is bought.
        time_limit: seconds for everything.
        seed: of the search's random choices.
        iterations: end the compiled search after so many, which repeats exactly.
        threads: of the compiled search.
        stop: asked now and then; once True, the best plan so far is returned.
        search: plans the day with longer times in so many seconds (None: the engine, as above);
            a large day is cut into shards there.

    Returns:
        A plan of the true day that the checker accepts, but for visits that must be and cannot; its
        starts are promises with room before them.
    """
    run = partial(solve, seed=seed, iterations=iterations, threads=threads, stop=stop)
    longer, seconds = with_slack(problem, slack), time_limit * (1 - SECOND_SHARE)
    found = search(longer, seconds) if search else run(longer, time_limit=seconds)
    plan = on_true_day(problem, found)
    if not plan.unserved:
        return plan
    plan = explained(tabulate(problem), plan)  # a proof with longer times is none
    full = run(promised_day(problem, plan), time_limit=time_limit * SECOND_SHARE, start=plan)
    return explained(tabulate(problem), full) if _serves_more(problem, full, plan) else plan


def promised_day(problem: Problem, plan: Solution) -> Problem:
    """The true day with every promise of the plan locked, caregiver and start."""
    given: dict[str, dict[int, tuple[str, int]]] = {}
    for route in plan.routes:
        caregiver, _ = problem.shift_by_id[route.shift_id]
        for one in route.stops:
            given.setdefault(one.visit_id, {})[one.part] = (caregiver.id, one.start)
    visits = tuple(
        replace(
            one,
            locked_caregivers=tuple(given[one.id][part][0] for part in range(len(one.parts))),
            locked_start=given[one.id][0][1],
        )
        if one.id in given
        else one
        for one in problem.visits
    )
    return replace(problem, visits=visits)


def _serves_more(problem: Problem, one: Solution, other: Solution) -> bool:
    """Whether a plan serves everybody whom the other serves, and more, breaking no more rules."""
    missing, before = ({u.visit_id for u in plan.unserved} for plan in (one, other))
    broken, broken_before = (len(verify(problem, plan).violations) for plan in (one, other))
    return missing < before and broken <= broken_before
