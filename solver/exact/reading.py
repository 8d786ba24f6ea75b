"""Between plans and the model: a plan as hints, and the model's values as a plan."""

from __future__ import annotations

from itertools import pairwise

from ortools.sat.python import cp_model

from solver.exact.day import HOME, Day, Line
from solver.solution import Proof, Rest, Route, Solution, Stop, Unserved


def read(day: Day, solver: cp_model.CpSolver) -> Solution:
    """The plan the solver found; routes of a caregiver in the order in which they are driven."""
    driven = [_route(day, line, solver) for line in day.lines if solver.boolean_value(line.used)]
    routes = tuple(sorted(driven, key=lambda route: (route.departure, route.return_at)))
    lost = tuple(
        Unserved(name, "no_room", Proof.NOT_FOUND)
        for name, served in day.served.items()
        if not solver.boolean_value(served)
    )
    return Solution(routes, lost)


def _route(day: Day, line: Line, solver: cp_model.CpSolver) -> Route:
    """A route whose caregiver leaves just in time, and is back as soon as that allows."""
    following = {
        before: (goal, leg)
        for (before, goal), leg in line.legs.items()
        if solver.boolean_value(leg.driven)
    }
    rest_start = 0 if line.rest_start is None else solver.value(line.rest_start)
    rests = [
        {node for node, here in choice.items() if solver.boolean_value(here)}
        for choice in (line.rest_after, line.rest_before)
    ]
    length, stops, rest = line.rest_length, list[Stop](), None
    departure, node, free = 0, HOME, 0
    while True:
        goal, leg = following[node]
        at_place, at_next = node in rests[0], goal in rests[1]
        if at_place or at_next:
            rest = Rest(len(stops), rest_start, rest_start + length)
        # a rest of no length on a way of no length would be read as taken at the next place
        waits = at_place and length + leg.travel > 0
        arrival = (rest_start + length if waits else free) + leg.travel
        if goal == HOME:
            ends = rest_start + length
            back = max(arrival, ends) if at_next or (at_place and not waits) else arrival
            return Route(line.shift.id, departure, tuple(stops), back, rest)
        task = day.tasks[goal]
        start = solver.value(task.start)
        if node == HOME:
            arrival = start - leg.setup
            arrival = min(rest_start, arrival - length) if at_next else arrival
            departure = arrival - leg.travel
        node, free = goal, start + task.duration
        stops.append(Stop(task.visit.id, task.part, arrival, start, free))


def hint(day: Day, plan: Solution) -> None:
    """Tell the model where a plan is, as far as it can hold it."""
    routes = {route.shift_id: route for route in plan.routes if route.stops}
    number = {(task.visit.id, task.part): task.number for task in day.tasks}
    values: dict[int, tuple[cp_model.IntVar, int]] = {}

    def tell(variable: cp_model.IntVar, value: int) -> None:
        values[variable.index] = (variable, value)

    for line in day.lines:
        route = routes.get(line.shift.id)
        stops = route.stops if route else ()
        order = [HOME, *(number[one.visit_id, one.part] for one in stops), HOME]
        arcs = set(pairwise(order)) if stops else set()
        tell(line.used, bool(stops))
        for arc, leg in line.legs.items():
            tell(leg.driven, arc in arcs)
        for task in line.tasks:
            tell(task.given[line.shift.id], task.number in order)
        for node, stop in zip(order[1:-1], stops, strict=True):
            tell(day.tasks[node].start, stop.start)
        for node in line.rest_after:
            before, after = _rests_at(route, order, node)
            tell(line.rest_after[node], after)
            tell(line.rest_before[node], before)
        if route and route.rest and line.rest_start is not None:
            tell(line.rest_start, route.rest.start)
    given = {stop.visit_id for route in routes.values() for stop in route.stops}
    for name, served in day.served.items():
        tell(served, name in given)
    for variable, value in values.values():
        day.model.add_hint(variable, value)


def _rests_at(route: Route | None, order: list[int], node: int) -> tuple[bool, bool]:
    """Whether a route rests before, or after, what happens at a node."""
    if route is None or route.rest is None or not route.stops:
        return False, False
    position, rest = route.rest.before, route.rest
    if position < len(route.stops):
        at_next = rest.start >= route.stops[position].arrival
    else:
        at_next = route.return_at == rest.end
    return at_next and order[position + 1] == node, not at_next and order[position] == node
