"""Times for a sequence of single visits: the earliest day, the break wherever it delays least.

For plans of solvers that hand out sequences; shares nothing with the engine that is measured.
"""

from __future__ import annotations

from collections.abc import Sequence

from solver.caregivers import Caregiver, Shift
from solver.problem import Problem
from solver.solution import Rest, Route, Stop
from solver.visits import Visit


def timed_route(
    problem: Problem, caregiver: Caregiver, shift: Shift, visits: Sequence[Visit]
) -> Route | None:
    """The route with the earliest return; None where no position of the break makes it fit.

    Windows compare the start of service; visits have one part and no setup.
    """
    choices: list[tuple[int, bool]] = [(-1, False)]
    if shift.rest is not None:
        last = range(len(visits), -1, -1)
        choices = [(position, on_arrival) for position in last for on_arrival in (True, False)]
    routes = [_route(problem, caregiver, shift, visits, *choice) for choice in choices]
    fitting = [route for route in routes if route is not None]
    return min(fitting, key=lambda route: route.return_at, default=None)


def _route(
    problem: Problem,
    caregiver: Caregiver,
    shift: Shift,
    visits: Sequence[Visit],
    rest_before: int,
    on_arrival: bool,
) -> Route | None:
    """With the break before stop `rest_before` (-1: none), at the place before or `on_arrival`."""
    travel = problem.travel[caregiver.mode]
    place, free = shift.start_place, shift.start
    stops: list[Stop] = []
    rest: Rest | None = None
    departure = free
    goals = [*(visit.place for visit in visits), shift.end_place]
    for position, goal in enumerate(goals):
        leg = int(travel[place, goal])
        begins = 0
        if position == rest_before and shift.rest is not None:
            begins = max(free + leg if on_arrival else free, shift.rest.earliest)
            if begins + shift.rest.duration > shift.rest.latest_end:
                return None
            rest = Rest(position, begins, begins + shift.rest.duration)
        leave = rest.end if rest and position == rest_before and not on_arrival else free
        arrival = leave + leg
        ready = rest.end if rest and position == rest_before and on_arrival else arrival
        if position == len(visits):
            latest = shift.end + (shift.maximum_overtime or 0)
            return None if ready > latest else Route(shift.id, departure, tuple(stops), ready, rest)
        visit = visits[position]
        start = max(ready, visit.windows[0].start)
        if start > visit.windows[-1].end:
            return None
        if position == 0:  # leaves just in time, but not before a break that is taken on arrival
            arrival = begins if rest and on_arrival and rest_before == 0 else start
            departure = arrival - leg
        end = start + visit.parts[0].duration
        stops.append(Stop(visit.id, 0, arrival, start, end))
        place, free = goal, end
    raise AssertionError("the last goal is the end place")
