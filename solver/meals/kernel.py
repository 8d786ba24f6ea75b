"""Compiled search over meal rounds: ruin neighbouring stretches of trips, insert again, anneal.

The method is slack induction by string removals (Christiaens and Vanden Berghe, Transportation
Science 54(2), 2020) on trips instead of tours: a rider owns an ordered list of trips, each with a
kitchen.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.compiled import compiled
from solver.meals.arrays import INFINITE, Data, State
from solver.meals.pricing import NEW_TRIP, NOTHING, OLD_TRIP, ORDERS, ZERO, rider_cost

Random = NDArray[np.uint64]
"""State of the generator, shape (1,)."""

STRING, REMOVED, WHOLE_TRIP = 10.0, 10.0, 0.05
"""Longest string taken out, nodes taken out on average, and how often a whole trip goes."""
BLINK, EAGER = 0.01, 0.05
"""How often an insertion overlooks a position, and how often it looks at no price."""


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
def below(rng: Random, bound: int) -> int:
    """Uniform whole number in [0, bound)."""
    return int(draw(rng) * bound)


@compiled
def best_in_trip(
    data: Data,
    state: State,
    node: int,
    rider: int,
    slot: int,
    least: int,
    blink: float,
    rng: Random,
) -> tuple[int, int, int]:
    """Cheapest position in one trip: (extra cost, position, rider's new cost); `least` to beat.

    The extra travel of a position is known at once and bounds its cost from below, unless one more
    stop means less lateness, which only a matrix without triangle inequality allows.
    """
    found = (least, NOTHING, ZERO)
    place = data.place[node]
    travel = data.travel[data.rider_mode[rider]]
    row = state.nodes[rider, slot]
    length = state.lengths[rider, slot]
    before = data.kitchen_place[state.kitchens[rider, slot]]
    for at in range(length + 1):
        if at < length:
            after = data.place[row[at]]
        elif slot + 1 < state.trips[rider]:
            after = data.kitchen_place[state.kitchens[rider, slot + 1]]
        else:
            after = data.rider_end_place[rider]
        extra = travel[before, place] + travel[place, after] - travel[before, after]
        before = after
        if extra * data.travel_price >= found[0] or draw(rng) < blink:
            continue
        cost = rider_cost(data, state, rider, slot, at, node, OLD_TRIP)
        if cost - state.cost[rider] < found[0]:
            found = (cost - state.cost[rider], at, cost)
    return found


@compiled
def best_new_trip(
    data: Data, state: State, node: int, rider: int, least: int, blink: float, rng: Random
) -> tuple[int, int, int]:
    """Cheapest place in the rider's day for a trip with this node alone; as `best_in_trip`."""
    found = (least, NOTHING, ZERO)
    trips = state.trips[rider]
    if trips == state.nodes.shape[1]:
        return found
    place = data.place[node]
    door = data.kitchen_place[data.kitchen[node]]
    travel = data.travel[data.rider_mode[rider]]
    before = data.rider_start_place[rider]
    for slot in range(trips + 1):
        after = data.rider_end_place[rider]
        if slot < trips:
            after = data.kitchen_place[state.kitchens[rider, slot]]
        extra = travel[before, door] + travel[door, place] + travel[place, after]
        if trips > 0:
            extra -= travel[before, after]
        if slot < trips:
            before = data.place[state.nodes[rider, slot, state.lengths[rider, slot] - 1]]
        if extra * data.travel_price >= found[0] or draw(rng) < blink:
            continue
        cost = rider_cost(data, state, rider, slot, ZERO, node, NEW_TRIP)
        if cost - state.cost[rider] < found[0]:
            found = (cost - state.cost[rider], slot, cost)
    return found


@compiled
def best_place(
    data: Data, state: State, node: int, least: int, blink: float, rng: Random
) -> tuple[int, int, int, int, int]:
    """Cheapest insertion of a node: (rider, slot, position, new trip?, rider's new cost).

    Rider -1: nothing is cheaper than `least`. Positions are overlooked with probability
    `blink`. Of interchangeable riders without a trip, who follow each other, the first is enough.
    """
    found = (NOTHING, ZERO, ZERO, OLD_TRIP, ZERO)
    kitchen, portions = data.kitchen[node], data.portions[node]
    if state.cooked[kitchen] + portions > data.kitchen_capacity[kitchen]:
        return found
    tried = NOTHING
    for rider in range(len(state.trips)):
        if not data.allowed[rider, kitchen] or data.rider_capacity[rider] < portions:
            continue
        if state.trips[rider] == 0:
            if data.rider_class[rider] == tried:
                continue
            tried = data.rider_class[rider]
        room = data.rider_capacity[rider] - portions
        for slot in range(state.trips[rider]):
            if state.kitchens[rider, slot] == kitchen and state.loads[rider, slot] <= room:
                extra, at, cost = best_in_trip(data, state, node, rider, slot, least, blink, rng)
                if at >= 0:
                    least, found = extra, (rider, slot, at, OLD_TRIP, cost)
        extra, slot, cost = best_new_trip(data, state, node, rider, least, blink, rng)
        if slot >= 0:
            least, found = extra, (rider, slot, ZERO, NEW_TRIP, cost)
    return found


@compiled
def put_in(
    data: Data, state: State, node: int, rider: int, slot: int, at: int, new: int, cost: int
) -> None:
    """Carry out an insertion found by `best_place`."""
    if new == 1:
        for s in range(state.trips[rider], slot, -1):
            state.kitchens[rider, s] = state.kitchens[rider, s - 1]
            state.lengths[rider, s] = state.lengths[rider, s - 1]
            state.loads[rider, s] = state.loads[rider, s - 1]
            for i in range(state.lengths[rider, s]):
                state.nodes[rider, s, i] = state.nodes[rider, s - 1, i]
        state.trips[rider] += 1
        state.kitchens[rider, slot] = data.kitchen[node]
        state.lengths[rider, slot] = 0
        state.loads[rider, slot] = 0
    row = state.nodes[rider, slot]
    for i in range(state.lengths[rider, slot], at, -1):
        row[i] = row[i - 1]
    row[at] = node
    state.lengths[rider, slot] += 1
    state.loads[rider, slot] += data.portions[node]
    state.cost[rider] = cost
    state.owner[node] = rider
    state.cooked[data.kitchen[node]] += data.portions[node]


@compiled
def take_out(data: Data, state: State, rider: int, slot: int, first: int, count: int) -> None:
    """Remove `count` nodes of a trip from position `first` on; an emptied trip stays for `tidy`."""
    row = state.nodes[rider, slot]
    for i in range(first, first + count):
        node = row[i]
        state.owner[node] = -1
        state.loads[rider, slot] -= data.portions[node]
        state.cooked[data.kitchen[node]] -= data.portions[node]
    for i in range(first, state.lengths[rider, slot] - count):
        row[i] = row[i + count]
    state.lengths[rider, slot] -= count


@compiled
def tidy(data: Data, state: State, rider: int) -> None:
    """Close up emptied trips and price the rider anew."""
    kept = 0
    for s in range(state.trips[rider]):
        if state.lengths[rider, s] == 0:
            continue
        if kept != s:
            state.kitchens[rider, kept] = state.kitchens[rider, s]
            state.lengths[rider, kept] = state.lengths[rider, s]
            state.loads[rider, kept] = state.loads[rider, s]
            for i in range(state.lengths[rider, s]):
                state.nodes[rider, kept, i] = state.nodes[rider, s, i]
        kept += 1
    state.trips[rider] = kept
    state.cost[rider] = rider_cost(data, state, rider, ZERO, ZERO, NOTHING, OLD_TRIP)


@compiled
def copy_plan(source: State, target: State, touched: NDArray[np.bool_]) -> None:
    """Copy the days of the riders touched from one plan to another, and what follows from them."""
    for rider in range(len(touched)):
        if touched[rider]:
            target.trips[rider] = source.trips[rider]
            target.cost[rider] = source.cost[rider]
            for s in range(source.trips[rider]):
                target.kitchens[rider, s] = source.kitchens[rider, s]
                target.lengths[rider, s] = source.lengths[rider, s]
                target.loads[rider, s] = source.loads[rider, s]
                for i in range(source.lengths[rider, s]):
                    target.nodes[rider, s, i] = source.nodes[rider, s, i]
    for node in range(len(source.owner)):
        target.owner[node] = source.owner[node]
    for kitchen in range(len(source.cooked)):
        target.cooked[kitchen] = source.cooked[kitchen]


@compiled
def ruin(data: Data, state: State, touched: NDArray[np.bool_], rng: Random) -> None:
    """Take strings out of the trips around a random node; `touched` tells the riders changed."""
    centre = below(rng, len(data.place))
    whole = draw(rng) < WHOLE_TRIP
    routed = 0
    for rider in range(len(state.trips)):
        routed += state.trips[rider]
    served = 0
    for node in range(len(data.place)):
        served += state.owner[node] >= 0
    if routed == 0:
        return
    longest = min(STRING, served / routed)
    strings = int(draw(rng) * (4.0 * REMOVED / (1.0 + longest) - 1.0)) + 1
    hit = np.zeros((len(state.trips), state.nodes.shape[1]), dtype=np.bool_)
    for node in data.near[centre]:
        if strings <= 0:
            break
        rider = state.owner[node]
        if rider < 0:
            continue
        slot, at = find(state, rider, node)
        if hit[rider, slot]:
            continue
        hit[rider, slot] = True
        touched[rider] = True
        length = state.lengths[rider, slot]
        count = 1 + below(rng, int(min(float(length), longest)))
        if whole:
            count, whole = length, False
        low = max(0, at - count + 1)
        high = min(at, length - count)
        take_out(data, state, rider, slot, low + below(rng, high - low + 1), count)
        strings -= 1


@compiled
def find(state: State, rider: int, node: int) -> tuple[int, int]:
    """Trip and position of a node in its rider's day."""
    for s in range(state.trips[rider]):
        for i in range(state.lengths[rider, s]):
            if state.nodes[rider, s, i] == node:
                return s, i
    return -1, -1


@compiled
def order_key(data: Data, node: int, kind: int, rng: Random) -> float:
    """What the insertion order is sorted by, smallest first."""
    if kind == 0:
        return draw(rng)
    if kind == 1:
        return float(-data.portions[node])
    if kind == 2:
        return float(data.closes[node])
    if kind == 3:
        return float(data.rank[node])
    far = data.travel[0, data.kitchen_place[data.kitchen[node]], data.place[node]]
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
    absent = np.empty(len(state.owner), dtype=np.int64)
    keys = np.empty(len(state.owner))
    count = 0
    for node in range(len(state.owner)):
        if state.owner[node] >= 0:
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
        least = INFINITE if eager and draw(rng) < 0.5 else data.drop[node]
        rider, slot, at, new, cost = best_place(data, state, node, least, blink, rng)
        if rider >= 0:
            touched[rider] = True
            put_in(data, state, node, rider, slot, at, new, cost)


@compiled
def total(data: Data, state: State) -> int:
    """Weighted cost of a plan."""
    cost = 0
    for rider in range(len(state.cost)):
        cost += state.cost[rider]
    for node in range(len(data.place)):
        if state.owner[node] < 0:
            cost += data.drop[node]
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
    touched = np.zeros(len(now.trips), dtype=np.bool_)
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
