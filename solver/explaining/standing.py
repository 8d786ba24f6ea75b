"""A plan in force, opened so that one visit can be put into it while the rest stays as it is told.

Routes that do not change keep every minute. In those that do, every start stays where it is if that
is possible, else moves by no more than a tolerance, else (if that is wanted) within its windows;
visits that are tied to others keep their start in any case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from solver.compatibility import FAR, Intervals
from solver.errors import ProblemError
from solver.explain import Reason
from solver.plan import Plan
from solver.problem import Problem
from solver.replanning.disturbance import TOLERANCE_MINUTES
from solver.retime import timed_routes
from solver.solution import Proof, Route, Solution, Unserved
from solver.tasks import Link, TaskTable, tabulate


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan as the search sees it: tours and rests by vehicle, and the start told by task."""

    table: TaskTable
    solution: Solution
    tours: tuple[tuple[int, ...], ...]
    rests: tuple[bool, ...]
    told: Mapping[int, int]
    number: Mapping[str, int]
    tolerance: int

    @property
    def served(self) -> frozenset[str]:
        """Visits with a part in the plan."""
        return served_by(self.solution)


def stand(day: Problem, solution: Solution) -> Standing:
    """Read a plan; starts may break windows, and then stay as they are.

    Raises:
        ProblemError: the plan names a visit, a part or a shift that the day does not have.
    """
    table = tabulate(day)
    number = {visit.id: index for index, visit in enumerate(day.visits)}
    for route in solution.routes:
        if route.shift_id not in day.shift_by_id:
            raise ProblemError(f"shift {route.shift_id}: the plan names it and the day does not")
    routes = {route.shift_id: route for route in solution.routes}
    tours: list[tuple[int, ...]] = []
    rests: list[bool] = []
    told: dict[int, int] = {}
    for vehicle in table.vehicles:
        driven = routes.get(vehicle.shift.id)
        tasks = [
            (_task(table, number, one.visit_id, one.part), one.start)
            for one in (() if driven is None else driven.stops)
        ]
        told |= dict(tasks)
        tours.append(tuple(task for task, _ in tasks))
        rests.append(vehicle.rest is not None and (not tasks or _rests(driven)))
    tolerance = TOLERANCE_MINUTES * day.ticks_per_minute
    return Standing(table, solution, tuple(tours), tuple(rests), told, number, tolerance)


def _task(table: TaskTable, number: Mapping[str, int], visit_id: str, part: int) -> int:
    visit = number.get(visit_id)
    if visit is None or not 0 <= part < len(table.tasks_of_visit[visit]):
        raise ProblemError(
            f"visit {visit_id}: the plan names part {part} of it and the day does not"
        )
    return table.tasks_of_visit[visit][part]


def _rests(route: Route | None) -> bool:
    return route is not None and route.rest is not None


def visit_number(standing: Standing, visit_id: str) -> int:
    """The number of a visit of the day.

    Raises:
        ProblemError: the day has no such visit.
    """
    found = standing.number.get(visit_id)
    if found is None:
        raise ProblemError(f"visit {visit_id}: it is not among the visits of the day")
    return found


def restricted(standing: Standing, vehicles: Mapping[int, Collection[int]]) -> Standing:
    """The same with some tasks open to certain vehicles only."""
    allowed = list(standing.table.allowed)
    for task, among in vehicles.items():
        allowed[task] = tuple(one for one in allowed[task] if one in among)
    return replace(standing, table=replace(standing.table, allowed=allowed))


def opened(standing: Standing, slack: int | None) -> Plan:
    """The plan, whose starts may move by `slack` ticks (None: within their windows)."""
    return _loaded(standing, near(standing, slack, slack), standing.tours, standing.rests)


def _loaded(
    standing: Standing,
    table: TaskTable,
    tours: tuple[tuple[int, ...], ...],
    rests: tuple[bool, ...],
) -> Plan:
    plan = Plan(table)
    for tasks in tours:
        for task in tasks:
            if table.links_of[task]:
                plan.freeze(task, standing.told[task])
    for vehicle, one in enumerate(rests):
        if plan.tours[vehicle].rests != one:
            plan.give_up_rest(vehicle, rests=one)
    plan.load(tours)
    return plan


def near(standing: Standing, earlier: int | None, later: int | None) -> TaskTable:
    """The table with the starts of what is planned held near those told; None: to the windows."""
    table, told = standing.table, standing.told
    starts = list(table.starts)
    for task, at in told.items():
        starts[task] = _near(starts[task], at, earlier, later)
    narrowed = {
        (task, vehicle): _near(mine, told[task], earlier, later) if task in told else mine
        for (task, vehicle), mine in table.narrowed.items()
    }
    return replace(table, starts=starts, narrowed=narrowed)


def _near(starts: Intervals, at: int, earlier: int | None, later: int | None) -> Intervals:
    low = -FAR if earlier is None else at - earlier
    high = FAR if later is None else at + later
    if not any(a <= at <= b for a, b in starts):
        return ((at, at),)
    return tuple((max(a, low), min(b, high)) for a, b in starts if max(a, low) <= min(b, high))


def finished(standing: Standing, plan: Plan, slack: int | None) -> Iterator[Solution]:
    """A changed plan as solutions, those that move the fewest starts first.

    Starts move later only, then both ways, by `slack` at most; at no time does a tied visit.
    """
    changed = [
        tour.vehicle
        for tour in plan.tours
        if tuple(tour.tasks) != standing.tours[tour.vehicle]
        or tour.rests != standing.rests[tour.vehicle]
        or any(
            plan.frozen.get(task, standing.told.get(task)) != standing.told.get(task)
            for task in tour.tasks
        )
    ]
    for earlier in dict.fromkeys((0, slack)):
        routes = _timed(standing, plan, changed, near(standing, earlier, slack))
        if routes is not None:
            yield _assembled(standing, plan, changed, routes)


def _timed(
    standing: Standing, plan: Plan, changed: list[int], table: TaskTable
) -> tuple[Route, ...] | None:
    """The changed tours with times; None where the table's starts do not allow them."""
    starts = list(table.starts)
    for task, at in plan.frozen.items():
        starts[task] = ((at, at),)
    narrowed = {key: one for key, one in table.narrowed.items() if key[0] not in plan.frozen}
    links: list[tuple[Link, ...]] = [()] * len(starts)
    alone = replace(table, starts=starts, narrowed=narrowed, links=[], links_of=links)
    caregivers = {table.vehicles[one].caregiver for one in changed}
    mine = {one for name in caregivers for one in table.vehicles_of_caregiver[name]}
    tours = tuple(tuple(one.tasks) if one.vehicle in mine else () for one in plan.tours)
    loaded = _loaded(standing, alone, tours, tuple(one.rests for one in plan.tours))
    if not all(loaded.is_feasible(one) for one in mine):
        return None
    ids = {table.vehicles[one].shift.id for one in changed}
    return tuple(route for route in timed_routes(loaded) if route.shift_id in ids)


def _assembled(
    standing: Standing, plan: Plan, changed: list[int], routes: tuple[Route, ...]
) -> Solution:
    """The plan in force with the changed routes in their place."""
    table = standing.table
    gone = {table.vehicles[one].shift.id for one in changed}
    new = {route.shift_id: route for route in routes}
    whole: list[Route] = []
    for route in standing.solution.routes:
        if route.shift_id not in gone:
            whole.append(route)
        elif route.shift_id in new:
            whole.append(new.pop(route.shift_id))
    whole += new.values()
    visits = table.problem.visits
    left = {visits[one].id for one in plan.unserved()}
    kept = [one for one in standing.solution.unserved if one.visit_id in left]
    listed = {one.visit_id for one in kept}
    reason = Reason.NOT_FOUND_IN_TIME.value
    lost = [one.id for one in visits if one.id in left and one.id not in listed]
    return Solution(
        tuple(whole), (*kept, *(Unserved(one, reason, Proof.NOT_FOUND) for one in lost))
    )


def served_by(solution: Solution) -> frozenset[str]:
    """Visits with a stop."""
    return frozenset(stop.visit_id for route in solution.routes for stop in route.stops)
