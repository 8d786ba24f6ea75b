"""Drives the compiled search over one part: a first plan, then annealing slice by slice."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solver.meals import kernel
from solver.meals.arrays import OWNER, Part, State
from solver.meals.inserting import Random

# Minutes of travel a plan may become worse by at the start and at the end of the annealing.
HOT_MINUTES, COLD_MINUTES = 3.0, 0.2
FIRST_SLICE, SLICES, SLICE_SECONDS = 64, 50, 0.2
BY_RANK, NO_BLINKS = 3, 0.0


@dataclass(frozen=True, slots=True)
class Budget:
    """When a search ends: after so many seconds, after so many iterations, or when told to.

    Bounded by iterations alone (`seconds` None) a search depends on its seed and on nothing else.
    """

    seconds: float | None
    iterations: int | None = None
    stop: Callable[[], bool] | None = None

    def share(self, seconds: float, iterations: int) -> float:
        """How much of it is used, whichever bound is nearer; 1 or more when it is used up."""
        used = 0.0
        if self.iterations is not None:
            used = iterations / max(1, self.iterations)
        if self.seconds is not None:
            used = max(used, seconds / max(1e-9, self.seconds))
        return used

    def stopped(self) -> bool:
        """Whether the caller wants what there is."""
        return self.stop is not None and self.stop()


def first_plan(part: Part, seed: int) -> State:
    """Every node where it is cheapest; the best of the plans that the insertion orders give."""
    best = part.empty()
    touched = np.zeros(len(part.riders), dtype=np.bool_)
    for order in range(int(kernel.ORDERS)):
        state = part.empty()
        random = _random(seed)
        kernel.recreate(part.data, state, touched, random, order, NO_BLINKS, eager=False)
        if kernel.total(part.data, state) < kernel.total(part.data, best):
            best = state
    return best


def extend(part: Part, state: State, seed: int) -> None:
    """Insert, in place, the absent nodes that still fit."""
    touched = np.zeros(len(part.riders), dtype=np.bool_)
    kernel.recreate(part.data, state, touched, _random(seed), BY_RANK, NO_BLINKS, eager=False)


def improve(
    part: Part,
    state: State,
    budget: Budget,
    seed: int,
    tell: Callable[[float, int], None] | None = None,
) -> State:
    """The best plan found from `state` on; `state` itself is used up.

    `tell` hears the share of the budget used and the deliveries absent in the best plan.
    """
    if len(part.nodes) == 0 or len(part.riders) == 0:
        return state
    best, old = state.twin(), state.twin()
    rng = _random(seed)
    price = max(1, part.data.travel_price)
    kernel.anneal(part.data, state, old, best, rng, 0, 1.0)  # compiling is not searching
    begun = time.monotonic()
    done, share, size = 0, 0.0, FIRST_SLICE
    while share < 1.0 and not budget.stopped():
        if budget.iterations is not None:
            size = min(size, budget.iterations - done)
        sliced = time.monotonic()
        heat = price * HOT_MINUTES * (COLD_MINUTES / HOT_MINUTES) ** share
        kernel.anneal(part.data, state, old, best, rng, size, heat)
        done += size
        now = time.monotonic()
        share = budget.share(now - begun, done)
        if budget.seconds is not None:
            wanted = min(SLICE_SECONDS, budget.seconds / SLICES)
            size = max(1, min(size * 4, int(size * wanted / max(1e-6, now - sliced))))
        if tell is not None:
            tell(min(1.0, share), absent_deliveries(part, best))
    return best


def split_absent(part: Part, state: State, seed: int) -> tuple[Part, State]:
    """Break up absent nodes, whose members may fit where the whole does not, and insert them."""
    absent = [i for i in range(len(part.nodes)) if state.node[i, OWNER] < 0]
    if all(len(part.nodes[i]) == 1 for i in absent):
        extend(part, state, seed)
        return part, state
    kept = [i for i in range(len(part.nodes)) if state.node[i, OWNER] >= 0]
    nodes = [part.nodes[i] for i in kept] + [(one,) for i in absent for one in part.nodes[i]]
    finer = Part.of(part.problem, part.kitchens, part.riders, nodes)
    result = finer.empty()
    renamed = np.full(len(part.nodes), -1, dtype=np.int64)
    renamed[kept] = np.arange(len(kept))
    result.node[: len(kept), OWNER] = state.node[kept, OWNER]
    depth = min(result.row.shape[2], state.row.shape[2])
    result.row[:, :, :depth] = renamed[state.row[:, :, :depth]]
    for name in ("day", "trip", "cooked"):
        getattr(result, name)[...] = getattr(state, name)
    for rider in range(len(part.riders)):
        kernel.tidy(finer.data, result, rider)
    extend(finer, result, seed)
    return finer, result


def absent_deliveries(part: Part, state: State) -> int:
    """How many deliveries a plan leaves out."""
    return sum(len(part.nodes[int(i)]) for i in np.flatnonzero(state.node[:, OWNER] < 0))


def _random(seed: int) -> Random:
    return np.array([seed & 0xFFFFFFFFFFFFFFFF], dtype=np.uint64)
