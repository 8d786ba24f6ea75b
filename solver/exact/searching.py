"""The search of the model: bounded, interruptible, and believed only after the checker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread

from ortools.sat.python import cp_model

from solver.compatibility import LAST
from solver.exact.day import latest, variables
from solver.exact.reading import hint, read
from solver.exact.rules import constrain
from solver.exact.terms import cost, penalty
from solver.objective import Term
from solver.problem import Problem
from solver.solution import Solution
from solver.verify import Report, Rule, verify

# Parts and shifts of the largest day worth a proof.
MOST_TASKS, MOST_SHIFTS = 12, 8
# The largest objective whose every value a double holds, as the solver reports it.
LARGEST_OBJECTIVE = 1 << 53
# How often a stop is asked for, in seconds.
STOP_EVERY = 0.02
# Rules that even the best plan may have to break.
UNAVOIDABLE = {Rule.MANDATORY_UNSERVED, Rule.FORBIDDEN_COST}


@dataclass(frozen=True, slots=True)
class Found:
    """The search's best plan, its objective (penalties included), and whether that is proved."""

    plan: Solution
    objective: int
    proved: bool


def is_small(problem: Problem) -> bool:
    """Whether a proof can be hoped for, and its numbers are safe."""
    parts = sum(len(visit.parts) for visit in problem.visits)
    shifts = sum(len(one.shifts) for one in problem.caregivers)
    if not (0 < parts <= MOST_TASKS and 0 < shifts <= MOST_SHIFTS):
        return False
    rules = 1 + len(problem.visits) + shifts + len(Term)
    return latest(problem) < LAST and penalty(problem) * rules < LARGEST_OBJECTIVE


def exact(
    problem: Problem,
    *,
    start: Solution | None,
    deterministic_limit: float | None,
    seconds: float,
    seed: int,
    stop: Callable[[], bool] | None = None,
) -> Solution | None:
    """The best plan of a small day, or a better one than the start.

    Args:
        problem: one that `is_small`.
        start: the plan to beat; None: any plan is welcome.
        deterministic_limit: bound in the solver's own unit of work, which repeats exactly.
        seconds: bound of wall time; where it binds first, a run need not repeat.
        seed: of the solver's random choices.
        stop: asked from a thread of its own; once True, the best plan so far is returned.

    Returns:
        A plan the checker accepts, but for visits that must be and cannot; None where there is none
        better than the start: breaking fewer rules, or as many at less cost.
    """
    report = None if start is None else verify(problem, start)
    found = search(problem, start, deterministic_limit, seconds, seed, stop)
    if found is None:
        return None
    reached = verify(problem, found.plan)
    return found.plan if _is_welcome(reached, report) else None


def search(
    problem: Problem,
    start: Solution | None,
    deterministic_limit: float | None,
    seconds: float,
    seed: int,
    stop: Callable[[], bool] | None,
) -> Found | None:
    """What the model says; None where it has no plan below the start's cost, or no time."""
    if seconds <= 0 or (stop is not None and stop()):
        return None
    day = variables(problem)
    constrain(day)
    report = None if start is None else verify(problem, start)
    total = cost(day, _broken(problem, report))
    if start is not None and report is not None:
        hint(day, start)
        if all(one.rule in UNAVOIDABLE for one in report.violations):
            price = penalty(problem) * len(report.violations)
            day.model.add(total <= price + report.total - 1)
    day.model.minimize(total)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed & 0x7FFFFFFF
    solver.parameters.max_time_in_seconds = seconds
    if deterministic_limit is not None:
        solver.parameters.max_deterministic_time = deterministic_limit
    status = _solved(solver, day.model, stop)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    return Found(read(day, solver), round(solver.objective_value), status == cp_model.OPTIMAL)


def _broken(problem: Problem, report: Report | None) -> frozenset[Term]:
    """The forbidden terms that a plan holds all the same."""
    terms = report.terms if report else {}
    return frozenset(
        one for one, value in terms.items() if value and problem.weights.of(one) is None
    )


def _solved(
    solver: cp_model.CpSolver, model: cp_model.CpModel, stop: Callable[[], bool] | None
) -> int:
    """Solve, while a thread asks whether to stop: the solver calls back only for better plans."""
    if stop is None:
        return int(solver.solve(model))
    done = Event()

    def watch() -> None:
        while not done.wait(STOP_EVERY):
            if stop():
                solver.stop_search()

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        return int(solver.solve(model))
    finally:
        done.set()
        watcher.join()


def _is_welcome(reached: Report, before: Report | None) -> bool:
    """Whether the checker accepts a plan, and it is better than the one before."""
    known = {(one.rule, one.item) for one in before.violations} if before else set()
    for one in reached.violations:
        if one.rule not in UNAVOIDABLE and (one.rule, one.item) not in known:
            return False
    worth = (len(reached.violations), reached.total)
    return before is None or worth < (len(before.violations), before.total)
