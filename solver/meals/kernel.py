"""Compiled search over meal rounds: ruin neighbouring stretches of trips, insert again, anneal.

The method is slack induction by string removals (Christiaens and Vanden Berghe, Transportation
Science 54(2), 2020) on trips instead of tours: a rider owns an ordered list of trips, each with a
kitchen.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.compiled import compiled
from solver.meals.arrays import (
    CARRIED,
    CLOSES,
    COST,
    DOOR,
    DROP,
    FROM,
    INFINITE,
    KITCHEN,
    LENGTH,
    OWNER,
    PLACE,
    PORTIONS,
    POSITION,
    RANK,
    READY,
    SINCE,
    SLOT,
    TRIPS,
    Data,
    State,
)
from solver.meals.inserting import Random, draw, insert
from solver.meals.pricing import refresh, whole

STRING, REMOVED, WHOLE_TRIP = 10.0, 10.0, 0.05
"""Longest string taken out, nodes taken out on average, and how often a whole trip goes."""
BLINK, EAGER = 0.01, 0.05
"""How often an insertion overlooks a position, and how often it looks at no price."""


ORDERS = whole(6)
"""Insertion orders, see `order_key`."""


@compiled
def below(rng: Random, bound: int) -> int:
    """Uniform whole number in [0, bound)."""
    return int(draw(rng) * bound)


@compiled
def take_out(data: Data, state: State, rider: int, slot: int, first: int, count: int) -> None:
    """Remove `count` nodes of a trip from position `first` on; an emptied trip stays for `tidy`."""
    row = state.row[rider, slot]
    for i in range(first, first + count):
        node = row[i]
        state.node[node, OWNER] = -1
        state.trip[rider, slot, CARRIED] -= data.node[node, PORTIONS]
        state.cooked[data.node[node, KITCHEN]] -= data.node[node, PORTIONS]
    for i in range(first, state.trip[rider, slot, LENGTH] - count):
        row[i] = row[i + count]
    state.trip[rider, slot, LENGTH] -= count


@compiled
def tidy(data: Data, state: State, rider: int) -> None:
    """Close up emptied trips and work out the rider's day anew."""
    kept = 0
    for s in range(state.day[rider, TRIPS]):
        if state.trip[rider, s, LENGTH] == 0:
            continue
        if kept != s:
            state.trip[rider, kept, FROM] = state.trip[rider, s, FROM]
            state.trip[rider, kept, LENGTH] = state.trip[rider, s, LENGTH]
            state.trip[rider, kept, CARRIED] = state.trip[rider, s, CARRIED]
            for i in range(state.trip[rider, s, LENGTH]):
                state.row[rider, kept, i] = state.row[rider, s, i]
        kept += 1
    state.day[rider, TRIPS] = kept
    refresh(data, state, rider)


@compiled
def copy_plan(source: State, target: State, touched: NDArray[np.bool_]) -> None:
    """Copy the days of the riders touched from one plan to another, and what follows from them."""
    for rider in range(len(touched)):
        if touched[rider]:
            target.day[rider, TRIPS] = source.day[rider, TRIPS]
            target.day[rider, COST] = source.day[rider, COST]
            for s in range(source.day[rider, TRIPS]):
                for k in range(READY + 1):
                    target.trip[rider, s, k] = source.trip[rider, s, k]
                for i in range(source.trip[rider, s, LENGTH]):
                    node = source.row[rider, s, i]
                    target.row[rider, s, i] = node
                    for k in range(SLOT, SINCE + 5):
                        target.node[node, k] = source.node[node, k]
    for node in range(len(source.node)):
        target.node[node, OWNER] = source.node[node, OWNER]
    for kitchen in range(len(source.cooked)):
        target.cooked[kitchen] = source.cooked[kitchen]


@compiled
def ruin(data: Data, state: State, touched: NDArray[np.bool_], rng: Random) -> None:
    """Take strings out of the trips around a random node; `touched` tells the riders changed."""
    centre = below(rng, len(data.node))
    whole = draw(rng) < WHOLE_TRIP
    routed = 0
    for rider in range(len(state.day)):
        routed += state.day[rider, TRIPS]
    served = 0
    for node in range(len(data.node)):
        served += state.node[node, OWNER] >= 0
    if routed == 0:
        return
    longest = min(STRING, served / routed)
    strings = int(draw(rng) * (4.0 * REMOVED / (1.0 + longest) - 1.0)) + 1
    hit = np.zeros((len(state.day), state.row.shape[1]), dtype=np.bool_)
    for node in data.near[centre]:
        if strings <= 0:
            break
        rider = state.node[node, OWNER]
        if rider < 0:
            continue
        slot, at = state.node[node, SLOT], state.node[node, POSITION]
        if hit[rider, slot]:
            continue
        hit[rider, slot] = True
        touched[rider] = True
        length = state.trip[rider, slot, LENGTH]
        count = 1 + below(rng, int(min(float(length), longest)))
        if whole:
            count, whole = length, False
        low = max(0, at - count + 1)
        high = min(at, length - count)
        take_out(data, state, rider, slot, low + below(rng, high - low + 1), count)
        strings -= 1


@compiled
def order_key(data: Data, node: int, kind: int, rng: Random) -> float:
    """What the insertion order is sorted by, smallest first."""
    if kind == 0:
        return draw(rng)
    if kind == 1:
        return float(-data.node[node, PORTIONS])
    if kind == 2:
        return float(data.node[node, CLOSES])
    if kind == 3:
        return float(data.node[node, RANK])
    far = data.travel[0, data.kitchen[data.node[node, KITCHEN], DOOR], data.node[node, PLACE]]
    return float(far) if kind == 4 else float(-far)


@compiled
def recreate(
    data: Data,
    state: State,
    touched: NDArray[np.bool_],
    rng: Random,
    kind: int,
    blink: float,
    eager: bool,
) -> None:
    """Insert every absent node where it is cheapest, if that is cheaper than leaving it out.

    Eagerly half of them are inserted at any price: what is not worth it alone may be together.
    """
    absent = np.empty(len(state.node), dtype=np.int64)
    keys = np.empty(len(state.node))
    count = 0
    for node in range(len(state.node)):
        if state.node[node, OWNER] >= 0:
            continue
        key = order_key(data, node, kind, rng)
        at = count
        while at > 0 and keys[at - 1] > key:
            keys[at], absent[at] = keys[at - 1], absent[at - 1]
            at -= 1
        keys[at], absent[at] = key, node
        count += 1
    for i in range(count):
        node = absent[i]
        least = INFINITE if eager and draw(rng) < 0.5 else data.node[node, DROP]
        rider = insert(data, state, node, least, blink, rng)
        if rider >= 0:
            touched[rider] = True


@compiled
def total(data: Data, state: State) -> int:
    """Weighted cost of a plan."""
    cost = 0
    for rider in range(len(state.day)):
        cost += state.day[rider, COST]
    for node in range(len(data.node)):
        if state.node[node, OWNER] < 0:
            cost += data.node[node, DROP]
    return cost


@compiled
def anneal(
    data: Data,
    now: State,
    old: State,
    best: State,
    rng: Random,
    iterations: int,
    heat: float,
) -> int:
    """Search from `now` on at one temperature; keeps the best plan in `best`, returns its cost.

    `old` must equal `now`; it is what an iteration that is not accepted goes back to.
    """
    cost, least = total(data, now), total(data, best)
    touched = np.zeros(len(now.day), dtype=np.bool_)
    for _ in range(iterations):
        touched[:] = False
        ruin(data, now, touched, rng)
        for rider in range(len(touched)):
            if touched[rider]:
                tidy(data, now, rider)
        eager = draw(rng) < EAGER
        recreate(data, now, touched, rng, below(rng, ORDERS), BLINK, eager)
        fresh = total(data, now)
        if fresh < cost - heat * np.log(1.0 - draw(rng)):
            source, target, cost = now, old, fresh
        else:
            source, target = old, now
        copy_plan(source, target, touched)
        if cost < least:
            least = cost
            touched[:] = True
            copy_plan(now, best, touched)
    return least
