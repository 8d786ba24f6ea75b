"""Several annealing chains on threads, with exchange of plans at fixed shares of the search."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat

from solver.improve import chance
from solver.improve import columns as c
from solver.improve.anneal import Slice, Space, anneal, space_for
from solver.improve.arrays import Model, State
from solver.improve.moves import copy_plan
from solver.improve.plans import copy_of
from solver.improve.ruin import Settings

# Heat at the start and at the end, in prices of an average stop of the best plan.
HOT, COLD = 3.5, 0.05
EXCHANGES = (0.4, 0.6, 0.75, 0.85, 0.93, 1.0)
FIRST_SLICE, SLICE_SECONDS = 30, 0.1


@dataclass(frozen=True, slots=True)
class Budget:
    """When a search ends: after seconds, after iterations of each chain, or when told to.

    Bounded by iterations alone (`seconds` None) a search depends on its seed and on nothing else.
    """

    seconds: float | None
    iterations: int | None = None
    stop: Callable[[], bool] | None = None

    def stopped(self) -> bool:
        """Whether the caller wants what there is."""
        return self.stop is not None and self.stop()


@dataclass(slots=True)
class Chain:
    """One annealing chain: where it is, its best plan, and how far it got."""

    now: State
    old: State
    best: State
    space: Space
    rng: chance.Random
    cost: int
    least: int
    done: int = 0
    pace: float = 0.0  # seconds for an iteration


def start_chain(model: Model, state: State, cost: int, seed: int, settings: Settings) -> Chain:
    """A chain at a worked-out plan."""
    return Chain(
        copy_of(state),
        copy_of(state),
        copy_of(state),
        space_for(model, settings),
        chance.random(seed),
        cost,
        cost,
    )


def warm_up(model: Model, chain: Chain, settings: Settings) -> None:
    """Compile, or load what was compiled, without a step."""
    nothing = Slice(0, 1.0, 1.0, 0.0, 0.0)
    anneal(model.data, chain.now, chain.old, chain.best, chain.space, settings, nothing, chain.rng)


@dataclass(slots=True)
class Search:
    """Chains over one model within one budget."""

    model: Model
    chains: list[Chain]
    budget: Budget
    settings: Settings
    begun: float
    tell: Callable[[int], None] | None = None
    hot: float = HOT
    cold: float = COLD

    def run(self) -> Chain:
        """Anneal all chains; the one with the best plan."""
        with ThreadPoolExecutor(len(self.chains)) as pool:
            for until in EXCHANGES:
                list(pool.map(self.advance, self.chains, repeat(until)))
                if self.budget.stopped():
                    break
                self.exchange()
        return min(self.chains, key=lambda chain: chain.least)

    def advance(self, chain: Chain, until: float) -> None:
        """Anneal one chain up to a share of the search."""
        share = self.share(chain)
        while share < until and not self.budget.stopped():
            size, ahead = self.next_slice(chain, share, until)
            base = self.scale(chain)
            hot, cold = self.hot * base, self.cold * base
            part = Slice(
                size,
                max(1e-3, hot * (cold / hot) ** share),
                max(1e-3, hot * (cold / hot) ** ahead),
                share,
                ahead,
            )
            sliced = time.monotonic()
            chain.cost, chain.least = anneal(
                self.model.data,
                chain.now,
                chain.old,
                chain.best,
                chain.space,
                self.settings,
                part,
                chain.rng,
            )
            chain.done += size
            chain.pace = (time.monotonic() - sliced) / size
            share = self.share(chain)
            if self.tell is not None:
                self.tell(chain.least)

    def scale(self, chain: Chain) -> float:
        """What heat is a multiple of: the price of an average stop in the chain's best plan."""
        routes = chain.best.route
        stops = int(routes[:, c.STOPS].sum()) + int((routes[:, c.STOPS] > 0).sum())
        priced = float(routes[:, c.COST].sum()) / max(1, stops)
        return priced or max(1.0, chain.least / max(1, len(self.model.tasks)))

    def share(self, chain: Chain) -> float:
        """How much of the budget a chain has used."""
        used = 0.0
        if self.budget.iterations is not None:
            used = chain.done / max(1, self.budget.iterations)
        if self.budget.seconds is not None:
            used = max(used, (time.monotonic() - self.begun) / max(1e-9, self.budget.seconds))
        return used

    def next_slice(self, chain: Chain, share: float, until: float) -> tuple[int, float]:
        """Iterations of the next slice, and the share at which it will end."""
        if self.budget.seconds is None:
            goal = max(1, self.budget.iterations or 1)
            size = min(max(20, goal // 200), max(1, round(until * goal) - chain.done))
            return size, min(1.0, (chain.done + size) / goal)
        if chain.pace == 0.0:
            return FIRST_SLICE, share
        left = max(0.0, (until - share) * self.budget.seconds)
        size = max(1, int(min(SLICE_SECONDS, left) / chain.pace))
        if self.budget.iterations is not None:
            size = max(1, min(size, self.budget.iterations - chain.done))
        return size, min(1.0, share + size * chain.pace / self.budget.seconds)

    def exchange(self) -> None:
        """Chains that are behind go on from the plan of the one that is ahead."""
        ahead = min(self.chains, key=lambda chain: chain.least)
        for chain in self.chains:
            if chain.least > ahead.least:
                for target in (chain.now, chain.old, chain.best):
                    copy_plan(ahead.best, target)
                chain.cost = chain.least = ahead.least
