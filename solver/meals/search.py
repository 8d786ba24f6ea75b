"""Drives the compiled search over one part: a first plan, then annealing slice by slice."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from solver.meals import kernel
from solver.meals.arrays import COST, OWNER, TRIPS, Data, Part, State
from solver.meals.dividing import Group, divided, group_count, whole_part
from solver.meals.inserting import Random

# What a plan may become worse by at the start and at the end, in costs of the way to one node.
HOT, COLD = 0.6, 0.03
FIRST_SLICE, SLICE_SECONDS = 64, 0.05
# A round is long enough that cutting and joining costs nothing, and short enough for many of them.
ROUNDS, SHORTEST_SEARCH, ROUND_ITERATIONS = 50, 0.02, 2000
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
    threads: int = 1,
) -> State:
    """The best plan found from `state` on; `state` itself is used up.

    `tell` hears the share of the budget used and the deliveries absent in the best plan. Bounded by
    iterations the plan depends on the seed alone, not on the number of threads.
    """
    if len(part.nodes) == 0 or len(part.riders) == 0:
        return state
    kernel.anneal(part.data, state, state, state, _random(seed), 0, 1.0)  # compiling is no search
    with ThreadPoolExecutor(threads) as pool:
        run = _Run(part, state, budget, seed, pool, threads)
        while run.share < 1.0 and not budget.stopped():
            run.round()
            if tell is not None:
                tell(min(1.0, run.share), absent_deliveries(part, run.best))
    return run.best


class _Run:
    """Annealing in rounds: the part is cut into groups, each searched by itself, and joined."""

    def __init__(
        self,
        part: Part,
        state: State,
        budget: Budget,
        seed: int,
        pool: Executor,
        threads: int,
    ) -> None:
        self.data, self.now, self.best, self.budget = part.data, state, state.twin(), budget
        self.pool = pool
        self.count = group_count(len(part.nodes))
        self.turns = -(-self.count // threads)
        self.rng = np.random.default_rng(seed)
        self.unit = _way_to_a_node(part.data, state)
        self.begun = time.monotonic()
        self.done, self.share = 0, 0.0

    def round(self) -> None:
        """One round: every group searches from the plan as it is."""
        groups = self._groups()
        iterations, seconds = self._iterations(), self._seconds()
        spent = time.monotonic() - self.begun
        until = self.budget.share(
            spent + self.turns * (seconds or 0), self.done + (iterations or 0)
        )
        total = sum(len(one.nodes) for one in groups)
        searches = [
            _Search(
                one,
                _random(int(self.rng.integers(1 << 62))),
                Budget(
                    seconds,
                    None if iterations is None else iterations * len(one.nodes) // total,
                    self.budget.stop,
                ),
                (self._heat(self.share), self._heat(until)),
            )
            for one in groups
        ]
        self.done += sum(self.pool.map(_Search.run, searches))
        best = self.now.twin()
        for one in searches:
            one.group.join(best, one.best)
            one.group.join(self.now, one.now)
        if kernel.total(self.data, best) < kernel.total(self.data, self.best):
            self.best = best
        self.share = self.budget.share(time.monotonic() - self.begun, self.done)

    def _groups(self) -> list[Group]:
        groups: list[Group] = []
        if self.count > 1:
            groups = divided(self.data, self.now, self.count, self.rng)
        return groups or [whole_part(self.data, self.now)]

    def _heat(self, share: float) -> float:
        """Temperature when so much of the budget is used."""
        return float(self.unit * HOT * (COLD / HOT) ** min(1.0, share))

    def _iterations(self) -> int | None:
        """Iterations of this round, all groups together."""
        if self.budget.iterations is None:
            return None
        wanted = max(ROUND_ITERATIONS * self.count, self.budget.iterations // ROUNDS)
        return max(self.count, min(wanted, self.budget.iterations - self.done))

    def _seconds(self) -> float | None:
        """Seconds of each group's search in this round."""
        if self.budget.seconds is None:
            return None
        wanted = max(SHORTEST_SEARCH, self.budget.seconds / (ROUNDS * self.turns))
        left = self.budget.seconds - (time.monotonic() - self.begun)
        return max(0.0, min(wanted, left / self.turns))


@dataclass(slots=True)
class _Search:
    """The search of one group within one round; afterwards it holds the plans found."""

    group: Group
    rng: Random
    budget: Budget
    heats: tuple[float, float]
    now: State = field(init=False)
    best: State = field(init=False)

    def run(self) -> int:
        """Search until the budget is used up, at least one slice; the iterations done."""
        self.now, old, self.best = (self.group.state.twin() for _ in range(3))
        hot, cold = self.heats
        begun, done, share, size = time.monotonic(), 0, 0.0, FIRST_SLICE
        while share < 1.0 and not (done and self.budget.stopped()):
            if self.budget.iterations is not None:
                size = max(1, min(size, self.budget.iterations - done))
            heat = hot * (cold / hot) ** share
            kernel.anneal(self.group.data, self.now, old, self.best, self.rng, size, heat)
            done += size
            spent = time.monotonic() - begun
            share = self.budget.share(spent, done)
            if self.budget.seconds is not None:
                wanted = min(SLICE_SECONDS, self.budget.seconds - spent)
                size = max(1, int(wanted * done / max(1e-6, spent)))
        return done


def _way_to_a_node(data: Data, state: State) -> float:
    """What a node costs on the way in a plan; temperatures are in proportion to it."""
    served = max(1, int((state.node[:, OWNER] >= 0).sum()))
    used = int((state.day[:, TRIPS] > 0).sum())
    way = int(state.day[:, COST].sum()) - used * data.rider_price
    return max(1.0, way / served)


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
