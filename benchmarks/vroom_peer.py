"""A day of visits as VROOM's model has it, and VROOM's answer as a plan of ours.

VROOM knows skills, windows, shifts and breaks; it minimises travel and serves the urgent first. It
knows no two-person visits, so it gets days of single visits only. It lets a break interrupt a way;
the rules do not. A break that came so is moved, and a visit that then no longer fits is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import vroom

from benchmarks.machine import cores
from benchmarks.planning import priced
from benchmarks.rows import Measured
from benchmarks.timing import timed_route
from solver.problem import Caregiver, Problem, Visit
from solver.solution import Proof, Route, Solution, Unserved

SECONDS_A_TICK = 60
EXPLORATION = 5
MOST_URGENT, URGENT_FROM = 100, 10_000


def relaxed(problem: Problem) -> Problem:
    """The day with the two parts of a visit as visits of their own, which may come at any time."""
    visits: list[Visit] = []
    for visit in problem.visits:
        if len(visit.parts) == 1:
            visits.append(visit)
            continue
        price = None if visit.drop_cost is None else visit.drop_cost // 2
        visits += [
            replace(visit, id=f"{visit.id}/{number}", parts=(part,), sync=None, drop_cost=price)
            for number, part in enumerate(visit.parts)
        ]
    return replace(problem, visits=tuple(visits), name=f"{problem.name}-relaxed")


def plan_vroom(problem: Problem, seconds: float) -> Measured:
    """VROOM's plan of a day of single visits, on every core, its model's building not counted.

    Raises:
        ValueError: a visit has two parts.
    """
    given = _input(problem)
    begun = perf_counter()
    answer = given.solve(
        exploration_level=EXPLORATION, nb_threads=cores(), timeout=timedelta(seconds=seconds)
    )
    used = perf_counter() - begun
    steps = answer.routes
    tours: dict[int, list[Visit]] = {}
    for shift, visit in zip(
        steps.loc[steps["type"] == "job", "vehicle_id"],
        steps.loc[steps["type"] == "job", "id"],
        strict=True,
    ):
        tours.setdefault(int(shift), []).append(problem.visits[int(visit)])
    return priced(problem, _plan(problem, tours), used)


def _plan(problem: Problem, tours: Mapping[int, list[Visit]]) -> Solution:
    shifts = list(problem.shift_by_id.values())
    routes: list[Route] = []
    for number, visits in tours.items():
        caregiver, shift = shifts[number]
        kept = list(visits)
        while kept and (route := timed_route(problem, caregiver, shift, kept)) is None:
            kept.remove(min(kept, key=lambda one: one.drop_cost or 0))
        if kept:
            assert route is not None
            routes.append(route)
    served = {stop.visit_id for route in routes for stop in route.stops}
    left = (
        Unserved(one.id, "left_out", Proof.NOT_FOUND)
        for one in problem.visits
        if one.id not in served
    )
    return Solution(tuple(routes), tuple(left))


def _input(problem: Problem) -> vroom.Input:
    """Minutes become seconds; a skill of a level is held with all levels below it."""
    if any(len(visit.parts) > 1 for visit in problem.visits):
        raise ValueError("VROOM's model has no visits of two parts; relax the day first")
    numbers: dict[tuple[str, int], int] = {}
    given = vroom.Input()
    for mode, matrix in problem.travel.items():
        given.set_durations_matrix(mode, matrix * SECONDS_A_TICK)
    for number, (caregiver, shift) in enumerate(problem.shift_by_id.values()):
        rest = shift.rest
        breaks = rest and [
            vroom.Break(
                number,
                time_windows=[_window(rest.earliest, rest.latest_end - rest.duration)],
                service=rest.duration * SECONDS_A_TICK,
            )
        ]
        given.add_vehicle(
            vroom.Vehicle(
                number,
                start=shift.start_place,
                end=shift.end_place,
                profile=caregiver.mode,
                skills=_numbered(numbers, _held(caregiver)),
                time_window=_window(shift.start, shift.end + (shift.maximum_overtime or 0)),
                breaks=breaks or (),
            )
        )
    for number, visit in enumerate(problem.visits):
        needs = [(need.skill, need.level) for need in visit.parts[0].skills]
        needs += [(f"tag {tag}", 1) for tag in visit.required_tags]
        given.add_job(
            vroom.Job(
                number,
                location=visit.place,
                default_service=visit.parts[0].duration * SECONDS_A_TICK,
                skills=_numbered(numbers, needs),
                priority=MOST_URGENT if (visit.drop_cost or URGENT_FROM) >= URGENT_FROM else 1,
                time_windows=[_window(one.start, one.end) for one in visit.windows],
            )
        )
    return given


def _window(start: int, end: int) -> vroom.TimeWindow:
    return vroom.TimeWindow(start * SECONDS_A_TICK, end * SECONDS_A_TICK)


def _held(caregiver: Caregiver) -> list[tuple[str, int]]:
    held = [(one.skill, level) for one in caregiver.skills for level in range(1, one.level + 1)]
    return held + [(f"tag {tag}", 1) for tag in caregiver.tags]


def _numbered(numbers: dict[tuple[str, int], int], names: Sequence[tuple[str, int]]) -> set[int]:
    return {numbers.setdefault(name, len(numbers)) for name in names}
