"""Cuts of a day: the first one, before there is a plan, and the ones across its seams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solver.compatibility import holds_skills, is_welcome
from solver.decompose.bisection import bisected
from solver.decompose.pieces import Shard
from solver.decompose.positions import Points
from solver.decompose.staffing import staffed
from solver.decompose.standing import Standing
from solver.decompose.ties import Atom, Unions, atoms
from solver.problem import Problem, Visit

IDLE_WEIGHT = 0.25
"""What a caregiver without a stop counts beside one stop: free hands are spread over the pieces."""


def first_cut(
    problem: Problem, points: Points, shard_visits: int, groups: Mapping[str, str] | None = None
) -> list[Shard]:
    """Balanced clusters of about `shard_visits` visits, with the caregivers they need.

    Args:
        problem: the day.
        points: `positions` of its places.
        shard_visits: visits of a shard; tied visits may make one larger.
        groups: label by visit id (a town); visits of different labels share a shard only where a
            tie joins them. Visits not named are one more group.
    """
    tied = atoms(problem)
    labels = [(groups or {}).get(problem.visits[one.visits[0]].id, "") for one in tied]
    workers = sum(bool(one.shifts) for one in problem.caregivers)
    clusters: list[list[Atom]] = []
    for label in sorted(set(labels)):
        mine = [one for one, name in zip(tied, labels, strict=True) if name == label]
        count = sum(len(one.visits) for one in mine)
        staff = max(1, workers * count // max(1, len(problem.visits)))
        clusters += _clusters(problem, points, mine, min(-(-count // shard_visits), staff))
    members = [[number for one in cluster for number in one.visits] for cluster in clusters]
    fixed = {
        caregiver: index
        for index, cluster in enumerate(clusters)
        for one in cluster
        for caregiver in one.caregivers
    }
    if not clusters:
        return [Shard((), tuple(range(len(problem.caregivers))))]
    return _shards(members, staffed(problem, members, fixed))


def _clusters(
    problem: Problem, points: Points, mine: Sequence[Atom], pieces: int
) -> list[list[Atom]]:
    middles = np.array(
        [points[[problem.visits[v].place for v in one.visits]].mean(axis=0) for one in mine]
    )
    weights = np.array([_care(problem, one) for one in mine])
    labels = bisected(middles, weights, pieces)
    found = [
        [one for one, label in zip(mine, labels, strict=True) if label == piece]
        for piece in range(pieces)
    ]
    return [each for each in found if each]


def _care(problem: Problem, atom: Atom) -> float:
    parts = [part for one in atom.visits for part in problem.visits[one].parts]
    return 1.0 + sum(part.duration for part in parts)


def _shards(members: Sequence[Sequence[int]], of_caregiver: NDArray[np.int64]) -> list[Shard]:
    return [
        Shard(tuple(sorted(mine)), tuple(np.flatnonzero(of_caregiver == index).tolist()))
        for index, mine in enumerate(members)
    ]


@dataclass
class Seams:
    """Cuts of a standing plan along ever other lines; remembers where the unserved have been."""

    problem: Problem
    points: Points
    shard_visits: int
    offered: dict[int, int] = field(default_factory=dict)
    able: dict[tuple[object, object], NDArray[np.bool_]] = field(default_factory=dict)

    def cut(self, standing: Standing, rng: np.random.Generator) -> list[Shard]:
        """Neighbouring routes together; every unserved visit goes where it has not been.

        Caregivers are split by the middle of their stops. A served visit follows its first
        caregiver. Unserved visits that depend on each other stay together, and with what they
        depend on where that is in one place; each cut offers them to the next nearest shard in
        which somebody is able to serve them.
        """
        people = self.problem.caregivers
        stops: list[list[int]] = [[] for _ in people]
        for (visit_id, _), (caregiver, _) in sorted(standing.giver.items()):
            stops[caregiver].append(self.problem.visit_by_id[visit_id].place)
        middles = np.array([self._middle(number, stops[number]) for number in range(len(people))])
        weights = np.array([len(mine) or IDLE_WEIGHT for mine in stops])
        pieces = max(1, min(round(len(self.problem.visits) / self.shard_visits), len(people)))
        labels = bisected(middles, weights, pieces, rng)
        members: list[list[int]] = [[] for _ in range(pieces)]
        home = {
            visit: int(labels[givers[0]])
            for visit in range(len(self.problem.visits))
            if (givers := standing.givers(visit))
        }
        centres = np.array(
            [
                middles[labels == piece].mean(axis=0) if (labels == piece).any() else middles[0]
                for piece in range(pieces)
            ]
        )
        home |= self._offers(standing, home, labels, centres)
        for visit, piece in home.items():
            members[piece].append(visit)
        return _shards(members, labels)

    def _middle(self, caregiver: int, places: list[int]) -> Points:
        shifts = self.problem.caregivers[caregiver].shifts
        mine = places or [shift.start_place for shift in shifts]
        middle: Points = self.points[mine].mean(axis=0) if mine else self.points.mean(axis=0)
        return middle

    def _offers(
        self,
        standing: Standing,
        home: Mapping[int, int],
        labels: NDArray[np.int64],
        centres: Points,
    ) -> dict[int, int]:
        number = standing.number
        pairs = [(number[one.before], number[one.after]) for one in self.problem.dependencies]
        unions = Unions(len(self.problem.visits))
        for one, two in pairs:
            if not standing.is_served(one) and not standing.is_served(two):
                unions.join((one, two))
        bound: dict[int, set[int]] = {}
        for one, two in (*pairs, *((two, one) for one, two in pairs)):
            if not standing.is_served(one) and two in home:
                bound.setdefault(unions.root(one), set()).add(home[two])
        sets: dict[int, list[int]] = {}
        for one in standing.unserved:
            sets.setdefault(unions.root(one), []).append(one)
        found: dict[int, int] = {}
        for root, together in sets.items():
            goal = bound.get(root)
            piece = min(goal) if goal else self._next(together, labels, centres)
            found |= dict.fromkeys(together, piece)
        return found

    def _next(self, together: list[int], labels: NDArray[np.int64], centres: Points) -> int:
        """The nearest piece where the first of them could be served and has not been offered."""
        first = together[0]
        turn = self.offered.get(first, 0)
        self.offered[first] = turn + 1
        visit = self.problem.visits[first]
        apart = np.abs(centres - self.points[visit.place]).sum(axis=1)
        order = np.lexsort((np.arange(len(centres)), apart)).tolist()
        able = [self._who(visit, position) for position in range(len(visit.parts))]
        good = [one for one in order if all((each & (labels == one)).any() for each in able)]
        return int((good or order)[turn % len(good or order)])

    def _who(self, visit: Visit, position: int) -> NDArray[np.bool_]:
        part = visit.parts[position]
        key = (part.skills, visit.required_tags)
        if key not in self.able:
            self.able[key] = np.array(
                [
                    bool(one.shifts) and visit.required_tags <= one.tags and holds_skills(part, one)
                    for one in self.problem.caregivers
                ]
            )
        named = visit.only_caregivers is not None or visit.locked_caregivers is not None
        if not named and not visit.refused_caregivers:
            return self.able[key]
        welcome = [is_welcome(visit, position, one) for one in self.problem.caregivers]
        return np.logical_and(self.able[key], welcome)
