"""The OR-Tools routing model of a day of visits.

Nodes are tasks (parts of visits) and the distinct places where shifts start and end; vehicles are
shifts. Hard in the model: windows (all of them), shifts, rests, who may do what, the largest work,
two parts together or not at all and by two caregivers. Priced: travel, preference and continuity,
unserved visits, overtime, lateness, start deviation, waiting, caregivers used.

What the model says differently from `docs/solver_model.md`, on purpose:

- Linked tasks (two-person visits, dependencies) start at a given, frozen instant: with free starts
  the local search is many times slower. `solver.retime` sets them free again.
- A rest that may be missed for a price is owed here, unless the plan to start from gave it up.
- A skill that expires within the day counts only where it outlasts every allowed start.
- A visit that must be served has a penalty above everything else together, so that one impossible
  visit does not make the whole day impossible.
- `caregivers_used` is priced for each shift. `largest_idle`, `balance` and `highest_lateness` have
  no term here, `start_deviation` yields to `lateness` where a visit has both: all of these are
  left to the improvement search, which the checker's cost guides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from ortools.constraint_solver import pywrapcp

from solver.compatibility import FAR, LAST, Intervals
from solver.problem import WindowMet
from solver.tasks import TaskTable, Vehicle

# Above this many cells, preferences are not put into arc costs but priced along the route.
PRICED_ARC_CELLS = 60_000_000
# Dimensions count from 0 (loads) or from wherever the shift starts (the clock); see ortools.
FROM_ZERO, FROM_SHIFT_START = True, False
# Rests are owed in the model; see above.
MAY_BE_MISSED = False

Matrix = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scope:
    """What part of a day a model holds; vehicles and tasks are numbered as in the table.

    `frozen` are starts of linked tasks, `rests` says by vehicle of the table whether it rests. A
    task in `barred` is one part of a visit whose other part stays outside: it must be served, and
    not by these vehicles.
    """

    table: TaskTable
    tasks: tuple[int, ...]
    vehicles: tuple[int, ...]
    frozen: Mapping[int, int]
    rests: Sequence[bool]
    barred: Mapping[int, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoutingModel:
    """A model with what is needed to read its solutions; its vehicles are those of the scope."""

    manager: pywrapcp.RoutingIndexManager
    routing: pywrapcp.RoutingModel
    scope: Scope
    index_of: Mapping[int, int]
    task_at: Mapping[int, int]

    @property
    def vehicles(self) -> list[Vehicle]:
        """The vehicles of the scope, as the model numbers them."""
        return [self.scope.table.vehicles[one] for one in self.scope.vehicles]


def whole_day(table: TaskTable, frozen: Mapping[int, int], rests: Sequence[bool]) -> Scope:
    """Everything a model can hold: possible visits, linked ones only where they are frozen."""
    tasks = tuple(
        task
        for visit, mine in enumerate(table.tasks_of_visit)
        if is_modelled(table, visit)
        and all(task in frozen or not table.links_of[task] for task in mine)
        for task in mine
    )
    return Scope(table, tasks, tuple(range(len(table.vehicles))), frozen, rests)


def build(scope: Scope) -> RoutingModel:
    """The model of a scope; it is complete but not closed: search parameters close it."""
    table, tasks = scope.table, scope.tasks
    shifts = [table.vehicles[one].shift for one in scope.vehicles]
    ends = sorted({one.start_place for one in shifts} | {one.end_place for one in shifts})
    node = {place: len(tasks) + number for number, place in enumerate(ends)}
    manager = pywrapcp.RoutingIndexManager(
        len(tasks) + len(ends),
        len(shifts),
        [node[one.start_place] for one in shifts],
        [node[one.end_place] for one in shifts],
    )
    routing = pywrapcp.RoutingModel(manager)
    index_of = {task: manager.NodeToIndex(number) for number, task in enumerate(tasks)}
    model = RoutingModel(
        manager, routing, scope, index_of, {at: task for task, at in index_of.items()}
    )
    places = np.array([*(table.place[task] for task in tasks), *ends], dtype=np.int64)
    _add_times(model, places)
    _add_arc_costs(model, places)
    _add_shifts(model)
    _add_starts(model)
    _add_choices(model)
    _add_pairs(model)
    return model


def _add_times(model: RoutingModel, places: Matrix) -> None:
    """Dimensions: the clock with waiting, and where needed the work without it."""
    table, routing, vehicles = model.scope.table, model.routing, model.vehicles
    transit = {
        mode: _register(routing, _durations(model, places, mode))
        for mode in sorted({one.mode for one in vehicles})
    }
    by_vehicle = [transit[one.mode] for one in vehicles]
    horizon = _horizon(table)
    routing.AddDimensionWithVehicleTransits(by_vehicle, horizon, horizon, FROM_SHIFT_START, "time")
    limits = [table.problem.caregivers[one.caregiver].maximum_work for one in vehicles]
    if all(limit is None for limit in limits):
        return
    capacity = [horizon if limit is None else limit for limit in limits]
    routing.AddDimensionWithVehicleTransitAndCapacity(by_vehicle, 0, capacity, FROM_ZERO, "work")
    work = routing.GetDimensionOrDie("work")
    for caregiver in {one.caregiver for one in vehicles}:
        mine = [n for n, one in enumerate(vehicles) if one.caregiver == caregiver]
        if len(mine) > 1 and (limit := limits[mine[0]]) is not None:
            total = [work.CumulVar(routing.End(number)) for number in mine]
            routing.solver().Add(routing.solver().Sum(total) <= limit)


def _horizon(table: TaskTable) -> int:
    latest = [one.last_return for one in table.vehicles if one.last_return < LAST]
    ends = [one.shift.end for one in table.vehicles]
    windows = [one[-1][1] for one in table.starts if one and one[-1][1] < LAST]
    day = sum(table.duration) + max([0, *latest, *ends, *windows])
    return min(LAST, day + 1)


def _durations(model: RoutingModel, places: Matrix, mode: str) -> Matrix:
    """Ticks from service start (or departure) at the row to readiness at the column."""
    table, tasks = model.scope.table, model.scope.tasks
    minutes = _travel(table, places, mode)
    count = len(tasks)
    durations = [table.duration[task] for task in tasks]
    minutes[:count] += np.array(durations, dtype=np.int64)[:, None]
    setup = np.array([table.setup[task] for task in tasks], dtype=np.int64)
    if setup.any():
        _, names = np.unique([table.building[task] for task in tasks], return_inverse=True)
        named = np.array([bool(table.building[task]) for task in tasks])
        same = (names[:, None] == names[None, :]) & named[:, None]
        minutes[:count, :count] += np.where(same, 0, setup[None, :])
        minutes[count:, :count] += setup[None, :]
    return minutes


def _travel(table: TaskTable, places: Matrix, mode: str) -> Matrix:
    matrix = table.problem.travel[mode][np.ix_(places, places)]
    return matrix.astype(np.int64)


def _register(routing: pywrapcp.RoutingModel, matrix: Matrix) -> int:
    return int(routing.RegisterTransitMatrix(matrix.tolist()))


def _add_arc_costs(model: RoutingModel, places: Matrix) -> None:
    """Weighted travel; preference and continuity of a caregiver are part of the way there."""
    table, routing, scope = model.scope.table, model.routing, model.scope
    weights = table.problem.weights
    count, vehicles = len(scope.tasks), scope.vehicles
    faces = np.array(
        [[table.cost[task].get(one, 0) for task in scope.tasks] for one in vehicles],
        dtype=np.int64,
    ).reshape(len(vehicles), count)
    in_arcs = faces.any() and len(vehicles) * len(places) ** 2 <= PRICED_ARC_CELLS
    registered: dict[tuple[str, bytes], int] = {}
    for number, vehicle in enumerate(model.vehicles):
        mode = vehicle.mode
        key = (mode, faces[number].tobytes() if in_arcs else b"")
        if key not in registered:
            cost = _travel(table, places, mode) * (weights.travel or 0)
            if in_arcs:
                cost[:, :count] += faces[number][None, :]
            registered[key] = _register(routing, cost)
        routing.SetArcCostEvaluatorOfVehicle(registered[key], number)
        if weights.caregivers_used:
            routing.SetFixedCostOfVehicle(weights.caregivers_used, number)
    if faces.any() and not in_arcs:
        _price_along_routes(model, faces)


def _price_along_routes(model: RoutingModel, faces: Matrix) -> None:
    """Prices of faces as a load whose sum each vehicle pays at its end: little memory."""
    routing = model.routing
    rest = [0] * (routing.nodes() - len(model.scope.tasks))
    vectors = [int(routing.RegisterUnaryTransitVector([*row.tolist(), *rest])) for row in faces]
    routing.AddDimensionWithVehicleTransits(vectors, 0, FAR, FROM_ZERO, "faces")
    load = routing.GetDimensionOrDie("faces")
    for vehicle in range(len(faces)):
        load.SetCumulVarSoftUpperBound(routing.End(vehicle), 0, 1)


def _add_shifts(model: RoutingModel) -> None:
    """Departure and return inside the shift and its overtime; the rest, anywhere in its window."""
    table, routing = model.scope.table, model.routing
    time, solver = routing.GetDimensionOrDie("time"), routing.solver()
    busy = [0] * routing.Size()
    for task in model.scope.tasks:
        busy[model.index_of[task]] = table.duration[task]
    waiting = table.problem.weights.waiting or 0
    horizon = _horizon(table)
    for number, vehicle in enumerate(model.vehicles):
        shift, begin, end = vehicle.shift, routing.Start(number), routing.End(number)
        latest = min(vehicle.last_return, horizon)
        time.CumulVar(begin).SetRange(shift.start, latest)
        time.CumulVar(end).SetRange(shift.start, latest)
        if table.overtime_weight and latest > shift.end:
            time.SetCumulVarSoftUpperBound(end, shift.end, table.overtime_weight)
        if waiting:
            time.SetSlackCostCoefficientForVehicle(waiting, number)
        rest = vehicle.rest
        if rest is None or not model.scope.rests[model.scope.vehicles[number]]:
            continue
        first = max(rest.earliest, shift.start)
        last = min(rest.latest_end, latest) - rest.duration
        if first <= last:
            pause = solver.FixedDurationIntervalVar(
                first, last, rest.duration, MAY_BE_MISSED, f"rest {number}"
            )
            time.SetBreakIntervalsOfVehicle([pause], number, busy)


def _add_starts(model: RoutingModel) -> None:
    """When each task may start, and what being late or off the wish costs."""
    table, routing, frozen = model.scope.table, model.routing, model.scope.frozen
    weights, problem = table.problem.weights, table.problem
    time = routing.GetDimensionOrDie("time")
    for task in model.scope.tasks:
        index = model.index_of[task]
        cumul = time.CumulVar(index)
        if task in frozen:
            cumul.SetRange(frozen[task], frozen[task])
            continue
        _restrict(cumul, table.starts[task])
        visit = problem.visits[table.visit_of[task]]
        if weights.lateness and not visit.late_is_hard:
            cut = table.duration[task] if problem.window_met is WindowMet.AT_END else 0
            bound = max(0, visit.windows[-1].end - cut)
            time.SetCumulVarSoftUpperBound(index, bound, weights.lateness)
        if (
            weights.start_deviation
            and visit.preferred_start is not None
            and not table.part_of[task]
        ):
            wish = visit.preferred_start
            time.SetCumulVarSoftLowerBound(index, wish, weights.start_deviation)
            if visit.late_is_hard or not weights.lateness:
                time.SetCumulVarSoftUpperBound(index, wish, weights.start_deviation)


def _restrict(cumul: pywrapcp.IntVar, starts: Intervals) -> None:
    """Leave only the union of the intervals."""
    cumul.SetRange(starts[0][0], min(starts[-1][1], cumul.Max()))
    for (_, before), (after, _) in pairwise(starts):
        cumul.RemoveInterval(before + 1, after - 1)


def _add_choices(model: RoutingModel) -> None:
    """Which vehicles may do a task, and what leaving its visit out costs."""
    scope, table, routing = model.scope, model.scope.table, model.routing
    mandatory = _mandatory_penalty(table)
    number_of = {vehicle: number for number, vehicle in enumerate(scope.vehicles)}
    for task in scope.tasks:
        index = model.index_of[task]
        barred = scope.barred.get(task, frozenset())
        able = [number_of[one] for one in vehicles_for(table, task) if one in number_of]
        able = [one for one in able if scope.vehicles[one] not in barred]
        routing.VehicleVar(index).SetValues([-1, *able])
        parts = len(table.tasks_of_visit[table.visit_of[task]])
        cost = table.drop_cost[table.visit_of[task]]
        penalty = mandatory if cost is None or task in scope.barred else cost
        # Both parts are left out together, so that the shares add up to the whole.
        first = table.part_of[task] == 0
        share = penalty // parts + (penalty % parts if first else 0)
        routing.AddDisjunction([index], share)


def vehicles_for(table: TaskTable, task: int) -> list[int]:
    """Vehicles that may do the task whenever it starts."""
    return [one for one in table.allowed[task] if (task, one) not in table.narrowed]


def is_modelled(table: TaskTable, visit: int) -> bool:
    """Whether some vehicle can take each part of the visit in the model."""
    tasks = table.tasks_of_visit[visit]
    return all(vehicles_for(table, task) and table.starts[task] for task in tasks)


def _mandatory_penalty(table: TaskTable) -> int:
    """More than all drop costs and the longest conceivable day together, yet far from overflow."""
    drops = sum(cost for cost in table.drop_cost if cost is not None)
    travel = max(
        (int(matrix.max(initial=0)) for matrix in table.problem.travel.values()), default=0
    )
    weight = max(1, table.problem.weights.travel or 0)
    return min(FAR, 1 + drops + weight * travel * 2 * len(table.place))


def _add_pairs(model: RoutingModel) -> None:
    """Two parts in the scope: both or none, by two caregivers."""
    table, routing = model.scope.table, model.routing
    solver = routing.solver()
    caregiver_of = [-1, *(one.caregiver for one in model.vehicles)]
    several = len(set(caregiver_of)) < len(caregiver_of)
    for visit in sorted({table.visit_of[task] for task in model.scope.tasks}):
        both = [model.index_of[one] for one in table.tasks_of_visit[visit] if one in model.index_of]
        if len(both) < 2:
            continue
        one, two = both
        active = routing.ActiveVar(one)
        solver.Add(active == routing.ActiveVar(two))
        who, other = routing.VehicleVar(one), routing.VehicleVar(two)
        if several:
            who = solver.Element(caregiver_of, who + 1)
            other = solver.Element(caregiver_of, other + 1)
        solver.Add((who != other) + (1 - active) >= 1)
