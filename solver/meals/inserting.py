"""Where a node fits and what it costs there, compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.compiled import compiled
from solver.meals.arrays import (
    BOX,
    CAPACITY,
    CARRIED,
    CLASS,
    DOOR,
    END_PLACE,
    FROM,
    INFINITE,
    KITCHEN,
    LENGTH,
    MODE,
    OWNER,
    PLACE,
    PORTIONS,
    POSITION,
    READY,
    SLOT,
    START,
    START_PLACE,
    TRIPS,
    Data,
    State,
)
from solver.meals.pricing import (
    FROM_NODE,
    NEW_TRIP,
    NOTHING,
    OLD_TRIP,
    TO_NODE,
    ZERO,
    day_lateness,
    door,
    end_of_trip,
    halt,
    joined,
    loaded,
    refresh,
    rest_fits,
    stored,
    strange,
    swapped,
)

Random = NDArray[np.uint64]
"""State of the generator, shape (1,)."""

ALONE = 0.2
"""How often a trip of its own is tried for a node that fits into another."""


@compiled
def draw(rng: Random) -> float:
    """Uniform in [0, 1); splitmix64, so that a chain depends on its seed and on nothing else."""
    rng[0] += np.uint64(0x9E3779B97F4A7C15)
    z = rng[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def lateness_added(
    data: Data, state: State, rider: int, slot: int, at: int, node: int, new: int
) -> int:
    """Cost of the minutes late that a feasible insertion adds to a rider's day."""
    before = 0
    if state.day[rider, TRIPS] > 0:
        before = day_lateness(data, state, rider, NOTHING, ZERO, NOTHING, OLD_TRIP)
    after = day_lateness(data, state, rider, slot, at, node, new)
    return int(data.late_price * (after - before))


@compiled
def fits_in_trip(data: Data, state: State, node: int, rider: int, slot: int, at: int) -> bool:
    """Whether a node before position `at` of a trip keeps every limit of the day."""
    travel = data.travel[data.rider[rider, MODE]]
    row, length = state.row[rider, slot], state.trip[rider, slot, LENGTH]
    place = data.node[node, PLACE]
    before, trip = data.kitchen[state.trip[rider, slot, FROM], DOOR], door()
    if at > 0:
        before = data.node[row[at - 1], PLACE]
        trip = stored(state.node, row[at - 1], TO_NODE)
    trip = joined(trip, travel[before, place], halt(data.node, node, data.late_price))
    if at < length:
        leg = travel[place, data.node[row[at], PLACE]]
        trip = joined(trip, leg, stored(state.node, row[at], FROM_NODE))
        place = data.node[row[length - 1], PLACE]
    clock = end_of_trip(trip, state.trip[rider, slot, READY])
    return clock < INFINITE and rest_fits(data, state, rider, slot + 1, clock, place)


@compiled
def fits_alone(data: Data, state: State, node: int, rider: int, slot: int) -> bool:
    """Whether a trip with this node alone, before the trip `slot`, keeps every limit of the day."""
    travel = data.travel[data.rider[rider, MODE]]
    kitchen, place = data.node[node, KITCHEN], data.node[node, PLACE]
    here, clock = data.rider[rider, START_PLACE], data.rider[rider, START]
    if slot > 0:
        last = state.row[rider, slot - 1, state.trip[rider, slot - 1, LENGTH] - 1]
        here = data.node[last, PLACE]
        trip = stored(state.node, last, TO_NODE)
        clock = end_of_trip(trip, state.trip[rider, slot - 1, READY])
    ready = loaded(data.kitchen, kitchen, clock + travel[here, data.kitchen[kitchen, DOOR]])
    leg = travel[data.kitchen[kitchen, DOOR], place]
    clock = end_of_trip(joined(door(), leg, halt(data.node, node, data.late_price)), ready)
    return clock < INFINITE and rest_fits(data, state, rider, slot, clock, place)


@compiled
def habits_broken(data: Data, state: State, node: int, rider: int, slot: int, at: int) -> int:
    """What a node before position `at` of a trip adds to the cost of leaving usual routes."""
    row, cost = state.row[rider, slot], strange(data, rider, node)
    if at > 0:
        cost += swapped(data, row[at - 1], node)
    if at < state.trip[rider, slot, LENGTH]:
        cost += swapped(data, node, row[at])
        if at > 0:
            cost -= swapped(data, row[at - 1], row[at])
    return cost


@compiled
def best_in_trips(
    data: Data, state: State, node: int, least: int, blink: float, rng: Random
) -> tuple[int, int, int, int]:
    """Cheapest place in a trip: (cost added, rider, slot, position); `least` is to beat.

    Tried are the places behind the nodes near, and in front of them where a trip begins. The extra
    travel of a place is known at once and bounds its cost from below, unless one more halt makes
    others less late, which only a matrix without triangle inequality allows.
    """
    found = (least, NOTHING, ZERO, ZERO)
    kitchen, place = data.node[node, KITCHEN], data.node[node, PLACE]
    for near in data.near[node]:
        rider, slot = state.node[near, OWNER], state.node[near, SLOT]
        if rider < 0 or state.trip[rider, slot, FROM] != kitchen:
            continue
        load = state.trip[rider, slot, CARRIED] + data.node[node, PORTIONS]
        if load > data.rider[rider, BOX]:
            continue
        mode, behind = data.rider[rider, MODE], state.node[near, POSITION] + 1
        for at in range(ZERO if behind == 1 else behind, behind + 1):
            before = data.node[near, PLACE] if at == behind else data.kitchen[kitchen, DOOR]
            if at < state.trip[rider, slot, LENGTH]:
                after = data.node[state.row[rider, slot, at], PLACE]
            elif slot + 1 < state.day[rider, TRIPS]:
                after = data.kitchen[state.trip[rider, slot + 1, FROM], DOOR]
            else:
                after = data.rider[rider, END_PLACE]
            extra = data.travel[mode, before, place] + data.travel[mode, place, after]
            cost = data.travel_price * (extra - data.travel[mode, before, after])
            if data.usual_price > 0:
                cost += habits_broken(data, state, node, rider, slot, at)
            if cost >= found[0] or draw(rng) < blink:
                continue
            if fits_in_trip(data, state, node, rider, slot, at):
                if data.late_price > 0:
                    cost += lateness_added(data, state, rider, slot, at, node, OLD_TRIP)
                if cost < found[0]:
                    found = (cost, rider, slot, at)
    return found


@compiled
def best_alone(  # noqa: C901 - one tight loop, a call in it would cost more than it does
    data: Data, state: State, node: int, least: int, blink: float, rng: Random
) -> tuple[int, int, int]:
    """Cheapest trip with this node alone: (cost added, rider, slot); `least` is to beat.

    Of interchangeable riders without a trip, who follow each other, the first is enough.
    """
    found = (least, NOTHING, ZERO)
    kitchen, place = data.node[node, KITCHEN], data.node[node, PLACE]
    home, tried = data.kitchen[kitchen, DOOR], NOTHING
    for rider in range(len(state.day)):
        trips = state.day[rider, TRIPS]
        unfit = data.rider[rider, BOX] < data.node[node, PORTIONS] or trips == state.row.shape[1]
        if unfit or not data.allowed[rider, kitchen]:
            continue
        if trips == 0:
            if data.rider[rider, CLASS] == tried:
                continue
            tried = data.rider[rider, CLASS]
        mode, before = data.rider[rider, MODE], data.rider[rider, START_PLACE]
        for slot in range(trips + 1):
            after = data.rider[rider, END_PLACE]
            if slot < trips:
                after = data.kitchen[state.trip[rider, slot, FROM], DOOR]
            extra = data.travel[mode, before, home] + data.travel[mode, home, place]
            extra += data.travel[mode, place, after]
            if trips > 0:
                extra -= data.travel[mode, before, after]
            cost = data.travel_price * extra + (data.rider_price if trips == 0 else 0)
            cost += strange(data, rider, node)
            if slot < trips:
                last = state.row[rider, slot, state.trip[rider, slot, LENGTH] - 1]
                before = data.node[last, PLACE]
            if cost >= found[0] or draw(rng) < blink:
                continue
            if fits_alone(data, state, node, rider, slot):
                if data.late_price > 0:
                    cost += lateness_added(data, state, rider, slot, ZERO, node, NEW_TRIP)
                if cost < found[0]:
                    found = (cost, rider, slot)
    return found


@compiled
def put_in(data: Data, state: State, node: int, rider: int, slot: int, at: int, new: int) -> None:
    """Put a node before position `at` of a trip, or, with NEW_TRIP, alone before the trip."""
    if new == 1:
        for s in range(state.day[rider, TRIPS], slot, -1):
            state.trip[rider, s, FROM] = state.trip[rider, s - 1, FROM]
            state.trip[rider, s, LENGTH] = state.trip[rider, s - 1, LENGTH]
            state.trip[rider, s, CARRIED] = state.trip[rider, s - 1, CARRIED]
            for i in range(state.trip[rider, s, LENGTH]):
                state.row[rider, s, i] = state.row[rider, s - 1, i]
        state.day[rider, TRIPS] += 1
        state.trip[rider, slot, FROM] = data.node[node, KITCHEN]
        state.trip[rider, slot, LENGTH] = 0
        state.trip[rider, slot, CARRIED] = 0
    row = state.row[rider, slot]
    for i in range(state.trip[rider, slot, LENGTH], at, -1):
        row[i] = row[i - 1]
    row[at] = node
    state.trip[rider, slot, LENGTH] += 1
    state.trip[rider, slot, CARRIED] += data.node[node, PORTIONS]
    state.node[node, OWNER] = rider
    state.cooked[data.node[node, KITCHEN]] += data.node[node, PORTIONS]
    refresh(data, state, rider)


@compiled
def insert(data: Data, state: State, node: int, least: int, blink: float, rng: Random) -> int:
    """Put a node in where it is cheapest, unless that costs `least` or more.

    Places are overlooked with probability `blink`, and mostly a new trip is not looked at where an
    old one has room; with `blink` 0 every place counts. Returns the rider, -1 if nothing was done.
    """
    kitchen = data.node[node, KITCHEN]
    if state.cooked[kitchen] + data.node[node, PORTIONS] > data.kitchen[kitchen, CAPACITY]:
        return NOTHING
    least, rider, slot, at = best_in_trips(data, state, node, least, blink, rng)
    if rider < 0 or blink == 0.0 or draw(rng) < ALONE:
        _, other, before = best_alone(data, state, node, least, blink, rng)
        if other >= 0:
            put_in(data, state, node, other, before, ZERO, NEW_TRIP)
            return other
    if rider >= 0:
        put_in(data, state, node, rider, slot, at, OLD_TRIP)
    return rider
