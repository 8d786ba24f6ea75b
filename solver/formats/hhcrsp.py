"""HHCRSP instances and solutions (github.com/iolab-uniud/hhcrsp; doi 10.1111/itor.13585).

Every patient is a mandatory visit of one or two parts with one window, late at a price; every
caregiver has one shift without an end from and to the office. The files have three decimals, so a
tick is a thousandth of a minute. Windows are rounded to that: 154.99999999999997 means 155.

The published cost is (distance + total tardiness + highest tardiness) / 3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from solver.errors import FormatError
from solver.formats.published import (
    ROAD,
    GivenStop,
    default_durations,
    distances,
    listed,
    locations,
    make_route,
    make_solution,
    need,
    ordering,
    parts,
    text,
    texts,
    ticks,
)
from solver.objective import Term, Weights
from solver.problem import (
    Caregiver,
    Gap,
    Problem,
    Shift,
    SkillHeld,
    TimeWindow,
    Visit,
)
from solver.solution import Solution

PER_MINUTE = 1000
NAMES = {
    "distance": Term.TRAVEL,
    "total_tardiness": Term.LATENESS,
    "max_tardiness": Term.HIGHEST_LATENESS,
}


def read_problem(document: Mapping[str, Any]) -> Problem:
    """A problem from an instance file."""
    offices = listed("instance", document, "central_offices")
    if len(offices) != 1:
        raise FormatError(f"instance: it has {len(offices)} central offices where 1 is possible")
    usual = default_durations(document)
    visits = tuple(
        _visit(one, place, usual)
        for place, one in enumerate(listed("instance", document, "patients"), 1)
    )
    matrix = np.rint(distances(document).astype(float) * PER_MINUTE)
    longest = max((part.duration for visit in visits for part in visit.parts), default=0)
    end = max((visit.windows[-1].end for visit in visits), default=0) + longest
    end += int(np.nan_to_num(matrix).max(initial=0))
    return Problem(
        visits=visits,
        caregivers=tuple(
            _caregiver(one, end) for one in listed("instance", document, "caregivers")
        ),
        travel={ROAD: matrix},
        weights=Weights(travel=1, lateness=1, highest_lateness=1),
        ticks_per_minute=PER_MINUTE,
        name=str(document.get("name", "")),
    )


def _visit(given: Any, place: int, usual: Mapping[str, Any]) -> Visit:
    name = text("patient", given, "id")
    item = f"patient {name}"
    window = listed(item, given, "time_window")
    if len(window) != 2:
        raise FormatError(f"{item}: 'time_window' is not [start, end]")
    sync = _sync(item, given["synchronization"]) if "synchronization" in given else None
    start, end = (ticks(item, "time_window", one, PER_MINUTE) for one in window)
    return Visit(
        id=name,
        place=place,
        parts=parts(item, given, "required_caregivers", usual, PER_MINUTE),
        windows=(TimeWindow(start, end),),
        sync=sync,
        late_is_hard=False,
    )


def _sync(item: str, given: Any) -> Gap:
    kind = need(item, given, "type")
    if kind == "simultaneous":
        return Gap()
    if kind != "sequential":
        raise FormatError(
            f"{item}: synchronization {kind!r} is neither simultaneous nor sequential"
        )
    distance = [ticks(item, "distance", one, PER_MINUTE) for one in listed(item, given, "distance")]
    if len(distance) != 2:
        raise FormatError(f"{item}: 'distance' is not [min, max]")
    return Gap(*distance)


def _caregiver(given: Any, end: int) -> Caregiver:
    name = text("caregiver", given, "id")
    abilities = texts(f"caregiver {name}", given, "abilities")
    shift = Shift(id=name, start=0, end=end, start_place=0, end_place=0, maximum_overtime=None)
    skills = tuple(SkillHeld(one) for one in abilities)
    return Caregiver(id=name, shifts=(shift,), mode=ROAD, skills=skills)


def read_solution(document: Mapping[str, Any], problem: Problem) -> Solution:
    """A published solution; its `arrival_time` is the start of service."""
    used: Counter[tuple[str, int]] = Counter()
    routes = []
    for given in listed("solution", document, "routes"):
        name = text("route", given, "caregiver_id")
        if name not in problem.shift_by_id:
            raise FormatError(f"solution: caregiver {name!r} is not in the instance")
        stops = [_stop(f"route {name}", one) for one in locations(f"route {name}", given)]
        routes.append(make_route(problem, problem.shift_by_id[name][1], stops, None, used))
    return make_solution(problem, routes)


def _stop(item: str, given: Any) -> GivenStop:
    patient, service = (text(item, given, key) for key in ("patient", "service"))
    start, end = (
        ticks(item, key, need(item, given, key), PER_MINUTE)
        for key in ("arrival_time", "departure_time")
    )
    return GivenStop(patient, service, start, end)


def write_solution(
    problem: Problem, solution: Solution, cost: Mapping[Term, int]
) -> dict[str, Any]:
    """A solution in the published form, with its cost added; idle caregivers have no locations."""
    by_shift = {route.shift_id: route for route in solution.routes}
    routes: list[dict[str, Any]] = []
    for shift_id in problem.shift_by_id:
        entry: dict[str, Any] = {"caregiver_id": shift_id}
        if shift_id in by_shift:
            entry["locations"] = [
                {
                    "arrival_time": stop.start / PER_MINUTE,
                    "departure_time": stop.end / PER_MINUTE,
                    "patient": stop.visit_id,
                    "service": problem.visit_by_id[stop.visit_id].parts[stop.part].label,
                }
                for stop in by_shift[shift_id].stops
            ]
        routes.append(entry)
    return {
        "cost": total(cost),
        "cost_components": components(problem, cost),
        "global_ordering": ordering(solution),
        "routes": routes,
    }


def components(problem: Problem, cost: Mapping[Term, int]) -> dict[str, float]:
    """The published components, in minutes."""
    return {name: cost[term] / problem.ticks_per_minute for name, term in NAMES.items()}


def total(cost: Mapping[Term, int]) -> float:
    """The published cost: a third of the components' sum, to three decimals."""
    return round(sum(cost[term] for term in NAMES.values()) / 3 / PER_MINUTE, 3)
