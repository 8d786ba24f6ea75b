"""Sequences of others get times the checker accepts, with the break wherever it fits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.instances import town_day
from benchmarks.timing import timed_route
from benchmarks.town import single
from solver.caregivers import Break, Caregiver, Shift
from solver.problem import Problem, Visit
from solver.solution import Proof, Route, Solution, Unserved
from solver.verify import Rule, verify

# Who may serve whom is the other solver's task, not that of the times.
NOT_OF_TIMES = {Rule.SKILL_MISSING, Rule.SKILL_LEVEL, Rule.TAG_MISSING}


def day(rest: Break | None, seed: int) -> tuple[Problem, Caregiver, Shift]:
    """A day whose first caregiver rests as given, and nobody else has to."""
    made = single(town_day(40, 3, seed=seed))
    first, *others = made.caregivers
    first = replace(first, shifts=(replace(first.shifts[0], rest=rest),))
    return replace(made, caregivers=(first, *others)), first, first.shifts[0]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("window", [None, (450, 1020), (450, 600), (660, 810), (780, 810)])
def test_a_full_route_is_accepted(window: tuple[int, int] | None, seed: int) -> None:
    rest = window and Break(earliest=window[0], latest_end=window[1], duration=30)
    problem, caregiver, shift = day(rest or None, seed)
    route: Route | None = None
    sequence: list[Visit] = []
    for visit in sorted(problem.visits, key=lambda one: one.windows[0].start):
        longer = timed_route(problem, caregiver, shift, [*sequence, visit])
        if longer is not None:
            route, sequence = longer, [*sequence, visit]
    assert route is not None
    assert len(sequence) > 3
    assert (route.rest is None) == (rest is None)
    served = {visit.id for visit in sequence}
    left = (Unserved(v.id, "x", Proof.NOT_FOUND) for v in problem.visits if v.id not in served)
    report = verify(problem, Solution((route,), tuple(left)))
    assert [one for one in report.violations if one.rule not in NOT_OF_TIMES] == []


def test_what_does_not_fit_has_no_times() -> None:
    problem, caregiver, shift = day(None, 1)
    assert timed_route(problem, caregiver, shift, problem.visits) is None


def test_an_impossible_break_has_no_times() -> None:
    rest = Break(earliest=960, latest_end=990, duration=30)
    problem, caregiver, shift = day(rest, 1)
    late = [visit for visit in problem.visits if visit.windows[-1].end > 960][:1]
    busy = replace(late[0], windows=(replace(late[0].windows[0], start=965, end=965),))
    long = replace(busy, parts=(replace(busy.parts[0], duration=120),))
    assert timed_route(problem, caregiver, replace(shift, end=980, rest=rest), [long]) is None
