"""From sequences to times: the earliest day, links set free, departures just in time.

Given the order of every tour and the place of its rest, all rules are of the form "this starts no
earlier than that": raising every start to what it must at least be, until nothing moves, gives the
earliest day, and one that exists whenever any day with these sequences does.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from solver.compatibility import FAR, LAST
from solver.plan import Plan, Tour, after_rest, last_start, next_start
from solver.problem import WindowMet
from solver.solution import Rest, Route, Stop
from solver.tasks import TaskTable, Vehicle


@dataclass(slots=True)
class Day:
    """Times of one tour: where the rest is (-1: none), and starts of service by position."""

    tour: Tour
    rest_before: int
    starts: list[int] = field(default_factory=list)
    rest: tuple[int, int] | None = None
    rest_on_arrival: bool = False
    arrivals: list[int] = field(default_factory=list)  # of every stop, then of the return
    done: int = 0


def timed_routes(plan: Plan) -> tuple[Route, ...]:
    """The plan's tours with stops as routes of a solution; every tour must be feasible."""
    days = {one.vehicle: Day(one, _rest_position(plan, one)) for one in plan.tours if one.tasks}
    lower = _earliest(plan, days)
    if lower is None:  # a guard only: frozen starts are known to fit
        lower = dict(plan.frozen)
        for day in days.values():
            _forward(plan, day, lower)
    routes = []
    for day in days.values():
        _settle(plan, day)
        _forward(plan, day, dict(zip(day.tour.tasks, day.starts, strict=True)))
        routes.append(_route(plan.table, day))
    return tuple(routes)


def _earliest(plan: Plan, days: dict[int, Day]) -> dict[int, int] | None:
    """Earliest starts of all days together, as lower bounds by task; None where none fit."""
    lower: dict[int, int] = {}
    waiting = deque(days)
    budget = 50 * len(days) + 1000
    while waiting:
        budget -= 1
        vehicle = waiting.popleft()
        day = days[vehicle]
        _forward(plan, day, lower)
        if budget < 0 or day.done > plan.table.vehicles[vehicle].last_return:
            return None
        for task, start in zip(day.tour.tasks, day.starts, strict=True):
            for link in plan.table.links_of[task]:
                other, bound = (
                    (link.after, start + link.minimum)
                    if link.before == task
                    else (link.before, start - link.maximum)
                )
                if lower.get(other, -FAR) < bound:
                    lower[other] = bound
                    where = plan.vehicle_of[other]
                    if where >= 0 and where not in waiting:
                        waiting.append(where)
    return lower


def _forward(plan: Plan, day: Day, lower: dict[int, int]) -> None:
    """Earliest starts of one tour that respect `lower`, its rest where it stands."""
    table = plan.table
    vehicle = table.vehicles[day.tour.vehicle]
    day.starts, day.arrivals, day.rest = [], [], None
    place, before, free = vehicle.shift.start_place, -1, vehicle.shift.start
    for position, task in enumerate(day.tour.tasks):
        ready = _ride(vehicle, day, position, free, vehicle.travel[place][table.place[task]])
        ready = max(ready + table.setup_between(before, task), lower.get(task, 0))
        windows = table.starts_for(task, day.tour.vehicle)
        start = next_start(windows, ready)
        day.starts.append(start)
        place, before, free = table.place[task], task, start + table.duration[task]
    back = vehicle.travel[place][vehicle.shift.end_place]
    day.done = _ride(vehicle, day, len(day.tour.tasks), free, back)


def _ride(vehicle: Vehicle, day: Day, position: int, free: int, travel: int) -> int:
    """Record the arrival at a position, with the rest if it is here; returns the readiness."""
    rest = vehicle.rest
    if rest is None or position != day.rest_before:
        day.arrivals.append(free + travel)
        return free + travel
    begin = max(free + travel, rest.earliest)
    day.rest_on_arrival = begin + rest.duration <= rest.latest_end
    if day.rest_on_arrival:
        day.arrivals.append(free + travel)
        day.rest = (begin, begin + rest.duration)
        return begin + rest.duration
    begin = max(free, rest.earliest)
    day.rest = (begin, begin + rest.duration)
    fits = begin + rest.duration <= rest.latest_end
    arrival = begin + rest.duration + travel if fits else FAR
    day.arrivals.append(arrival)
    return arrival


def _rest_position(plan: Plan, tour: Tour) -> int:
    """The stop before which the earliest day of a tour rests (-1: it does not rest)."""
    if not tour.rests:
        return -1
    table = plan.table
    vehicle = table.vehicles[tour.vehicle]
    ends = [*(table.place[task] for task in tour.tasks), vehicle.shift.end_place]
    places = [vehicle.shift.start_place, *ends]
    for position in range(len(tour.tasks), -1, -1):
        travel = vehicle.travel[places[position]][places[position + 1]]
        resting = after_rest(vehicle, tour.free[position], travel)
        if resting <= tour.free_rested[position] + travel:
            return position
    return 0


def _settle(plan: Plan, day: Day) -> None:
    """Move starts later where that saves waiting or comes nearer to a wish; the return stays.

    Waiting at doors becomes a later departure. Linked tasks stay where the earliest day put them.
    """
    weights = plan.table.problem.weights
    if not weights.waiting and not weights.start_deviation:
        return
    table = plan.table
    vehicle = table.vehicles[day.tour.vehicle]
    tasks = day.tour.tasks
    next_begins = LAST
    for position in range(len(tasks) - 1, -1, -1):
        task = tasks[position]
        after = tasks[position + 1] if position + 1 < len(tasks) else -1
        latest = _latest_end(table, vehicle, day, position, after, next_begins)
        pushed = last_start(table.starts_for(task, day.tour.vehicle), latest - table.duration[task])
        start = day.starts[position]
        day.starts[position] = max(start, min(pushed, _target(table, task, start)))
        next_begins = day.starts[position] - table.setup_between(
            tasks[position - 1] if position else -1, task
        )


def _latest_end(
    table: TaskTable, vehicle: Vehicle, day: Day, position: int, after: int, next_begins: int
) -> int:
    """Latest end of service at a position so that what follows stays where it is."""
    task = day.tour.tasks[position]
    place = table.place[task]
    if after < 0:
        stays = day.starts[position] + table.duration[task]
        visit = table.problem.visits[table.visit_of[task]]
        if visit.preferred_start is None or day.rest_before > position:
            return stays  # only a wish may cost a later return, and no overtime
        return max(stays, vehicle.shift.end - vehicle.travel[place][vehicle.shift.end_place])
    travel = vehicle.travel[place][table.place[after]]
    rest = vehicle.rest
    if rest is None or day.rest_before != position + 1:
        return next_begins - travel
    if day.rest_on_arrival:
        return min(next_begins, rest.latest_end) - rest.duration - travel
    return min(next_begins - travel, rest.latest_end) - rest.duration


def _target(table: TaskTable, task: int, start: int) -> int:
    """How late a task would like to start, never making it late."""
    problem = table.problem
    visit = problem.visits[table.visit_of[task]]
    if table.links_of[task]:
        return start
    begun = [one for one in visit.windows if one.start <= start] or [visit.windows[0]]
    cut = table.duration[task] if problem.window_met is WindowMet.AT_END else 0
    latest = LAST if visit.late_is_hard else max(start, begun[-1].end - cut)
    if problem.weights.start_deviation and visit.preferred_start is not None:
        return min(latest, visit.preferred_start)
    return latest if problem.weights.waiting else start


def _route(table: TaskTable, day: Day) -> Route:
    vehicle = table.vehicles[day.tour.vehicle]
    _leave_just_in_time(table, vehicle, day)
    first = table.place[day.tour.tasks[0]]
    departure = day.arrivals[0] - vehicle.travel[vehicle.shift.start_place][first]
    stops = tuple(
        Stop(
            visit_id=table.problem.visits[table.visit_of[task]].id,
            part=table.part_of[task],
            arrival=arrival,
            start=start,
            end=start + table.duration[task],
        )
        for task, arrival, start in zip(day.tour.tasks, day.arrivals, day.starts, strict=False)
    )
    rest = None if day.rest is None else Rest(day.rest_before, *day.rest)
    return Route(vehicle.shift.id, departure, stops, day.done, rest)


def _leave_just_in_time(table: TaskTable, vehicle: Vehicle, day: Day) -> None:
    """Put the first arrival as late as the first start allows."""
    task = day.tour.tasks[0]
    begin = day.starts[0] - table.setup_between(-1, task)
    rest = vehicle.rest
    if day.rest is not None and rest is not None and day.rest_before == 0 and day.rest_on_arrival:
        latest = min(begin, rest.latest_end) - rest.duration
        day.rest = (latest, latest + rest.duration)
        begin = latest
    day.arrivals[0] = begin
