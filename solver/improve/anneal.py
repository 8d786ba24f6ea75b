"""Compiled simulated annealing: ruin, recreate, accept or go back, slice by slice."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solver.improve.arrays import Data, Ints, Model, State
from solver.improve.chance import Random, draw
from solver.improve.compiling import kernel
from solver.improve.guide import BAR, ENTRIES, Floats, note_worst, smooth, tune
from solver.improve.labels import work_out_once
from solver.improve.moves import copy_plan, give_up_rests, place_rest, recount
from solver.improve.recreate import add_absent, recreate
from solver.improve.ruin import Removed, Settings, ruin
from solver.improve.totals import total


class Space(NamedTuple):
    """Working space of a chain."""

    guide: Floats
    costs: Floats
    spots: Ints
    keys: Floats
    tasks: Ints
    count: Ints  # type: ignore[assignment]  # hides the method of tuples
    marked: Ints
    changed: Ints
    row: Ints


class Slice(NamedTuple):
    """Part of a search: heat falls geometrically from the first to the last iteration."""

    iterations: int
    heat_from: float
    heat_to: float
    share_from: float
    share_to: float


def space_for(model: Model, settings: Settings) -> Space:
    """Working space for chains over a model."""
    tasks, shifts = len(model.tasks), len(model.shifts)
    return Space(
        guide=np.zeros(ENTRIES),
        costs=np.zeros(int(settings.spots) + 1),
        spots=np.zeros((int(settings.spots) + 1, 4), dtype=np.int64),
        keys=np.zeros(tasks + 1),
        tasks=np.zeros(tasks + 1, dtype=np.int64),
        count=np.zeros(1, dtype=np.int64),
        marked=np.zeros(tasks + 1, dtype=np.int64),
        changed=np.zeros(shifts + 1, dtype=np.int64),
        row=np.zeros(tasks + 2, dtype=np.int64),
    )


@kernel
def iterate(
    data: Data, now: State, space: Space, removed: Removed, settings: Settings, rng: Random
) -> bool:
    """Change the plan once; False where the result breaks a rule or cannot be below the bar."""
    tune(data, now, space.guide, rng)
    ruin(data, now, removed, settings, rng)
    add_absent(data, now, removed, rng)
    give_up_rests(data, now, removed.changed, rng)
    if not recount(data, now):
        return False
    note_worst(now, space.guide)
    if not recreate(
        data, now, space.guide, removed, space.costs, space.spots, space.keys, settings, rng
    ):
        return False
    for shift in range(len(now.size)):
        if removed.changed[shift] == 1:  # those of insertions have been moved
            if not place_rest(data, now, space.guide, shift, rng):
                return False
    return recount(data, now)


@kernel
def anneal(
    data: Data,
    now: State,
    old: State,
    best: State,
    space: Space,
    settings: Settings,
    part: Slice,
    rng: Random,
) -> tuple[int, int]:
    """Search from `now`; keeps the best plan in `best`. Returns the costs of both.

    `old` must equal `now` and all be worked out; a step not accepted goes back to `old`.
    """
    removed = Removed(space.tasks, space.count, space.marked, space.changed, space.row)
    cost, least = total(data, now), total(data, best)
    steps = max(1, part.iterations)
    for step in range(part.iterations):
        share = part.share_from + (part.share_to - part.share_from) * step / steps
        heat = part.heat_from * (part.heat_to / part.heat_from) ** (step / steps)
        bar = cost + smooth(data, old, share) - heat * np.log(1.0 - draw(rng))
        space.guide[BAR] = bar
        fits = iterate(data, now, space, removed, settings, rng)
        for task in range(len(now.where)):
            removed.marked[task] = 0
        fresh = total(data, now) if fits else 0
        taken = fits and fresh + smooth(data, now, share) < bar
        if taken and data.linked:  # routes that wait for each other in a circle go no further
            taken = work_out_once(data, now)
            fresh = total(data, now) if taken else 0
        if taken:
            copy_plan(now, old)
            cost = fresh
            if cost < least:
                least = cost
                copy_plan(now, best)
        else:
            copy_plan(old, now)
    return cost, least
