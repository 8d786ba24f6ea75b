"""A plan of the rest of a day after something happened, disturbing at most so many elders.

First everybody who can be served as promised is held to the promise, and only the others are
planned anew: that answers at once. Then, while there is time and somebody may still be disturbed,
a few elders at a time are let go: whatever comes of it, no more are disturbed than may be.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from solver.mend import explained, faults
from solver.problem import Problem, Visit
from solver.replanning.case import Case, promises, remaining
from solver.replanning.disturbance import (
    TOLERANCE_MINUTES,
    Disturbed,
    appointments,
    elders_of,
)
from solver.replanning.holding import searched, standing, without
from solver.replanning.reasons import as_of_the_day, with_withdrawn
from solver.replanning.remainder import joined, remainder
from solver.replanning.slackness import filled, keeping_slack
from solver.robustness.slack import Slack, on_true_day
from solver.solution import Solution
from solver.tasks import tabulate
from solver.verify import Rule, verify

FIRST_SHARE, LAST_SHARE = 0.6, 0.85
"""Shares of the time by which the first answer, and the last, are there; then come the reasons."""
LET_GO_ELDERS = 12
"""At most so many at a time, however many may be disturbed: few are searched well."""


@dataclass(frozen=True, slots=True)
class Replanned:
    """The whole day's new plan and whom it disturbs.

    `withdrawn` are visits that are unserved because serving them would disturb too many; `kept`
    counts those that come as promised by themselves; `violations` are rules that the plan of what
    had not begun breaks.
    """

    solution: Solution
    disturbed: tuple[Disturbed, ...]
    withdrawn: tuple[str, ...]
    kept: int
    violations: int = 0


def replan(
    day: Problem,
    plan: Solution,
    *,
    now: int,
    gone: Collection[str] = (),
    most_disturbed: int | None = None,
    phoned: Collection[str] = (),
    time_limit: float = 2.0,
    seed: int = 0,
    tolerance: int | None = None,
    rounds: int | None = None,
    price: int = 0,
    slack: Slack | None = None,
) -> Replanned:
    """Plan the rest of a day again.

    Args:
        day: as it is now known, with the durations that became of begun visits.
        plan: the plan in force; it may name visits that `day` has no longer.
        now: the tick of the event; what has begun by then stays to the minute.
        gone: caregivers who work no longer.
        most_disturbed: elders who may get another caregiver or another time; None: any number.
        phoned: visits whose elders were told on the phone; they are never let go.
        time_limit: seconds for everything.
        seed: of the search's random choices.
        tolerance: ticks by which a start may move without disturbing; None: 30 minutes.
        rounds: how often a few elders are let go, instead of seconds: so it repeats exactly.
        price: what a cheaper plan must save for each elder whom it disturbs.
        slack: what was bought for the plan in force; what has it keeps it, and so does what is new.
    """
    begun_at = monotonic()
    left = remainder(day, plan, now, gone=gone)
    case = Case(
        left,
        promises(left, plan, day),
        most_disturbed,
        TOLERANCE_MINUTES * day.ticks_per_minute if tolerance is None else tolerance,
        frozenset(phoned),
        seed,
        rounds,
        price,
        lambda share: rounds is None and monotonic() - begun_at > time_limit * share,
        truth=left.problem,
        slack=slack,
    )
    return _mended(day, plan, case)


def _mended(day: Problem, plan: Solution, case: Case) -> Replanned:
    present = remaining(case.left, plan)
    case = keeping_slack(case, day, plan, present)
    stands = standing(case, present)
    kept = set(appointments(case.problem, stands)) & set(case.promised)
    case, found = filled(*_first(case, stands, kept), FIRST_SHARE)
    return _answer(day, case, _better(case, found), len(kept))


def _answer(day: Problem, case: Case, found: Solution, kept: int) -> Replanned:
    # The search's own proofs hold where promises are kept; said is what holds of the remainder.
    true = found if case.slack is None else on_true_day(case.truth, found)
    told = explained(tabulate(case.truth), true)
    reasons = as_of_the_day(day, told)
    return Replanned(
        joined(day, case.left, with_withdrawn(reasons, case.withdrawn)),
        case.changed(found),
        tuple(sorted(case.withdrawn)),
        kept,
        len(faults(verify(case.truth, told))),
    )


def _first(case: Case, stands: Solution, kept: set[str]) -> tuple[Case, Solution]:
    """The first answer: promises that can be kept are, the others are planned anew."""
    while True:
        found = searched(case, stands, kept, FIRST_SHARE)
        elders = _by_worth(case, found)
        if case.most is None or len(elders) <= case.most:
            return case, found
        surplus = set(elders[case.most :])
        moved = {one.visit_id for one in case.changed(found) if one.elder in surplus}
        case = replace(case, withdrawn=case.withdrawn | moved)
        stands = without(case.problem, found, case.withdrawn)


def _by_worth(case: Case, plan: Solution) -> list[str]:
    """Disturbed elders, those to be served before others first."""
    worth: dict[str, tuple[int, int, int]] = {}
    for one in case.changed(plan):
        visit = case.problem.visit_by_id[one.visit_id]
        must = int(visit.drop_cost is None)
        mine = (must, visit.priority, visit.drop_cost or 0)
        worth[one.elder] = max(mine, worth.get(one.elder, mine))
    return sorted(worth, key=lambda elder: (*(-value for value in worth[elder]), elder))


def _better(case: Case, found: Solution) -> Solution:
    """Let go of a few elders at a time while there is time; never a dearer plan."""
    rng = np.random.default_rng(case.seed)
    best = _price(case, found)
    done = 0
    while not case.out_of_time(LAST_SHARE) and done != case.rounds:
        done += 1
        after = appointments(case.problem, found)
        changed = {one.visit_id for one in case.changed(found)}
        kept = {one for one in case.promised if one in after and one not in changed}
        middle = _middle(case, found, kept, done, rng)
        let_go = _let_go(case, middle, kept, changed) if middle is not None else set()
        if not let_go:
            return found
        other = searched(case, found, kept - let_go, LAST_SHARE)
        cost = _price(case, other)
        elders = {one.elder for one in case.changed(other)}
        if cost < best and (case.most is None or len(elders) <= case.most):
            found, best = other, cost
    return found


def _price(case: Case, plan: Solution) -> tuple[int, int]:
    """The rules a plan breaks before all, then its cost with the price of everybody it disturbs."""
    elders = {one.elder for one in case.changed(plan)}
    report = verify(case.problem, plan)
    broken = sum(one.rule is not Rule.FALSE_PROOF for one in faults(report))
    return broken, report.total + case.price * len(elders)


def _middle(
    case: Case, found: Solution, kept: set[str], done: int, rng: np.random.Generator
) -> Visit | None:
    """Around whom others are let go: in turn somebody unserved, by worth, and anybody by chance."""
    table = case.problem.visit_by_id
    left = [table[one.visit_id] for one in found.unserved if one.visit_id not in case.withdrawn]
    left.sort(key=lambda one: (one.drop_cost is not None, -(one.drop_cost or 0), one.id))
    if left and done % 2 == 1:
        return left[done // 2 % len(left)]
    free = sorted(kept - case.phoned)
    return table[free[int(rng.integers(len(free)))]] if free else None


def _let_go(case: Case, middle: Visit, kept: set[str], changed: set[str]) -> set[str]:
    """Visits near a visit in place and time, of as many elders as may still be disturbed."""
    problem = case.problem
    spare = LET_GO_ELDERS
    if case.most is not None:
        spare = min(spare, case.most - len(set(elders_of(problem, changed))))
    if spare <= 0:
        return set()
    matrix = next(iter(problem.travel.values()))
    opens, closes = middle.windows[0].start, middle.windows[-1].end

    def away(one: str) -> tuple[int, str]:
        start = case.promised[one].start
        apart = max(0, opens - start, start - closes)
        return int(matrix[middle.place, problem.visit_by_id[one].place]) + apart, one

    free = sorted(kept - case.phoned)
    elders: set[str] = set()
    for one in sorted(free, key=away):
        elders.add(problem.visit_by_id[one].elder or one)
        if len(elders) == spare:
            break
    return {one for one in free if (problem.visit_by_id[one].elder or one) in elders}
