"""The costs of a day as one linear sum: weighted terms, and a penalty for each broken rule.

A term whose weight is None must be 0. Where even doing nothing may break that (an elder left out,
an idle shift), or the plan to beat breaks it, breaking it costs the penalty instead, as does a
visit that must be served and is not: the model always has a plan, and the fewest rules are broken
first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from solver.compatibility import caregiver_price
from solver.exact.day import HOME, Day, Line, Sum, Task, Var, latest
from solver.objective import Term
from solver.problem import Problem, WindowMet

# Terms that a plan without a stop may already hold.
UNAVOIDABLE = frozenset({Term.UNSERVED, Term.MISSED_BREAK, Term.LARGEST_IDLE, Term.BALANCE})


def penalty(problem: Problem) -> int:
    """The price of a broken rule: more than all terms of a best plan together."""
    parts = sum(len(visit.parts) for visit in problem.visits)
    shifts = sum(len(one.shifts) for one in problem.caregivers)
    times = latest(problem) * (parts + shifts + 1)
    return 1 + sum(
        (problem.weights.of(term) or 0) * max(problem.bound(term), times) for term in Term
    )


@dataclass(slots=True)
class Bill:
    """What a plan of the day costs."""

    day: Day
    penalty: int
    breakable: frozenset[Term]
    costs: list[Sum] = field(default_factory=list)
    forbidden: dict[Term, list[Sum]] = field(default_factory=dict)

    def pay(self, term: Term, value: Sum) -> None:
        """Price a value that is at least 0."""
        weight = self.day.problem.weights.of(term)
        if weight is None and term in self.breakable:
            self.forbidden.setdefault(term, []).append(value)
        elif weight is None:
            self.day.model.add(value == 0)
        elif weight:
            self.costs.append(weight * value)

    def is_free(self, *terms: Term) -> bool:
        """Whether none of the terms costs anything."""
        return all(self.day.problem.weights.of(term) == 0 for term in terms)

    def total(self) -> Sum:
        """The sum of all, forbidden terms included."""
        for values in self.forbidden.values():
            broken = self.day.flag()
            self.day.model.add(sum(values) == 0).only_enforce_if(broken.negated())
            self.costs.append(self.penalty * broken)
        return sum(self.costs)


def cost(day: Day, broken: frozenset[Term] = frozenset()) -> Sum:
    """The checker's total, and the penalty for each rule that no route is to blame for.

    `broken` are the forbidden terms that may stay above 0.
    """
    bill = Bill(day, penalty(day.problem), UNAVOIDABLE | broken)
    _visits(bill)
    _lateness(bill)
    for line in day.lines:
        _line(bill, line)
        _rest(bill, line)
    _people(bill)
    _balance(bill)
    return bill.total()


def _visits(bill: Bill) -> None:
    """Who is left out, whose face is strange, and how far from the wish a visit starts."""
    day = bill.day
    for visit in day.problem.visits:
        lost = 1 - day.served[visit.id]
        if visit.drop_cost is None:
            bill.costs.append(bill.penalty * lost)
        else:
            bill.pay(Term.UNSERVED, visit.drop_cost * lost)
    for task in day.tasks:
        for name, given in task.given.items():
            caregiver, _ = day.problem.shift_by_id[name]
            if price := caregiver_price(day.problem, task.visit, caregiver):
                bill.costs.append(price * given)
        wish = task.visit.preferred_start
        if task.part == 0 and wish is not None and not bill.is_free(Term.START_DEVIATION):
            off = day.time()
            day.model.add(off >= task.start - wish).only_enforce_if(task.served)
            day.model.add(off >= wish - task.start).only_enforce_if(task.served)
            bill.pay(Term.START_DEVIATION, off)


def _lateness(bill: Bill) -> None:
    """Against the latest window that has begun when the service starts."""
    if bill.is_free(Term.LATENESS, Term.HIGHEST_LATENESS):
        return
    day, highest = bill.day, bill.day.time()
    for task in day.tasks:
        if task.visit.late_is_hard:
            continue
        late = day.time()
        day.model.add(highest >= late)
        bill.pay(Term.LATENESS, late)
        at_end = day.problem.window_met is WindowMet.AT_END
        _late(day, task, late, task.duration if at_end else 0)
    bill.pay(Term.HIGHEST_LATENESS, highest)


def _late(day: Day, task: Task, late: Var, added: int) -> None:
    windows = task.visit.windows
    for number, window in enumerate(windows):
        counts = [task.served]
        if number:  # or it has not begun
            begun = day.flag()
            day.model.add(task.start < window.start).only_enforce_if(begun.negated())
            counts.append(begun)
        if number + 1 < len(windows):  # or the next one has
            open_still = day.flag()
            following = windows[number + 1].start
            day.model.add(task.start >= following).only_enforce_if(open_still.negated())
            counts.append(open_still)
        day.model.add(late >= task.start + added - window.end).only_enforce_if(*counts)


def _line(bill: Bill, line: Line) -> None:
    """Travel, waiting and overtime of one route."""
    day = bill.day
    bill.pay(Term.TRAVEL, line.travel)
    if not bill.is_free(Term.OVERTIME):
        over = day.time()
        day.model.add(over >= line.end - line.shift.end).only_enforce_if(line.used)
        bill.pay(Term.OVERTIME, over)
    if not bill.is_free(Term.WAITING):
        _waiting(bill, line)


def _waiting(bill: Bill, line: Line) -> None:
    """From the first start to the end of the route, what is neither work nor owed rest."""
    day, length = bill.day, line.rest_length
    setting_out = [
        (leg.travel + leg.setup) * leg.driven
        for (before, _), leg in line.legs.items()
        if before == HOME
    ]
    busy = line.work - sum(setting_out)
    if line.rest_start is not None and length:
        rested_first = day.flag()  # a rest before the first start lies outside
        day.model.add(rested_first >= line.rest_after[HOME])
        for task in line.tasks:
            there = line.legs[HOME, task.number].driven
            day.model.add(rested_first >= there + line.rest_before[task.number] - 1)
        busy = busy + length * line.rested - length * rested_first
    waiting = day.time()
    day.model.add(waiting >= line.end - line.first - busy)
    bill.pay(Term.WAITING, waiting)


def _rest(bill: Bill, line: Line) -> None:
    """An owed rest that is not taken."""
    rest = line.shift.rest
    if rest is None:
        return
    if rest.miss_cost is not None:
        owed: Sum = 1 if rest.due_without_stops else line.used
        bill.pay(Term.MISSED_BREAK, rest.miss_cost * (owed - line.rested))
    elif rest.due_without_stops:
        bill.costs.append(bill.penalty * (1 - line.used))


def _people(bill: Bill) -> None:
    """Idle time and number of caregivers used."""
    day = bill.day
    most = day.time(day.limit * (1 + len(day.lines)))
    for caregiver in day.problem.caregivers:
        mine = [line for line in day.lines if line.caregiver is caregiver]
        if not bill.is_free(Term.CAREGIVERS_USED):
            works = day.flag()
            for line in mine:
                day.model.add_implication(line.used, works)
            bill.pay(Term.CAREGIVERS_USED, works)
        if not bill.is_free(Term.LARGEST_IDLE) and mine:
            day.model.add(sum(_idle(day, line) for line in mine) <= most)
    bill.pay(Term.LARGEST_IDLE, most)


def _idle(day: Day, line: Line) -> Var:
    idle, shift = day.time(), line.shift
    busy = line.work + line.rest_length * line.rested + shift.start
    day.model.add(idle >= shift.end - busy)
    day.model.add(idle >= line.end - busy).only_enforce_if(line.used)
    return idle


def _balance(bill: Bill) -> None:
    """Work above the mean, summed without a fraction and rounded down once."""
    day = bill.day
    present = [one for one in day.problem.caregivers if one.shifts]
    if bill.is_free(Term.BALANCE) or not present:
        return
    count = len(present)
    past = sum(one.past_workload for one in present)
    largest = count * (past + day.limit * (1 + len(day.lines)))
    work: list[Sum] = [
        one.past_workload + sum(line.work for line in day.lines if line.caregiver is one)
        for one in present
    ]
    above = [day.time(largest) for _ in present]
    for mine, over in zip(work, above, strict=True):
        day.model.add(over >= count * mine - sum(work))
    value = day.time(largest)
    day.model.add(count * value + count - 1 >= sum(above))
    bill.pay(Term.BALANCE, value)
