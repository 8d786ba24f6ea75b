"""Whether a visit said to be proved impossible is: the claim falls with one day that serves it.

Every caregiver (every two, for a visit of two parts) is tried on an empty day, at the moments at
which serving can first become possible, with the break at each place it could be taken. A day found
so is checked by the same rules as any plan before it refutes the claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product

from solver.problem import Caregiver, Problem, Shift, Visit, WindowMet
from solver.solution import Proof, Rest, Route, Solution, Stop
from solver.verify.day import Day, Served, Tour, read_day
from solver.verify.people import check_days, check_skills, check_wishes
from solver.verify.report import Rule, Violation
from solver.verify.rules import check_day, check_line
from solver.verify.terms import Account, check_terms, count_terms
from solver.verify.times import timeline

Able = tuple[Caregiver, Shift]
Alone = tuple[Caregiver, Route]
FAR = 1 << 40


def check_proofs(day: Day) -> Iterator[Violation]:
    """No visit is said to be impossible that a caregiver could serve on an empty day."""
    for one in day.solution.unserved:
        visit = day.problem.visit_by_id.get(one.visit_id)
        if visit is None or one.proof is not Proof.IMPOSSIBLE:
            continue
        routes = _witness(day.problem, visit)
        if routes is not None:
            item = f"visit {visit.id}"
            who = " and ".join(f"shift {route.shift_id}" for route in routes)
            start = routes[0].stops[0].start
            text = f"{item} is said to be impossible, but alone {who} could serve it at {start}"
            yield Violation(Rule.FALSE_PROOF, item, text)


def _witness(problem: Problem, visit: Visit) -> tuple[Route, ...] | None:
    alone = replace(problem, visits=(visit,), dependencies=())
    for routes in _days(alone, visit):
        day, found = read_day(alone, Solution(routes))
        lines = [timeline(alone, tour) for tour in day.tours]
        terms = count_terms(Account(day, tuple(lines)))
        if not [*found, *check_day(day, lines), *check_terms(problem, terms)]:
            return routes
    return None


def _days(problem: Problem, visit: Visit) -> Iterator[tuple[Route, ...]]:
    if len(visit.parts) == 1:
        for caregiver, shift in _able(problem, visit, 0):
            for start in _moments(problem, visit, 0, caregiver, shift):
                for route in _alone(problem, visit, 0, start, caregiver, shift):
                    yield (route,)
        return
    least, most = (visit.sync.minimum, visit.sync.maximum) if visit.sync else (0, None)
    able = [list(_able(problem, visit, number)) for number in (0, 1)]
    firsts, seconds = (_common_moments(problem, visit, number, able[number]) for number in (0, 1))
    if visit.locked_start is None:
        firsts |= {moment - gap for moment in seconds for gap in (least, most or least)}
    followers = cache(lambda start: _anybody(problem, visit, 1, start, able[1]))
    for start in sorted(firsts):
        leaders = _anybody(problem, visit, 0, start, able[0])
        others = seconds | {start + least} if leaders else set()
        for other in sorted(others):
            if visit.sync and not least <= other - start <= (other if most is None else most):
                continue
            for (leader, route), (follower, second) in product(leaders, followers(other)):
                if leader is not follower:
                    yield route, second


def _moments(
    problem: Problem, visit: Visit, number: int, caregiver: Caregiver, shift: Shift
) -> list[int]:
    """Starts at which some rule begins to be kept: the earliest of every possible span is here."""
    if visit.locked_start is not None and number == 0:
        return [visit.locked_start]
    way = int(problem.travel[caregiver.mode][shift.start_place, visit.place])
    moments = {window.start for window in visit.windows} | {shift.start + way + visit.setup}
    if (rest := shift.rest) is not None:
        at_base = max(shift.start, rest.earliest) + rest.duration + way
        at_home = max(shift.start + way, rest.earliest) + rest.duration
        ready = shift.start + way + visit.setup  # set up, then rest at the door
        set_up = max(ready, rest.earliest) + rest.duration
        moments |= {at_base + visit.setup, at_home + visit.setup, set_up}
    return sorted(moment for moment in moments if _is_inside(problem, visit, number, moment))


def _is_inside(problem: Problem, visit: Visit, number: int, start: int) -> bool:
    """A start some window allows."""
    compared = start
    if problem.window_met is WindowMet.AT_END:
        compared += visit.parts[number].duration
    return any(
        window.start <= start and (compared <= window.end or not visit.late_is_hard)
        for window in visit.windows
    )


def _common_moments(problem: Problem, visit: Visit, number: int, able: list[Able]) -> set[int]:
    """Moments of everybody who may give a part: one may have to wait for another."""
    return {
        moment
        for caregiver, shift in able
        for moment in _moments(problem, visit, number, caregiver, shift)
    }


def _able(problem: Problem, visit: Visit, number: int) -> Iterator[Able]:
    """Shifts whose caregiver may give the part, whenever that is before the skills expire."""
    stop = Stop(visit.id, number, 0, -FAR, -FAR)
    for caregiver in problem.caregivers:
        served = Served(visit, number, visit.parts[number], stop, caregiver)
        if not [*check_skills(served), *check_wishes(served)]:
            yield from ((caregiver, shift) for shift in caregiver.shifts)


def _anybody(
    problem: Problem, visit: Visit, number: int, start: int, able: list[Able]
) -> list[Alone]:
    """Everybody who can give a part alone at this start."""
    return [
        (caregiver, route)
        for caregiver, shift in able
        for route in _alone(problem, visit, number, start, caregiver, shift)
    ]


def _alone(
    problem: Problem, visit: Visit, number: int, start: int, caregiver: Caregiver, shift: Shift
) -> Iterator[Route]:
    """Routes of one stop that keep every rule of a route."""
    for route in _routes(problem, visit, number, start, caregiver, shift):
        stop = Served(visit, number, visit.parts[number], route.stops[0], caregiver)
        tour = Tour(caregiver, shift, route, (stop,), route.rest)
        line = timeline(problem, tour)
        day = Day(problem, Solution((route,)), (tour,), {visit.id: (stop,)})
        if not [*check_line(day, line), *check_days(problem, [line])]:
            yield route


def _routes(
    problem: Problem, visit: Visit, number: int, start: int, caregiver: Caregiver, shift: Shift
) -> Iterator[Route]:
    """One stop with its break nowhere, and at each place before and after it."""
    matrix = problem.travel[caregiver.mode]
    there = int(matrix[shift.start_place, visit.place])
    back = int(matrix[visit.place, shift.end_place])
    end = start + visit.parts[number].duration
    arrival = start - visit.setup
    over = shift.maximum_overtime
    if arrival - there < shift.start or (over is not None and end + back > shift.end + over):
        return  # no break makes that better

    def route(arrival: int, return_at: int, rest: Rest | None) -> Route:
        stop = Stop(visit.id, number, arrival, start, end)
        return Route(shift.id, arrival - there, (stop,), return_at, rest)

    yield route(arrival, end + back, None)
    if shift.rest is None:
        return
    length, earliest = shift.rest.duration, shift.rest.earliest
    until = min(arrival - there, shift.rest.latest_end)
    yield route(arrival, end + back, Rest(0, until - length, until))
    until = min(start, shift.rest.latest_end)  # at the door, the setup before or after
    there_at = min(until, arrival) - length
    yield route(there_at, end + back, Rest(0, until - length, until))
    begin = max(end, earliest)
    yield route(arrival, begin + length + back, Rest(1, begin, begin + length))
    begin = max(end + back, earliest)
    yield route(arrival, begin + length, Rest(1, begin, begin + length))
