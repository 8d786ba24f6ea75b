"""Exact times and cost of a rider's day, compiled.

A **stretch** sums up consecutive halts of one trip in five numbers, all relative to the moment of
arrival at its first halt (for a stretch that begins at the kitchen: of leaving it):

- spent: minutes until the end of the last handover, without waiting;
- ended: clock time at which the last handover ends at the earliest, as the windows allow;
- heat: the latest arrival, in minutes since leaving the kitchen, that keeps every meal hot;
- latest: the latest arrival (clock) that meets every window; NEVER when no arrival does;
- kept: the earliest leaving of the kitchen (clock) after which waiting chills no meal.

Arriving at t, a stretch ends at max(t + spent, ended). Joining two stretches is exact, so putting a
halt in anywhere takes two joins. Leaving the kitchen as early as feasible ends a trip earliest and
is least late, so it is best for all that follows.

Whole numbers handed from one compiled function to another are np.int64, or the other is compiled
once more for each constant.
"""

from __future__ import annotations

from typing import cast

import numpy as np

from solver.compiled import compiled
from solver.meals.arrays import (
    CLOSES,
    COST,
    DOOR,
    END,
    END_PLACE,
    FIRST,
    FROM,
    HABIT,
    HARD,
    HOT,
    INFINITE,
    KITCHEN,
    LAST,
    LENGTH,
    LOAD,
    MEMBERS,
    MODE,
    NEVER,
    OPENS,
    PLACE,
    POSITION,
    READY,
    READY_FROM,
    READY_UNTIL,
    SERVICE,
    SINCE,
    SLOT,
    START,
    START_PLACE,
    TRIPS,
    UNTIL,
    USUAL,
    Data,
    Ints,
    State,
)


def whole(value: int) -> int:
    """A constant of type np.int64, see above; type checkers may take it for int."""
    return cast(int, np.int64(value))


NOTHING, ZERO, OLD_TRIP, NEW_TRIP = whole(-1), whole(0), whole(0), whole(1)
TO_NODE, FROM_NODE = whole(UNTIL), whole(SINCE)
ENDLESS, BEFORE_ALL = whole(INFINITE), whole(NEVER)

Stretch = tuple[int, int, int, int, int]


@compiled
def door() -> Stretch:
    """The stretch of a kitchen alone."""
    return ZERO, BEFORE_ALL, ENDLESS, ENDLESS, BEFORE_ALL


@compiled
def halt(table: Ints, node: int, late_price: int) -> Stretch:
    """The stretch of one node alone; `table` is `Data.node`."""
    latest = table[node, CLOSES] if late_price == HARD else ENDLESS
    service, opens, hot = table[node, SERVICE], table[node, OPENS], table[node, HOT]
    return service, opens + service, hot, latest, opens - hot


@compiled
def joined(one: Stretch, leg: int, two: Stretch) -> Stretch:
    """One stretch, the way between, and another stretch."""
    spent, ended, heat, latest, kept = one
    arrived = ended + leg
    spent += leg
    if arrived > two[3]:
        latest = BEFORE_ALL
    return (
        spent + two[0],
        max(arrived + two[0], two[1]),
        min(heat, two[2] - spent),
        min(latest, two[3] - spent),
        max(kept, two[4], arrived - two[2]),
    )


@compiled
def stored(table: Ints, node: int, column: int) -> Stretch:
    """The stretch kept in `State.node` from a column on."""
    return (
        table[node, column],
        table[node, column + 1],
        table[node, column + 2],
        table[node, column + 3],
        table[node, column + 4],
    )


@compiled
def store(table: Ints, node: int, column: int, stretch: Stretch) -> None:
    """Keep a stretch in `State.node` from a column on."""
    table[node, column] = stretch[0]
    table[node, column + 1] = stretch[1]
    table[node, column + 2] = stretch[2]
    table[node, column + 3] = stretch[3]
    table[node, column + 4] = stretch[4]


@compiled
def end_of_trip(trip: Stretch, ready: int) -> int:
    """When the last handover ends if loading ends at `ready`; INFINITE where no leaving will do."""
    leaves = max(ready, trip[4])
    if leaves > trip[3] or trip[2] < 0:
        return INFINITE
    return max(leaves + trip[0], trip[1])


@compiled
def loaded(table: Ints, kitchen: int, arrival: int) -> int:
    """End of loading for an arrival at the kitchen, INFINITE after its last loading."""
    begins = max(arrival, table[kitchen, READY_FROM])
    if begins > table[kitchen, READY_UNTIL]:
        return INFINITE
    return int(begins + table[kitchen, LOAD])


@compiled
def rest_fits(data: Data, state: State, rider: int, slot: int, clock: int, here: int) -> bool:
    """Whether the trips from `slot` on and the way home fit for a rider at `here` at `clock`."""
    travel = data.travel[data.rider[rider, MODE]]
    for s in range(slot, state.day[rider, TRIPS]):
        kitchen = state.trip[rider, s, FROM]
        ready = loaded(data.kitchen, kitchen, clock + travel[here, data.kitchen[kitchen, DOOR]])
        if ready <= state.trip[rider, s, READY]:
            return True
        last = state.row[rider, s, state.trip[rider, s, LENGTH] - 1]
        clock = end_of_trip(stored(state.node, last, TO_NODE), ready)
        if clock == INFINITE:
            return False
        here = data.node[last, PLACE]
    return bool(clock + travel[here, data.rider[rider, END_PLACE]] <= data.rider[rider, END])


@compiled
def lateness(
    data: Data,
    mode: int,
    kitchen: int,
    row: Ints,
    length: int,
    at: int,
    node: int,
    leaves: int,
) -> int:
    """Minutes late of a trip that leaves at `leaves`, with `node` (unless < 0) before `at`."""
    late = 0
    clock = leaves
    here = data.kitchen[kitchen, DOOR]
    count = length + (1 if node >= 0 else 0)
    for i in range(count):
        if node < 0 or i < at:
            j = row[i]
        elif i == at:
            j = node
        else:
            j = row[i - 1]
        clock = max(clock + data.travel[mode, here, data.node[j, PLACE]], data.node[j, OPENS])
        late += max(0, clock - data.node[j, CLOSES])
        clock += data.node[j, SERVICE]
        here = data.node[j, PLACE]
    return late


@compiled
def day_lateness(
    data: Data, state: State, rider: int, slot: int, at: int, node: int, new: int
) -> int:
    """Minutes late over a feasible day, with `node` put in as `kernel.put_in` would."""
    mode = data.rider[rider, MODE]
    clock, here, late = data.rider[rider, START], data.rider[rider, START_PLACE], 0
    for s in range(state.day[rider, TRIPS] + new):
        own = s - new if s > slot else s
        fresh = new == 1 and s == slot
        inside = node if s == slot else NOTHING
        kitchen = data.node[node, KITCHEN] if fresh else state.trip[rider, own, FROM]
        row = state.row[rider, ZERO if fresh else own]
        length = ZERO if fresh else state.trip[rider, own, LENGTH]
        ready = loaded(
            data.kitchen, kitchen, clock + data.travel[mode, here, data.kitchen[kitchen, DOOR]]
        )
        trip = door()
        here = data.kitchen[kitchen, DOOR]
        for i in range(length + (1 if inside >= 0 else 0)):
            j = row[i - 1] if inside >= 0 and i > at else row[i]
            if inside >= 0 and i == at:
                j = inside
            leg = data.travel[mode, here, data.node[j, PLACE]]
            trip = joined(trip, leg, halt(data.node, j, data.late_price))
            here = data.node[j, PLACE]
        clock = end_of_trip(trip, ready)
        late += lateness(data, mode, kitchen, row, length, at, inside, max(ready, trip[4]))
    return late


@compiled
def strange(data: Data, rider: int, node: int) -> int:
    """What it costs that a rider brings a node, for the habits of those who get it."""
    route = data.node[node, USUAL]
    if route < 0 or route == data.rider[rider, HABIT]:
        return ZERO
    return int(data.usual_price * data.node[node, MEMBERS])


@compiled
def swapped(data: Data, before: int, after: int) -> int:
    """What it costs that one node follows another on a trip, for the order of a usual route."""
    route = data.node[before, USUAL]
    if route < 0 or route != data.node[after, USUAL]:
        return ZERO
    return data.usual_price if data.node[after, FIRST] < data.node[before, LAST] else ZERO


@compiled
def refresh(data: Data, state: State, rider: int) -> None:
    """Set what follows from a rider's trips; the cost is INFINITE for an infeasible day."""
    mode, late_price = data.rider[rider, MODE], data.late_price
    travel = data.travel[mode]
    clock, here, way, late = data.rider[rider, START], data.rider[rider, START_PLACE], 0, 0
    habit = 0
    for s in range(state.day[rider, TRIPS]):
        kitchen, row = state.trip[rider, s, FROM], state.row[rider, s]
        length = state.trip[rider, s, LENGTH]
        home = data.kitchen[kitchen, DOOR]
        way += travel[here, home]
        ready = loaded(data.kitchen, kitchen, clock + travel[here, home])
        state.trip[rider, s, READY] = ready
        here, trip = home, door()
        for i in range(length):
            node = row[i]
            leg = travel[here, data.node[node, PLACE]]
            way += leg
            trip = joined(trip, leg, halt(data.node, node, late_price))
            state.node[node, SLOT], state.node[node, POSITION] = s, i
            store(state.node, node, TO_NODE, trip)
            here = data.node[node, PLACE]
            if data.usual_price > 0:
                habit += strange(data, rider, node)
                habit += swapped(data, row[i - 1], node) if i > 0 else 0
        rest = halt(data.node, row[length - 1], late_price)
        for i in range(length - 1, -1, -1):
            node = row[i]
            if i < length - 1:
                leg = travel[data.node[node, PLACE], data.node[row[i + 1], PLACE]]
                rest = joined(halt(data.node, node, late_price), leg, rest)
            store(state.node, node, FROM_NODE, rest)
        clock = end_of_trip(trip, ready)
        if data.late_price > 0 and clock < INFINITE:
            leaves = max(ready, trip[4])
            late += lateness(data, mode, kitchen, row, length, ZERO, NOTHING, leaves)
    way += travel[here, data.rider[rider, END_PLACE]]
    clock += travel[here, data.rider[rider, END_PLACE]]
    cost = data.rider_price + data.travel_price * way + max(0, data.late_price) * late + habit
    if clock > data.rider[rider, END]:
        cost = INFINITE
    state.day[rider, COST] = cost if state.day[rider, TRIPS] > 0 else 0
