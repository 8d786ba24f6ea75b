"""Which caregivers go to which cluster of visits: near, enough, and with the skills needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.compatibility import holds_skills
from solver.problem import Caregiver, Part, Problem, Visit

PLENTY = 2.5
"""Working time for each tick of care that needs a skill, beyond which others go first."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Needs:
    """Kinds of parts (same skills and tags): who is able, and what each cluster asks for."""

    able: Bools  # (kinds, caregivers)
    ticks: Floats  # (kinds, clusters): care
    heads: Floats  # (kinds, clusters): caregivers needed at the same time, 0..2


def staffed(
    problem: Problem, clusters: Sequence[Sequence[int]], fixed: Mapping[int, int]
) -> NDArray[np.int64]:
    """The cluster of each caregiver; `fixed` ones (caregiver to cluster) stay where they are.

    Kinds of care are taken by scarcity. For each, the cluster that has least for what it needs
    takes the nearest caregiver who is able, until all have plenty; the rest is shared by load.
    Caregivers who are alike then change places where that shortens their ways.
    """
    needs = _needs(problem, clusters)
    time = np.array(
        [sum(shift.end - shift.start for shift in one.shifts) for one in problem.caregivers],
        dtype=np.float64,
    )
    way = _ways(problem, clusters)
    chosen = np.full(len(problem.caregivers), -1, dtype=np.int64)
    for caregiver, cluster in fixed.items():
        chosen[caregiver] = cluster
    supply = needs.able @ time
    scarcity = supply / np.maximum(1.0, needs.ticks.sum(axis=1))
    for kind in np.argsort(scarcity, kind="stable"):
        able = needs.able[kind] & (time > 0)
        _draft(chosen, able, time, way, needs.ticks[kind], needs.heads[kind], PLENTY)
    load = needs.ticks.sum(axis=0)
    everyone = np.ones(len(chosen), dtype=np.bool_)
    _draft(chosen, everyone, time, way, load + 1.0, np.zeros(len(load)), np.inf)
    _exchange(problem, chosen, way, fixed)
    return chosen


def _draft(
    chosen: NDArray[np.int64],
    able: Bools,
    time: Floats,
    way: Floats,
    ticks: Floats,
    heads: Floats,
    enough: float,
) -> None:
    """Clusters take turns, the neediest first, in place."""
    have, count = np.zeros(len(ticks)), np.zeros(len(ticks))
    for here in np.flatnonzero(able & (chosen >= 0)):
        have[chosen[here]] += time[here]
        count[chosen[here]] += 1
    free = able & (chosen < 0)
    while free.any():
        ratio = np.where(ticks > 0, have / np.maximum(1.0, ticks), np.inf)
        ratio = np.where(count < heads, ratio - 1e6, ratio)
        neediest = int(ratio.argmin())
        if ratio[neediest] >= enough:
            return
        candidates = np.flatnonzero(free)
        one = int(candidates[way[candidates, neediest].argmin()])
        chosen[one], free[one] = neediest, False
        have[neediest] += time[one]
        count[neediest] += 1


def _needs(problem: Problem, clusters: Sequence[Sequence[int]]) -> Needs:
    kinds: dict[tuple[object, object], int] = {}
    samples: list[tuple[Visit, Part]] = []
    entries: list[tuple[int, int, int, int]] = []
    for cluster, members in enumerate(clusters):
        for visit in (problem.visits[number] for number in members):
            for part in visit.parts:
                kind = kinds.setdefault((part.skills, visit.required_tags), len(kinds))
                if kind == len(samples):
                    samples.append((visit, part))
                entries.append((kind, cluster, part.duration + visit.setup, len(visit.parts)))
    ticks, heads = (np.zeros((len(kinds), len(clusters))) for _ in range(2))
    for kind, cluster, duration, parts in entries:
        ticks[kind, cluster] += duration
        heads[kind, cluster] = max(heads[kind, cluster], parts)
    able = np.zeros((len(kinds), len(problem.caregivers)), dtype=np.bool_)
    for kind, (visit, part) in enumerate(samples):
        able[kind] = [
            visit.required_tags <= one.tags and holds_skills(part, one)
            for one in problem.caregivers
        ]
    return Needs(able, ticks, heads)


def _ways(problem: Problem, clusters: Sequence[Sequence[int]]) -> Floats:
    """Mean travel from each caregiver's start to a cluster's visits; (caregivers, clusters)."""
    places = [[problem.visits[one].place for one in members] for members in clusters]
    ways = np.zeros((len(problem.caregivers), len(clusters)))
    for number, one in enumerate(problem.caregivers):
        if one.shifts:
            row = problem.travel[one.mode][one.shifts[0].start_place]
            ways[number] = [row[mine].mean() if mine else 0.0 for mine in places]
    return ways


def _exchange(
    problem: Problem, chosen: NDArray[np.int64], way: Floats, fixed: Mapping[int, int]
) -> None:
    """Let caregivers who are alike change clusters where both ways together get shorter."""
    alike: dict[tuple[object, ...], list[int]] = {}
    for number, one in enumerate(problem.caregivers):
        if number not in fixed:
            alike.setdefault(_signature(one), []).append(number)
    for members in alike.values():
        group = np.array(members)
        for _ in range(2 * len(group)):
            mine = chosen[group]
            now = way[group, mine]
            swapped = way[np.ix_(group, mine)]  # [i, j]: way of i to the cluster of j
            gain = now[:, None] + now[None, :] - swapped - swapped.T
            best = int(gain.argmax())
            if gain.flat[best] <= 1e-9:
                break
            left, right = divmod(best, len(group))
            chosen[group[left]], chosen[group[right]] = mine[right], mine[left]


def _signature(one: Caregiver) -> tuple[object, ...]:
    hours = tuple((shift.start, shift.end) for shift in one.shifts)
    limits = (one.maximum_work, one.past_workload)
    return one.mode, frozenset(one.skills), one.tags, hours, limits
