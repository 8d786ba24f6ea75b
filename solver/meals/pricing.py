"""Exact cost of a rider's day, compiled.

Timing of one trip is exact and closed. Leaving at d, the handover at stop i starts at
max(d + D_i, F_i): D_i is the time on the way without waiting, F_i the earliest time that its own
and the earlier windows allow. Hence the earliest feasible d is the largest of the loading's end and
the F_i - hot_i, and it must not exceed any window_end_i - D_i. Leaving as early as feasible ends
the trip earliest and is least late, so it is best for all that follows.

Whole numbers handed from one compiled function to another are np.int64, or the other is compiled
once more for each constant.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from solver.compiled import compiled
from solver.meals.arrays import HARD, INFINITE, NEVER, Data, State

# Constants of type np.int64, see above; type checkers may take them for int.
NOTHING, ZERO = cast(int, np.int64(-1)), cast(int, np.int64(0))
OLD_TRIP, NEW_TRIP = cast(int, np.int64(0)), cast(int, np.int64(1))
ORDERS = cast(int, np.int64(6))


@compiled
def trip_timing(
    data: Data, mode: int, kitchen: int, row: NDArray[np.int32], length: int, at: int, node: int
) -> tuple[int, int, int, int, int]:
    """Summary of a trip, with `node` put in before position `at` (node < 0: as it is).

    Returns travel without the way back, D and F of the end of the last handover, and the earliest
    and latest departure as far as the stops say; travel is INFINITE when no departure will do.
    """
    way, spent, earliest, first, last = 0, 0, NEVER, NEVER, INFINITE
    here = data.kitchen_place[kitchen]
    count = length + (1 if node >= 0 else 0)
    for i in range(count):
        if node < 0 or i < at:
            j = int(row[i])
        elif i == at:
            j = node
        else:
            j = int(row[i - 1])
        there = data.place[j]
        leg = data.travel[mode, here, there]
        way += leg
        spent += leg
        earliest = max(earliest + leg, data.opens[j])
        if spent > data.hot[j]:
            return INFINITE, 0, 0, 0, 0
        first = max(first, earliest - data.hot[j])
        if data.late_price == HARD:
            if earliest > data.closes[j]:
                return INFINITE, 0, 0, 0, 0
            last = min(last, data.closes[j] - spent)
        spent += data.service[j]
        earliest += data.service[j]
        here = there
    if first > last:
        return INFINITE, 0, 0, 0, 0
    return way, spent, earliest, first, last


@compiled
def trip_lateness(
    data: Data,
    mode: int,
    kitchen: int,
    row: NDArray[np.int32],
    length: int,
    at: int,
    node: int,
    leaves: int,
) -> int:
    """Minutes late over all stops of a trip that leaves at `leaves`; insertion as `trip_timing`."""
    late = 0
    clock = leaves
    here = data.kitchen_place[kitchen]
    count = length + (1 if node >= 0 else 0)
    for i in range(count):
        if node < 0 or i < at:
            j = int(row[i])
        elif i == at:
            j = node
        else:
            j = int(row[i - 1])
        clock = max(clock + data.travel[mode, here, data.place[j]], data.opens[j])
        late += max(0, clock - data.closes[j])
        clock += data.service[j]
        here = data.place[j]
    return late


@compiled
def rider_cost(
    data: Data, state: State, rider: int, slot: int, at: int, node: int, new: int
) -> int:
    """Weighted cost of a rider's day, INFINITE when infeasible.

    `node` (unless < 0) is put in before position `at` of trip `slot`, or, with NEW_TRIP, makes a
    trip of its own before the trip `slot`. Capacities are not looked at here.
    """
    trips = state.trips[rider] + new
    if trips == 0:
        return 0
    mode = data.rider_mode[rider]
    clock = data.rider_start[rider]
    here = data.rider_start_place[rider]
    way, late = 0, 0
    for s in range(trips):
        own = s - new if s > slot else s
        fresh = new == 1 and s == slot
        kitchen = data.kitchen[node] if fresh else state.kitchens[rider, own]
        row = state.nodes[rider, 0 if fresh else own]
        length = 0 if fresh else state.lengths[rider, own]
        inside = node if s == slot else -1
        leg = data.travel[mode, here, data.kitchen_place[kitchen]]
        way += leg
        load_at = max(clock + leg, data.kitchen_from[kitchen])
        if load_at > data.kitchen_until[kitchen]:
            return INFINITE
        inner, spent, earliest, first, last = trip_timing(
            data, mode, kitchen, row, length, at, inside
        )
        if inner == INFINITE:
            return INFINITE
        leaves = max(load_at + data.kitchen_load[kitchen], first)
        if leaves > last:
            return INFINITE
        if data.late_price > 0:
            late += trip_lateness(data, mode, kitchen, row, length, at, inside, leaves)
        way += inner
        clock = max(leaves + spent, earliest)
        appended = inside >= 0 and at == length
        here = data.place[node] if appended else data.place[row[length - 1]]
    leg = data.travel[mode, here, data.rider_end_place[rider]]
    if clock + leg > data.rider_end[rider]:
        return INFINITE
    price = max(0, data.late_price)
    return int(data.rider_price + data.travel_price * (way + leg) + price * late)
