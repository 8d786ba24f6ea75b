"""Cutting a day into groups of neighbouring caregivers, each a scope of the routing model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.routing import Scope, vehicles_for
from solver.tasks import TaskTable


def groups_of(
    day: Scope, tours: Sequence[Sequence[int]], together: int, rng: np.random.Generator
) -> list[Scope]:
    """Cut a day into scopes of about `together` tasks: caregivers near each other.

    Every task is in exactly one scope, every vehicle in at most one (those with nobody to serve in
    none). Random seeds make each cut another.
    """
    if not day.tasks:
        return []
    if len(day.tasks) <= together * 1.5:
        return [day]
    near = _nearness(day, tours)
    load = [sum(len(tours[v]) for v in mine) for mine in day.table.vehicles_of_caregiver]
    number = -(-len(day.tasks) // together)
    goal = sum(load) / number
    waiting = rng.permutation(len(load)).tolist()
    groups: list[list[int]] = []
    while waiting:
        first = waiting[0]
        waiting.sort(key=lambda one: (near[first, one], one))
        taken, size = [], 0
        while waiting and (size < goal or len(groups) == number - 1):
            taken.append(waiting.pop(0))
            size += load[taken[-1]]
        groups.append(taken)
        waiting = rng.permutation(waiting).tolist()
    return _scopes(day, tours, groups)


def _nearness(day: Scope, tours: Sequence[Sequence[int]]) -> np.ndarray:
    """Travel between the middles of caregivers' tours (their bases where they have none)."""
    table = day.table
    middles = []
    for mine in table.vehicles_of_caregiver:
        places = [table.place[task] for vehicle in mine for task in tours[vehicle]]
        if not places:
            places = [table.vehicles[vehicle].shift.start_place for vehicle in mine] or [0]
        matrix = next(iter(table.problem.travel.values()))[np.ix_(places, places)]
        middles.append(places[int(matrix.sum(axis=1).argmin())])
    distances: np.ndarray = next(iter(table.problem.travel.values()))[np.ix_(middles, middles)]
    return distances


def _scopes(day: Scope, tours: Sequence[Sequence[int]], groups: list[list[int]]) -> list[Scope]:
    """The groups of caregivers as scopes; unserved visits join the group they may be nearest to."""
    table = day.table
    owner = {task: vehicle for vehicle, tour in enumerate(tours) for task in tour}
    group_of = {
        vehicle: number
        for number, group in enumerate(groups)
        for one in group
        for vehicle in table.vehicles_of_caregiver[one]
    }
    tasks: list[list[int]] = [[] for _ in groups]
    for task in day.tasks:
        vehicle = owner.get(task)
        if vehicle is None:
            first = table.tasks_of_visit[table.visit_of[task]][0]
            vehicle = min(vehicles_for(table, first), key=lambda one: _way(table, first, one))
        tasks[group_of[vehicle]].append(task)
    return [
        Scope(
            table,
            tuple(mine),
            tuple(vehicle for one in sorted(group) for vehicle in table.vehicles_of_caregiver[one]),
            day.frozen,
            day.rests,
            _barred(table, mine, owner),
        )
        for group, mine in zip(groups, tasks, strict=True)
        if mine
    ]


def _way(table: TaskTable, task: int, vehicle: int) -> tuple[int, int]:
    one = table.vehicles[vehicle]
    return one.travel[one.shift.start_place][table.place[task]], vehicle


def _barred(
    table: TaskTable, tasks: Sequence[int], owner: dict[int, int]
) -> dict[int, frozenset[int]]:
    """Tasks whose other part is served outside, with the vehicles of the caregiver who does so."""
    inside = set(tasks)
    found = {}
    for task in tasks:
        for other in table.tasks_of_visit[table.visit_of[task]]:
            if other not in inside:
                caregiver = table.vehicles[owner[other]].caregiver
                found[task] = frozenset(table.vehicles_of_caregiver[caregiver])
    return found
