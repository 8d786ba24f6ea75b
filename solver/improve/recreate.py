"""Compiled recreation: what is absent goes in where it is cheapest, in one of several orders."""

from __future__ import annotations

import numpy as np

from solver.improve import columns as c
from solver.improve.arrays import Data, Ints, State
from solver.improve.bounding import least_total, only_adds, price_of_absent
from solver.improve.chance import Random, below, draw
from solver.improve.compiling import kernel
from solver.improve.guide import BAR, Floats, note_worst
from solver.improve.labels import FITS, work_out_once
from solver.improve.moves import place_rest, put_mark, refresh, refresh_or_all, take_mark
from solver.improve.pricing import NEVER
from solver.improve.ruin import Removed, Settings, mark
from solver.improve.scanning import (
    BEGUN,
    POSITION,
    SHIFT,
    SPARE,
    Wanted,
    price_spot,
    scan,
)
from solver.improve.starts import gap_room

FAR, UNSET = c.FAR, c.UNSET
ORDERS = 7
NEAR_FIRST, NEAR_LOOKED = 5, 20
"""Routes of so many neighbours are searched first: a good price early cuts the others short."""
SAVED = 200.0
"""What the second of two tied parts may save where idle time is priced, at most."""
DONE, AGAIN, FAILED = 1, 0, -1
PAIR_TRIES = 3
ABSENT_TRIED = 6.0
"""Unserved visits tried in an iteration beside those taken out, on average."""


@kernel
def add_absent(data: Data, state: State, removed: Removed, rng: Random) -> None:
    """Try what was absent before, too; some of it where there is much."""
    absent = 0
    for task in range(len(state.where)):
        absent += state.where[task] < 0 and removed.marked[task] == 0
    if absent == 0:
        return
    chance = ABSENT_TRIED / absent
    for task in range(len(state.where)):
        if state.where[task] < 0 and removed.marked[task] == 0 and data.tasks[task, c.ABLE] > 0:
            if draw(rng) < chance:
                mark(removed, task)
                mate = data.tasks[task, c.MATE]
                if mate >= 0 and state.where[mate] < 0:
                    mark(removed, mate)


@kernel
def order_key(data: Data, task: int, kind: int, rng: Random) -> float:
    """What the insertion order is sorted by, smallest first."""
    row = data.tasks[task]
    if kind == 0:
        return float(row[c.LOW])
    if kind == 1:
        return float(row[c.CLOSE])
    if kind == 2:
        return float(row[c.ABLE]) + draw(rng)
    if kind == 3:
        return draw(rng) - float(row[c.DURATION])
    if kind == 4 and len(data.shifts) > 0:
        return -float(data.travel[0, data.shifts[0, c.FROM_PLACE], row[c.PLACE]])
    return draw(rng)


@kernel
def sort_removed(data: Data, removed: Removed, keys: Floats, rng: Random) -> None:
    """Put what was taken out into the order of one rule, one entry for each visit if tied."""
    kind = below(rng, ORDERS)
    pairs_first, dear_first = draw(rng) < 0.55, draw(rng) < 0.7
    count = 0
    for index in range(removed.count[0]):
        task = removed.tasks[index]
        mate = data.tasks[task, c.MATE]
        if mate >= 0 and mate < task and removed.marked[mate] == 1:
            continue
        key = order_key(data, task, kind, rng)
        if pairs_first and data.tasks[task, c.SYNC] == 1:
            key -= 1e9
        if dear_first:
            key -= 1e12 * np.log(1.0 + data.tasks[task, c.DROP])
        at = count
        while at > 0 and keys[at - 1] > key:
            keys[at] = keys[at - 1]
            removed.tasks[at] = removed.tasks[at - 1]
            at -= 1
        keys[at], removed.tasks[at] = key, task
        count += 1
    removed.count[0] = count


@kernel
def recreate(
    data: Data,
    state: State,
    guide: Floats,
    removed: Removed,
    costs: Floats,
    spots: Ints,
    keys: Floats,
    settings: Settings,
    rng: Random,
) -> bool:
    """Insert everything in `removed`; False where there are no times, or the bar is out of reach.

    `guide[BAR]`, what the plan may cost, becomes what its routes may cost.
    """
    sort_removed(data, removed, keys, rng)
    guide[BAR] -= price_of_absent(data, state, removed)
    for index in range(removed.count[0]):
        task = removed.tasks[index]
        spare = guide[BAR] - least_total(data, state, guide)
        if spare < 0.0:
            return False
        drop = float(data.tasks[task, c.DROP])
        limit = min(drop, spare) if only_adds(data) else drop
        if not place(data, state, guide, removed, task, costs, spots, limit, settings, rng):
            return False
        if state.where[task] < 0:
            if limit < drop:  # there was room, but not below the bar
                return False
            guide[BAR] -= drop
    return True


@kernel
def place(
    data: Data,
    state: State,
    guide: Floats,
    removed: Removed,
    task: int,
    costs: Floats,
    spots: Ints,
    limit: float,
    settings: Settings,
    rng: Random,
) -> bool:
    """Insert a task, with its other part if that is absent, where it costs at most `limit`."""
    mate = data.tasks[task, c.MATE]
    if mate >= 0 and removed.marked[mate] == 1 and state.where[mate] < 0:
        if data.tasks[task, c.SYNC] == 1:
            return place_pair(data, state, guide, removed, task, costs, spots, limit, settings, rng)
        return insert_both(data, state, guide, removed, task, costs, spots, limit, settings, rng)
    return insert(data, state, guide, removed, task, costs[:1], spots, limit, settings, rng) < FAR


@kernel
def bounds_of(data: Data, state: State, task: int) -> tuple[int, int]:
    """Bounds of a start by the starts tied to it, of visits that are served."""
    low, high = UNSET, FAR
    for row in range(data.tasks[task, c.LINK_FROM], data.tasks[task, c.LINK_TO]):
        other = data.links[row, c.OTHER]
        if state.where[other] < 0:
            continue
        start, least, most = (
            state.at[other, c.START],
            data.links[row, c.LEAST],
            data.links[row, c.MOST],
        )
        if data.links[row, c.IS_AFTER] == 1:
            low, high = max(low, start + least), min(high, start + most)
        else:
            low, high = max(low, start - most), min(high, start - least)
    return low, high


@kernel
def search(
    data: Data,
    state: State,
    guide: Floats,
    wanted: Wanted,
    costs: Floats,
    spots: Ints,
    rng: Random,
) -> None:
    """Cheapest insertions of a task over all shifts that may do it, not with its mate's person."""
    task = wanted.task
    mate, person = data.tasks[task, c.MATE], -1
    if mate >= 0 and state.where[mate] >= 0:
        person = data.shifts[state.where[mate], c.PERSON]
    clock, first, near = len(state.stack) - 1, min(NEAR_LOOKED, data.near.shape[1]), 0
    state.stack[clock] += 1
    for index in range(1, first + data.tasks[task, c.ABLE]):
        if index >= first:
            shift = data.able[task, index - first]
        elif near < NEAR_FIRST:
            shift = state.where[data.near[task, index]]
            near += shift >= 0
        else:
            continue
        if shift < 0 or state.cursor[shift, c.TRIED] == state.stack[clock]:
            continue
        state.cursor[shift, c.TRIED] = state.stack[clock]
        if data.price[task, shift] >= 0 and data.shifts[shift, c.PERSON] != person:
            scan(data, state, guide, shift, wanted, costs, spots, rng)


@kernel
def carry_out(
    data: Data, state: State, guide: Floats, removed: Removed, task: int, spot: Ints, rng: Random
) -> bool:
    """Insert a task as found, move the route's rest if that helps; False without times."""
    shift = spot[SHIFT]
    put_mark(state, shift, spot[POSITION], task)
    state.where[task] = shift
    removed.changed[shift] = 2
    if not refresh_or_all(data, state, shift) or not place_rest(data, state, guide, shift, rng):
        return False
    note_worst(state, guide)
    return True


@kernel
def insert(
    data: Data,
    state: State,
    guide: Floats,
    removed: Removed,
    task: int,
    costs: Floats,
    spots: Ints,
    limit: float,
    settings: Settings,
    rng: Random,
) -> float:
    """Insert one task if that costs at most `limit`; its price, 0 if left out, FAR: no times."""
    costs[0] = limit + 0.5  # prices are whole but for what guides
    low, high = bounds_of(data, state, task)
    wanted = Wanted(task, low, high, False, settings.blink)
    search(data, state, guide, wanted, costs, spots, rng)
    if costs[0] >= min(limit + 0.5, NEVER / 2):
        return 0.0
    price = float(costs[0])
    if carry_out(data, state, guide, removed, task, spots[0], rng):
        return price
    return float(FAR)


@kernel
def insert_both(
    data: Data,
    state: State,
    guide: Floats,
    removed: Removed,
    task: int,
    costs: Floats,
    spots: Ints,
    limit: float,
    settings: Settings,
    rng: Random,
) -> bool:
    """Insert two parts that are not tied, both or neither, for at most `limit`."""
    mate = data.tasks[task, c.MATE]
    first = insert(data, state, guide, removed, task, costs[:1], spots, limit, settings, rng)
    if first >= FAR or state.where[task] < 0:
        return first < FAR
    rest = limit - first if limit < c.MANDATORY else limit
    second = insert(data, state, guide, removed, mate, costs[:1], spots, rest, settings, rng)
    if second >= FAR or state.where[mate] >= 0:
        return second < FAR
    shift = state.where[task]
    take_mark(state, shift, task)
    state.where[task] = -1
    return refresh_or_all(data, state, shift)


@kernel
def place_pair(
    data: Data,
    state: State,
    guide: Floats,
    removed: Removed,
    task: int,
    costs: Floats,
    spots: Ints,
    limit: float,
    settings: Settings,
    rng: Random,
) -> bool:
    """Insert two tied parts; looks again where the routes found would wait for each other."""
    outcome, blink = AGAIN, settings.blink
    for _ in range(PAIR_TRIES):
        outcome = insert_pair(data, state, guide, removed, task, costs, spots, limit, blink, rng)
        if outcome != AGAIN:
            break
        blink = 0.3
    if outcome == AGAIN:
        return bool(data.tasks[task, c.DROP] < c.MANDATORY)
    return bool(outcome == DONE)


@kernel
def insert_pair(
    data: Data,
    state: State,
    guide: Floats,
    removed: Removed,
    task: int,
    costs: Floats,
    spots: Ints,
    limit: float,
    blink: float,
    rng: Random,
) -> int:
    """Insert two tied parts together where that costs less than `limit`."""
    lead, other = task, data.tasks[task, c.MATE]
    if draw(rng) < 0.5:
        lead, other = other, lead
    tried = len(costs) - 1
    costs[:] = limit + SAVED
    low, high = bounds_of(data, state, lead)
    wanted = Wanted(lead, low, high, True, blink)
    search(data, state, guide, wanted, costs[:tried], spots, rng)
    least, chosen = limit, -1
    final = spots[len(costs) - 1]
    for index in range(tried):
        if costs[index] >= NEVER / 2 or costs[index] >= least + SAVED:
            break
        room = least + SAVED - costs[index]
        first = price_spot(data, state, guide, spots[index], wanted, room)
        if first >= least + SAVED:
            continue
        state.where[lead] = spots[index, SHIFT]
        state.at[lead, c.START] = spots[index, BEGUN]
        state.at[lead, c.ALONE] = 0
        after, before = bounds_of(data, state, other)
        before = min(FAR, before + spots[index, SPARE])
        one, place = costs[len(costs) - 1 :], spots[len(costs) - 1 :]
        one[0] = least - first
        kept = (final[SHIFT], final[POSITION], final[BEGUN])
        place[0, SHIFT] = -1
        search(data, state, guide, Wanted(other, after, before, False, blink), one, place, rng)
        if place[0, SHIFT] >= 0:
            least, chosen = first + one[0], index
        else:
            final[SHIFT], final[POSITION], final[BEGUN] = kept
        state.where[lead] = -1
    if chosen < 0:
        return DONE
    return carry_out_pair(data, state, guide, removed, lead, other, spots[chosen], final, rng)


@kernel
def settle_pair(data: Data, state: State, lead: int, other: int, one: int, two: int) -> bool:
    """Times and sums after two tied parts went into two routes; False where there are none."""
    if refresh(data, state, one) == FITS and refresh(data, state, two) == FITS:
        if refresh(data, state, one) == FITS:
            if gap_room(data, state, lead, state.at[lead, c.START]) >= 0:
                if gap_room(data, state, other, state.at[other, c.START]) >= 0:
                    return True
    return work_out_once(data, state)


@kernel
def carry_out_pair(
    data: Data,
    state: State,
    guide: Floats,
    removed: Removed,
    lead: int,
    other: int,
    spot: Ints,
    final: Ints,
    rng: Random,
) -> int:
    """Insert two tied parts as found; AGAIN: taken out, no times exist so. FAILED: none at all."""
    put_mark(state, spot[SHIFT], spot[POSITION], lead)
    put_mark(state, final[SHIFT], final[POSITION], other)
    state.where[lead], state.where[other] = spot[SHIFT], final[SHIFT]
    removed.changed[spot[SHIFT]] = 2
    removed.changed[final[SHIFT]] = 2
    state.at[lead, c.START], state.at[other, c.START] = spot[BEGUN], final[BEGUN]
    if not settle_pair(data, state, lead, other, spot[SHIFT], final[SHIFT]):
        take_mark(state, spot[SHIFT], lead)
        take_mark(state, final[SHIFT], other)
        state.where[lead], state.where[other] = -1, -1
        return AGAIN if work_out_once(data, state) else FAILED
    if not place_rest(data, state, guide, spot[SHIFT], rng):
        return FAILED
    if not place_rest(data, state, guide, final[SHIFT], rng):
        return FAILED
    note_worst(state, guide)
    return DONE
