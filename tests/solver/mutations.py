"""One way to break a valid plan for each rule, so that only that rule is broken.

A mutation returns None where the random plan offers no place for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from solver.problem import (
    Break,
    Caregiver,
    Gap,
    Part,
    Problem,
    Shift,
    SkillNeed,
    TimeWindow,
    Visit,
)
from solver.solution import Proof, Rest, Route, Solution, Stop, Unserved
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


# Small tools: the same problem or plan with one thing changed.


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


# Ids and coverage.


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


# People.


@breaks(Rule.SAME_CAREGIVER)
def same_caregiver(problem: Problem, solution: Solution) -> Pair:
    shifts = tuple(
        Shift(id=f"late-{number}", start=begin, end=begin + 500, start_place=0, end_place=0)
        for number, begin in enumerate((FAR, FAR + 1000))
    )
    mode = problem.caregivers[0].mode
    everybody = (*problem.caregivers, Caregiver(id="late", shifts=shifts, mode=mode))
    bath = Visit(id="bath", place=0, parts=(Part(10), Part(10)), windows=(TimeWindow(0, 2 * FAR),))
    starts = [(number, shift.id, shift.start) for number, shift in enumerate(shifts)]
    here = int(problem.travel[mode][0, 0])
    routes = tuple(
        Route(shift_id, at, (Stop("bath", number, at + here, at + here, at + here + 10),), at + 10)
        for number, shift_id, at in starts
    )
    changed = replace(problem, caregivers=everybody, visits=(*problem.visits, bath))
    return changed, replace(solution, routes=(*solution.routes, *routes))


def with_need(problem: Problem, stop: Stop, needs: tuple[SkillNeed, ...]) -> Problem:
    parts = list(problem.visit_by_id[stop.visit_id].parts)
    parts[stop.part] = replace(parts[stop.part], skills=needs)
    return with_visit(problem, stop.visit_id, parts=tuple(parts))


@breaks(Rule.SKILL_MISSING)
def skill_missing(problem: Problem, solution: Solution) -> Pair:
    return with_need(problem, solution.routes[0].stops[0], (SkillNeed("surgery"),)), solution


@breaks(Rule.SKILL_LEVEL)
def skill_level(problem: Problem, solution: Solution) -> Pair | None:
    for _, _, stop, visit in served(problem, solution):
        for need in visit.parts[stop.part].skills:
            return with_need(problem, stop, (SkillNeed(need.skill, 9),)), solution
    return None


@breaks(Rule.SKILL_EXPIRED)
def skill_expired(problem: Problem, solution: Solution) -> Pair | None:
    for route, _, stop, visit in served(problem, solution):
        if visit.parts[stop.part].skills:
            caregiver, _ = problem.shift_by_id[route.shift_id]
            skills = tuple(replace(one, valid_until=stop.end - 1) for one in caregiver.skills)
            return with_caregiver(problem, caregiver.id, skills=skills), solution
    return None


@breaks(Rule.TAG_MISSING)
def tag_missing(problem: Problem, solution: Solution) -> Pair:
    visit_id = solution.routes[0].stops[0].visit_id
    return with_visit(problem, visit_id, required_tags=frozenset({"sign_language"})), solution


def first_server(problem: Problem, solution: Solution) -> tuple[str, str, str]:
    """A served visit, one who serves it, and somebody who does not."""
    visit_id = solution.routes[0].stops[0].visit_id
    servers = {
        problem.shift_by_id[route.shift_id][0].id
        for route, _, stop, _ in served(problem, solution)
        if stop.visit_id == visit_id
    }
    other = next(one.id for one in problem.caregivers if one.id not in servers)
    return visit_id, min(servers), other


@breaks(Rule.CAREGIVER_REFUSED)
def caregiver_refused(problem: Problem, solution: Solution) -> Pair:
    visit_id, server, _ = first_server(problem, solution)
    return with_visit(problem, visit_id, refused_caregivers=frozenset({server})), solution


@breaks(Rule.CAREGIVER_NOT_ALLOWED)
def caregiver_not_allowed(problem: Problem, solution: Solution) -> Pair:
    visit_id, _, other = first_server(problem, solution)
    return with_visit(problem, visit_id, only_caregivers=frozenset({other})), solution


@breaks(Rule.LOCKED_CAREGIVER)
def locked_caregiver(problem: Problem, solution: Solution) -> Pair:
    visit_id, server, other = first_server(problem, solution)
    count = len(problem.visit_by_id[visit_id].parts)
    return with_visit(problem, visit_id, locked_caregivers=(other, server)[:count]), solution


@breaks(Rule.MAXIMUM_WORK)
def maximum_work(problem: Problem, solution: Solution) -> Pair:
    caregiver, _ = problem.shift_by_id[solution.routes[0].shift_id]
    return with_caregiver(problem, caregiver.id, maximum_work=1), solution


# Windows and ties.


@breaks(Rule.LOCKED_START)
def locked_start(problem: Problem, solution: Solution) -> Pair:
    stop = next(stop for _, _, stop, _ in served(problem, solution) if stop.part == 0)
    return with_visit(problem, stop.visit_id, locked_start=stop.start + 1), solution


@breaks(Rule.EARLY)
def early(problem: Problem, solution: Solution) -> Pair:
    stop = solution.routes[0].stops[0]
    opens = 1 + max(
        one.start for _, _, one, _ in served(problem, solution) if one.visit_id == stop.visit_id
    )
    return with_visit(problem, stop.visit_id, windows=(TimeWindow(opens, FAR),)), solution


@breaks(Rule.LATE)
def late(problem: Problem, solution: Solution) -> Pair:
    stop = solution.routes[0].stops[0]
    window = TimeWindow(0, stop.start - 1)
    return with_visit(problem, stop.visit_id, windows=(window,), late_is_hard=True), solution


@breaks(Rule.SYNC_GAP)
def sync_gap(problem: Problem, solution: Solution) -> Pair | None:
    starts = {(stop.visit_id, stop.part): stop.start for _, _, stop, _ in served(problem, solution)}
    for visit in problem.visits:
        if visit.sync is not None:
            gap = starts[visit.id, 1] - starts[visit.id, 0]
            return with_visit(problem, visit.id, sync=Gap(gap + 1, None)), solution
    return None


@breaks(Rule.DEPENDENCY_GAP)
def dependency_gap(problem: Problem, solution: Solution) -> Pair | None:
    starts = {
        stop.visit_id: stop.start for _, _, stop, _ in served(problem, solution) if stop.part == 0
    }
    for one in problem.dependencies:
        gap = starts[one.after] - starts[one.before]
        others = tuple(other for other in problem.dependencies if other is not one)
        stricter = replace(one, gap=Gap(gap + 1, gap + 9))
        return replace(problem, dependencies=(*others, stricter)), solution
    return None


# The time line.


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


# Breaks.


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


@breaks(Rule.FORBIDDEN_COST)
def forbidden_cost(problem: Problem, solution: Solution) -> Pair:
    return replace(problem, weights=replace(problem.weights, travel=None)), solution
