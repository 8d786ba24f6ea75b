"""A visit put into a plan in force: by insertion, or by moving others; nobody is left out for it.

What is found is put before the checker: it must break no rule that the plan did not break before,
serve the visit, and everybody else who was served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from solver.construct import eject
from solver.explaining.standing import Standing, finished, opened, served_by
from solver.insertion import best_placement, place, placements
from solver.plan import Plan
from solver.solution import Solution
from solver.verify import Report, Rule, verify

EJECTIONS = 60
"""Exchanges tried for one visit: a second try, dearer than insertion by far."""


@dataclass(frozen=True, slots=True)
class Found:
    """A plan that serves the visit, and the checker's report on it."""

    solution: Solution
    report: Report


def inserted(
    standing: Standing, visit: int, before: Report, *, slack: int | None, most: int
) -> Iterator[Found]:
    """The visit in the `most` places where it is cheapest, others moved by `slack` at most.

    Of each place comes the plan that moves the fewest starts.
    """
    plan = opened(standing, slack)
    plan.remove_visit(visit)
    saved = plan.checkpoint()
    seen: set[tuple[tuple[int, int], ...]] = set()
    for one in placements(plan, visit, most):
        key = tuple((option.vehicle, start) for _, option, start in one.parts)
        if key in seen:
            continue
        seen.add(key)
        place(plan, one)
        found = _sound(standing, visit, before, finished(standing, plan, slack))
        yield from islice(found, 1)
        plan.restore(saved)


def resting_less(standing: Standing, visit: int, before: Report) -> Iterator[Found]:
    """The visit in a tour that gives up a rest which may be missed at a price."""
    table = standing.table
    plan = opened(standing, None)
    plan.remove_visit(visit)
    saved = plan.checkpoint()
    for vehicle in sorted({one for t in table.tasks_of_visit[visit] for one in table.allowed[t]}):
        one = table.vehicles[vehicle]
        if one.rest is None or one.rest_is_mandatory or not plan.tours[vehicle].rests:
            continue
        plan.give_up_rest(vehicle, rests=False)
        best = best_placement(plan, visit, (vehicle,))
        if best is not None:
            place(plan, best)
            yield from _sound(standing, visit, before, finished(standing, plan, None))
        plan.restore(saved)


def exchanged(
    standing: Standing, visit: int, before: Report, stop: Callable[[], bool]
) -> Iterator[Found]:
    """The visit in, for it a few others somewhere else."""
    if not all(standing.table.starts[task] for task in standing.table.tasks_of_visit[visit]):
        return
    cost = list(standing.table.drop_cost)
    cost[visit] = None  # the search is to serve it at any price; the checker knows the true one
    urgent = replace(standing, table=replace(standing.table, drop_cost=cost))
    plan: Plan = opened(urgent, None)
    plan.remove_visit(visit)
    tries = iter(range(EJECTIONS))
    eject(plan, visit, lambda: stop() or next(tries, None) is None)
    if plan.is_served(visit):
        yield from _sound(standing, visit, before, finished(standing, plan, None))


def _sound(
    standing: Standing, visit: int, before: Report, plans: Iterator[Solution]
) -> Iterator[Found]:
    """What of some plans serves the visit, loses nobody and breaks nothing anew."""
    problem = standing.table.problem
    name = problem.visits[visit].id
    kept = standing.served | {name}
    broken = {(one.rule, one.item) for one in before.violations}
    for solution in plans:
        if not kept <= served_by(solution):
            continue
        report = verify(problem, solution)
        if all(
            (one.rule, one.item) in broken and one.rule is not Rule.FALSE_PROOF
            for one in report.violations
        ):
            yield Found(solution, report)
