"""Compiled changes of a plan: put a task in, take one out, move a rest, copy a plan."""

from __future__ import annotations

from solver.improve import columns as c
from solver.improve.arrays import Data, Ints, State
from solver.improve.chance import Random, draw
from solver.improve.compiling import inlined, kernel
from solver.improve.guide import Floats
from solver.improve.labels import (
    FITS,
    IMPOSSIBLE,
    PUSHES,
    is_earliest,
    label,
    label_dirty,
    settle,
    work_out_once,
)
from solver.improve.pricing import NEVER, route_price, walk

FAR = c.FAR
GIVEN_UP = 0.1
"""How often a rest that may be missed is taken out before insertions; the best place follows."""


@inlined
def put_mark(state: State, shift: int, position: int, mark: int) -> None:
    """Insert a task or a rest into a row."""
    row = state.rows[shift]
    for index in range(state.size[shift], position, -1):
        row[index] = row[index - 1]
    row[position] = mark
    state.size[shift] += 1
    state.cursor[shift, c.DIRTY] = 1


@inlined
def take_mark(state: State, shift: int, mark: int) -> int:
    """Remove a task or a rest from a row; where it was, or -1."""
    row, kept, found = state.rows[shift], 0, -1
    for index in range(state.size[shift]):
        if row[index] == mark:
            found = index
        else:
            row[kept] = row[index]
            kept += 1
    state.size[shift] = kept
    state.cursor[shift, c.DIRTY] = 1
    return found


@kernel
def refresh(data: Data, state: State, shift: int) -> int:
    """Times and sums of one changed route, and of its caregiver; FITS, PUSHES or IMPOSSIBLE."""
    outcome = settle(data, state, shift)
    if outcome == FITS:
        person = data.shifts[shift, c.PERSON]
        totals, route = state.person[person], state.route[shift]
        totals[c.PERSON_IDLE] -= route[c.ROUTE_IDLE]
        totals[c.PERSON_WORK] -= route[c.WORK]
        totals[c.PERSON_STOPS] -= route[c.STOPS]
        if not label(data, state, shift):
            outcome = IMPOSSIBLE
        totals[c.PERSON_IDLE] += route[c.ROUTE_IDLE]
        totals[c.PERSON_WORK] += route[c.WORK]
        totals[c.PERSON_STOPS] += route[c.STOPS]
    return outcome


@kernel
def refresh_or_all(data: Data, state: State, shift: int) -> bool:
    """Times and sums after a change of one route, of all routes where others have to move."""
    outcome = refresh(data, state, shift)
    if outcome == PUSHES:
        return work_out_once(data, state)
    return outcome == FITS


@kernel
def place_rest(data: Data, state: State, guide: Floats, shift: int, rng: Random) -> bool:
    """Move the rest of a route to where it is cheapest, or give it up; False if nothing fits."""
    if data.shifts[shift, c.REST] == 0:
        return True
    mark = len(state.where) + shift
    old = take_mark(state, shift, mark)
    if state.route[shift, c.STOPS] == 0:
        put_mark(state, shift, 0, mark)
        return True
    outcome = settle(data, state, shift)
    if outcome != FITS:
        if old >= 0:
            put_mark(state, shift, old, mark)
        return refresh_or_all(data, state, shift)
    label(data, state, shift)
    best = best_rest(data, state, guide, shift, rng)
    if best == -2:
        best = old
    if best >= 0:
        put_mark(state, shift, best, mark)
    return refresh_or_all(data, state, shift)


@kernel
def give_up_rests(data: Data, state: State, changed: Ints, rng: Random) -> None:
    """Take some rests out that may be missed: room for an insertion that pays for it."""
    for shift in range(len(state.size)):
        row = data.shifts[shift]
        if row[c.REST] == 1 and row[c.REST_MUST] == 0 and draw(rng) < GIVEN_UP:
            if take_mark(state, shift, len(state.where) + shift) >= 0:
                changed[shift] = 1


@kernel
def best_rest(data: Data, state: State, guide: Floats, shift: int, rng: Random) -> int:
    """Cheapest position of the rest in a route labelled without one; -1: none, -2: no way."""
    row, route = data.shifts[shift], state.route[shift]
    least, best = NEVER, -2
    if row[c.REST_MUST] == 0:
        ended = (route[c.RETURN], route[c.WAIT], route[c.LATER], 0, route[c.ROUTE_WORST], 0)
        late_price = state.at[state.rows[shift, state.size[shift] - 1], c.LATE]
        ended = (ended[0], ended[1], ended[2], late_price, ended[4], ended[5])
        least = route_price(
            data, state, guide, shift, route[c.ROUTE_TRAVEL], route[c.WORK], False, ended
        )
        best = -1
    free, place, house = row[c.BEGIN], row[c.FROM_PLACE], -1
    waited, room, late_price, worst = 0, FAR, 0, 0
    for position in range(state.size[shift] + 1):
        ended = walk(
            data, state, shift, position, free, place, house, True, position > 0,
            (waited, room, late_price, worst), NEVER,
        )  # fmt: skip
        if ended[0] < FAR:
            price = route_price(
                data, state, guide, shift, route[c.ROUTE_TRAVEL], route[c.WORK], True, ended
            )
            if price < least or (price == least and price < NEVER and draw(rng) < 0.5):
                least, best = price, position
        if position < state.size[shift]:
            task = state.rows[shift, position]
            mine = state.at[task]
            free = mine[c.START] + data.tasks[task, c.DURATION]
            place, house = data.tasks[task, c.PLACE], data.tasks[task, c.BUILDING]
            waited, room, late_price, worst = (
                mine[c.WAITED],
                mine[c.ROOM],
                mine[c.LATE],
                mine[c.WORST],
            )
    return best


@kernel
def copy_plan(source: State, target: State) -> None:
    """Make one plan equal to another, times and sums included."""
    for shift in range(len(source.size)):
        target.size[shift] = source.size[shift]
        target.cursor[shift, c.DIRTY] = 0
        for index in range(source.size[shift]):
            target.rows[shift, index] = source.rows[shift, index]
        for index in range(source.size[shift] + 1):
            for column in range(c.GAP_COLUMNS):
                target.gaps[shift, index, column] = source.gaps[shift, index, column]
        for column in range(c.ROUTE_COLUMNS):
            target.route[shift, column] = source.route[shift, column]
    for task in range(len(source.where)):
        target.where[task] = source.where[task]
        for column in range(c.AT_COLUMNS):
            target.at[task, column] = source.at[task, column]
    for person in range(len(source.person)):
        for column in range(c.PERSON_COLUMNS):
            target.person[person, column] = source.person[person, column]
    target.wishing[0] = source.wishing[0]


@kernel
def recount(data: Data, state: State) -> bool:
    """Exact times and sums after changes: of changed routes alone where no other has to move."""
    for shift in range(len(state.size)):
        if state.cursor[shift, c.DIRTY] == 1:
            outcome = settle(data, state, shift)
            if outcome == PUSHES:
                return work_out_once(data, state)
            if outcome == IMPOSSIBLE:
                return False
    if data.linked and not is_earliest(data, state):
        return work_out_once(data, state)
    return label_dirty(data, state)
