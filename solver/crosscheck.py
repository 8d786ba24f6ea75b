"""A second opinion on a finished plan: the OR-Tools routing model must accept it as it stands.

The model of `solver.routing` is built once more for the routes of the plan, every time is fixed to
what the plan says, and the routing solver checks the whole as an assignment. Model and checker
share no code, so a plan that both accept is right twice.

Where the model is stricter than the rules it is loosened to what the plan itself says: a rest given
up for its price is not owed, a skill that expires counts while it is valid at the planned start,
overtime may run into a caregiver's next shift whose route begins later.

What it cannot see: stated arrivals and ends of service, a return later than needed, a rest while
travelling (the model lets a rest interrupt a way); every price, and with it the weights that forbid
waiting, a highest lateness, idle time or imbalance; what is said of unserved visits, and whether
they had to be served; rests owed by shifts without stops.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ortools.constraint_solver import pywrapcp

from solver.compatibility import caregiver_price, expiry, holds_skills, is_welcome
from solver.problem import Break, Problem
from solver.routing import RoutingModel, Scope, build
from solver.solution import Rest, Route, Solution
from solver.tasks import TaskTable, Vehicle, tabulate

# Tasks of the model that the assignment leaves out are an error; what it omits is not served.
IGNORE_INACTIVE, CLOSE_ROUTES = False, True


@dataclass(frozen=True, slots=True)
class _Given:
    """A plan by the table's numbers: tasks and route by vehicle, and the start of every task."""

    tours: dict[int, list[int]]
    routes: dict[int, Route]
    starts: dict[int, int]

    def only(self, vehicle: int) -> _Given:
        """The plan of one vehicle alone."""
        tour = self.tours[vehicle]
        starts = {task: self.starts[task] for task in tour}
        return _Given({vehicle: tour}, {vehicle: self.routes[vehicle]}, starts)


def refusal(problem: Problem, solution: Solution) -> str | None:
    """What the routing model refuses about a plan, in one sentence; None where it accepts all."""
    table = tabulate(problem)
    given = _read(table, solution)
    if isinstance(given, str):
        return given
    if not given.tours:
        return None
    found = _refused(table, given, together=True)
    if found != "":
        return found
    for vehicle in given.tours:
        if (alone := _refused(table, given.only(vehicle), together=False)) is not None:
            return alone or f"the route of {_name(table, vehicle)} cannot be driven at its times"
    return "the routes can be driven one by one, but not together"


def _refused(table: TaskTable, given: _Given, *, together: bool) -> str | None:
    """None: accepted; a sentence where it is plain what is wrong; else the empty string."""
    try:
        planned = _as_planned(table, given)
    except _RefusedError as refused:
        return str(refused)
    numbers = sorted(given.tours)
    visits = sorted({table.visit_of[task] for task in given.starts})
    tasks = [task for visit in visits for task in table.tasks_of_visit[visit]]
    if not together:
        tasks = sorted(given.starts)
    rests = [one.rest is not None for one in planned.vehicles]
    model = build(Scope(planned, tuple(tasks), tuple(numbers), {}, rests))
    try:
        _fix(model, given)
    except _RefusedError as refused:
        return str(refused)
    if together:
        _tie(model, given)
    routing = model.routing
    routing.CloseModel()
    nodes = [
        [model.manager.IndexToNode(model.index_of[task]) for task in given.tours[vehicle]]
        for vehicle in numbers
    ]
    assignment = routing.solver().Assignment()
    loaded = routing.RoutesToAssignment(nodes, IGNORE_INACTIVE, CLOSE_ROUTES, assignment)
    return None if loaded and routing.solver().CheckAssignment(assignment) else ""


class _RefusedError(Exception):
    """A sentence on something the model has no room for."""


def _read(table: TaskTable, solution: Solution) -> _Given | str:
    """The plan by numbers, or a sentence on what the problem does not have, or has only once."""
    visits = {visit.id: number for number, visit in enumerate(table.problem.visits)}
    vehicles = {one.shift.id: number for number, one in enumerate(table.vehicles)}
    given = _Given({}, {}, {})
    for route in solution.routes:
        if (vehicle := vehicles.get(route.shift_id)) is None:
            return f"shift {route.shift_id} is not in the problem"
        if vehicle in given.routes:
            return f"shift {route.shift_id} has two routes"
        if not route.stops:
            continue
        given.routes[vehicle] = route
        tour = given.tours[vehicle] = []
        for stop in route.stops:
            tasks = table.tasks_of_visit[visits[stop.visit_id]] if stop.visit_id in visits else ()
            if not 0 <= stop.part < len(tasks):
                return f"visit {stop.visit_id} part {stop.part} is not in the problem"
            task = tasks[stop.part]
            if task in given.starts:
                return f"visit {stop.visit_id} part {stop.part} is served twice"
            tour.append(task)
            given.starts[task] = stop.start
    return given


def _as_planned(table: TaskTable, given: _Given) -> TaskTable:
    """The table with what depends on the plan: rests as taken, who is able at the planned time."""
    latest = max(route.return_at for route in given.routes.values())
    vehicles = list(table.vehicles)
    for number, route in given.routes.items():
        one = table.vehicles[number]
        over = 0 if table.problem.weights.overtime is None else one.shift.maximum_overtime
        last = max(latest, one.shift.end) if over is None else one.shift.end + over
        vehicles[number] = replace(one, last_return=last, rest=_rest(one, route.rest))
    allowed = list(table.allowed)
    for task, start in given.starts.items():
        if not all(table.starts[one] for one in table.tasks_of_visit[table.visit_of[task]]):
            raise _RefusedError(f"{_label(table, task)} can start at no time")
        allowed[task] = tuple(one for one in given.tours if _is_able(table, task, one, start))
    return replace(table, vehicles=vehicles, allowed=allowed, narrowed={})


def _rest(vehicle: Vehicle, taken: Rest | None) -> Break | None:
    """The rest held to its planned time; None where it is given up."""
    owed, name = vehicle.rest, f"shift {vehicle.shift.id}"
    if taken is None:
        if vehicle.rest_is_mandatory:
            raise _RefusedError(f"{name} takes no rest, which it must not miss")
        return None
    length, span = taken.end - taken.start, f"from {taken.start} to {taken.end}"
    if owed is None:
        raise _RefusedError(f"{name} rests {span}, which it does not owe")
    if taken.start < owed.earliest or taken.end > owed.latest_end or length < owed.duration:
        raise _RefusedError(f"{name} cannot rest {span}")
    return replace(owed, earliest=taken.start, latest_end=taken.end, duration=length)


def _is_able(table: TaskTable, task: int, vehicle: int, start: int) -> bool:
    """Whether the caregiver of a vehicle may do a task that starts then."""
    visit = table.problem.visits[table.visit_of[task]]
    position = table.part_of[task]
    part = visit.parts[position]
    one = table.problem.caregivers[table.vehicles[vehicle].caregiver]
    if not (visit.required_tags <= one.tags and holds_skills(part, one)):
        return False
    until = expiry(part, one)
    if until is not None and start + part.duration > until:
        return False
    priced = caregiver_price(table.problem, visit, one) is not None
    return priced and is_welcome(visit, position, one)


def _fix(model: RoutingModel, given: _Given) -> None:
    """Hold every time to the plan's; a time or vehicle outside the model's domains is refused."""
    table, routing = model.scope.table, model.routing
    time = routing.GetDimensionOrDie("time")
    for number, vehicle in enumerate(model.scope.vehicles):
        for task in given.tours[vehicle]:
            index, label = model.index_of[task], _label(table, task)
            if not routing.VehicleVar(index).Contains(number):
                raise _RefusedError(f"{label} cannot be given on {_name(table, vehicle)}")
            _hold(time.CumulVar(index), given.starts[task], f"{label} cannot start")
        route, name = given.routes[vehicle], _name(table, vehicle)
        _hold(time.CumulVar(routing.Start(number)), _begin(route), f"{name} cannot begin")
        _hold(time.CumulVar(routing.End(number)), route.return_at, f"{name} cannot end")


def _hold(variable: pywrapcp.IntVar, value: int, sentence: str) -> None:
    if not variable.Contains(value):
        raise _RefusedError(f"{sentence} at {value}")
    variable.SetValue(value)


def _begin(route: Route) -> int:
    """When the route begins: with its departure, or with a rest at the start place before it."""
    rest = route.rest
    at_start = rest is not None and rest.before == 0 and rest.start < route.departure
    return rest.start if rest is not None and at_start else route.departure


def _tie(model: RoutingModel, given: _Given) -> None:
    """What the model leaves open: gaps between starts, and a caregiver's shifts one by one."""
    table, routing = model.scope.table, model.routing
    time, solver = routing.GetDimensionOrDie("time"), routing.solver()
    for link in table.links:
        if link.before in given.starts and link.after in given.starts:
            before, after = (
                time.CumulVar(model.index_of[one]) for one in (link.before, link.after)
            )
            solver.Add(after >= before + link.minimum)
            solver.Add(after <= before + link.maximum)
    number_of = {vehicle: number for number, vehicle in enumerate(model.scope.vehicles)}
    for earlier, later in _consecutive(table, given):
        end = time.CumulVar(routing.End(number_of[earlier]))
        solver.Add(end <= time.CumulVar(routing.Start(number_of[later])))


def _consecutive(table: TaskTable, given: _Given) -> Iterator[tuple[int, int]]:
    """Pairs of vehicles of one caregiver, one after the other as the plan drives them."""
    for mine in table.vehicles_of_caregiver:
        used: Sequence[int] = sorted(
            (one for one in mine if one in given.routes), key=lambda one: _begin(given.routes[one])
        )
        yield from pairwise(used)


def _label(table: TaskTable, task: int) -> str:
    visit = table.problem.visits[table.visit_of[task]]
    return f"visit {visit.id}" + (f" part {table.part_of[task]}" if len(visit.parts) > 1 else "")


def _name(table: TaskTable, vehicle: int) -> str:
    return f"shift {table.vehicles[vehicle].shift.id}"
