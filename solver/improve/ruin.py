"""Compiled ruin: strings of neighbouring routes, related tasks, or what is worst placed goes out.

Slack induction by string removals after Christiaens and Vanden Berghe, Transportation Science
54(2), 2020.
"""

from __future__ import annotations

from typing import NamedTuple

from solver.improve import columns as c
from solver.improve.arrays import Data, Ints, State
from solver.improve.chance import Random, below, draw
from solver.improve.compiling import kernel
from solver.improve.moves import take_mark


class Settings(NamedTuple):
    """How the search searches."""

    removed: float = 12.0
    """Tasks taken out on average by strings."""
    longest: float = 10.0
    """Longest string."""
    related: float = 0.3
    """Share of ruins that take single related tasks instead."""
    blink: float = 0.02
    """How often an insertion overlooks a position."""
    spots: float = 8.0
    """Insertions of the first of two tied parts that are tried with the second."""


def settings_for(data: Data) -> Settings:
    """Settings for a problem: few tasks at a time help only where idle time is levelled out."""
    return Settings() if data.prices[c.IDLE] > 0 else Settings(related=0.03)


class Removed(NamedTuple):
    """Tasks taken out in one iteration."""

    tasks: Ints  # (n,) the first count[0]
    count: Ints  # type: ignore[assignment]  # (1,); hides the method of tuples
    marked: Ints  # (n,) 1 for each of them
    changed: Ints  # (V,) 1 for each route changed
    row: Ints  # (longest row,) working space


@kernel
def mark(removed: Removed, task: int) -> None:
    """Note a task to take out."""
    if removed.marked[task] == 0:
        removed.marked[task] = 1
        removed.tasks[removed.count[0]] = task
        removed.count[0] += 1


@kernel
def ruin(data: Data, state: State, removed: Removed, settings: Settings, rng: Random) -> None:
    """Take tasks out around a random one, whole visits where their parts are tied."""
    removed.count[0] = 0
    removed.changed[:] = 0
    centre = pick_centre(data, state, rng)
    if draw(rng) < settings.related:
        mark_related(data, state, removed, centre, rng)
    else:
        mark_strings(data, state, removed, centre, settings, rng)
    for index in range(removed.count[0]):
        task = removed.tasks[index]
        mate = data.tasks[task, c.MATE]
        if mate >= 0 and state.where[mate] >= 0:
            if data.tasks[task, c.SYNC] == 1 or data.tasks[task, c.DROP] < c.MANDATORY:
                mark(removed, mate)
    for index in range(removed.count[0]):
        task = removed.tasks[index]
        shift = state.where[task]
        take_mark(state, shift, task)
        state.where[task] = -1
        removed.changed[shift] = 1


@kernel
def pick_centre(data: Data, state: State, rng: Random) -> int:
    """A random task; now and then one of the most idle caregiver, where that is priced."""
    count = len(state.where)
    if data.prices[c.IDLE] > 0 and draw(rng) < 0.25:
        idlest = 0
        for person in range(len(state.person)):
            if state.person[person, c.PERSON_IDLE] > state.person[idlest, c.PERSON_IDLE]:
                idlest = person
        for shift in range(len(state.size)):
            if data.shifts[shift, c.PERSON] == idlest and state.size[shift] > 0:
                task = state.rows[shift, below(rng, state.size[shift])]
                if task < count:
                    return int(task)
    return below(rng, count)


@kernel
def mark_related(data: Data, state: State, removed: Removed, centre: int, rng: Random) -> None:
    """A few tasks near the centre, whatever their routes."""
    wanted = 1 + below(rng, 4)
    for index in range(data.near.shape[1]):
        if removed.count[0] >= wanted:
            return
        task = data.near[centre, index]
        if state.where[task] >= 0 and (index == 0 or draw(rng) < 0.4):
            mark(removed, task)


@kernel
def mark_strings(
    data: Data, state: State, removed: Removed, centre: int, settings: Settings, rng: Random
) -> None:
    """A string of each of some routes near the centre, half of them with a gap that stays."""
    served, used = 0, 0
    for shift in range(len(state.size)):
        served += state.route[shift, c.STOPS]
        used += state.route[shift, c.STOPS] > 0
    longest = min(settings.longest, served / max(1, used))
    strings = int(draw(rng) * max(1.0, 4.0 * settings.removed / (1.0 + longest) - 1.0) + 1.0)
    for index in range(data.near.shape[1]):
        if strings <= 0:
            return
        task = data.near[centre, index]
        shift = state.where[task]
        if shift >= 0 and removed.changed[shift] == 0:
            removed.changed[shift] = 1
            mark_string(state, removed, task, shift, longest, rng)
            strings -= 1


@kernel
def mark_string(
    state: State, removed: Removed, task: int, shift: int, longest: float, rng: Random
) -> None:
    """A string of one route around a task."""
    length, at = 0, 0
    for index in range(state.size[shift]):
        one = state.rows[shift, index]
        if one < len(state.where):
            if one == task:
                at = length
            removed.row[length] = one
            length += 1
    count = min(length, 1 + int(draw(rng) * max(1.0, min(float(length), longest))))
    kept = 0
    if count < length and draw(rng) < 0.5:
        kept = 1
        while count + kept < length and draw(rng) < 0.5:
            kept += 1
    span = count + kept
    low, high = max(0, at - span + 1), min(at, length - span)
    first = low + below(rng, high - low + 1)
    hole = first + below(rng, count + 1)
    for index in range(first, first + span):
        if kept == 0 or index < hole or index >= hole + kept:
            mark(removed, removed.row[index])
