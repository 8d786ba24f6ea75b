"""The checker: recomputes every time, cost and violation of a plan from scratch.

It is written for reading, in plain Python, and shares nothing with the engine: whatever the engine
believes, a plan is valid only if this says so. `docs/solver_model.md` words the rules and costs.
"""

from __future__ import annotations

from collections.abc import Iterator

from solver.objective import Term
from solver.problem import Problem
from solver.solution import Solution
from solver.verify.day import Day, read_day
from solver.verify.people import (
    check_days,
    check_pairs,
    check_routes,
    check_skills,
    check_wishes,
)
from solver.verify.report import Report, Rule, Violation
from solver.verify.terms import TERMS, Account
from solver.verify.times import (
    Timeline,
    check_rest,
    check_rest_of_idle,
    check_shift,
    check_times,
    timeline,
)
from solver.verify.visits import (
    check_coverage,
    check_dependencies,
    check_ties,
    check_window,
)

__all__ = ["Report", "Rule", "Violation", "verify"]


def verify(problem: Problem, solution: Solution) -> Report:
    """Check a solution against its problem.

    Never raises for a bad solution: whatever is wrong becomes a `Violation`. Terms and cost count
    what could be resolved, from the starts of service, not from the other times stated.
    """
    day, violations = read_day(problem, solution)
    lines = [timeline(problem, tour) for tour in day.tours if tour.served]
    violations += _broken(day, lines)
    account = Account(day, tuple(lines))
    terms = {term: TERMS[term](account) for term in Term}
    for term, value in terms.items():
        if problem.weights.of(term) is None and value > 0:
            text = f"the term {term.value} must be 0 and is {value}"
            violations.append(Violation(Rule.FORBIDDEN_COST, term.value, text))
    cost = {term: value * (problem.weights.of(term) or 0) for term, value in terms.items()}
    return Report(not violations, tuple(violations), terms, cost, sum(cost.values()))


def _broken(day: Day, lines: list[Timeline]) -> Iterator[Violation]:
    problem = day.problem
    yield from check_routes(day)
    yield from check_coverage(day)
    for line in lines:
        yield from check_times(line)
        yield from check_shift(line)
        yield from check_rest(line)
        for served in line.tour.served:
            yield from check_skills(served)
            yield from check_wishes(served)
            yield from check_window(problem, served)
    for _, shift in day.idle_shifts():
        yield from check_rest_of_idle(shift)
    for visit in problem.visits:
        yield from check_ties(day, visit)
        yield from check_pairs(day.served.get(visit.id, ()))
    yield from check_dependencies(day)
    yield from check_days(problem, lines)
