"""The plan of the whole day between two rounds, with the lookups that cutting it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from solver.problem import Problem
from solver.solution import Proof, Route, Solution, Stop, Unserved

UNEXPLAINED = "not_found_in_time"
"""Reason of a visit left out between rounds; the last step looks at the whole day for others."""


@dataclass(frozen=True)
class Standing:
    """Routes with stops by shift; a visit whose parts are all in routes is served."""

    problem: Problem
    routes: Mapping[str, Route]

    @cached_property
    def number(self) -> Mapping[str, int]:
        """Visit numbers by id."""
        return {one.id: index for index, one in enumerate(self.problem.visits)}

    @cached_property
    def giver(self) -> Mapping[tuple[str, int], tuple[int, Stop]]:
        """(caregiver number, stop) of every part in a route."""
        number = {one.id: index for index, one in enumerate(self.problem.caregivers)}
        owner = {
            shift_id: number[caregiver.id]
            for shift_id, (caregiver, _) in self.problem.shift_by_id.items()
        }
        return {
            (stop.visit_id, stop.part): (owner[route.shift_id], stop)
            for route in self.routes.values()
            for stop in route.stops
        }

    def is_served(self, visit: int) -> bool:
        """Whether visit number `visit` is in the routes."""
        return (self.problem.visits[visit].id, 0) in self.giver

    def givers(self, visit: int) -> list[int]:
        """Caregivers of a visit's parts in order; empty where it is unserved."""
        one = self.problem.visits[visit]
        if not self.is_served(visit):
            return []
        return [self.giver[one.id, part][0] for part in range(len(one.parts))]

    def start(self, visit: int) -> int:
        """Start of a served visit."""
        return self.giver[self.problem.visits[visit].id, 0][1].start

    @cached_property
    def unserved(self) -> list[int]:
        """Numbers of the visits in no route."""
        return [one for one in range(len(self.problem.visits)) if not self.is_served(one)]

    def solution(self) -> Solution:
        """The plan as the checker reads it; nothing is claimed about what is left out."""
        visits = self.problem.visits
        left = tuple(
            Unserved(visits[one].id, UNEXPLAINED, Proof.NOT_FOUND) for one in self.unserved
        )
        order = [shift for shift in self.problem.shift_by_id if shift in self.routes]
        return Solution(tuple(self.routes[shift] for shift in order), left)

    def with_routes(self, shifts: Iterable[str], routes: Iterable[Route]) -> Standing:
        """The plan with all routes of some shifts replaced."""
        gone = set(shifts)
        kept = {name: route for name, route in self.routes.items() if name not in gone}
        kept |= {route.shift_id: route for route in routes if route.stops}
        return Standing(self.problem, kept)


def standing_of(problem: Problem, solution: Solution) -> Standing:
    """A solution's routes as a standing plan."""
    return Standing(problem, {one.shift_id: one for one in solution.routes if one.stops})
