"""What somebody answers for is no violation of the excused day; what cannot be done still is."""

from __future__ import annotations

from solver.by_hand import Wish, excused, placed
from solver.by_hand.working import Working
from solver.problem import Problem
from solver.solution import Solution
from solver.verify import Rule, verify
from tests.solver.by_hand.test_moving import starts


def late(problem: Problem, plan: Solution) -> tuple[str, Solution]:
    """A plan in which the last visit of the longest route comes after its window."""
    route = max(plan.routes, key=lambda one: len(one.stops))
    stop = next(
        one for one in reversed(route.stops) if len(problem.visit_by_id[one.visit_id].parts) == 1
    )
    start = problem.visit_by_id[stop.visit_id].windows[-1].end + 600
    who = problem.shift_by_id[route.shift_id][0].id
    moved = placed(Working(problem, plan), Wish(stop.visit_id, (who,), start))
    return stop.visit_id, moved.solution()


def test_what_is_answered_for_is_excused_and_locked(day: tuple[Problem, Solution]) -> None:
    problem, plan = day
    visit, moved = late(problem, plan)
    assert {one.rule for one in verify(problem, moved).violations} >= {
        Rule.LATE,
        Rule.OVERTIME_EXCEEDED,
    }
    eased = excused(problem, moved, {visit})
    assert not verify(eased, moved).violations
    assert eased.visit_by_id[visit].locked_start == starts(moved)[visit, 0]
    assert excused(problem, moved, ()) == problem


def test_nobody_is_excused_from_the_way(day: tuple[Problem, Solution]) -> None:
    problem, plan = day
    visit, _ = late(problem, plan)
    route = next(one for one in plan.routes if visit in {stop.visit_id for stop in one.stops})
    caregiver, shift = problem.shift_by_id[route.shift_id]
    wish = Wish(visit, (caregiver.id,), shift.start)
    moved = placed(Working(problem, plan), wish).solution()
    rules = {one.rule for one in verify(excused(problem, moved, {visit}), moved).violations}
    assert Rule.BEFORE_ARRIVAL in rules
