"""Reasons for what no shard could serve, looked at against everybody in the district.

A shard may say that a visit is impossible only because its nurses are elsewhere; so nothing a
shard claims is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from solver.compatibility import allowed_starts
from solver.explain import explain
from solver.problem import Problem
from solver.solution import Solution
from solver.tasks import TaskTable


def explained(problem: Problem, solution: Solution, out_of_time: Callable[[], bool]) -> Solution:
    """The same routes; unserved visits with their reasons, as many as time allows."""
    if not solution.unserved:
        return solution
    table = _table(problem)
    number = {visit.id: index for index, visit in enumerate(problem.visits)}
    return replace(
        solution,
        unserved=tuple(
            one if out_of_time() else explain(table, number[one.visit_id]).unserved()
            for one in solution.unserved
        ),
    )


def _table(problem: Problem) -> TaskTable:
    """What reasons are read from, and no more: a district's travel is too large for lists."""
    first = 0
    tasks_of_visit: list[tuple[int, ...]] = []
    for visit in problem.visits:
        tasks_of_visit.append(tuple(range(first, first + len(visit.parts))))
        first += len(visit.parts)
    return TaskTable(
        problem=problem,
        tasks_of_visit=tasks_of_visit,
        starts=[
            allowed_starts(problem, visit, position)
            for visit in problem.visits
            for position in range(len(visit.parts))
        ],
        visit_of=[],
        part_of=[],
        place=[],
        duration=[],
        setup=[],
        building=[],
        vehicles=[],
        vehicles_of_caregiver=[],
        allowed=[],
        cost=[],
        narrowed={},
        links=[],
        links_of=[],
        drop_cost=[],
        overtime_weight=0,
    )
