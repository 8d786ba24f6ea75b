"""What must not be cut apart: visits that depend on each other, and named caregivers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from solver.compatibility import holds_skills, is_welcome
from solver.problem import Problem, Visit


@dataclass(frozen=True, slots=True)
class Atom:
    """Visits and caregivers (numbers in the problem's order) that stay in one shard."""

    visits: tuple[int, ...]
    caregivers: tuple[int, ...]


class Unions:
    """Sets of numbers that grow together; the smallest number names its set."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def root(self, one: int) -> int:
        """The name of a number's set."""
        while self._parent[one] != one:
            self._parent[one] = self._parent[self._parent[one]]
            one = self._parent[one]
        return one

    def join(self, numbers: Iterable[int]) -> None:
        """Make one set of all sets these numbers are in."""
        roots = [self.root(one) for one in numbers]
        for one in roots:
            self._parent[self.root(one)] = self.root(min(roots))


def atoms(problem: Problem) -> list[Atom]:
    """Every visit in exactly one atom, by first visit; a caregiver nobody names is in none.

    Tied are visits with a dependency, a visit with the caregivers it is locked to, and one that
    only some may serve with the nearest of these, one for each part: all of a long list would tie
    half a district together.
    """
    offset = len(problem.visits)
    number = {one.id: index for index, one in enumerate(problem.visits)}
    person = {one.id: index for index, one in enumerate(problem.caregivers)}
    unions = Unions(offset + len(person))
    for one in problem.dependencies:
        unions.join((number[one.before], number[one.after]))
    for index, visit in enumerate(problem.visits):
        named = _needed(problem, visit, person)
        unions.join((index, *(offset + one for one in named)))
    sets: dict[int, Atom] = {}
    for index in range(offset):
        root = unions.root(index)
        old = sets.get(root, Atom((), ()))
        sets[root] = Atom((*old.visits, index), old.caregivers)
    for index in range(len(person)):
        root = unions.root(offset + index)
        if root in sets:
            sets[root] = Atom(sets[root].visits, (*sets[root].caregivers, index))
    return list(sets.values())


def _needed(problem: Problem, visit: Visit, person: dict[str, int]) -> list[int]:
    """Caregivers without whom a visit's shard could not serve it."""
    if visit.locked_caregivers is not None:
        return [person[one] for one in visit.locked_caregivers]
    if visit.only_caregivers is None:
        return []
    found: list[int] = []
    for position, part in enumerate(visit.parts):
        able = [
            index
            for index in sorted(person[one] for one in visit.only_caregivers)
            if index not in found
            and (one := problem.caregivers[index]).shifts
            and visit.required_tags <= one.tags
            and holds_skills(part, one)
            and is_welcome(visit, position, one)
        ]
        if able:
            found.append(min(able, key=lambda one: (_way(problem, visit, one), one)))
    return found


def _way(problem: Problem, visit: Visit, caregiver: int) -> int:
    one = problem.caregivers[caregiver]
    matrix = problem.travel[one.mode]
    return int(np.min([matrix[shift.start_place, visit.place] for shift in one.shifts]))
