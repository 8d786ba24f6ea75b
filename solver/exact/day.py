"""The variables of a day: parts of visits, routes of shifts, and what bounds them one by one.

Nodes of a shift's route are the numbers of its tasks, and `HOME` for both its start and end place.
All times are ticks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from solver.compatibility import (
    allowed_starts,
    caregiver_price,
    clipped,
    expiry,
    holds_skills,
    is_welcome,
)
from solver.problem import Caregiver, Problem, Shift, Visit

HOME = -1

Var = cp_model.IntVar
Sum = cp_model.LinearExpr | int
Arc = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Task:
    """One part of a visit: when it starts, and which shifts may give it (by shift id)."""

    number: int
    visit: Visit
    part: int
    start: Var
    served: Var
    given: dict[str, Var] = field(default_factory=dict)

    @property
    def duration(self) -> int:
        """Ticks of service."""
        return self.visit.parts[self.part].duration

    @property
    def end(self) -> Sum:
        """When the service ends."""
        return self.start + self.duration


@dataclass(frozen=True, slots=True)
class Leg:
    """The way along an arc: whether it is driven, ticks of travel and of setup."""

    driven: Var
    travel: int
    setup: int


@dataclass(frozen=True, slots=True)
class Line:
    """One shift's route.

    `begin` is no later than anything on it, `end` no earlier; `first` is no later than the first
    start of service. A rest is taken `rest_after` a node (before leaving it) or `rest_before` one
    (after arriving); `rest_start` is None where none is owed.
    """

    caregiver: Caregiver
    shift: Shift
    tasks: tuple[Task, ...]
    used: Var
    begin: Var
    first: Var
    end: Var
    rest_start: Var | None
    legs: dict[Arc, Leg] = field(default_factory=dict)
    rest_after: dict[int, Var] = field(default_factory=dict)
    rest_before: dict[int, Var] = field(default_factory=dict)

    @property
    def rest_length(self) -> int:
        """Ticks of the owed rest, 0 where there is none."""
        return self.shift.rest.duration if self.shift.rest else 0

    @property
    def rested(self) -> Sum:
        """1 where the rest is taken."""
        return sum((*self.rest_after.values(), *self.rest_before.values()))

    @property
    def travel(self) -> Sum:
        """Ticks on the way."""
        return sum(leg.travel * leg.driven for leg in self.legs.values())

    @property
    def work(self) -> Sum:
        """Ticks of travel, setup and service."""
        setup = sum(leg.setup * leg.driven for leg in self.legs.values())
        care = sum(task.duration * task.given[self.shift.id] for task in self.tasks)
        return self.travel + setup + care


@dataclass(frozen=True, slots=True)
class Day:
    """All variables of a problem; no instant is later than `limit`."""

    problem: Problem
    model: cp_model.CpModel
    limit: int
    served: dict[str, Var]
    tasks: tuple[Task, ...]
    lines: tuple[Line, ...]

    def time(self, most: int | None = None) -> Var:
        """A new variable for an instant or a length of time."""
        return self.model.new_int_var(0, self.limit if most is None else most, "")

    def flag(self) -> Var:
        """A new variable for a choice."""
        return self.model.new_bool_var("")


def latest(problem: Problem) -> int:
    """An instant by which a best plan has ended: the horizon, from the last fixed instant on."""
    fixed = [one for visit in problem.visits for one in (visit.locked_start, visit.preferred_start)]
    return problem.horizon + max((one for one in fixed if one is not None), default=0)


def variables(problem: Problem) -> Day:
    """The variables of a problem, without the constraints between them."""
    model, limit = cp_model.CpModel(), latest(problem)
    served = {visit.id: model.new_bool_var("") for visit in problem.visits}
    parts = [(visit, part) for visit in problem.visits for part in range(len(visit.parts))]
    tasks = [
        Task(number, visit, part, _start(problem, model, limit, visit, part), served[visit.id])
        for number, (visit, part) in enumerate(parts)
    ]
    for task in tasks:
        if not clipped(allowed_starts(problem, task.visit, task.part), limit):
            model.add(task.served == 0)
    lines = tuple(
        _line(problem, model, limit, caregiver, shift, tasks)
        for caregiver in problem.caregivers
        for shift in caregiver.shifts
    )
    return Day(problem, model, limit, served, tuple(tasks), lines)


def _start(problem: Problem, model: cp_model.CpModel, limit: int, visit: Visit, part: int) -> Var:
    """When a part may start; any value where it never may, as it is not served then."""
    starts = clipped(allowed_starts(problem, visit, part), limit)
    domain = cp_model.Domain.from_intervals([list(one) for one in starts] or [[0, 0]])
    return model.new_int_var_from_domain(domain, "")


def _line(
    problem: Problem,
    model: cp_model.CpModel,
    limit: int,
    caregiver: Caregiver,
    shift: Shift,
    tasks: list[Task],
) -> Line:
    able = []
    for task in tasks:
        if not _may(problem, task, caregiver):
            continue
        able.append(task)
        given = task.given[shift.id] = model.new_bool_var("")
        until = expiry(task.visit.parts[task.part], caregiver)
        if until is not None:
            model.add(task.end <= until).only_enforce_if(given)
    over = shift.maximum_overtime
    until = limit if over is None else min(limit, shift.end + over)
    begin, first, end = (model.new_int_var(0, until, "") for _ in range(3))
    rest, rest_start = shift.rest, None
    if rest is not None:
        last = rest.latest_end - rest.duration
        rest_start = model.new_int_var(rest.earliest, last, "")
    used = model.new_bool_var("")
    return Line(caregiver, shift, tuple(able), used, begin, first, end, rest_start)


def _may(problem: Problem, task: Task, caregiver: Caregiver) -> bool:
    """Whether the caregiver may give the part, times left aside."""
    visit = task.visit
    return (
        visit.required_tags <= caregiver.tags
        and is_welcome(visit, task.part, caregiver)
        and holds_skills(visit.parts[task.part], caregiver)
        and caregiver_price(problem, visit, caregiver) is not None
    )
