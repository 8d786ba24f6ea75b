"""Which shift may do which task, at what price of face, and until when: as matrices."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.compatibility import expiry, holds_skills
from solver.improve import columns as c
from solver.problem import Part, Problem, Visit

Ints = NDArray[np.int64]


class Suitability(NamedTuple):
    """Both of shape (tasks, shifts), see `Data`."""

    price: Ints
    expires: Ints


def suitability(
    problem: Problem,
    tasks: tuple[tuple[int, int], ...],
    shifts: Ints,
    table: Ints,
) -> Suitability:
    """Prices of caregivers by task and shift (-1: may not), and last starts where skills expire.

    A shift is also left out where the task could not be done inside it without any travel.
    """
    index = {one.id: number for number, one in enumerate(problem.caregivers)}
    known: dict[object, Ints] = {}
    person = shifts[:, c.PERSON]
    price = np.full((len(tasks), len(shifts)), -1, dtype=np.int64)
    until = np.full((len(tasks), len(shifts)), c.FAR, dtype=np.int64)
    for task, (number, position) in enumerate(tasks):
        visit = problem.visits[number]
        part = visit.parts[position]
        key = (part.skills, visit.required_tags)
        if key not in known:
            known[key] = _skilled(problem, visit, part)
        last = known[key][person] - part.duration
        cost = _face(problem, visit, position, index)[person]
        first, latest = table[task, c.LOW], np.minimum(table[task, c.LATEST], last)
        fits = (cost >= 0) & (known[key][person] > c.UNSET) & (first <= latest)
        fits &= first + part.duration <= shifts[:, c.LAST_RETURN]
        fits &= latest >= shifts[:, c.BEGIN]
        price[task, fits] = cost[fits]
        until[task] = last
    if bool((until[price >= 0] >= c.FAR // 2).all()):
        until = np.zeros((0, 0), dtype=np.int64)
    return Suitability(price, until)


def _skilled(problem: Problem, visit: Visit, part: Part) -> Ints:
    """By caregiver: when the last of the part's skills expires; FAR never, UNSET not held."""
    ends = np.full(len(problem.caregivers), c.UNSET, dtype=np.int64)
    for number, one in enumerate(problem.caregivers):
        if visit.required_tags <= one.tags and holds_skills(part, one):
            end = expiry(part, one)
            ends[number] = c.FAR if end is None else end
    return ends


def _face(problem: Problem, visit: Visit, position: int, index: dict[str, int]) -> Ints:
    """By caregiver: weighted preference and continuity; -1 where wishes or weights forbid."""
    weights, count = problem.weights, len(problem.caregivers)
    cost = np.zeros(count, dtype=np.int64)
    forbidden = np.zeros(count, dtype=np.bool_)
    if visit.preferred_caregivers:
        other = np.ones(count, dtype=np.bool_)
        other[[index[one] for one in visit.preferred_caregivers]] = False
        forbidden |= other & (weights.preference is None)
        cost += other * (weights.preference or 0)
    if visit.familiarity:
        missing = np.full(count, 100, dtype=np.int64)
        for one, value in visit.familiarity.items():
            missing[index[one]] = 100 - value
        forbidden |= (missing > 0) & (weights.continuity is None)
        cost += missing * (weights.continuity or 0)
    forbidden[[index[one] for one in visit.refused_caregivers]] = True
    allowed = visit.only_caregivers
    if visit.locked_caregivers is not None:
        locked = visit.locked_caregivers[position]
        allowed = frozenset({locked}) if allowed is None else allowed & {locked}
    if allowed is not None:
        outside = np.ones(count, dtype=np.bool_)
        outside[[index[one] for one in allowed]] = False
        forbidden |= outside
    cost[forbidden] = -1
    return cost
