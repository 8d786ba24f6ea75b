"""How far it is from elders to places, and which of them come into question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eldercare.care.matching.candidates import Place, Seeker
from solver.matching import NOWHERE, IntArray
from solver.travel.crowfly import haversine

BLOCK = 2000
"""Elders looked at together: a block of distances stays small whatever the district's size."""


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Who may go where at how many metres; `is_complete` where none within reach was left out."""

    person: IntArray
    place: IntArray
    metres: IntArray
    is_complete: bool


@dataclass(frozen=True, slots=True, eq=False)
class Why:
    """What there is to say of each elder's place, by elder: shape (n,) each."""

    rank: IntArray
    further_metres: IntArray
    nearer_is_full: NDArray[np.bool_]
    nearer_lacks_diet: NDArray[np.bool_]
    nearer_is_no_better: NDArray[np.bool_]


class Reach:
    """Straight-line metres from elders to places and who may go where.

    Every elder has a position. `limits` (n) are metres.
    """

    def __init__(
        self, people: Sequence[Seeker], places: Sequence[Place], limits: Sequence[int]
    ) -> None:
        self._people = _radians([one.position for one in people])
        self._places = _radians([one.position for one in places])
        self._limits = np.asarray(limits, dtype=np.int64)
        self._offers = _offers(people, places)

    def arcs(self, current: IntArray, nearest: int) -> Arcs:
        """The place an elder has now and the nearest ones the elder may go to."""
        person, place, metres, complete = [], [], [], True
        for first, distance in self._blocks():
            rows = np.arange(len(distance))
            block = slice(first, first + len(distance))
            allowed = (distance <= self._limits[block, None]) & self._offers[block]
            key = np.where(allowed, distance, np.iinfo(np.int64).max)
            has = np.flatnonzero(current[block] != NOWHERE)
            own = current[block][has]
            key[has, own] = np.where(allowed[has, own], -1, key[has, own])
            order = np.argsort(key, axis=1, kind="stable")[:, :nearest]
            taken = allowed[rows[:, None], order]
            complete &= bool((taken.sum(axis=1) == allowed.sum(axis=1)).all())
            row, column = np.nonzero(taken)
            person.append(first + row)
            place.append(order[row, column])
            metres.append(distance[row, order[row, column]])
        return Arcs(_joined(person), _joined(place), _joined(metres), complete)

    def why(self, chosen: IntArray, is_full: NDArray[np.bool_]) -> Why:
        """Why elders are where they are; `is_full` is by place, nothing is said of NOWHERE."""
        people = len(self._people)
        rank, further = np.zeros(people, dtype=np.int64), np.zeros(people, dtype=np.int64)
        full, diet, keeps = (np.zeros(people, dtype=np.bool_) for _ in range(3))
        for first, distance in self._blocks():
            at = np.flatnonzero(chosen[first : first + len(distance)] != NOWHERE)
            there, offers = distance[at], self._offers[first + at]
            own = there[np.arange(len(at)), chosen[first + at]]
            nearer = there < own[:, None]
            rank[first + at] = nearer.sum(axis=1) + 1
            if len(at):
                further[first + at] = own - there.min(axis=1)
            full[first + at] = (nearer & offers & is_full).any(axis=1)
            diet[first + at] = (nearer & ~offers).any(axis=1)
            keeps[first + at] = (nearer & offers & ~is_full).any(axis=1)
        return Why(rank, further, full, diet, keeps)

    def why_not(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """By elder: whether a place lies within the limit, and whether one of them will do."""
        within, offered = [], []
        for first, distance in self._blocks():
            block = slice(first, first + len(distance))
            near = distance <= self._limits[block, None]
            within.append(near.any(axis=1))
            offered.append((near & self._offers[block]).any(axis=1))
        none = np.zeros(0, dtype=np.bool_)
        return np.concatenate([none, *within]), np.concatenate([none, *offered])

    def _blocks(self) -> Iterator[tuple[int, IntArray]]:
        """(first elder, whole metres to every place) of each block of elders."""
        for first in range(0, len(self._people), BLOCK):
            metres = haversine(self._people[first : first + BLOCK], self._places)
            yield first, np.rint(metres).astype(np.int64)


def _radians(positions: Sequence[tuple[float, float] | None]) -> NDArray[np.float64]:
    return np.radians(np.array(positions, dtype=np.float64).reshape(-1, 2))


def _offers(people: Sequence[Seeker], places: Sequence[Place]) -> NDArray[np.bool_]:
    """(elders, places): whether the place has all that the elder's diet asks for."""
    diets = sorted({one.diets for one in people}, key=sorted)
    number = {one: index for index, one in enumerate(diets)}
    table = np.array(
        [[place.diets is None or one <= place.diets for place in places] for one in diets],
        dtype=np.bool_,
    ).reshape(len(diets), len(places))
    return table[np.array([number[one.diets] for one in people], dtype=np.int64)]


def _joined(parts: list[IntArray]) -> IntArray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])
