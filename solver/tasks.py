"""A `Problem` seen by the search: tasks, vehicles, and plain lists of integers.

A **task** is one part of one visit, a **vehicle** is one shift. Both are numbered from 0; so are
visits and caregivers, in the problem's order. Everything is worked out once here: who may do a
task, when it may start, what a caregiver's preference costs. Starts are unions of closed
intervals `((low, high), ...)`, ascending and disjoint; empty means never.
"""

from __future__ import annotations

from dataclasses import dataclass

from solver.compatibility import (
    FAR,
    LAST,
    Intervals,
    allowed_starts,
    caregiver_price,
    clipped,
    expiry,
    holds_skills,
    is_welcome,
)
from solver.problem import Break, Caregiver, Part, Problem, Shift, Visit


@dataclass(frozen=True, slots=True)
class Link:
    """Start of task `after` minus start of task `before` lies in [minimum, maximum]."""

    before: int
    after: int
    minimum: int
    maximum: int
    same_visit: bool


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One shift: its caregiver, its travel times as nested lists, and the latest return."""

    shift: Shift
    caregiver: int
    mode: str
    travel: list[list[int]]
    last_return: int
    rest: Break | None
    rest_is_mandatory: bool


@dataclass(frozen=True, slots=True)
class TaskTable:
    """Tasks and vehicles of a problem; lists are indexed by task unless they say otherwise."""

    problem: Problem
    visit_of: list[int]
    part_of: list[int]
    tasks_of_visit: list[tuple[int, ...]]
    place: list[int]
    duration: list[int]
    setup: list[int]
    building: list[str]
    starts: list[Intervals]
    vehicles: list[Vehicle]
    vehicles_of_caregiver: list[tuple[int, ...]]
    allowed: list[tuple[int, ...]]
    cost: list[dict[int, int]]  # by vehicle: preference and continuity, weighted
    narrowed: dict[tuple[int, int], Intervals]  # (task, vehicle) where a skill expires in the day
    links: list[Link]
    links_of: list[tuple[Link, ...]]
    drop_cost: list[int | None]  # by visit, weighted; None: must be served
    overtime_weight: int

    def starts_for(self, task: int, vehicle: int) -> Intervals:
        """When the task may start if this vehicle does it."""
        if self.narrowed:
            return self.narrowed.get((task, vehicle), self.starts[task])
        return self.starts[task]

    def setup_between(self, before: int, task: int) -> int:
        """Setup of `task` after `before`, the task served just before it (-1: none)."""
        name = self.building[task]
        return 0 if before >= 0 and name and self.building[before] == name else self.setup[task]


def tabulate(problem: Problem) -> TaskTable:
    """Work out the table of a problem; linear in parts x shifts."""
    vehicles, by_caregiver = _vehicles(problem)
    tasks = [
        (number, visit, position, part)
        for number, visit in enumerate(problem.visits)
        for position, part in enumerate(visit.parts)
    ]
    tasks_of_visit: list[list[int]] = [[] for _ in problem.visits]
    for task, (number, *_) in enumerate(tasks):
        tasks_of_visit[number].append(task)
    starts = [allowed_starts(problem, visit, position) for _, visit, position, _ in tasks]
    cost, narrowed = _compatible(problem, vehicles, by_caregiver, tasks, starts)
    links = _links(problem, tasks_of_visit)
    return TaskTable(
        problem=problem,
        visit_of=[number for number, *_ in tasks],
        part_of=[position for _, _, position, _ in tasks],
        tasks_of_visit=[tuple(each) for each in tasks_of_visit],
        place=[visit.place for _, visit, *_ in tasks],
        duration=[part.duration for *_, part in tasks],
        setup=[visit.setup for _, visit, *_ in tasks],
        building=[visit.building for _, visit, *_ in tasks],
        starts=starts,
        vehicles=vehicles,
        vehicles_of_caregiver=by_caregiver,
        allowed=[tuple(prices) for prices in cost],
        cost=cost,
        narrowed=narrowed,
        links=links,
        links_of=_by_task(links, len(tasks)),
        drop_cost=[_drop_cost(problem, visit) for visit in problem.visits],
        overtime_weight=problem.weights.overtime or 0,
    )


def _compatible(
    problem: Problem,
    vehicles: list[Vehicle],
    by_caregiver: list[tuple[int, ...]],
    tasks: list[tuple[int, Visit, int, Part]],
    starts: list[Intervals],
) -> tuple[list[dict[int, int]], dict[tuple[int, int], Intervals]]:
    """Price by vehicle of every task, and the starts that an expiring skill narrows.

    A vehicle is left out where no travel at all would still not let the task fit its shift; travel
    itself is not looked at, for a way round may be shorter than the direct one.
    """
    spans = [(one.shift.start, one.last_return) for one in vehicles]
    capable: dict[tuple[object, object], list[tuple[int, int | None]]] = {}
    cost: list[dict[int, int]] = []
    narrowed: dict[tuple[int, int], Intervals] = {}
    for task, (_, visit, position, part) in enumerate(tasks):
        key = (part.skills, visit.required_tags)
        if key not in capable:
            capable[key] = [
                (index, expiry(part, one))
                for index, one in enumerate(problem.caregivers)
                if visit.required_tags <= one.tags and holds_skills(part, one)
            ]
        prices: dict[int, int] = {}
        anybody, all_the_same = _takes_anybody(visit), _likes_all_the_same(visit)
        for index, until in capable[key]:
            caregiver = problem.caregivers[index]
            if not anybody and not is_welcome(visit, position, caregiver):
                continue
            price = 0 if all_the_same else caregiver_price(problem, visit, caregiver)
            if price is None:
                continue
            latest = FAR if until is None else until - part.duration
            mine = starts[task] if until is None else clipped(starts[task], latest)
            for number in by_caregiver[index]:
                opens, last_return = spans[number]
                if _meets(mine, opens, last_return - part.duration):
                    prices[number] = price
                    if mine != starts[task]:
                        narrowed[task, number] = mine
        cost.append(prices)
    return cost, narrowed


def _takes_anybody(visit: Visit) -> bool:
    barred = visit.refused_caregivers or visit.locked_caregivers is not None
    return not barred and visit.only_caregivers is None


def _likes_all_the_same(visit: Visit) -> bool:
    return not visit.preferred_caregivers and not visit.familiarity


def _meets(starts: Intervals, opens: int, closes: int) -> bool:
    for low, high in starts:  # noqa: SIM110 - asked for every part and shift: half the time
        if low <= closes and high >= opens:
            return True
    return False


def _vehicles(problem: Problem) -> tuple[list[Vehicle], list[tuple[int, ...]]]:
    weights = problem.weights
    matrices = {mode: matrix.tolist() for mode, matrix in problem.travel.items()}
    vehicles: list[Vehicle] = []
    by_caregiver: list[tuple[int, ...]] = []
    for index, caregiver in enumerate(problem.caregivers):
        by_caregiver.append(tuple(range(len(vehicles), len(vehicles) + len(caregiver.shifts))))
        for shift in caregiver.shifts:
            rest = shift.rest
            mandatory = rest is not None and (
                rest.miss_cost is None or weights.missed_break is None
            )
            vehicles.append(
                Vehicle(
                    shift=shift,
                    caregiver=index,
                    mode=caregiver.mode,
                    travel=matrices[caregiver.mode],
                    last_return=_last_return(problem, caregiver, shift),
                    rest=rest,
                    rest_is_mandatory=mandatory,
                )
            )
    return vehicles, by_caregiver


def _last_return(problem: Problem, caregiver: Caregiver, shift: Shift) -> int:
    """End of the shift with its overtime, but not into the caregiver's next shift.

    The rules allow overtime into a next shift whose route begins later; the search does not.
    """
    over = 0 if problem.weights.overtime is None else shift.maximum_overtime
    latest = LAST if over is None else shift.end + over
    later = [one.start for one in caregiver.shifts if one.start > shift.start]
    return min([latest, *later])


def _links(problem: Problem, tasks_of_visit: list[list[int]]) -> list[Link]:
    links = [
        Link(tasks[0], tasks[1], visit.sync.minimum, _most(visit.sync.maximum), same_visit=True)
        for visit, tasks in zip(problem.visits, tasks_of_visit, strict=True)
        if visit.sync is not None
    ]
    number = {visit.id: index for index, visit in enumerate(problem.visits)}
    for one in problem.dependencies:
        before, after = (tasks_of_visit[number[name]][0] for name in (one.before, one.after))
        most = _most(one.gap.maximum)
        links.append(Link(before, after, one.gap.minimum, most, same_visit=False))
    return links


def _most(maximum: int | None) -> int:
    return FAR if maximum is None else maximum


def _by_task(links: list[Link], count: int) -> list[tuple[Link, ...]]:
    found: list[list[Link]] = [[] for _ in range(count)]
    for link in links:
        found[link.before].append(link)
        found[link.after].append(link)
    return [tuple(each) for each in found]


def _drop_cost(problem: Problem, visit: Visit) -> int | None:
    weight = problem.weights.unserved
    if visit.drop_cost is None or (weight is None and visit.drop_cost > 0):
        return None
    return visit.drop_cost * (weight or 0)
