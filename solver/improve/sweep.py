"""Compiled times of a whole plan: earliest starts over all routes, ties between them included.

Routes run until a stop has to wait for another route, which wakes it up again; two tied parts of a
visit are one joint event. What nobody wakes waits in a circle: such a plan has no times.
"""

from __future__ import annotations

from solver.improve import columns as c
from solver.improve.arrays import Data, State
from solver.improve.compiling import inlined, kernel
from solver.improve.starts import choose_start, is_allowed, lateness, ride

FAR, UNSET = c.FAR, c.UNSET
NEXT, FREE, WHERE, HOUSE, RESTING, SEEN = c.NEXT, c.FREE, c.WHERE, c.HOUSE, c.RESTING, c.SEEN
BLOCKED, RUNNING, IMPOSSIBLE = 0, 1, -1
ROUNDS = 12


@kernel
def sweep(data: Data, state: State) -> bool:
    """Work out the earliest start of every task in a route; False where there are none."""
    for task in range(len(state.low)):
        state.at[task, c.BEFORE] = state.at[task, c.START]
        state.low[task] = UNSET
    for _ in range(ROUNDS):
        if not run_all(data, state):
            return False
        if not data.chained or not raise_bounds(data, state):
            return True
    return False


@kernel
def raise_bounds(data: Data, state: State) -> bool:
    """Hold back what starts too long before a visit that depends on it; was there any?"""
    found = False
    for task in range(len(state.where)):
        if state.where[task] < 0:
            continue
        for row in range(data.tasks[task, c.LINK_FROM], data.tasks[task, c.LINK_TO]):
            other = data.links[row, c.OTHER]
            if data.links[row, c.IS_AFTER] == 1 and state.where[other] >= 0:
                least = state.at[task, c.START] - data.links[row, c.MOST]
                if least > state.at[other, c.START]:
                    state.low[other] = max(state.low[other], least)
                    found = True
    return found


@kernel
def run_all(data: Data, state: State) -> bool:
    """One run of all routes under the bounds in `low`."""
    for task in range(len(state.where)):
        state.at[task, c.START] = UNSET
        state.at[task, c.READY] = UNSET
    for shift in range(len(state.size)):
        cursor = state.cursor[shift]
        cursor[NEXT] = 0
        cursor[FREE] = data.shifts[shift, c.BEGIN]
        cursor[WHERE] = data.shifts[shift, c.FROM_PLACE]
        cursor[HOUSE] = -1
        cursor[RESTING] = 0
        cursor[SEEN] = 0
    for first in range(len(state.size)):
        state.stack[0] = first
        count = 1
        while count > 0:
            count -= 1
            count = run_route(data, state, state.stack[count], count)
            if count < 0:
                return False
    for shift in range(len(state.size)):
        if state.cursor[shift, NEXT] < state.size[shift]:
            return False
    return True


@inlined
def run_route(data: Data, state: State, shift: int, count: int) -> int:
    """Run one route as far as it goes; the new height of the stack of routes to run, or -1."""
    cursor = state.cursor[shift]
    travel = data.travel[data.shifts[shift, c.MODE]]
    while cursor[NEXT] < state.size[shift]:
        task = state.rows[shift, cursor[NEXT]]
        if task >= len(state.where):
            cursor[RESTING] = 1
            cursor[NEXT] += 1
            continue
        place = data.tasks[task, c.PLACE]
        way = travel[cursor[WHERE], place]
        ready, _, _ = ride(data.shifts, shift, cursor[FREE], way, cursor[RESTING] == 1)
        if cursor[HOUSE] < 0 or cursor[HOUSE] != data.tasks[task, c.BUILDING]:
            ready += data.tasks[task, c.SETUP]
        if ready >= FAR:
            return -1
        state.at[task, c.READY] = ready
        if state.at[task, c.START] == UNSET:
            outcome = begin_task(data, state, task, ready, cursor[SEEN] == 1)
            if outcome == IMPOSSIBLE:
                return -1
            if outcome == BLOCKED:
                return count
            count = wake(data, state, task, count)
        start = state.at[task, c.START]
        late = lateness(data.tasks, data.windows, task, start)
        if not is_allowed(data, task, shift, start, late):
            return -1
        cursor[FREE] = start + data.tasks[task, c.DURATION]
        cursor[WHERE] = place
        cursor[HOUSE] = data.tasks[task, c.BUILDING]
        cursor[RESTING] = 0
        cursor[SEEN] = 1
        cursor[NEXT] += 1
    return count


@inlined
def begin_task(data: Data, state: State, task: int, ready: int, seen: bool) -> int:
    """Start a task, with the part tied to it, or say that it has to wait for another route."""
    table = data.tasks
    if table[task, c.LINK_FROM] == table[task, c.LINK_TO]:
        start = choose_start(data, state.wishing, task, ready, seen)
        state.at[task, c.START] = start
        return RUNNING
    mate = table[task, c.MATE]
    joint = table[task, c.SYNC] == 1 and state.where[mate] >= 0
    if joint and state.at[mate, c.READY] == UNSET:
        return BLOCKED
    low = max(ready, state.low[task])
    first = task if table[task, c.PART] == 0 else mate
    held = earlier(data, state, first)
    if held == FAR:
        return BLOCKED
    if not joint:
        if first == task:
            low = max(low, held)
        state.at[task, c.START] = choose_start(data, state.wishing, task, low, seen)
        return RUNNING
    return begin_pair(data, state, first, held)


@inlined
def earlier(data: Data, state: State, task: int) -> int:
    """Earliest start that the visits it depends on allow; FAR while one of them has no start."""
    low = UNSET
    for row in range(data.tasks[task, c.LINK_FROM], data.tasks[task, c.LINK_TO]):
        other = data.links[row, c.OTHER]
        if data.links[row, c.IS_AFTER] == 0 or state.where[other] < 0:
            continue
        if other == data.tasks[task, c.MATE]:
            continue
        if state.at[other, c.START] == UNSET:
            return FAR
        low = max(low, state.at[other, c.START] + data.links[row, c.LEAST])
    return low


@kernel
def begin_pair(data: Data, state: State, first: int, low: int) -> int:
    """Start two tied parts, both ready, as early as their gap allows."""
    second = data.tasks[first, c.MATE]
    row = data.tasks[first, c.LINK_FROM]
    while data.links[row, c.OTHER] != second:
        row += 1
    least, most = data.links[row, c.LEAST], data.links[row, c.MOST]
    seen_first = state.cursor[state.where[first], SEEN] == 1
    seen_second = state.cursor[state.where[second], SEEN] == 1
    one = max(max(state.at[first, c.READY], state.low[first]), low)
    one = choose_start(data, state.wishing, first, one, seen_first)
    two = max(state.at[second, c.READY], state.low[second])
    two = choose_start(data, state.wishing, second, two, seen_second)
    for _ in range(8):
        if two < one + least:
            two = choose_start(data, state.wishing, second, one + least, seen_second)
        elif two > one + most:
            one = choose_start(data, state.wishing, first, two - most, seen_first)
        else:
            state.at[first, c.START] = one
            state.at[second, c.START] = two
            return RUNNING
    return IMPOSSIBLE


@inlined
def wake(data: Data, state: State, task: int, count: int) -> int:
    """Put the routes that waited for this start on the stack; returns its new height."""
    mate = data.tasks[task, c.MATE]
    if data.tasks[task, c.LINK_FROM] == data.tasks[task, c.LINK_TO]:
        return count
    if mate >= 0 and data.tasks[task, c.SYNC] == 1 and state.where[mate] >= 0:
        state.stack[count] = state.where[mate]
        count += 1
        count = wake_after(data, state, mate, count)
    return wake_after(data, state, task, count)


@inlined
def wake_after(data: Data, state: State, task: int, count: int) -> int:
    """Routes at which a visit that depends on this one is the next stop."""
    for row in range(data.tasks[task, c.LINK_FROM], data.tasks[task, c.LINK_TO]):
        other = data.links[row, c.OTHER]
        if data.links[row, c.IS_AFTER] == 0 and state.where[other] >= 0:
            if state.at[other, c.READY] != UNSET and state.at[other, c.START] == UNSET:
                state.stack[count] = state.where[other]
                count += 1
    return count
