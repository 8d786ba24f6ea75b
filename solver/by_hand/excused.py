"""A day whose rules give way where somebody decided that they shall.

What is left of its violations nobody has answered for, and a search on it keeps what was decided.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import pairwise

from solver.problem import Caregiver, Part, Problem, Shift, TimeWindow, Visit
from solver.solution import Route, Solution, Stop
from solver.verify.day import read_day
from solver.verify.times import timeline


def excused(problem: Problem, plan: Solution, visits: Collection[str]) -> Problem:
    """The day in which some visits may be as the plan has them, locked so.

    Their caregivers' shifts and limits reach as far as the plan needs them to. That two things
    cannot be done at once, and that ways take time, is never excused.
    """
    given: dict[str, dict[int, tuple[str, Stop]]] = {}
    for route in plan.routes:
        for stop in route.stops:
            if stop.visit_id in visits:
                who = problem.shift_by_id[route.shift_id][0].id
                given.setdefault(stop.visit_id, {})[stop.part] = (who, stop)
    if not given:
        return problem
    routes = {
        one.shift_id: one
        for one in plan.routes
        if any(stop.visit_id in given for stop in one.stops)
    }
    work = _work(problem, plan)
    return replace(
        problem,
        visits=tuple(_visit(one, given.get(one.id, {})) for one in problem.visits),
        caregivers=tuple(_caregiver(one, routes, work) for one in problem.caregivers),
        dependencies=tuple(
            one
            for one in problem.dependencies
            if one.before not in given and one.after not in given
        ),
    )


def _visit(visit: Visit, given: Mapping[int, tuple[str, Stop]]) -> Visit:
    if len(given) < len(visit.parts):
        return visit
    stops = [stop for _, stop in given.values()]
    opens = min([visit.windows[0].start, *(one.start for one in stops)])
    closes = max([visit.windows[-1].end, *(one.end for one in stops)])
    carers = tuple(given[number][0] for number in range(len(visit.parts)))
    return replace(
        visit,
        parts=tuple(Part(one.duration, label=one.label) for one in visit.parts),
        windows=(TimeWindow(opens, closes),),
        sync=visit.sync if _in_step(visit, given) else None,
        required_tags=frozenset(),
        refused_caregivers=frozenset(),
        only_caregivers=None,
        locked_caregivers=carers if len(set(carers)) == len(carers) else None,
        locked_start=given[0][1].start,
    )


def _in_step(visit: Visit, given: Mapping[int, tuple[str, Stop]]) -> bool:
    if visit.sync is None:
        return False
    apart = given[1][1].start - given[0][1].start
    return apart >= visit.sync.minimum and (
        visit.sync.maximum is None or apart <= visit.sync.maximum
    )


def _caregiver(
    caregiver: Caregiver, routes: Mapping[str, Route], work: Mapping[str, int]
) -> Caregiver:
    if not any(one.id in routes for one in caregiver.shifts):
        return caregiver
    shifts = sorted(caregiver.shifts, key=lambda one: one.start)
    wide = [_shift(one, routes[one.id]) if one.id in routes else one for one in shifts]
    apart = all(later.start >= earlier.end for earlier, later in pairwise(wide))
    most = caregiver.maximum_work
    return replace(
        caregiver,
        shifts=tuple(wide) if apart else caregiver.shifts,
        maximum_work=None if most is None else max(most, work.get(caregiver.id, 0)),
    )


def _shift(shift: Shift, route: Route) -> Shift:
    rest = shift.rest
    if rest is not None and route.rest is None:
        rest = None
    elif rest is not None and route.rest is not None:
        rest = replace(
            rest,
            earliest=min(rest.earliest, route.rest.start),
            latest_end=max(rest.latest_end, route.rest.end),
            duration=min(rest.duration, route.rest.end - route.rest.start),
        )
    begins = route.departure
    if route.rest is not None and route.rest.before == 0:
        begins = min(begins, route.rest.start)
    return replace(
        shift, start=min(shift.start, begins), end=max(shift.end, route.return_at), rest=rest
    )


def _work(problem: Problem, plan: Solution) -> dict[str, int]:
    """Ticks of travel, setup and service by caregiver."""
    found: dict[str, int] = {}
    for tour in read_day(problem, plan)[0].tours:
        if tour.served:
            mine = timeline(problem, tour).work
            found[tour.caregiver.id] = found.get(tour.caregiver.id, 0) + mine
    return found
