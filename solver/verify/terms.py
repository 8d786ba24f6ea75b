"""Every term of the cost, unweighted, one function each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from solver.objective import Term
from solver.problem import Problem
from solver.verify.day import Day, Served
from solver.verify.report import Rule, Violation
from solver.verify.times import Timeline
from solver.verify.visits import is_served, lateness, start_of


@dataclass(frozen=True)
class Account:
    """What the terms are counted from: a resolved day and the recomputed tours with stops."""

    day: Day
    lines: tuple[Timeline, ...]

    @property
    def problem(self) -> Problem:
        """The problem of the day."""
        return self.day.problem

    @property
    def served(self) -> Iterator[Served]:
        """Every part in the routes."""
        return (one for line in self.lines for one in line.tour.served)

    @cached_property
    def late(self) -> list[int]:
        """Lateness of every part in the routes."""
        return [lateness(self.problem, one) for one in self.served]


def largest_idle(account: Account) -> int:
    """Idle ticks of the caregiver with most of them; a shift without stops is all idle."""
    idle = {caregiver.id: 0 for caregiver in account.problem.caregivers}
    for line in account.lines:
        idle[line.tour.caregiver.id] += line.idle
    for caregiver, shift in account.day.idle_shifts():
        idle[caregiver.id] += shift.end - shift.start
    return max(idle.values(), default=0)


def unserved(account: Account) -> int:
    """Drop costs of the visits that are not served with all parts."""
    day = account.day
    return sum(one.drop_cost or 0 for one in day.problem.visits if not is_served(day, one))


def missed_break(account: Account) -> int:
    """Miss costs of the owed breaks not taken."""
    owed = [(line.tour.shift.rest, line.tour.rest) for line in account.lines]
    missed = sum(due.miss_cost or 0 for due, taken in owed if due and taken is None)
    for _, shift in account.day.idle_shifts():
        if shift.rest is not None and shift.rest.due_without_stops:
            missed += shift.rest.miss_cost or 0
    return missed


def preference(account: Account) -> int:
    """Parts given by another than a preferred caregiver."""
    wishes = [(one.visit.preferred_caregivers, one.caregiver.id) for one in account.served]
    return sum(bool(preferred) and given not in preferred for preferred, given in wishes)


def continuity(account: Account) -> int:
    """Hundredths of familiarity missing, over the parts of visits that know anybody."""
    known = [(one.visit.familiarity, one.caregiver.id) for one in account.served]
    return sum(100 - familiar.get(given, 0) for familiar, given in known if familiar)


def start_deviation(account: Account) -> int:
    """Ticks between the start of a visit and the start it prefers."""
    total = 0
    for visit in account.problem.visits:
        start = start_of(account.day, visit.id)
        if visit.preferred_start is not None and start is not None:
            total += abs(start - visit.preferred_start)
    return total


def caregivers_used(account: Account) -> int:
    """Caregivers with at least one stop."""
    return len({line.tour.caregiver.id for line in account.lines})


def balance(account: Account) -> int:
    """Work above the mean: (sum over caregivers of max(0, n * work - all work)) // n.

    `work` is that of today and `past_workload`; the n caregivers are those with a shift.
    """
    present = [one for one in account.problem.caregivers if one.shifts]
    if not present:
        return 0
    work = {one.id: one.past_workload for one in present}
    for line in account.lines:
        work[line.tour.caregiver.id] += line.work
    count, everything = len(work), sum(work.values())
    return sum(max(0, count * one - everything) for one in work.values()) // count


TERMS: dict[Term, Callable[[Account], int]] = {
    Term.TRAVEL: lambda account: sum(line.travel for line in account.lines),
    Term.WAITING: lambda account: sum(line.waiting for line in account.lines),
    Term.LATENESS: lambda account: sum(account.late),
    Term.HIGHEST_LATENESS: lambda account: max(account.late, default=0),
    Term.OVERTIME: lambda account: sum(line.overtime for line in account.lines),
    Term.LARGEST_IDLE: largest_idle,
    Term.UNSERVED: unserved,
    Term.MISSED_BREAK: missed_break,
    Term.PREFERENCE: preference,
    Term.CONTINUITY: continuity,
    Term.START_DEVIATION: start_deviation,
    Term.CAREGIVERS_USED: caregivers_used,
    Term.BALANCE: balance,
}


def count_terms(account: Account) -> dict[Term, int]:
    """Every term, unweighted."""
    return {term: TERMS[term](account) for term in Term}


def check_terms(problem: Problem, terms: Mapping[Term, int]) -> Iterator[Violation]:
    """A term without a price is 0."""
    for term, value in terms.items():
        if problem.weights.of(term) is None and value > 0:
            text = f"the term {term.value} must be 0 and is {value}"
            yield Violation(Rule.FORBIDDEN_COST, term.value, text)
