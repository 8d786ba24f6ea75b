"""Compiled rules of a single start of service: when, how late, and how far it could move."""

from __future__ import annotations

from solver.improve import columns as c
from solver.improve.arrays import Data, Ints, State
from solver.improve.compiling import inlined

FAR, UNSET = c.FAR, c.UNSET


@inlined
def window_at(tasks: Ints, windows: Ints, task: int, start: int) -> int:
    """Row of the latest window that has begun at `start` (the first, where none has)."""
    row = tasks[task, c.WINDOW_FROM]
    while row + 1 < tasks[task, c.WINDOW_TO] and windows[row + 1, c.OPENS] <= start:
        row += 1
    return int(row)


@inlined
def choose_start(data: Data, wishing: Ints, task: int, ready: int, counted: bool) -> int:
    """When service starts, ready at `ready`: at once, or with a later window, or as wished.

    Between two windows late for the first or waiting for the second, whichever is cheaper;
    `counted` says whether waiting here costs anything; wishes are heard where `wishing` is not 0.
    """
    tasks, windows, prices = data.tasks, data.windows, data.prices
    start = max(ready, tasks[task, c.LOW])
    wait_price = prices[c.WAITING] if counted else 0
    close = tasks[task, c.CLOSE]
    if tasks[task, c.WINDOW_TO] - tasks[task, c.WINDOW_FROM] > 1:
        row = window_at(tasks, windows, task, start)
        close = windows[row, c.CLOSES]
        if start > close and row + 1 < tasks[task, c.WINDOW_TO]:
            opens = windows[row + 1, c.OPENS]
            late = prices[c.LATENESS] * (start - close)
            if tasks[task, c.HARD] == 1 or late > wait_price * (opens - start):
                if opens <= tasks[task, c.HIGH]:
                    start = opens
                    close = windows[row + 1, c.CLOSES]
    wish = tasks[task, c.WISH]
    if wish > start and wishing[0] * prices[c.DEVIATION] > wait_price:
        start = max(start, min(wish, min(close, tasks[task, c.HIGH])))
    return int(start)


@inlined
def lateness(tasks: Ints, windows: Ints, task: int, start: int) -> int:
    """Ticks late for the window that counts."""
    if tasks[task, c.WINDOW_TO] - tasks[task, c.WINDOW_FROM] > 1:
        close = windows[window_at(tasks, windows, task, start), c.CLOSES]
    else:
        close = tasks[task, c.CLOSE]
    return int(max(0, start - close))


@inlined
def is_allowed(data: Data, task: int, shift: int, start: int, late: int) -> bool:
    """Whether the start breaks no hard bound."""
    if start > data.tasks[task, c.HIGH] or (late > 0 and data.tasks[task, c.HARD] == 1):
        return False
    return len(data.expires) == 0 or start <= data.expires[task, shift]


@inlined
def price_of_start(tasks: Ints, prices: Ints, task: int, start: int, late: int) -> int:
    """Weighted lateness and deviation from the wish."""
    price = prices[c.LATENESS] * late
    if prices[c.DEVIATION] > 0 and tasks[task, c.WISH] != UNSET:
        price += prices[c.DEVIATION] * abs(start - tasks[task, c.WISH])
    return int(price)


@inlined
def room_of_start(data: Data, task: int, shift: int, start: int, late: int) -> int:
    """How much later the start could be at no price, other routes aside."""
    if late > 0:
        return 0
    if data.tasks[task, c.WINDOW_TO] - data.tasks[task, c.WINDOW_FROM] > 1:
        close = data.windows[window_at(data.tasks, data.windows, task, start), c.CLOSES]
    else:
        close = data.tasks[task, c.CLOSE]
    room = min(close, data.tasks[task, c.HIGH]) - start
    if len(data.expires) > 0:
        room = min(room, data.expires[task, shift] - start)
    if data.prices[c.DEVIATION] > 0 and data.tasks[task, c.WISH] != UNSET:
        room = min(room, data.tasks[task, c.WISH] - start)
    return int(max(0, room))


@inlined
def gap_room(data: Data, state: State, task: int, start: int) -> int:
    """How much later the start could be while the starts tied to it stay."""
    room = FAR
    for row in range(data.tasks[task, c.LINK_FROM], data.tasks[task, c.LINK_TO]):
        other = data.links[row, c.OTHER]
        if state.where[other] < 0:
            continue
        if data.links[row, c.IS_AFTER] == 1:
            room = min(room, state.at[other, c.START] + data.links[row, c.MOST] - start)
        else:
            room = min(room, state.at[other, c.START] - data.links[row, c.LEAST] - start)
    return room


@inlined
def delay_of_tied(data: Data, state: State, task: int, other: int) -> int:
    """How much later a start tied to a task could be at no price, the task going with it.

    What else the other start is tied to stays.
    """
    delay = max(0, state.at[other, c.ALONE])
    first, end = data.tasks[other, c.LINK_FROM], data.tasks[other, c.LINK_TO]
    if end - first > 1:
        for row in range(first, end):
            third = data.links[row, c.OTHER]
            if third != task and state.where[third] >= 0:
                after = data.links[row, c.IS_AFTER] == 1
                most = data.links[row, c.MOST] if after else -data.links[row, c.LEAST]
                room = state.at[third, c.START] + most - state.at[other, c.START]
                delay = min(delay, max(0, room))
    return int(delay)


@inlined
def tied_low(data: Data, state: State, task: int) -> int:
    """Earliest start that the starts tied to it allow."""
    low = UNSET
    for row in range(data.tasks[task, c.LINK_FROM], data.tasks[task, c.LINK_TO]):
        other = data.links[row, c.OTHER]
        if state.where[other] < 0 or state.at[other, c.START] == UNSET:
            continue
        if data.links[row, c.IS_AFTER] == 1:
            low = max(low, state.at[other, c.START] + data.links[row, c.LEAST])
        else:
            low = max(low, state.at[other, c.START] - data.links[row, c.MOST])
    return low


@inlined
def ride(shifts: Ints, shift: int, free: int, travel: int, resting: bool) -> tuple[int, int, int]:
    """Way to the next place: (ready there, wait before the rest, how much later the rest could be).

    A rest is taken on arrival; where it would end too late, before leaving; FAR where neither fits.
    """
    if not resting:
        return free + travel, 0, FAR
    length = shifts[shift, c.REST_LENGTH]
    last = shifts[shift, c.REST_UNTIL] - length
    begin = max(free + travel, shifts[shift, c.REST_FROM])
    if begin <= last:
        return begin + length, begin - free - travel, last - begin
    begin = max(free, shifts[shift, c.REST_FROM])
    if begin <= last:
        return begin + length + travel, begin - free, last - begin
    return FAR, 0, 0
