"""UHHC solutions: routes of locations, lunches among them, and costs by their published names.

A location is a service (`arrival_time` is its start) or a lunch (`start_time`, `end_time`) at a
patient next to it in the route, before or after travelling. Any other name there stands for the
terminal: the first, where the lunch precedes all services, else the last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from solver.errors import FormatError
from solver.formats.published import (
    GivenRest,
    GivenStop,
    listed,
    locations,
    make_route,
    make_solution,
    need,
    ordering,
    text,
    ticks,
)
from solver.objective import Term
from solver.problem import Problem
from solver.solution import Rest, Route, Solution

LUNCH = "lunch_break"
NAMES = {
    "travel_time": Term.TRAVEL,
    "total_tardiness": Term.LATENESS,
    "highest_tardiness": Term.HIGHEST_LATENESS,
    "total_waiting_time": Term.WAITING,
    "total_extra_time": Term.OVERTIME,
    "max_idle_time": Term.LARGEST_IDLE,
    "preferences": Term.PREFERENCE,
    "unscheduled": Term.UNSERVED,
    "missed_lunch_break": Term.MISSED_BREAK,
}


def read_solution(document: Mapping[str, Any], problem: Problem) -> Solution:
    """A published solution; departures, arrivals and returns are recomputed."""
    used: Counter[tuple[str, int]] = Counter()
    routes = []
    for given in listed("solution", document, "routes"):
        name = text("route", given, "caregiver_id")
        if name not in problem.shift_by_id:
            raise FormatError(f"solution: caregiver {name!r} is not in the instance")
        stops, rest = _locations(f"route {name}", locations(f"route {name}", given))
        routes.append(make_route(problem, problem.shift_by_id[name][1], stops, rest, used))
    return make_solution(problem, routes)


def _locations(item: str, given: Any) -> tuple[list[GivenStop], GivenRest | None]:
    stops, lunches = [], []
    for one in given:
        if need(item, one, "service") == LUNCH:
            lunches.append(_entry(item, one, ("start_time", "end_time")))
        else:
            stops.append(_entry(item, one, ("arrival_time", "departure_time")))
    stops.sort(key=lambda stop: stop.start)
    if len(lunches) > 1:
        raise FormatError(f"{item}: it has {len(lunches)} lunches where 1 is possible")
    return stops, _rest(item, stops, lunches[0]) if lunches and stops else None


def _entry(item: str, given: Any, keys: tuple[str, str]) -> GivenStop:
    start, end = (ticks(item, key, need(item, given, key), 1) for key in keys)
    return GivenStop(text(item, given, "patient"), text(item, given, "service"), start, end)


def _rest(item: str, stops: list[GivenStop], lunch: GivenStop) -> GivenRest:
    before = sum(stop.start < lunch.start for stop in stops)
    at_next = before < len(stops) and stops[before].patient == lunch.patient
    at_previous = before > 0 and stops[before - 1].patient == lunch.patient
    patients = {stop.patient for stop in stops}
    if lunch.patient not in patients:  # at a terminal
        at_next = before == len(stops)
    elif not at_next and not at_previous:
        raise FormatError(f"{item}: the lunch at {lunch.patient} is next to no service there")
    return GivenRest(before, lunch.start, lunch.end, at_next)


def write_solution(
    problem: Problem, solution: Solution, cost: Mapping[Term, int]
) -> dict[str, Any]:
    """A solution in the published form; `cost` are the checker's weighted terms."""
    by_shift = {route.shift_id: route for route in solution.routes}
    routes: list[dict[str, Any]] = []
    for shift_id in problem.shift_by_id:
        entry: dict[str, Any] = {"caregiver_id": shift_id}
        if shift_id in by_shift and by_shift[shift_id].stops:
            entry["locations"] = _write_locations(problem, by_shift[shift_id])
        routes.append(entry)
    return {
        "cost": {"objective": total(cost), "violations": 0},
        "cost_components": components(problem, cost),
        "global_ordering": ordering(solution),
        "routes": routes,
    }


def _write_locations(problem: Problem, route: Route) -> list[dict[str, Any]]:
    written: list[dict[str, Any]] = [
        {
            "arrival_time": stop.start,
            "departure_time": stop.end,
            "patient": stop.visit_id,
            "service": problem.visit_by_id[stop.visit_id].parts[stop.part].label,
        }
        for stop in route.stops
    ]
    if (rest := route.rest) is not None:
        entry = {
            "start_time": rest.start,
            "end_time": rest.end,
            "patient": _lunch_place(route, rest),
            "service": LUNCH,
        }
        written.insert(rest.before, entry)
    return written


def _lunch_place(route: Route, rest: Rest) -> str:
    if rest.before < len(route.stops) and rest.start >= route.stops[rest.before].arrival:
        return route.stops[rest.before].visit_id
    at_terminal = rest.before == 0 or (
        rest.before == len(route.stops) and rest.end == route.return_at
    )
    return "terminal" if at_terminal else route.stops[rest.before - 1].visit_id


def components(problem: Problem, cost: Mapping[Term, int]) -> dict[str, float]:
    """The weighted components by their published names, those without a weight left out."""
    return {name: cost[term] for name, term in NAMES.items() if problem.weights.of(term) != 0}


def total(cost: Mapping[Term, int]) -> float:
    """The published cost."""
    return sum(cost.values())
