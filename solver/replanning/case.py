"""What a replanning is about: what is left of the day, what was promised in it, and the limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from solver.problem import Problem
from solver.replanning.disturbance import Appointment, Disturbed, appointments, disturbed
from solver.replanning.remainder import Remainder
from solver.robustness.slack import Slack
from solver.solution import Route, Solution


@dataclass(frozen=True, slots=True)
class Case:
    """The remainder, what was promised in it, and the limits.

    `truth` is the problem of the remainder with its true times; that of `left` is planned with.
    They differ where `slack` was bought and is to be kept.
    """

    left: Remainder
    promised: Mapping[str, Appointment]
    most: int | None
    tolerance: int
    phoned: frozenset[str]
    seed: int
    rounds: int | None
    price: int
    out_of_time: Callable[[float], bool]
    truth: Problem
    slack: Slack | None = None
    withdrawn: frozenset[str] = field(default_factory=frozenset)

    @property
    def problem(self) -> Problem:
        """The remainder as it is planned with."""
        return self.left.problem

    def planned_with(self, problem: Problem) -> Case:
        """The same case with other times of the remainder."""
        return replace(self, left=replace(self.left, problem=problem))

    def changed(self, plan: Solution) -> tuple[Disturbed, ...]:
        """Whom a plan of the remainder disturbs."""
        after = appointments(self.problem, plan)
        return disturbed(self.problem, self.promised, after, self.tolerance)


def promises(left: Remainder, plan: Solution, day: Problem) -> dict[str, Appointment]:
    """What was promised of the remainder; of a half-begun visit only the half that is left."""
    told: dict[str, dict[int, tuple[str, int]]] = {}
    for route in plan.routes:
        caregiver, _ = day.shift_by_id[route.shift_id]
        for stop in route.stops:
            told.setdefault(stop.visit_id, {})[stop.part] = (caregiver.id, stop.start)
    promised = {}
    for visit in left.problem.visits:
        offset = left.part.get(visit.id, 0)
        parts = [told.get(visit.id, {}).get(one + offset) for one in range(len(visit.parts))]
        known = [one for one in parts if one is not None]
        if len(known) == len(parts):
            promised[visit.id] = Appointment(tuple(one for one, _ in known), known[0][1])
    return promised


def remaining(left: Remainder, plan: Solution) -> Solution:
    """The remaining stops of the plan in force on the shifts that remain; times as they were."""
    inside = left.problem.visit_by_id
    begun = {(stop.visit_id, stop.part) for one in left.begun.values() for stop in one.stops}
    routes: list[Route] = []
    for route in plan.routes:
        if route.shift_id not in left.problem.shift_by_id:
            continue
        stops = tuple(
            replace(stop, part=stop.part - left.part.get(stop.visit_id, 0))
            for stop in route.stops
            if stop.visit_id in inside and (stop.visit_id, stop.part) not in begun
        )
        routes.append(replace(route, stops=stops))
    parts: dict[str, int] = {}
    for route in routes:
        for stop in route.stops:
            parts[stop.visit_id] = parts.get(stop.visit_id, 0) + 1
    whole = {one for one, count in parts.items() if count == len(inside[one].parts)}
    return Solution(
        tuple(
            replace(one, stops=tuple(stop for stop in one.stops if stop.visit_id in whole))
            for one in routes
        )
    )
