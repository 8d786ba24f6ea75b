"""Who may serve, when a visit may start, and in step with whom."""

from __future__ import annotations

from dataclasses import replace

from solver.problem import Caregiver, Gap, Part, Problem, Shift, SkillNeed, TimeWindow, Visit
from solver.solution import Route, Solution, Stop
from solver.verify import Rule
from tests.solver.mutations.tools import FAR, Pair, breaks, served, with_caregiver, with_visit


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
