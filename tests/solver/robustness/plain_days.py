"""The slow reference: one trial of a day, every start raised until nothing moves."""

from __future__ import annotations

from typing import Any

from solver.problem import Problem
from solver.robustness.course import Course
from solver.robustness.variation import Factors
from solver.solution import Rest, Route, Solution


def plain_day(
    problem: Problem, plan: Solution, course: Course, factors: Factors, trial: int
) -> tuple[dict[tuple[str, int], float], dict[str, float]]:
    """Starts by (visit, part) and returns by shift of one trial, with nothing of the fast pass."""
    rows = {(one.visit.id, one.part): row for row, one in enumerate(course.stops)}
    home = {one.shift.id: row for row, one in enumerate(course.routes)}
    ride = {key: float(factors.travel[row, trial]) for key, row in rows.items()}
    care = {key: float(factors.service[row, trial]) for key, row in rows.items()}
    back = {key: float(factors.back[row, trial]) for key, row in home.items()}
    starts = {(s.visit_id, s.part): float(s.start) for r in plan.routes for s in r.stops}
    done: dict[str, float] = {}
    moved = True
    while moved:
        moved = False
        for route in plan.routes:
            moved |= _follow(problem, plan, route, starts, done, ride, care, back)
        moved |= _wait(problem, starts)
    return starts, done


def _raise(values: dict[Any, float], key: Any, least: float) -> bool:
    if values.get(key, -1.0) >= least - 1e-9:
        return False
    values[key] = least
    return True


def _follow(
    problem: Problem,
    plan: Solution,
    route: Route,
    starts: dict[tuple[str, int], float],
    done: dict[str, float],
    ride: dict[tuple[str, int], float],
    care: dict[tuple[str, int], float],
    back: dict[str, float],
) -> bool:
    if not route.stops:
        return False
    caregiver, shift = problem.shift_by_id[route.shift_id]
    matrix = problem.travel[caregiver.mode]
    owed = shift.rest.duration if shift.rest else 0
    free, place, building = _home(problem, plan, route, done), shift.start_place, ""
    moved = False

    def rested(at: float, rest: Rest) -> float:
        begin = max(at, rest.start)
        return max(begin + min(owed, rest.end - rest.start), rest.end)

    for position, stop in enumerate(route.stops):
        key, visit = (stop.visit_id, stop.part), problem.visit_by_id[stop.visit_id]
        rest = route.rest if route.rest and route.rest.before == position else None
        if rest and rest.start < stop.arrival:
            free = rested(free, rest)
            rest = None
        leave = max(free, route.departure) if position == 0 else free
        at = leave + int(matrix[place, visit.place]) * ride[key]
        setup = 0.0
        if not (building and building == visit.building):
            setup = visit.setup * care[key]
        length = min(owed, rest.end - rest.start) if rest else 0
        begun = rested(at, rest) if rest else 0.0
        at = max(begun, at + length + setup)  # the setup before the rest, or after it
        moved |= _raise(starts, key, at)
        free = starts[key] + visit.parts[stop.part].duration * care[key]
        place, building = visit.place, visit.building
    way = int(matrix[place, shift.end_place])
    planned = route.stops[-1].end
    rest = route.rest if route.rest and route.rest.before == len(route.stops) else None
    at_home = rest and rest.start >= planned + way and route.return_at == rest.end
    if rest and not at_home:
        free = rested(free, rest)
    at = free + way * back[route.shift_id]
    if rest and at_home:
        at = rested(at, rest)
    return _raise(done, route.shift_id, at) or moved


def _home(problem: Problem, plan: Solution, route: Route, done: dict[str, float]) -> float:
    """When the caregiver is back from every route before this one."""
    caregiver, _ = problem.shift_by_id[route.shift_id]
    earlier = [
        done.get(other.shift_id, 0.0)
        for other in plan.routes
        if problem.shift_by_id[other.shift_id][0].id == caregiver.id
        and other.stops
        and other.return_at <= route.departure
        and other is not route
    ]
    return max([0.0, *earlier])


def _wait(problem: Problem, starts: dict[tuple[str, int], float]) -> bool:
    moved = False
    for visit in problem.visits:
        if visit.sync is not None and {(visit.id, 0), (visit.id, 1)} <= starts.keys():
            moved |= _raise(starts, (visit.id, 1), starts[visit.id, 0] + visit.sync.minimum)
            if visit.sync.maximum is not None:
                moved |= _raise(starts, (visit.id, 0), starts[visit.id, 1] - visit.sync.maximum)
    for one in problem.dependencies:
        if {(one.before, 0), (one.after, 0)} <= starts.keys():
            moved |= _raise(starts, (one.after, 0), starts[one.before, 0] + one.gap.minimum)
    return moved
