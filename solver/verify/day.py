"""A solution resolved against its problem: ids become visits, parts, caregivers and shifts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from solver.problem import Caregiver, Part, Problem, Shift, Visit
from solver.solution import Rest, Route, Solution, Stop
from solver.verify.report import Rule, Violation


@dataclass(frozen=True, slots=True)
class Served:
    """One part of a visit as given in a route."""

    visit: Visit
    number: int
    part: Part
    stop: Stop
    caregiver: Caregiver

    @property
    def label(self) -> str:
        """How sentences name it."""
        many = len(self.visit.parts) > 1
        return f"visit {self.visit.id}" + (f" part {self.number}" if many else "")


@dataclass(frozen=True, slots=True)
class Tour:
    """One route with what it means; `rest.before` counts known stops only."""

    caregiver: Caregiver
    shift: Shift
    route: Route
    served: tuple[Served, ...]
    rest: Rest | None


@dataclass(frozen=True, slots=True)
class Day:
    """All tours, the parts served by visit id, and the shifts no tour uses."""

    problem: Problem
    solution: Solution
    tours: tuple[Tour, ...]
    served: Mapping[str, tuple[Served, ...]]

    def idle_shifts(self) -> Iterator[tuple[Caregiver, Shift]]:
        """Every shift without a stop."""
        used = {tour.shift.id for tour in self.tours if tour.served}
        for shift_id, (caregiver, shift) in self.problem.shift_by_id.items():
            if shift_id not in used:
                yield caregiver, shift


def read_day(problem: Problem, solution: Solution) -> tuple[Day, list[Violation]]:
    """Resolve every id; what cannot be resolved becomes a violation and is left out."""
    found: list[Violation] = []
    tours: list[Tour] = []
    for route in solution.routes:
        if route.shift_id not in problem.shift_by_id:
            item = f"shift {route.shift_id}"
            found.append(Violation(Rule.UNKNOWN_SHIFT, item, f"{item} is not in the problem"))
            continue
        tours.append(_tour(problem, route, found))
    found += [
        _unknown_visit(one.visit_id, "the list of unserved visits")
        for one in solution.unserved
        if one.visit_id not in problem.visit_by_id
    ]
    served: dict[str, list[Served]] = {}
    for tour in tours:
        for given in tour.served:
            served.setdefault(given.visit.id, []).append(given)
    by_visit = {visit_id: tuple(given) for visit_id, given in served.items()}
    return Day(problem, solution, tuple(tours), by_visit), found


def _tour(problem: Problem, route: Route, found: list[Violation]) -> Tour:
    caregiver, shift = problem.shift_by_id[route.shift_id]
    served: list[Served] = []
    before = route.rest.before if route.rest else 0
    skipped = 0
    for position, stop in enumerate(route.stops):
        visit = problem.visit_by_id.get(stop.visit_id)
        if visit is None:
            found.append(_unknown_visit(stop.visit_id, f"the route of shift {shift.id}"))
        elif not 0 <= stop.part < len(visit.parts):
            item = f"visit {visit.id}"
            text = f"{item} has no part {stop.part}, which the route of shift {shift.id} names"
            found.append(Violation(Rule.UNKNOWN_PART, item, text))
        else:
            served.append(Served(visit, stop.part, visit.parts[stop.part], stop, caregiver))
            continue
        skipped += position < before
    rest = route.rest and Rest(before - skipped, route.rest.start, route.rest.end)
    if rest is not None and not 0 <= before <= len(route.stops):
        item = f"shift {shift.id}"
        text = f"{item} rests before stop {before} of a route with {len(route.stops)} stops"
        found.append(Violation(Rule.BREAK_POSITION, item, text))
        rest = None
    return Tour(caregiver, shift, route, tuple(served), rest)


def _unknown_visit(visit_id: str, where: str) -> Violation:
    item = f"visit {visit_id}"
    return Violation(Rule.UNKNOWN_VISIT, item, f"{item} in {where} is not in the problem")
