"""Put a visit where somebody wants it, or let two visits exchange their caregivers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from solver.by_hand.timing import Key
from solver.by_hand.working import Working
from solver.problem import Problem

GRID_MINUTES = 15
"""Steps in which a common start of two caregivers is looked for."""
TOLERANCE_MINUTES = 30
"""A start moved by more counts as another appointment."""
_TRIED_STARTS = 12


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a visit is wanted: its caregivers by part, and its start (None: whenever is best)."""

    visit_id: str
    caregivers: tuple[str, ...]
    start: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class _Rank:
    """The order of places: broken rules, elders with another appointment, then what it costs."""

    trouble: int
    elders: int
    price: int


def placed(working: Working, wish: Wish) -> Working:
    """The plan with the visit where it is wanted; others only get other times.

    The start that is asked for is kept to whatever it breaks, as are the caregivers.
    """
    bare = working.copy()
    bare.drop(wish.visit_id)
    bare.unserved.pop(wish.visit_id, None)
    if wish.start is not None or len(wish.caregivers) == 1:
        return _insert(bare, wish)
    return min(
        (_insert(bare, Wish(wish.visit_id, wish.caregivers, one)) for one in _starts(bare, wish)),
        key=_weight,
    )


def swapped(working: Working, one: Wish, other: Wish) -> Working:
    """Both visits with the caregivers of their wishes, at the wished starts where that can be."""
    bare = working.copy()
    for wish in (one, other):
        bare.drop(wish.visit_id)
    exchanged = _both(bare, one, other)
    if exchanged.trouble() <= working.trouble():
        return exchanged
    free = _both(bare, Wish(one.visit_id, one.caregivers), Wish(other.visit_id, other.caregivers))
    return min((exchanged, free), key=_weight)


def without(working: Working, visit_id: str) -> Working:
    """The plan without a visit."""
    left = working.copy()
    left.drop(visit_id)
    return left


def _both(bare: Working, one: Wish, other: Wish) -> Working:
    found = placed(placed(bare, one), other)
    for wish in (one, other):  # a wish, not an order: later edits may move them again
        for part in range(len(wish.caregivers)):
            found.fixed.pop((wish.visit_id, part), None)
    return found


def _weight(working: Working) -> tuple[int, int]:
    moved = sum(abs(start - working.told.get(key, start)) for key, start in working.starts.items())
    return working.trouble(), moved


def _insert(bare: Working, wish: Wish) -> Working:
    """Each part at the best place of its caregiver's shifts."""
    found = bare.copy()
    for part, caregiver in enumerate(wish.caregivers):
        key = (wish.visit_id, part)
        if wish.start is not None:
            sync = found.problem.visit_by_id[wish.visit_id].sync
            found.fixed[key] = wish.start + (sync.minimum if sync is not None and part else 0)
        options = [
            (_rank(found, shift_id, keys), shift_id, keys)
            for shift_id, keys in _places(found, caregiver, key)
        ]
        _, shift_id, keys = min(options)
        found.put(shift_id, keys)
    return found


def _places(found: Working, caregiver_id: str, key: Key) -> Iterator[tuple[str, tuple[Key, ...]]]:
    """Every order of a caregiver's shift with the stop in it; a fixed start leaves few."""
    fixed = found.fixed.get(key)
    for shift in found.problem.caregiver_by_id[caregiver_id].shifts:
        keys = found.keys_of(shift.id)
        begun = sum(found.starts[one] < found.earliest for one in keys)
        low, high = begun, len(keys)
        if fixed is not None:
            before = sum(found.starts[one] < fixed for one in keys)
            low, high = max(low, before - 1), min(high, before + 1)
        for position in range(low, max(low, high) + 1):
            yield shift.id, (*keys[:position], key, *keys[position:])


def _rank(found: Working, shift_id: str, keys: Sequence[Key]) -> _Rank:
    fit, route = found.fit(shift_id, keys)
    tolerance = TOLERANCE_MINUTES * found.problem.ticks_per_minute
    elders = sum(
        abs(one.start - found.told.get((one.visit_id, one.part), one.start)) > tolerance
        for one in route.stops
    )
    weights = found.problem.weights
    travel = _travel(found.problem, shift_id, keys)
    price = (weights.travel or 0) * travel + (weights.waiting or 0) * fit.waiting + fit.moved
    return _Rank(fit.trouble, elders, price)


def _travel(problem: Problem, shift_id: str, keys: Sequence[Key]) -> int:
    caregiver, shift = problem.shift_by_id[shift_id]
    matrix = problem.travel[caregiver.mode]
    places = [shift.start_place, *(problem.visit_by_id[one].place for one, _ in keys)]
    places.append(shift.end_place)
    return sum(int(matrix[a, b]) for a, b in pairwise(places))


def _starts(bare: Working, wish: Wish) -> list[int]:
    """Starts to try for two who come together: what was told, then a grid over the windows."""
    visit = bare.problem.visit_by_id[wish.visit_id]
    told = bare.told.get((wish.visit_id, 0))
    step = GRID_MINUTES * bare.problem.ticks_per_minute
    grid = [
        start
        for window in visit.windows
        for start in (*range(window.start, window.end + 1, step), window.end)
        if start >= bare.earliest
    ]
    middle = grid[0] if told is None and grid else told or 0
    grid.sort(key=lambda start: (abs(start - middle), start))
    first = [] if told is None else [told]
    return list(dict.fromkeys([*first, *grid[:_TRIED_STARTS]])) or [visit.windows[0].start]
