"""What a day costs, term by term, and whose it is: sheets that add up to the checker's figures.

Most terms belong to one caregiver by nature. Those of the whole day are given away by a rule:

- `unserved` belongs to nobody;
- `highest_lateness` is borne whole by the caregiver of the part that is latest, and `largest_idle`
  by the caregiver who is idle longest, the first in the problem's order where several are;
- `start_deviation` of a visit belongs to whoever gives its part 0;
- `balance` is shared in proportion to the work above the mean, in whole ticks by largest remainder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from solver.objective import Term
from solver.problem import Problem
from solver.solution import Solution
from solver.verify.day import read_day
from solver.verify.terms import Account
from solver.verify.times import Timeline, timeline
from solver.verify.visits import is_served, lateness

Shares = dict[str | None, int]
"""An amount by caregiver id; None is nobody."""


@dataclass(frozen=True, slots=True)
class CostRow:
    """What one caregiver (None: nobody) costs; zero terms are left out.

    `terms` are unweighted, `cost` weighted; a term that must be 0 costs 0. Ticks of `travel` and
    `work` (travel, setup and service) say what the day asks of the caregiver.
    """

    caregiver: str | None
    terms: Mapping[Term, int]
    cost: Mapping[Term, int]
    total: int
    travel: int
    work: int


@dataclass(frozen=True, slots=True)
class CostSheet:
    """A row for every caregiver of the problem and a last one for nobody; sums of all terms."""

    rows: tuple[CostRow, ...]
    terms: Mapping[Term, int]
    cost: Mapping[Term, int]
    total: int

    def of(self, caregiver: str | None) -> CostRow:
        """The row of a caregiver of the problem, or of nobody."""
        return next(one for one in self.rows if one.caregiver == caregiver)


def costs(day: Problem, plan: Solution) -> CostSheet:
    """Every cost term of a plan by caregiver.

    Sums equal `solver.verify`'s terms and cost, for a plan that breaks rules too.
    """
    account = account_of(day, plan)
    shares = {term: SHARES[term](account) for term in Term}
    rows = tuple(
        _row(account, caregiver, shares)
        for caregiver in (*(one.id for one in day.caregivers), None)
    )
    terms = {term: sum(shares[term].values()) for term in Term}
    cost = {term: value * (day.weights.of(term) or 0) for term, value in terms.items()}
    return CostSheet(rows, terms, cost, sum(cost.values()))


def account_of(day: Problem, plan: Solution) -> Account:
    """A plan as the checker counts it: resolved, with its times recomputed."""
    resolved, _ = read_day(day, plan)
    lines = tuple(timeline(day, tour) for tour in resolved.tours if tour.served)
    return Account(resolved, lines)


def _row(account: Account, caregiver: str | None, shares: Mapping[Term, Shares]) -> CostRow:
    weights = account.problem.weights
    terms = {term: value for term in Term if (value := shares[term].get(caregiver, 0))}
    cost = {term: value * (weights.of(term) or 0) for term, value in terms.items()}
    mine = [line for line in account.lines if line.tour.caregiver.id == caregiver]
    travel, work = sum(line.travel for line in mine), sum(line.work for line in mine)
    return CostRow(caregiver, terms, cost, sum(cost.values()), travel, work)


def _by_line(amount: Callable[[Timeline], int]) -> Callable[[Account], Shares]:
    """A term that is a sum over routes."""

    def share(account: Account) -> Shares:
        found: Shares = {}
        for line in account.lines:
            name = line.tour.caregiver.id
            found[name] = found.get(name, 0) + amount(line)
        return found

    return share


def _lateness(account: Account) -> Shares:
    found: Shares = {}
    for one in account.served:
        name = one.caregiver.id
        found[name] = found.get(name, 0) + lateness(account.problem, one)
    return found


def _highest_lateness(account: Account) -> Shares:
    latest: Shares = {}
    for one in account.served:
        name = one.caregiver.id
        latest[name] = max(latest.get(name, 0), lateness(account.problem, one))
    return _largest(account.problem, latest)


def _largest_idle(account: Account) -> Shares:
    idle: Shares = {caregiver.id: 0 for caregiver in account.problem.caregivers}
    for line in account.lines:
        idle[line.tour.caregiver.id] += line.idle
    for caregiver, shift in account.day.idle_shifts():
        idle[caregiver.id] += shift.end - shift.start
    return _largest(account.problem, idle)


def _largest(problem: Problem, amounts: Shares) -> Shares:
    """The largest amount, borne by the first caregiver who has it."""
    names = [one.id for one in problem.caregivers if amounts.get(one.id, 0) > 0]
    if not names:
        return {}
    first = max(names, key=lambda name: amounts[name])
    return {first: amounts[first]}


def _unserved(account: Account) -> Shares:
    day = account.day
    return {None: sum(one.drop_cost or 0 for one in day.problem.visits if not is_served(day, one))}


def _missed_break(account: Account) -> Shares:
    found: Shares = {}
    missed = [
        (line.tour.caregiver, line.tour.shift)
        for line in account.lines
        if line.tour.shift.rest and line.tour.rest is None
    ]
    missed += [
        (caregiver, shift)
        for caregiver, shift in account.day.idle_shifts()
        if shift.rest and shift.rest.due_without_stops
    ]
    for caregiver, shift in missed:
        cost = shift.rest.miss_cost if shift.rest else None
        found[caregiver.id] = found.get(caregiver.id, 0) + (cost or 0)
    return found


def _preference(account: Account) -> Shares:
    found: Shares = {}
    for one in account.served:
        wished, name = one.visit.preferred_caregivers, one.caregiver.id
        found[name] = found.get(name, 0) + (bool(wished) and name not in wished)
    return found


def _continuity(account: Account) -> Shares:
    found: Shares = {}
    for one in account.served:
        known, name = one.visit.familiarity, one.caregiver.id
        found[name] = found.get(name, 0) + (100 - known.get(name, 0) if known else 0)
    return found


def _start_deviation(account: Account) -> Shares:
    found: Shares = {}
    for visit in account.problem.visits:
        firsts = [one for one in account.day.served.get(visit.id, ()) if one.number == 0]
        if firsts and visit.preferred_start is not None:
            name = firsts[0].caregiver.id
            away = abs(firsts[0].stop.start - visit.preferred_start)
            found[name] = found.get(name, 0) + away
    return found


def _caregivers_used(account: Account) -> Shares:
    return {line.tour.caregiver.id: 1 for line in account.lines}


def _balance(account: Account) -> Shares:
    work = {one.id: one.past_workload for one in account.problem.caregivers if one.shifts}
    for line in account.lines:
        work[line.tour.caregiver.id] += line.work
    count, everything = len(work), sum(work.values())
    above = {name: max(0, count * one - everything) for name, one in work.items()}
    found: Shares = {name: one // count for name, one in above.items()}
    missing = sum(above.values()) // count - sum(found.values()) if count else 0
    for name in sorted(above, key=lambda name: -(above[name] % count))[:missing]:
        found[name] += 1
    return found


SHARES: dict[Term, Callable[[Account], Shares]] = {
    Term.TRAVEL: _by_line(lambda line: line.travel),
    Term.WAITING: _by_line(lambda line: line.waiting),
    Term.LATENESS: _lateness,
    Term.HIGHEST_LATENESS: _highest_lateness,
    Term.OVERTIME: _by_line(lambda line: line.overtime),
    Term.LARGEST_IDLE: _largest_idle,
    Term.UNSERVED: _unserved,
    Term.MISSED_BREAK: _missed_break,
    Term.PREFERENCE: _preference,
    Term.CONTINUITY: _continuity,
    Term.START_DEVIATION: _start_deviation,
    Term.CAREGIVERS_USED: _caregivers_used,
    Term.BALANCE: _balance,
}
