"""A plan as what must come before what: stops by route, ties between them, an order to follow.

Whoever is out on the route knows what has happened, not what will. A caregiver follows her stops in
order; of a visit for two at a time the first at the door waits for the second; a dependent visit
waits for the one before it. The longest gap of a dependency cannot be kept by waiting and binds
nobody here: whether it held is counted (`Tie`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from solver.errors import SolutionError
from solver.problem import Problem, Shift, Visit
from solver.solution import Rest, Route, Solution, Stop


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """One stop with its leg (ticks); `before` is the stop before it (-1: the start place).

    `rest` is taken on this leg: at the place before, or (`rest_here`) on arrival. `hour` is that in
    which the leg begins in the plan.
    """

    route: int
    before: int
    visit: Visit
    part: int
    promised: int
    travel: int
    setup: int
    rest: Rest | None
    rest_here: bool
    hour: int


@dataclass(frozen=True, slots=True)
class PlannedRoute:
    """One route: `first` and `last` stop, the way back, and the caregiver's route before (-1)."""

    shift: Shift
    caregiver: str
    mode: str
    departure: int
    first: int
    last: int
    back: int
    back_hour: int
    rest: Rest | None
    rest_here: bool
    rest_before_departure: Rest | None
    owed: int
    after_route: int


@dataclass(frozen=True, slots=True)
class Tie:
    """Start of stop `after` minus start of stop `before` is to lie in [minimum, maximum]."""

    before: int
    after: int
    minimum: int
    maximum: int | None
    waits_both_ways: bool


@dataclass(frozen=True, slots=True)
class Course:
    """Stops, routes, all ties; `units` is the order to work out, a pair that waits as one unit.

    `waits` are the ties that somebody waits for; a tie that nobody can wait for, because the stops
    wait for each other already, is only counted.
    """

    stops: tuple[PlannedStop, ...]
    routes: tuple[PlannedRoute, ...]
    ties: tuple[Tie, ...]
    waits: tuple[Tie, ...]
    units: tuple[tuple[int, ...], ...]


def course_of(problem: Problem, plan: Solution) -> Course:
    """Read a plan that the checker accepts.

    Raises:
        SolutionError: the plan names what the problem does not have.
    """
    stops: list[PlannedStop] = []
    routes: list[PlannedRoute] = []
    last_of: dict[str, int] = {}
    for route in sorted(plan.routes, key=lambda one: (_begin(one), one.return_at)):
        if route.stops:
            routes.append(_route(problem, route, len(routes), stops, last_of))
            last_of[routes[-1].caregiver] = len(routes) - 1
    ties = tuple(_ties(problem, stops))
    waits = list(ties)
    units = _units(stops, routes, waits)
    if units is None:
        waits = _what_can_be_waited_for(stops, routes, ties)
        units = _units(stops, routes, waits)
    assert units is not None, "routes alone can always be followed"
    return Course(tuple(stops), tuple(routes), ties, tuple(waits), units)


def _begin(route: Route) -> int:
    early = [route.rest.start] if route.rest is not None and route.rest.before == 0 else []
    return min([route.departure, *early])


def _route(
    problem: Problem,
    route: Route,
    number: int,
    stops: list[PlannedStop],
    last_of: dict[str, int],
) -> PlannedRoute:
    """Read a route and append its stops."""
    if route.shift_id not in problem.shift_by_id:
        raise SolutionError(f"shift {route.shift_id} is in the plan and not in the problem")
    caregiver, shift = problem.shift_by_id[route.shift_id]
    first = len(stops)
    _append_stops(problem, route, number, stops)
    back = int(problem.travel[caregiver.mode][stops[-1].visit.place, shift.end_place])
    rest, free = route.rest, route.stops[-1].end
    last_rest = rest if rest is not None and rest.before == len(route.stops) else None
    owed = shift.rest.duration if shift.rest else 0
    return PlannedRoute(
        shift=shift,
        caregiver=caregiver.id,
        mode=caregiver.mode,
        departure=route.departure,
        first=first,
        last=len(stops) - 1,
        back=back,
        back_hour=free // (60 * problem.ticks_per_minute),
        rest=last_rest,
        rest_here=(
            last_rest is not None
            and last_rest.start >= free + back
            and route.return_at == last_rest.end
        ),
        rest_before_departure=(
            rest if rest is not None and rest.before == 0 and not stops[first].rest_here else None
        ),
        owed=min(owed, rest.end - rest.start) if rest else 0,
        after_route=last_of.get(caregiver.id, -1),
    )


def _append_stops(problem: Problem, route: Route, number: int, stops: list[PlannedStop]) -> None:
    caregiver, shift = problem.shift_by_id[route.shift_id]
    matrix, hour = problem.travel[caregiver.mode], 60 * problem.ticks_per_minute
    place, building, free = shift.start_place, "", route.departure
    for position, stop in enumerate(route.stops):
        visit = _visit(problem, route, stop)
        rest = route.rest if route.rest is not None and route.rest.before == position else None
        here = rest is not None and rest.start >= stop.arrival
        kept = bool(building) and visit.building == building
        stops.append(
            PlannedStop(
                route=number,
                before=len(stops) - 1 if position else -1,
                visit=visit,
                part=stop.part,
                promised=stop.start,
                travel=int(matrix[place, visit.place]),
                setup=0 if kept else visit.setup,
                rest=rest if position or here else None,
                rest_here=here,
                hour=free // hour,
            )
        )
        place, building, free = visit.place, visit.building, stop.end


def _visit(problem: Problem, route: Route, stop: Stop) -> Visit:
    visit = problem.visit_by_id.get(stop.visit_id)
    if visit is None or not 0 <= stop.part < len(visit.parts):
        label = f"visit {stop.visit_id} part {stop.part}"
        raise SolutionError(f"{label} of shift {route.shift_id} is not in the problem")
    return visit


def _ties(problem: Problem, stops: Sequence[PlannedStop]) -> list[Tie]:
    where = {(one.visit.id, one.part): number for number, one in enumerate(stops)}
    ties = []
    for visit in problem.visits:
        if visit.sync is not None and (visit.id, 0) in where and (visit.id, 1) in where:
            least, most = visit.sync.minimum, visit.sync.maximum
            ends = where[visit.id, 0], where[visit.id, 1]
            ties.append(Tie(*ends, least, most, waits_both_ways=most is not None))
    for one in problem.dependencies:
        if (one.before, 0) in where and (one.after, 0) in where:
            ends = where[one.before, 0], where[one.after, 0]
            ties.append(Tie(*ends, one.gap.minimum, one.gap.maximum, waits_both_ways=False))
    return ties


def _what_can_be_waited_for(
    stops: Sequence[PlannedStop], routes: Sequence[PlannedRoute], ties: Sequence[Tie]
) -> list[Tie]:
    """As many ties as can be followed together, one way first and both ways where that still goes.

    A two-part visit is then begun as soon as its first part can be, as nobody knows better.
    """
    kept: list[Tie] = []
    for tie in ties:
        one_way = Tie(tie.before, tie.after, tie.minimum, tie.maximum, waits_both_ways=False)
        if _units(stops, routes, [*kept, one_way]) is not None:
            kept.append(one_way)
    for tie in ties:
        others = [one for one in kept if (one.before, one.after) != (tie.before, tie.after)]
        if tie.waits_both_ways and _units(stops, routes, [*others, tie]) is not None:
            kept = [*others, tie]
    return kept


def _units(
    stops: Sequence[PlannedStop], routes: Sequence[PlannedRoute], waits: Sequence[Tie]
) -> tuple[tuple[int, ...], ...] | None:
    """An order in which every stop comes after what it waits for; None where there is none."""
    unit_of = list(range(len(stops)))
    for tie in waits:
        if tie.waits_both_ways:
            unit_of[tie.after] = unit_of[tie.before]
    edges = [(one.before, number) for number, one in enumerate(stops) if one.before >= 0]
    edges += [(routes[one.after_route].last, one.first) for one in routes if one.after_route >= 0]
    edges += [(tie.before, tie.after) for tie in waits if not tie.waits_both_ways]
    following: dict[int, list[int]] = {}
    pending = dict.fromkeys(unit_of, 0)
    for before, after in edges:
        following.setdefault(unit_of[before], []).append(unit_of[after])
        pending[unit_of[after]] += 1
    members: dict[int, list[int]] = {}
    for number, unit in enumerate(unit_of):
        members.setdefault(unit, []).append(number)
    ready = [(stops[unit].promised, unit) for unit, count in pending.items() if not count]
    heapify(ready)
    order: list[tuple[int, ...]] = []
    while ready:
        _, unit = heappop(ready)
        order.append(tuple(members[unit]))
        for after in following.get(unit, ()):
            pending[after] -= 1
            if not pending[after]:
                heappush(ready, (stops[after].promised, after))
    return tuple(order) if len(order) == len(pending) else None
