"""A shard as a problem of its own, and its answer back into the plan of the day.

A piece has only its own places, visits and caregivers. What reaches out of it is held where it is
in the standing plan: of a visit given by caregivers of two shards each has its own part, locked to
its caregiver and its start; a visit that depends on one elsewhere keeps its start, or stays
unserved. So whatever the pieces of one cut find can be put together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from solver.decompose.standing import UNEXPLAINED, Standing
from solver.problem import Caregiver, Dependency, Problem, Shift, Visit
from solver.solution import Proof, Route, Solution, Unserved


@dataclass(frozen=True, slots=True)
class Shard:
    """Visits and caregivers by their numbers in the day's problem, ascending.

    In a cut of a day every visit and every caregiver, with all shifts, is in exactly one shard. A
    served visit is in the shard of its first caregiver.
    """

    visits: tuple[int, ...]
    caregivers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A shard's problem, its present plan, and which part of a held visit it has."""

    problem: Problem
    start: Solution
    held: Mapping[str, int]

    def shifts(self) -> list[str]:
        """Ids of all its shifts."""
        return list(self.problem.shift_by_id)

    def routes(self, solution: Solution) -> Iterator[Route]:
        """Routes of an answer, with the parts as the whole day counts them."""
        return (_renumbered(route, self.held) for route in solution.routes)


def cut_out(standing: Standing, shard: Shard, name: str = "") -> Piece:
    """The problem of one shard of a cut, with nothing in it that the shard does not need."""
    day = standing.problem
    inside = {day.caregivers[one].id for one in shard.caregivers}
    held: dict[str, int] = {}
    visits: list[Visit] = []
    pinned, barred = _reaching_out(standing, shard)
    for number in shard.visits:
        visit = day.visits[number]
        if any(day.caregivers[one].id not in inside for one in standing.givers(number)):
            held[visit.id] = 0
            visit = _held(standing, visit, 0)
        elif number in pinned:
            visit = replace(visit, locked_start=standing.start(number))
        elif number in barred:
            visit = replace(visit, only_caregivers=frozenset(), locked_caregivers=None)
        visits.append(visit)
    known = {visit.id for visit in visits}
    for guest in _guests(standing, shard, known):
        held[guest.id] = 1
        visits.append(_held(standing, guest, 1))
    caregivers = tuple(day.caregivers[one] for one in shard.caregivers)
    ties = tuple(one for one in day.dependencies if {one.before, one.after} <= known)
    problem = _small(day, visits, caregivers, ties, name)
    return Piece(problem, _present(standing, problem, held), held)


def _reaching_out(standing: Standing, shard: Shard) -> tuple[set[int], set[int]]:
    """Visits with a dependency on one outside: served ones to pin, others to leave unserved."""
    day, number = standing.problem, standing.number
    mine = set(shard.visits)
    pairs = ((number[one.before], number[one.after]) for one in day.dependencies)
    cut = {one for pair in pairs if len(mine.intersection(pair)) == 1 for one in pair} & mine
    served = {one for one in cut if standing.is_served(one)}
    return served, cut - served


def _guests(standing: Standing, shard: Shard, known: set[str]) -> Iterator[Visit]:
    """Visits of other shards whose second part a caregiver of this one gives."""
    day = standing.problem
    for caregiver in shard.caregivers:
        for shift in day.caregivers[caregiver].shifts:
            route = standing.routes.get(shift.id)
            for stop in route.stops if route else ():
                if stop.visit_id not in known:
                    yield day.visit_by_id[stop.visit_id]


def _held(standing: Standing, visit: Visit, part: int) -> Visit:
    """One part of a visit as a visit that stays with its caregiver at its start."""
    caregiver, stop = standing.giver[visit.id, part]
    return replace(
        visit,
        parts=(visit.parts[part],),
        sync=None,
        locked_caregivers=(standing.problem.caregivers[caregiver].id,),
        locked_start=stop.start,
        preferred_start=visit.preferred_start if part == 0 else None,
        drop_cost=None,
    )


def _small(
    day: Problem,
    visits: list[Visit],
    caregivers: tuple[Caregiver, ...],
    ties: tuple[Dependency, ...],
    name: str,
) -> Problem:
    """A problem of these alone, with its own places and its part of the matrices."""
    used = {visit.place for visit in visits}
    used |= {
        place for one in caregivers for s in one.shifts for place in (s.start_place, s.end_place)
    }
    places = sorted(used)
    at = {place: index for index, place in enumerate(places)}
    modes = sorted({one.mode for one in caregivers}) or sorted(day.travel)[:1]
    inside = {one.id for one in caregivers}
    absent = _unused_name(day)
    moved = tuple(replace(_among(one, inside, absent), place=at[one.place]) for one in visits)
    people = tuple(
        replace(one, shifts=tuple(_moved(s, at) for s in one.shifts)) for one in caregivers
    )
    if any(absent in one.preferred_caregivers or absent in one.familiarity for one in moved):
        people = (*people, Caregiver(id=absent, shifts=(), mode=modes[0]))
    return Problem(
        visits=moved,
        caregivers=people,
        travel={mode: day.travel[mode][np.ix_(places, places)] for mode in modes},
        weights=day.weights,
        window_met=day.window_met,
        dependencies=ties,
        ticks_per_minute=day.ticks_per_minute,
        name=name,
    )


def _moved(shift: Shift, at: Mapping[int, int]) -> Shift:
    return replace(shift, start_place=at[shift.start_place], end_place=at[shift.end_place])


def _among(visit: Visit, inside: set[str], absent: str) -> Visit:
    """The visit as the caregivers inside see it.

    Where everybody it prefers or knows is elsewhere, one who is absent stands for them, so that
    the others cost what they cost.
    """
    preferred = visit.preferred_caregivers & inside
    known = {one: value for one, value in visit.familiarity.items() if one in inside}
    locked = visit.locked_caregivers
    only = visit.only_caregivers
    if locked is not None and not inside.issuperset(locked):
        locked, only = None, frozenset()
    return replace(
        visit,
        preferred_caregivers=preferred or frozenset([absent] if visit.preferred_caregivers else []),
        familiarity=known or dict.fromkeys([absent] if visit.familiarity else [], 0),
        refused_caregivers=visit.refused_caregivers & inside,
        only_caregivers=None if only is None else only & inside,
        locked_caregivers=locked,
    )


def _unused_name(day: Problem) -> str:
    name = "absent"
    while name in day.caregiver_by_id:
        name += "_"
    return name


def _present(standing: Standing, problem: Problem, held: Mapping[str, int]) -> Solution:
    """The standing plan's share of the piece."""
    inward = dict.fromkeys(held, 0)
    routes = tuple(
        _renumbered(standing.routes[shift], inward)
        for shift in problem.shift_by_id
        if shift in standing.routes
    )
    served = {stop.visit_id for route in routes for stop in route.stops}
    left = tuple(
        Unserved(visit.id, UNEXPLAINED, Proof.NOT_FOUND)
        for visit in problem.visits
        if visit.id not in served
    )
    return Solution(routes, left)


def _renumbered(route: Route, part: Mapping[str, int]) -> Route:
    stops = tuple(replace(one, part=part.get(one.visit_id, one.part)) for one in route.stops)
    return replace(route, stops=stops)
