"""The checker: recomputes every time, cost and violation of a plan from scratch.

It is written for reading, in plain Python, and shares nothing with the engine: whatever the engine
believes, a plan is valid only if this says so. `docs/solver_model.md` words the rules and costs.
"""

from __future__ import annotations

from solver.problem import Problem
from solver.solution import Solution
from solver.verify.day import read_day
from solver.verify.proofs import check_proofs
from solver.verify.report import Report, Rule, Violation
from solver.verify.rules import check_day
from solver.verify.terms import Account, check_terms, count_terms
from solver.verify.times import timeline

__all__ = ["Report", "Rule", "Violation", "verify"]


def verify(problem: Problem, solution: Solution) -> Report:
    """Check a solution against its problem.

    Never raises for a bad solution: whatever is wrong becomes a `Violation`. Terms and cost count
    what could be resolved, from the starts of service, not from the other times stated.
    """
    day, violations = read_day(problem, solution)
    lines = [timeline(problem, tour) for tour in day.tours if tour.served]
    violations += check_day(day, lines)
    violations += check_proofs(day)
    terms = count_terms(Account(day, tuple(lines)))
    violations += check_terms(problem, terms)
    cost = {term: value * (problem.weights.of(term) or 0) for term, value in terms.items()}
    return Report(not violations, tuple(violations), terms, cost, sum(cost.values()))
