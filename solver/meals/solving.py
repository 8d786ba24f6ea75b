"""From a meal problem to a verified plan: prove, split, search each part, time, verify twice."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from solver.errors import EngineError
from solver.meal_problem import Delivery, MealProblem, MealTerm
from solver.meal_reach import Reach
from solver.meal_solution import MealReason, MealSolution, Trip, Undelivered
from solver.meals import routing, search
from solver.meals.arrays import Order, Part
from solver.meals.crosscheck import second_opinion
from solver.meals.dividing import group_count
from solver.meals.grouping import grouped
from solver.meals.parts import Share, shares
from solver.meals.timing import timed
from solver.solution import Proof
from solver.verify_meals import MealReport, verify_meals

log = logging.getLogger(__name__)

Progress = Callable[[float, int], None]
"""Hears the share of the work done (0..1) and the deliveries left out; one call at a time."""

ITERATIONS_PER_NODE = 2000
"""A part is given up on as settled after so many iterations for each of its nodes."""

FEW_NODES = 20
"""A smaller part gets the iterations of so many nodes; its search is quick and no less rugged."""


class Engine(StrEnum):
    """Which search improves the first plan."""

    HYBRID = "hybrid"
    ORTOOLS = "ortools"


def solve_meals(
    problem: MealProblem,
    *,
    time_limit: float | None,
    seed: int,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    engine: Engine | str = Engine.HYBRID,
    iterations: int | None = None,
    workers: int | None = None,
) -> MealSolution:
    """Plan the trips of all riders; there is always a plan, and it always passes `verify_meals`.

    Args:
        problem: what to deliver.
        time_limit: seconds to search at most, all parts together; None: until settled.
        seed: of the search. The same seed and `iterations` without a time limit give the same plan.
        progress: hears how far the search is, from worker threads.
        stop: asked between slices of the search; True ends it with the best plan so far.
        engine: `hybrid` searches with the compiled kernel, `ortools` with the routing model.
        iterations: of the kernel for each node at most; None: `ITERATIONS_PER_NODE`.
        workers: threads; None: one for each core.

    Raises:
        EngineError: the plan failed its own check, which is a fault of the engine.
    """
    reach = Reach(problem)
    undelivered: list[Undelivered] = []
    open_: list[Delivery] = []
    for delivery in problem.deliveries:
        why = reach.why_impossible(delivery)
        if why is None:
            open_.append(delivery)
        else:
            undelivered.append(Undelivered(delivery.id, why[0], Proof.IMPOSSIBLE, why[1]))
    limits = _Limits(time_limit, iterations or ITERATIONS_PER_NODE, seed, stop, Engine(engine))
    order = _search(problem, shares(problem, open_), limits, workers, progress)
    trips = _trips(problem, order)
    undelivered += _left_out(problem, open_, order)
    solution = MealSolution(tuple(trips), tuple(undelivered))
    report = verify_meals(problem, solution)
    if not report.feasible:
        first = report.violations[0].sentence
        raise EngineError(f"the meal plan breaks {len(report.violations)} rules, first: {first}")
    _cross_check(problem, solution, report)
    return solution


def _cross_check(problem: MealProblem, solution: MealSolution, report: MealReport) -> None:
    """Put a verified plan before the routing model; what that refuses is logged, never taken away.

    The checker decides; a model that disagrees is a fault of one of the two that needs mending.
    """
    try:
        opinion = second_opinion(problem, solution)
    except Exception:  # no fault of the second opinion may cost anybody the lunch
        log.exception("the routing model could not judge the meal plan %s", problem.name)
        return
    for sentence in opinion.refused:
        log.error("meal plan %s: %s", problem.name, sentence)
    delivered = report.total - report.cost[MealTerm.UNDELIVERED]
    if not opinion.refused and opinion.cost != delivered:
        message = "meal plan %s: the routing model prices it at %d, the checker at %d"
        log.error(message, problem.name, opinion.cost, delivered)


@dataclass(frozen=True, slots=True)
class _Limits:
    time_limit: float | None
    iterations: int
    seed: int
    stop: Callable[[], bool] | None
    engine: Engine


@dataclass(slots=True)
class _Tally:
    """Adds up what the parts report; a lock keeps the caller's function single."""

    sizes: list[int]
    progress: Progress | None
    done: dict[int, float] = field(default_factory=dict)
    absent: dict[int, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, number: int, share: float, absent: int) -> None:
        if self.progress is None:
            return
        with self.lock:
            self.done[number], self.absent[number] = share, absent
            total = max(1, sum(self.sizes))
            whole = sum(self.sizes[n] * part for n, part in self.done.items()) / total
            self.progress(whole, sum(self.absent.values()))


def _search(
    problem: MealProblem,
    split: Sequence[Share],
    limits: _Limits,
    workers: int | None,
    progress: Progress | None,
) -> Order:
    """All parts on threads (the kernels release the interpreter lock), joined into one order."""
    sizes = [len(share.deliveries) for share in split]
    tally = _Tally(sizes, progress)
    threads = workers or os.cpu_count() or 1
    if limits.engine is Engine.ORTOOLS:
        threads = 1  # the routing library keeps the interpreter lock
    # What is too large for one thread goes first, on all of them; then the rest, side by side.
    wide = [
        n for n, size in enumerate(sizes) if size * threads > sum(sizes) and group_count(size) > 1
    ]
    order: Order = {}
    for number in wide:
        seconds = _part_seconds(limits, sizes[number], sum(sizes), 1)
        order.update(_part_order(problem, split[number], limits, seconds, number, tally, threads))
    rest = [n for n in range(len(split)) if n not in wide]
    lanes = max(1, min(len(rest), threads))

    def one(number: int) -> Order:
        seconds = _part_seconds(limits, sizes[number], sum(sizes), lanes)
        most = _part_seconds(limits, sum(sizes[n] for n in rest), sum(sizes), 1)
        if seconds is not None and most is not None:
            seconds = min(seconds, most)
        return _part_order(problem, split[number], limits, seconds, number, tally, 1)

    with ThreadPoolExecutor(lanes) as pool:
        for found in pool.map(one, rest):
            order.update(found)
    return order


def _part_seconds(limits: _Limits, size: int, total: int, lanes: int) -> float | None:
    """A part's share of the time limit where `lanes` parts are searched side by side."""
    return None if limits.time_limit is None else limits.time_limit * size / total * lanes


def _part_order(
    problem: MealProblem,
    share: Share,
    limits: _Limits,
    seconds: float | None,
    number: int,
    tally: _Tally,
    threads: int,
) -> Order:
    nodes = grouped(problem, share.riders, share.deliveries)
    part = Part.of(problem, share.kitchens, share.riders, nodes)
    seed = limits.seed * 1_000_003 + number
    state = search.first_plan(part, seed)
    budget = search.Budget(seconds, limits.iterations * max(FEW_NODES, len(nodes)), limits.stop)
    if limits.engine is Engine.ORTOOLS:
        state = routing.improve(part, state, budget)
    else:
        tell = partial(tally.tell, number)
        state = search.improve(part, state, budget, seed, tell, threads)
    part, state = search.split_absent(part, state, seed)
    tally.tell(number, 1.0, search.absent_deliveries(part, state))
    return part.order(state)


def _trips(problem: MealProblem, order: Order) -> list[Trip]:
    kitchens = {kitchen.id: kitchen for kitchen in problem.kitchens}
    trips: list[Trip] = []
    for rider in problem.riders:
        if rider.id in order:
            days = [(kitchens[kitchen_id], stops) for kitchen_id, stops in order[rider.id]]
            trips += timed(problem, rider, days)
    return trips


def _left_out(problem: MealProblem, open_: Sequence[Delivery], order: Order) -> list[Undelivered]:
    """Why the deliveries that could have come alone are on no trip."""
    served = {
        delivery.id: delivery
        for trips in order.values()
        for _, stops in trips
        for delivery in stops
    }
    cooked = dict.fromkeys((kitchen.id for kitchen in problem.kitchens), 0)
    for delivery in served.values():
        cooked[delivery.kitchen] += delivery.portions
    capacity = {kitchen.id: kitchen.capacity for kitchen in problem.kitchens}
    left: list[Undelivered] = []
    for delivery in open_:
        if delivery.id in served:
            continue
        most = capacity[delivery.kitchen]
        if most is not None and cooked[delivery.kitchen] + delivery.portions > most:
            sentence = f"Kitchen {delivery.kitchen} gives {most} portions; others got them."
            reason = MealReason.KITCHEN_FULL
        else:
            sentence = "It could come alone, but no trip with room and time was found."
            reason = MealReason.NO_ROOM
        left.append(Undelivered(delivery.id, reason, Proof.NOT_FOUND, sentence))
    return left
