"""Between a `Solution` and a plan of the compiled search, both ways."""

from __future__ import annotations

import numpy as np

from solver.improve import columns as c
from solver.improve.arrays import Model, State
from solver.improve.labels import work_out
from solver.solution import Proof, Rest, Route, Solution, Stop, Unserved


def load(model: Model, solution: Solution | None) -> State:
    """The sequences of a solution; what the problem does not know, and half visits, stay out."""
    state = model.empty()
    if solution is None:
        return state
    problem, tasks = model.problem, len(model.tasks)
    first = {
        problem.visits[number].id: task
        for task, (number, part) in enumerate(model.tasks)
        if not part
    }
    shift_number = {shift.id: number for number, (_, shift) in enumerate(model.shifts)}
    for route in solution.routes:
        shift = shift_number.get(route.shift_id)
        if shift is None or not route.stops:
            continue
        row: list[int] = []
        for position, stop in enumerate(route.stops):
            if route.rest is not None and route.rest.before == position:
                row.append(tasks + shift)
            task = first.get(stop.visit_id)
            if task is None or not 0 <= stop.part < len(problem.visit_by_id[stop.visit_id].parts):
                continue
            if state.where[task + stop.part] < 0 and model.data.price[task + stop.part, shift] >= 0:
                row.append(task + stop.part)
                state.where[task + stop.part] = shift
        if route.rest is not None and route.rest.before >= len(route.stops):
            row.append(tasks + shift)
        state.rows[shift, : len(row)] = row
        state.size[shift] = len(row)
    for task, (number, _) in enumerate(model.tasks):
        mate = int(model.data.tasks[task, c.MATE])
        if state.where[task] >= 0 and mate >= 0 and state.where[mate] < 0:
            take_out(model, state, number)
    return state


def take_out(model: Model, state: State, visit: int) -> None:
    """Remove all parts of a visit."""
    for task, (number, _) in enumerate(model.tasks):
        shift = int(state.where[task])
        if number != visit or shift < 0:
            continue
        size = int(state.size[shift])
        row = state.rows[shift, :size]
        kept = row[row != task].copy()
        state.rows[shift, : len(kept)] = kept
        state.size[shift] = len(kept)
        state.where[task] = -1


def unload(model: Model, state: State) -> Solution:
    """A worked-out plan as a solution, departures just in time."""
    routes = [
        _route(model, state, shift)
        for shift in range(len(model.shifts))
        if state.route[shift, c.STOPS] > 0
    ]
    absent = {number for task, (number, _) in enumerate(model.tasks) if state.where[task] < 0}
    unserved = tuple(
        Unserved(model.problem.visits[number].id, "no_room", Proof.NOT_FOUND)
        for number in sorted(absent)
    )
    return Solution(tuple(routes), unserved)


def _route(model: Model, state: State, number: int) -> Route:
    """One route with its start put off by `LATER`, which takes waiting away from its stops."""
    problem, (caregiver, shift) = model.problem, model.shifts[number]
    travel, later = problem.travel[caregiver.mode], int(state.route[number, c.LATER])
    place, free, building = shift.start_place, shift.start, ""
    planned, waited = shift.start, 0
    stops: list[Stop] = []
    rest: Rest | None = None
    departure, resting = shift.start, False
    for mark in state.rows[number, : int(state.size[number])]:
        task = int(mark)
        if task >= len(model.tasks):
            resting = True
            continue
        visit_number, part = model.tasks[task]
        visit = problem.visits[visit_number]
        way = int(travel[place, visit.place])
        put_off = max(0, later - int(state.at[task, c.WAITED]))
        start = int(state.at[task, c.START]) + put_off
        setup = 0 if building and building == visit.building else visit.setup
        arrival = free + way
        if not stops:
            arrival = start - setup
        if resting:
            at_next, rest = _rest(model, number, planned, way, len(stops), later - waited)
            if at_next and not stops:
                latest = min(start - setup, shift.rest.latest_end if shift.rest else 0)
                length = rest.end - rest.start
                rest = Rest(0, latest - length, latest)
                arrival = latest - length
            elif not at_next and stops:
                arrival = rest.end + way
        if not stops:
            departure = arrival - way
        end = start + visit.parts[part].duration
        stops.append(Stop(visit.id, part, arrival, start, end))
        place, free, building, resting = visit.place, end, visit.building, False
        planned = end - put_off
        waited = int(state.at[task, c.WAITED])
    way = int(travel[place, shift.end_place])
    return_at = free + way
    if resting:
        at_next, rest = _rest(model, number, planned, way, len(stops), later - waited)
        return_at = rest.end if at_next else rest.end + way
    return Route(shift.id, departure, tuple(stops), return_at, rest)


def _rest(
    model: Model, number: int, free: int, way: int, before: int, later: int
) -> tuple[bool, Rest]:
    """Where a rest is taken after `free` (not put off), and when; put off by no waiting."""
    row = model.data.shifts[number]
    length, earliest, last = (
        int(row[c.REST_LENGTH]),
        int(row[c.REST_FROM]),
        int(row[c.REST_UNTIL] - row[c.REST_LENGTH]),
    )
    begin = max(free + way, earliest)
    at_next = begin <= last
    held = begin - free - way
    if not at_next:
        begin = max(free, earliest)
        held = begin - free
    if before:  # before the first stop nothing is put off: waiting there is no waiting
        begin += max(0, later - held)
    return at_next, Rest(before, begin, begin + length)


def is_feasible(model: Model, state: State) -> bool:
    """Work out a plan from its sequences alone; False if it breaks a rule."""
    return bool(work_out(model.data, state))


def copy_of(state: State) -> State:
    """An equal plan that shares no array."""
    return State._make(np.copy(one) for one in state)
