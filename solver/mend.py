"""The last step: a plan as a solution the checker accepts, every unserved visit with its reason."""

from __future__ import annotations

import logging
from dataclasses import replace

from solver.construct import by_urgency
from solver.explain import dearer_than_dropping, explain
from solver.insertion import best_placement
from solver.plan import Plan
from solver.retime import timed_routes
from solver.routing_run import Given
from solver.solution import Proof, Solution, Unserved
from solver.tasks import TaskTable
from solver.verify import Report, Rule, Violation, verify

log = logging.getLogger(__name__)


def accepted(plan: Plan) -> Solution:
    """The plan as a solution the checker accepts, taking out what it complains of."""
    while True:
        solution = _solution(plan)
        found = faults(verify(plan.table.problem, solution))
        if not found:
            return solution
        for one in found:
            log.error("the checker refuses the plan: %s: %s", one.rule, one.sentence)
        blamed = _blamed(plan, found)
        if not blamed:  # an empty shift owes a rest that must not be missed: no plan can help it
            return solution
        for visit in blamed:
            plan.remove_visit(visit)


def faults(report: Report) -> list[Violation]:
    """Violations that a route is to blame for; what must be served and is not, is no fault."""
    accepted = {Rule.MANDATORY_UNSERVED, Rule.FORBIDDEN_COST}
    return [one for one in report.violations if one.rule not in accepted]


def _blamed(plan: Plan, found: list[Violation]) -> set[int]:
    """Visits to take out: those named; for a shift or caregiver the least urgent on their tours.

    Empty only where nothing is served, so that taking out comes to an end.
    """
    table = plan.table
    named = {
        label: {number}
        for number, visit in enumerate(table.problem.visits)
        if plan.is_served(number)
        for label in (f"visit {visit.id}", *(f"visit {visit.id} part {part}" for part in (0, 1)))
    }
    for number, vehicle in enumerate(table.vehicles):
        visits = {table.visit_of[task] for task in plan.tours[number].tasks}
        if visits:
            least = by_urgency(table, visits)[-1]
            named.setdefault(f"shift {vehicle.shift.id}", set()).add(least)
            caregiver = table.problem.caregivers[vehicle.caregiver]
            named.setdefault(f"caregiver {caregiver.id}", set()).add(least)
    blamed = {visit for one in found for visit in named.get(one.item, ())}
    everything = {visit for visit in range(len(table.problem.visits)) if plan.is_served(visit)}
    return blamed or everything


def _solution(plan: Plan) -> Solution:
    unserved = tuple(_explained(plan, visit) for visit in plan.unserved())
    return Solution(timed_routes(plan), unserved)


def _explained(plan: Plan, visit: int) -> Unserved:
    """Why a visit is unserved in this plan."""
    table = plan.table
    cost = table.drop_cost[visit]
    place = None if cost is None else best_placement(plan, visit)
    if cost is not None and place is not None and place.price > cost:
        one = table.problem.visits[visit]
        return dearer_than_dropping(one, place.price, cost).unserved()
    return explain(table, visit).unserved()


def without_reasons(plan: Plan) -> Solution:
    """The plan as a solution whose unserved visits have no reason yet."""
    visits = plan.table.problem.visits
    left = tuple(Unserved(visits[one].id, "no_room", Proof.NOT_FOUND) for one in plan.unserved())
    return Solution(timed_routes(plan), left)


def explained(table: TaskTable, solution: Solution) -> Solution:
    """The same routes, every unserved visit with its reason."""
    if not solution.unserved:
        return solution
    plan = replayed(table, solution)
    number = {visit.id: index for index, visit in enumerate(table.problem.visits)}
    reasons = tuple(_explained(plan, number[one.visit_id]) for one in solution.unserved)
    return replace(solution, unserved=reasons)


def replayed(table: TaskTable, solution: Solution) -> Plan:
    """A solution's sequences as a plan; linked tasks keep their starts.

    A rest that the solution does not take is given up, but for one that must not be missed.
    """
    task_of = {
        (table.problem.visits[table.visit_of[task]].id, table.part_of[task]): task
        for task in range(len(table.place))
    }
    routes = {route.shift_id: route for route in solution.routes}
    tours: list[tuple[int, ...]] = []
    rests: list[bool] = []
    frozen: dict[int, int] = {}
    for vehicle in table.vehicles:
        route = routes.get(vehicle.shift.id)
        stops = route.stops if route else ()
        tasks = tuple(task_of[one.visit_id, one.part] for one in stops)
        frozen |= {
            task: one.start for task, one in zip(tasks, stops, strict=True) if table.links_of[task]
        }
        tours.append(tasks)
        rest = vehicle.rest
        is_taken = route is None or route.rest is not None
        rests.append(rest is not None and (is_taken or rest.miss_cost is None))
    return replayed_sequences(table, Given(tuple(tours), frozen, tuple(rests)))


def replayed_sequences(table: TaskTable, found: Given) -> Plan:
    """The found sequences as a plan; what does not fit after all is taken out, least urgent first.

    That is rare: the routing model lets a rest interrupt a way, which the rules do not.
    """
    plan = Plan(table)
    for task in (task for tasks in found.tours for task in tasks):
        if task in found.frozen:
            plan.freeze(task, found.frozen[task])
    for vehicle, rests in enumerate(found.rests):
        plan.give_up_rest(vehicle, rests=rests)
    plan.load(found.tours)
    for tour in plan.tours:
        while not plan.is_feasible(tour.vehicle):
            visits = {table.visit_of[task] for task in tour.tasks}
            plan.remove_visit(by_urgency(table, visits)[-1])
    return plan
