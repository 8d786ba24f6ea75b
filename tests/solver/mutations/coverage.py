"""Ids, coverage, and claims about them."""

from __future__ import annotations

from dataclasses import replace

from solver.problem import Part, Problem, Shift, TimeWindow
from solver.solution import Proof, Route, Solution, Unserved
from solver.verify import Rule
from tests.solver.mutations.tools import (
    FAR,
    Pair,
    breaks,
    served,
    with_route,
    with_shift,
    with_stop,
    with_visit,
)


@breaks(Rule.UNKNOWN_SHIFT)
def unknown_shift(problem: Problem, solution: Solution) -> Pair:
    return problem, replace(solution, routes=(*solution.routes, Route("nobody", 0, (), 0)))


@breaks(Rule.UNKNOWN_VISIT)
def unknown_visit(problem: Problem, solution: Solution) -> Pair:
    more = Unserved("nothing", "no_room", Proof.NOT_FOUND)
    return problem, replace(solution, unserved=(*solution.unserved, more))


@breaks(Rule.UNKNOWN_PART)
def unknown_part(problem: Problem, solution: Solution) -> Pair:
    route = solution.routes[0]
    more = replace(route.stops[-1], part=5)
    return problem, with_route(solution, route.shift_id, stops=(*route.stops, more))


@breaks(Rule.ROUTE_TWICE)
def route_twice(problem: Problem, solution: Solution) -> Pair:
    more = Route(solution.routes[0].shift_id, 0, (), 0)
    return problem, replace(solution, routes=(*solution.routes, more))


@breaks(Rule.SHIFT_OVERLAP)
def shift_overlap(problem: Problem, solution: Solution) -> Pair | None:
    by_shift = {route.shift_id: route for route in solution.routes}
    for caregiver in problem.caregivers:
        mine = [by_shift[one.id] for one in caregiver.shifts if one.id in by_shift]
        if len(mine) < 2 or (mine[1].rest and mine[1].rest.before == 0):
            continue
        leave = mine[0].return_at - 1
        travel = mine[1].stops[0].arrival - mine[1].departure
        end = min(problem.shift_by_id[mine[0].shift_id][1].end, leave)
        changed = with_shift(problem, mine[0].shift_id, end=end, maximum_overtime=None)
        changed = with_shift(changed, mine[1].shift_id, start=leave)
        early = with_route(solution, mine[1].shift_id, departure=leave)
        second = next(one for one in early.routes if one.shift_id == mine[1].shift_id)
        return changed, with_stop(early, second, 0, arrival=leave + travel)
    return None


@breaks(Rule.NOT_COVERED)
def not_covered(problem: Problem, solution: Solution) -> Pair:
    return problem, replace(solution, unserved=solution.unserved[1:])


@breaks(Rule.SERVED_TWICE)
def served_twice(problem: Problem, solution: Solution) -> Pair | None:
    for route, _, stop, visit in served(problem, solution):
        if visit.only_caregivers or visit.locked_caregivers:
            continue
        caregiver, shift = problem.shift_by_id[route.shift_id]
        out, back = (
            int(problem.travel[caregiver.mode][legs])
            for legs in ((shift.start_place, visit.place), (visit.place, shift.end_place))
        )
        twin_shift = Shift(
            id="twin",
            start=0,
            end=FAR,
            start_place=shift.start_place,
            end_place=shift.end_place,
        )
        twin = replace(caregiver, id="twin", shifts=(twin_shift,), maximum_work=None)
        arrival = stop.start - visit.setup
        again = Route("twin", arrival - out, (replace(stop, arrival=arrival),), stop.end + back)
        more = replace(problem, caregivers=(*problem.caregivers, twin))
        return more, replace(solution, routes=(*solution.routes, again))
    return None


@breaks(Rule.SERVED_AND_UNSERVED)
def served_and_unserved(problem: Problem, solution: Solution) -> Pair:
    more = Unserved(solution.routes[0].stops[0].visit_id, "no_room", Proof.NOT_FOUND)
    return problem, replace(solution, unserved=(*solution.unserved, more))


@breaks(Rule.UNSERVED_TWICE)
def unserved_twice(problem: Problem, solution: Solution) -> Pair:
    return problem, replace(solution, unserved=(*solution.unserved, solution.unserved[0]))


@breaks(Rule.MANDATORY_UNSERVED)
def mandatory_unserved(problem: Problem, solution: Solution) -> Pair:
    return with_visit(problem, solution.unserved[0].visit_id, drop_cost=None), solution


@breaks(Rule.FALSE_PROOF)
def false_proof(problem: Problem, solution: Solution) -> Pair:
    """A visit that anybody could give first thing in the morning is said to be impossible."""
    visit_id = solution.unserved[0].visit_id
    changed = with_visit(problem, visit_id, parts=(Part(1),), windows=(TimeWindow(0, FAR),))
    generous = tuple(
        replace(one, shifts=tuple(replace(s, maximum_overtime=None) for s in one.shifts))
        for one in changed.caregivers
    )
    claim = replace(solution.unserved[0], proof=Proof.IMPOSSIBLE)
    return (
        replace(changed, caregivers=generous),
        replace(solution, unserved=(claim, *solution.unserved[1:])),
    )


@breaks(Rule.FORBIDDEN_COST)
def forbidden_cost(problem: Problem, solution: Solution) -> Pair:
    return replace(problem, weights=replace(problem.weights, travel=None)), solution
