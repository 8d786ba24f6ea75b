"""The entry point: a problem in, a verified plan out, always, within the time given.

construct (insertion and ejection, then the OR-Tools routing model) → compiled search → the proof of
small days → explain → verify. Whatever fails on the way (nothing found, no time, a fault of the
search) falls back to the best plan so far; a plan that the checker refuses loses the visits it
complains of, never itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import Literal, get_args

from solver.construct import repair, reseat_linked, urgency
from solver.crosscheck import refusal
from solver.errors import EngineError
from solver.mend import accepted, explained, faults, replayed, replayed_sequences, without_reasons
from solver.plan import Plan
from solver.problem import Problem
from solver.retime import timed_routes
from solver.routing_run import RoutingRun, run_routing
from solver.solution import Solution
from solver.tasks import TaskTable, tabulate
from solver.verify import verify

Engine = Literal["hybrid", "ortools"]

log = logging.getLogger(__name__)

# Shares of the time limit by which a phase is over. Insertion is cheap and serves nearly everybody,
# so it may take what it needs; the last insertions even a little more than the limit.
INSERT_SHARE, EJECT_SHARE, REPAIR_SHARE, GRACE = 0.5, 0.10, 0.10, 1.2
# A search shorter than this finds nothing that construction has not.
LEAST_SEARCH_SECONDS = 0.2
# Small days are done long before a generous limit: nothing measurable is gained after this, by the
# routing model and by the compiled search.
SECONDS_ANYWAY, SECONDS_FOR_A_TASK, SEARCHED_FOR_A_TASK = 1.0, 0.5, 1.0
# Tasks the routing model searches together; up to one and a half times as many are not cut.
TOGETHER: dict[Engine, int] = {"hybrid": 80, "ortools": 500}
# What the routing model gets before the compiled search: share of the limit, and seconds at most.
ROUTING_SHARE, ROUTING_SECONDS = 0.05, 2.0
# Plans of more tasks are not put before the routing model, whose matrices grow with the square.
CROSS_CHECKED_TASKS = 800
# The most a proof may take, in CP-SAT's unit of work: about a second, and ten times what is usual.
PROOF_WORK = 1.0
# What is kept for reasons and checks after the compiled search, as a share of the limit.
CLOSING_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class Progress:
    """What the engine is doing: seconds since it began, visits served, the search's best cost."""

    phase: Literal["construct", "search", "repair", "verify", "done"]
    seconds: float
    served: int | None = None
    cost: int | None = None


def solve(
    problem: Problem,
    *,
    time_limit: float,
    seed: int = 0,
    engine: Engine = "hybrid",
    start: Solution | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    isolate: bool = False,
    branch_limit: int | None = None,
    iterations: int | None = None,
    threads: int | None = None,
) -> Solution:
    """Plan a day.

    Args:
        problem: what to plan; any size, including nothing.
        time_limit: seconds for everything; kept to within a few seconds on large problems.
        seed: of the search's random choices.
        engine: `ortools` stops at the routing model's plan; `hybrid` improves it.
        start: a plan to begin with; the result is no worse.
        progress: hears about phases and better plans, from the threads that search.
        stop: asked now and then; once it says True, the best plan so far is returned.
        isolate: OR-Tools in a child process, where a crash costs only its plan; without the proof.
        branch_limit: end the routing model's search after so many branches, which repeats exactly.
        iterations: end the compiled search after so many in each thread, which repeats exactly.
        threads: of the compiled search; None: one for each core.

    Returns:
        A plan the checker accepts but for visits that must be and cannot; reasons where unserved.

    Raises:
        EngineError: the engine is unknown or the time limit is not positive.
    """
    if engine not in get_args(Engine):
        raise EngineError(f"engine {engine!r} is unknown; use one of {', '.join(get_args(Engine))}")
    if not time_limit > 0:
        raise EngineError(f"the time limit must be positive, and is {time_limit} s")
    clock = _Clock(monotonic(), time_limit, stop or (lambda: False), progress or (lambda _: None))
    table = tabulate(problem)
    run = RoutingRun(time_limit, branch_limit, seed, TOGETHER[engine], isolate)
    if engine == "hybrid":
        effort = _Effort(seed, iterations, threads, proves=not isolate)
        solution = _improved(_begun(table, run, effort, clock), start, effort, clock)
    else:
        solution = accepted(_routed(_constructed(table, clock), run, clock))
        solution = min(solution, start or solution, key=partial(_rank, table))
    clock.tell("done", served=len(problem.visits) - len(solution.unserved))
    return solution


@dataclass(frozen=True, slots=True)
class _Effort:
    """What bounds the compiled search beside the clock, and whether a proof is tried after it."""

    seed: int
    iterations: int | None
    threads: int | None
    proves: bool


def _routed(plan: Plan, run: RoutingRun, clock: _Clock) -> Plan:
    """The better of the plan and what the routing model makes of it in its seconds."""
    seconds = max(0.0, min(run.seconds, _search_seconds(plan.table, clock)))
    found = _searched(plan, replace(run, seconds=seconds), clock)
    return min(plan, found or plan, key=_worth)


def _begun(table: TaskTable, run: RoutingRun, effort: _Effort, clock: _Clock) -> Plan:
    """Where the compiled search begins: constructed, and for a moment in the routing model."""
    plan = _constructed(table, clock)
    if effort.iterations is None or run.branches is not None:  # else it would not repeat exactly
        seconds = min(ROUTING_SECONDS, ROUTING_SHARE * clock.limit)
        plan = _routed(plan, replace(run, seconds=seconds), clock)
    return _repaired(plan, clock)


def _improved(plan: Plan, start: Solution | None, effort: _Effort, clock: _Clock) -> Solution:
    """The compiled search from the better of the plan and the start; no worse than either."""
    problem, table = plan.table.problem, plan.table
    begin = min(without_reasons(plan), start or without_reasons(plan), key=partial(_rank, table))
    found = _compiled_search(problem, begin, effort, clock) or begin
    clock.tell("repair")
    if found.unserved and not clock.asked_to_stop():
        mended = replayed(table, found)
        repair(mended, clock.until(GRACE), clock.until(1.0))
        found = min(found, without_reasons(mended), key=partial(_rank, table))
    found = _proved(problem, found, effort, clock) or found
    clock.tell("verify")
    refused = faults(verify(problem, found))
    for one in refused:  # a guard: what the search returns is known to verify
        log.error("the checker refuses the search's plan: %s: %s", one.rule, one.sentence)
    if refused:
        return accepted(plan)
    _cross_check(table, found)
    return explained(table, found)


def _cross_check(table: TaskTable, solution: Solution) -> None:
    """Say it aloud where the routing model does not accept the plan; the checker has the word."""
    if len(table.place) > CROSS_CHECKED_TASKS:
        log.info("a day of %d tasks is not put before the routing model", len(table.place))
        return
    try:
        sentence = refusal(table.problem, solution)
    except Exception:  # a fault of the second opinion must not cost the plan
        log.exception("the routing model could not be asked about the plan")
        return
    if sentence is not None:
        log.error("the routing model does not accept the plan: %s", sentence)


def _compiled_search(
    problem: Problem, begin: Solution, effort: _Effort, clock: _Clock
) -> Solution | None:
    """The compiled search's plan; None where it had no time or could not run."""
    left = clock.left(CLOSING_SHARE)
    enough = SECONDS_ANYWAY + SEARCHED_FOR_A_TASK * sum(len(one.parts) for one in problem.visits)
    if clock.asked_to_stop() or (left <= 0 and effort.iterations is None):
        return None
    clock.tell("search")
    known = [1 << 62]

    def cheaper(cost: int) -> None:  # from several threads; what comes late is not told
        if cost < known[0]:
            known[0] = cost
            clock.tell("search", cost=cost)

    out_of_time = clock.until(1.0 - CLOSING_SHARE)
    try:
        from solver.improve import improve  # noqa: PLC0415 - a machine without a compiler plans too

        return improve(
            problem,
            begin,
            time_limit=None if effort.iterations is not None else min(left, enough),
            iterations=effort.iterations,
            seed=effort.seed,
            chains=effort.threads,
            progress=cheaper,
            stop=clock.asked_to_stop if effort.iterations is None else out_of_time,
        )
    except Exception:  # a fault of the search must not cost the plan at hand
        log.exception("the compiled search failed; going on with the constructed plan")
        return None


def _proved(problem: Problem, found: Solution, effort: _Effort, clock: _Clock) -> Solution | None:
    """A better plan of a small day; None where there is none, or no time to look for it."""
    if not effort.proves or clock.asked_to_stop():
        return None
    try:
        from solver.exact import exact, is_small  # noqa: PLC0415 - only small days need it

        if not is_small(problem):
            return None
        return exact(
            problem,
            start=found,
            deterministic_limit=PROOF_WORK,
            seconds=clock.left(CLOSING_SHARE),
            seed=effort.seed,
            stop=clock.asked_to_stop,
        )
    except Exception:  # a fault of the proof must not cost the plan at hand
        log.exception("the proof failed; going on with the plan of the compiled search")
        return None


def _rank(table: TaskTable, solution: Solution) -> tuple[int, int]:
    """Broken rules, visits that must be served and are not among them; then the cost."""
    report = verify(table.problem, solution)
    return len(report.violations), report.total


def _repaired(plan: Plan, clock: _Clock) -> Plan:
    """Whatever can still be served, and linked visits at the best of times again."""
    clock.tell("repair")
    repair(plan, clock.until(GRACE), clock.until(1.0))
    reseat_linked(plan, clock.until(1.0))
    return plan


def _search_seconds(table: TaskTable, clock: _Clock) -> float:
    enough = SECONDS_ANYWAY + SECONDS_FOR_A_TASK * len(table.place)
    return max(0.0, min(clock.left(REPAIR_SHARE), enough))


@dataclass(frozen=True, slots=True)
class _Clock:
    """The time given, and whom to ask and tell."""

    begun: float
    limit: float
    asked_to_stop: Callable[[], bool]
    listener: Callable[[Progress], None]

    def left(self, keep_share: float = 0.0) -> float:
        """Seconds left, keeping a share of the limit for later."""
        return self.limit * (1 - keep_share) - (monotonic() - self.begun)

    def until(self, share: float) -> Callable[[], bool]:
        """A stop that comes with the user's, or when that share of the limit is over."""
        return lambda: self.asked_to_stop() or self.left(1 - share) <= 0

    def tell(
        self,
        phase: Literal["construct", "search", "repair", "verify", "done"],
        *,
        served: int | None = None,
        cost: int | None = None,
    ) -> None:
        """Tell the listener."""
        self.listener(Progress(phase, monotonic() - self.begun, served, cost))


def _constructed(table: TaskTable, clock: _Clock) -> Plan:
    clock.tell("construct")
    plan = Plan(table)
    left = repair(plan, clock.until(INSERT_SHARE), clock.until(EJECT_SHARE))
    clock.tell("construct", served=len(table.problem.visits) - len(left))
    return plan


def _searched(plan: Plan, run: RoutingRun, clock: _Clock) -> Plan | None:
    """The routing model's plan from the constructed one; None where there is none."""
    if run.seconds < LEAST_SEARCH_SECONDS or clock.asked_to_stop():
        return None
    cost = _worth(plan)[1]
    clock.tell("search", cost=cost)

    def gained(gain: int) -> None:
        nonlocal cost
        cost -= gain
        clock.tell("search", cost=cost)

    try:
        found = run_routing(plan, run, clock.asked_to_stop, gained)
    except Exception:  # a fault of the search must not cost the plan at hand
        log.exception("the routing search failed; going on with the constructed plan")
        return None
    return None if found is None else replayed_sequences(plan.table, found)


def _worth(plan: Plan) -> tuple[int, int]:
    """Urgency left out, then the checker's cost of the rest."""
    lost = sum(urgency(plan.table, visit) for visit in plan.unserved())
    return lost, verify(plan.table.problem, Solution(timed_routes(plan))).total
