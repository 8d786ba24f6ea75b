"""The register of mutations, and the same problem or plan with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from solver.problem import (
    Break,
    Problem,
    TimeWindow,
    Visit,
)
from solver.solution import Rest, Route, Solution, Stop
from solver.verify import Rule

Pair = tuple[Problem, Solution]
Mutation = Callable[[Problem, Solution], Pair | None]
FAR = 100_000

MUTATIONS: dict[Rule, Mutation] = {}


def breaks(rule: Rule) -> Callable[[Mutation], Mutation]:
    """Register the mutation of a rule."""

    def register(mutation: Mutation) -> Mutation:
        MUTATIONS[rule] = mutation
        return mutation

    return register


def with_visit(problem: Problem, visit_id: str, **changes: Any) -> Problem:
    visits = [replace(one, **changes) if one.id == visit_id else one for one in problem.visits]
    return replace(problem, visits=tuple(visits))


def with_shift(problem: Problem, shift_id: str, **changes: Any) -> Problem:
    people = []
    for one in problem.caregivers:
        shifts = [replace(s, **changes) if s.id == shift_id else s for s in one.shifts]
        people.append(replace(one, shifts=tuple(shifts)))
    return replace(problem, caregivers=tuple(people))


def with_caregiver(problem: Problem, name: str, **changes: Any) -> Problem:
    people = [replace(one, **changes) if one.id == name else one for one in problem.caregivers]
    return replace(problem, caregivers=tuple(people))


def with_route(solution: Solution, shift_id: str, **changes: Any) -> Solution:
    routes = [
        replace(one, **changes) if one.shift_id == shift_id else one for one in solution.routes
    ]
    return replace(solution, routes=tuple(routes))


def with_stop(solution: Solution, route: Route, number: int, **changes: Any) -> Solution:
    stops = list(route.stops)
    stops[number] = replace(stops[number], **changes)
    return with_route(solution, route.shift_id, stops=tuple(stops))


def served(problem: Problem, solution: Solution) -> Iterator[tuple[Route, int, Stop, Visit]]:
    for route in solution.routes:
        for number, stop in enumerate(route.stops):
            yield route, number, stop, problem.visit_by_id[stop.visit_id]


def plain_legs(problem: Problem, solution: Solution) -> Iterator[tuple[Route, int, Stop, int]]:
    """(route, number, stop, travel) of stops after another, with no rest between."""
    for route, number, stop, visit in served(problem, solution):
        if number and not (route.rest and route.rest.before == number):
            caregiver, _ = problem.shift_by_id[route.shift_id]
            before = problem.visit_by_id[route.stops[number - 1].visit_id]
            travel = int(problem.travel[caregiver.mode][before.place, visit.place])
            yield route, number, stop, travel


def routes_with_rest(solution: Solution) -> Iterator[tuple[Route, Rest]]:
    return ((route, route.rest) for route in solution.routes if route.rest)


def wide(duration: int, **changes: int) -> Break:
    given: dict[str, Any] = {
        "earliest": 0,
        "latest_end": FAR,
        "duration": duration,
        "miss_cost": 1,
        **changes,
    }
    return Break(**given)


def relaxed(problem: Problem, visit_id: str) -> Problem:
    """Without what ties the visit's start."""
    free = with_visit(
        problem,
        visit_id,
        windows=(TimeWindow(0, FAR),),
        sync=None,
        locked_start=None,
    )
    return replace(free, dependencies=())
