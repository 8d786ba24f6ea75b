"""Variables of the reference's model, and reading a route back from them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from solver.problem import Caregiver, Problem, Shift, Visit
from solver.solution import Rest, Route, Stop

HOME = -1

Var = cp_model.IntVar
Sum = cp_model.LinearExpr | int


@dataclass(slots=True)
class Task:
    """One part of a visit: its start, and how late it is."""

    visit: Visit
    part: int
    start: Var
    late: Var
    given: dict[str, Var] = field(default_factory=dict)  # by shift id

    @property
    def duration(self) -> int:
        """Ticks of service."""
        return self.visit.parts[self.part].duration


@dataclass(slots=True)
class Line:
    """One shift's route as variables; `arcs` from and to a task's number, or HOME."""

    caregiver: Caregiver
    shift: Shift
    used: Var
    departure: Var
    begin: Var
    end: Var
    rests: Var
    rest_start: Var
    rest_next: Var  # whether the rest is taken at the next place
    rest_before: dict[int, Var] = field(default_factory=dict)
    arcs: dict[tuple[int, int], Var] = field(default_factory=dict)
    work: list[Sum] = field(default_factory=list)


def read_route(problem: Problem, tasks: list[Task], line: Line, solver: cp_model.CpSolver) -> Route:
    """The times of a route read from the solved model."""
    following = {
        before: after for (before, after), arc in line.arcs.items() if solver.boolean_value(arc)
    }
    rested = [after for after, here in line.rest_before.items() if solver.boolean_value(here)]
    departure, rest_start = solver.value(line.departure), solver.value(line.rest_start)
    length = line.shift.rest.duration if line.shift.rest else 0
    rest, stops = None, list[Stop]()
    matrix = problem.travel[line.caregiver.mode]
    place, free, task = line.shift.start_place, departure, following[HOME]
    at_next = solver.boolean_value(line.rest_next)
    while True:
        leave = free
        if rested == [task]:
            rest = Rest(len(stops), rest_start, rest_start + length)
            leave = free if at_next or not stops else rest.end
        if task == HOME:
            break
        one = tasks[task]
        arrival = leave + int(matrix[place, one.visit.place])
        start = solver.value(one.start)
        free, place = start + one.duration, one.visit.place
        stops.append(Stop(one.visit.id, one.part, arrival, start, free))
        task = following[task]
    return Route(line.shift.id, departure, tuple(stops), solver.value(line.end), rest)
