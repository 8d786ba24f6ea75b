"""The time line of a route and its break."""

from __future__ import annotations

from dataclasses import replace

from solver.problem import Break, Problem
from solver.solution import Rest, Solution
from solver.verify import Rule
from tests.solver.mutations.tools import (
    FAR,
    Pair,
    breaks,
    plain_legs,
    relaxed,
    routes_with_rest,
    wide,
    with_route,
    with_shift,
    with_stop,
    with_visit,
)


@breaks(Rule.ORDER)
def order(problem: Problem, solution: Solution) -> Pair | None:
    for route, number, _, _ in plain_legs(problem, solution):
        arrival = route.stops[number - 1].end - 1
        return problem, with_stop(solution, route, number, arrival=arrival)
    return None


@breaks(Rule.TRAVEL_TIME)
def travel_time(problem: Problem, solution: Solution) -> Pair | None:
    for route, number, stop, travel in plain_legs(problem, solution):
        if travel:
            return problem, with_stop(solution, route, number, arrival=stop.arrival - 1)
    return None


@breaks(Rule.STATED_ARRIVAL)
def stated_arrival(problem: Problem, solution: Solution) -> Pair | None:
    for route, number, stop, _ in plain_legs(problem, solution):
        if stop.start > stop.arrival:
            return problem, with_stop(solution, route, number, arrival=stop.arrival + 1)
    return None


@breaks(Rule.BEFORE_ARRIVAL)
def before_arrival(problem: Problem, solution: Solution) -> Pair | None:
    for route, number, stop, _ in plain_legs(problem, solution):
        if number == len(route.stops) - 1 and not (route.rest and route.rest.before > number):
            back = route.return_at - stop.end
            start, end = stop.arrival - 1, stop.arrival - 1 + stop.end - stop.start
            moved = with_stop(solution, route, number, start=start, end=end)
            moved = with_route(moved, route.shift_id, return_at=end + back)
            return relaxed(problem, stop.visit_id), moved
    return None


@breaks(Rule.SETUP_TIME)
def setup_time(problem: Problem, solution: Solution) -> Pair | None:
    generous = replace(
        problem, caregivers=tuple(replace(one, maximum_work=None) for one in problem.caregivers)
    )
    for _, _, stop, _ in plain_legs(problem, solution):
        visit = problem.visit_by_id[stop.visit_id]
        if not visit.building and len(visit.parts) == 1:
            needed = stop.start - stop.arrival + 1
            return with_visit(generous, visit.id, setup=needed), solution
    return None


@breaks(Rule.DURATION)
def duration(problem: Problem, solution: Solution) -> Pair:
    route = solution.routes[0]
    return problem, with_stop(solution, route, 0, end=route.stops[0].end + 1)


@breaks(Rule.SHIFT_START)
def shift_start(problem: Problem, solution: Solution) -> Pair | None:
    for route in solution.routes:
        _, shift = problem.shift_by_id[route.shift_id]
        begin = min(route.departure, route.rest.start if route.rest else FAR) + 1
        if shift.start < begin < shift.end:
            return with_shift(problem, shift.id, start=begin), solution
    return None


@breaks(Rule.STATED_RETURN)
def stated_return(problem: Problem, solution: Solution) -> Pair | None:
    for route in solution.routes:
        if not (route.rest and route.rest.before == len(route.stops)):
            return problem, with_route(solution, route.shift_id, return_at=route.return_at + 1)
    return None


@breaks(Rule.OVERTIME_EXCEEDED)
def overtime_exceeded(problem: Problem, solution: Solution) -> Pair:
    route = solution.routes[0]
    shorter = {"end": route.return_at - 3, "maximum_overtime": 2}
    return with_shift(problem, route.shift_id, **shorter), solution


@breaks(Rule.BREAK_MISSED)
def break_missed(problem: Problem, solution: Solution) -> Pair | None:
    for route in solution.routes:
        if route.rest is None:
            must = Break(earliest=0, latest_end=FAR, duration=5, miss_cost=None)
            return with_shift(problem, route.shift_id, rest=must), solution
    return None


@breaks(Rule.BREAK_NOT_DUE)
def break_not_due(problem: Problem, solution: Solution) -> Pair | None:
    for route, _ in routes_with_rest(solution):
        return with_shift(problem, route.shift_id, rest=None), solution
    return None


@breaks(Rule.BREAK_POSITION)
def break_position(problem: Problem, solution: Solution) -> Pair | None:
    for route in solution.routes:
        if route.rest is None:
            nowhere = Rest(len(route.stops) + 1, route.return_at, route.return_at + 5)
            changed = with_shift(problem, route.shift_id, rest=None)
            return changed, with_route(solution, route.shift_id, rest=nowhere)
    return None


@breaks(Rule.BREAK_WINDOW)
def break_window(problem: Problem, solution: Solution) -> Pair | None:
    for route, rest in routes_with_rest(solution):
        later = wide(1, earliest=rest.start + 1)
        return with_shift(problem, route.shift_id, rest=later), solution
    return None


@breaks(Rule.BREAK_SHORT)
def break_short(problem: Problem, solution: Solution) -> Pair | None:
    for route, rest in routes_with_rest(solution):
        longer = wide(rest.end - rest.start + 1)
        return with_shift(problem, route.shift_id, rest=longer), solution
    return None


@breaks(Rule.BREAK_OVERLAP)
def break_overlap(problem: Problem, solution: Solution) -> Pair | None:
    for route, rest in routes_with_rest(solution):
        if rest.before == len(route.stops) or rest.start < route.stops[rest.before].arrival:
            continue
        visit = problem.visit_by_id[route.stops[rest.before].visit_id]
        if visit.setup == 0:
            longer = replace(rest, end=route.stops[rest.before].start + 1)
            changed = with_shift(problem, route.shift_id, rest=wide(1))
            return changed, with_route(solution, route.shift_id, rest=longer)
    return None
