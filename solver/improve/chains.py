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
# Where there is time for so many iterations of each chain for each task, one long fall of the heat
# gains less than several short ones in half of the budget and a warm one from the best of them.
RACES, RACED, RACE_FROM, WARM = 5, 0.5, 2000, 0.6


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


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of the budget, by shares of it, in which heat falls once from `hot`."""

    since: float
    until: float
    hot: float

    def within(self, share: float) -> float:
        """How much of the leg is over at a share of the budget."""
        return min(1.0, max(0.0, (share - self.since) / (self.until - self.since)))


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

    def go_on_from(self, plan: State, cost: int) -> None:
        """Leave everything for another worked-out plan."""
        for target in (self.now, self.old, self.best):
            copy_plan(plan, target)
        self.cost = self.least = cost


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
            begun = self.race(pool)
            leg = Leg(begun, 1.0, WARM if begun else self.hot)
            for part in EXCHANGES:
                until = begun + part * (1.0 - begun)
                list(pool.map(self.advance, self.chains, repeat(leg), repeat(until)))
                if self.budget.stopped():
                    break
                self.exchange()
        return min(self.chains, key=lambda chain: chain.least)

    def race(self, pool: ThreadPoolExecutor) -> float:
        """Several falls of the heat from the start, each chain then at its best end.

        Returns the share of the budget that is over: 0 where it is too short for a race.
        """
        start, cost = copy_of(self.chains[0].best), self.chains[0].least
        legs = [
            Leg(RACED * number / RACES, RACED * (number + 1) / RACES, self.hot)
            for number in range(RACES)
        ]
        if self.budget.seconds is not None and not self.budget.stopped():  # for the pace
            list(pool.map(self.anneal_slice, self.chains, repeat(legs[0]), repeat(FIRST_SLICE)))
        if not self.is_long():
            return 0.0
        ends = [(copy_of(chain.best), chain.least) for chain in self.chains]
        for leg in legs:
            for chain in self.chains:
                chain.go_on_from(start, cost)
            list(pool.map(self.advance, self.chains, repeat(leg), repeat(leg.until)))
            for number, chain in enumerate(self.chains):
                if chain.least < ends[number][1]:
                    ends[number] = (copy_of(chain.best), chain.least)
            if self.budget.stopped():
                break
        for chain, (plan, least) in zip(self.chains, ends, strict=True):
            chain.go_on_from(plan, least)
        return RACED

    def is_long(self) -> bool:
        """Whether there is time for a race; where idle time is levelled out none was measured."""
        if self.model.data.prices[c.IDLE] > 0 or self.budget.stopped():
            return False
        wanted = RACE_FROM * len(self.model.tasks)
        if self.budget.iterations is not None and self.budget.iterations < wanted:
            return False
        slowest = max(chain.pace for chain in self.chains)
        return self.budget.seconds is None or wanted * slowest <= self.budget.seconds

    def advance(self, chain: Chain, leg: Leg, until: float) -> None:
        """Anneal one chain up to a share of the budget."""
        share = self.share(chain)
        while share < until and not self.budget.stopped():
            size, ahead = self.next_slice(chain, share, until)
            self.anneal_slice(chain, leg, size, ahead)
            share = self.share(chain)

    def anneal_slice(self, chain: Chain, leg: Leg, size: int, ahead: float | None = None) -> None:
        """Anneal one chain for some iterations, which end at the share `ahead` of the budget."""
        base, here = self.scale(chain), leg.within(self.share(chain))
        there = here if ahead is None else leg.within(ahead)
        hot, cold = leg.hot * base, self.cold * base
        part = Slice(
            size,
            max(1e-3, hot * (cold / hot) ** here),
            max(1e-3, hot * (cold / hot) ** there),
            here,
            there,
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
                chain.go_on_from(ahead.best, ahead.least)
