"""Whom a new plan disturbs: another caregiver, or another time by more than a tolerance."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from solver.problem import Problem
from solver.solution import Solution

TOLERANCE_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Appointment:
    """What an elder was told: who gives each part, and when the first begins (ticks)."""

    caregivers: tuple[str, ...]
    start: int


@dataclass(frozen=True, slots=True)
class Disturbed:
    """A visit that was promised and comes otherwise."""

    visit_id: str
    elder: str
    was: Appointment
    now: Appointment


def appointments(problem: Problem, solution: Solution) -> dict[str, Appointment]:
    """The appointments of all visits served with every part, by visit id."""
    given: dict[str, dict[int, tuple[str, int]]] = {}
    for route in solution.routes:
        caregiver, _ = problem.shift_by_id[route.shift_id]
        for stop in route.stops:
            given.setdefault(stop.visit_id, {})[stop.part] = (caregiver.id, stop.start)
    return {
        visit.id: Appointment(
            tuple(parts[number][0] for number in range(len(visit.parts))), parts[0][1]
        )
        for visit in problem.visits
        if len(parts := given.get(visit.id, {})) == len(visit.parts)
    }


def is_kept(was: Appointment, now: Appointment, tolerance: int) -> bool:
    """Whether the same people come at nearly the same time; who gives which part is no matter."""
    same = sorted(was.caregivers) == sorted(now.caregivers)
    return same and abs(now.start - was.start) <= tolerance


def disturbed(
    problem: Problem,
    before: Mapping[str, Appointment],
    after: Mapping[str, Appointment],
    tolerance: int,
) -> tuple[Disturbed, ...]:
    """Visits of both plans that come otherwise, in the problem's order; unserved ones are not."""
    return tuple(
        Disturbed(visit.id, visit.elder or visit.id, before[visit.id], after[visit.id])
        for visit in problem.visits
        if visit.id in before
        and visit.id in after
        and not is_kept(before[visit.id], after[visit.id], tolerance)
    )


def elders_of(problem: Problem, visits: Collection[str]) -> Iterator[str]:
    """The elders of some visits; a visit without a named elder stands for itself."""
    return (problem.visit_by_id[one].elder or one for one in visits)
