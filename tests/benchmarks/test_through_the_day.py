"""The roster through the day, small: every event and question once, and what doing nothing is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import through_the_day
from benchmarks.disturbances import KINDS, as_it_runs, doing_nothing, event
from benchmarks.instances import town_day
from benchmarks.rows import Job, Row, Status, measured_row, row_of
from solver.engine import solve
from solver.problem import Problem
from solver.solution import Solution


@pytest.fixture(scope="module")
def planned() -> tuple[Problem, Solution]:
    day = town_day(40, 10, seed=1)
    return day, solve(day, time_limit=5, seed=1, iterations=300)


def test_a_plan_runs_as_it_is_planned(planned: tuple[Problem, Solution]) -> None:
    day, plan = planned
    found = as_it_runs(day, plan)
    assert found.visits == len(day.visits) - len(plan.unserved)
    assert found.late_minutes == 0


@pytest.mark.parametrize("kind", KINDS)
def test_doing_nothing_serves_no_more_than_was_planned(
    planned: tuple[Problem, Solution], kind: str
) -> None:
    day, plan = planned
    before = as_it_runs(day, plan)
    one = event(kind, day, plan, 3)
    after = doing_nothing(one)
    assert after.visits <= before.visits
    assert after.priority <= before.priority
    assert event(kind, day, plan, 3) == one
    if kind in {"sick", "cancel"}:
        assert after.visits < before.visits
    else:
        assert after.visits == before.visits


def test_a_caregiver_who_comes_late_makes_all_after_it_late(
    planned: tuple[Problem, Solution],
) -> None:
    day, plan = planned
    one = event("late-start", day, plan, 3)
    much = replace(
        one.happened.plan,
        routes=tuple(replace(each, departure=16 * 60) for each in one.happened.plan.routes),
    )
    late = doing_nothing(replace(one, happened=replace(one.happened, plan=much)))
    assert late.late_minutes > doing_nothing(one).late_minutes


JOB = Job(section="through the day", item="day 1", engine="hybrid", seed=1, limit_seconds=1)


def test_every_event_and_question_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(through_the_day, "TIMES", 1)
    monkeypatch.setattr(through_the_day, "REPLAN_SECONDS", 0.2)
    measured = through_the_day.through_a_day(40, 10, 0.3, 1)
    assert measured.fault == ""
    found = through_the_day.judge([measured_row(JOB, measured, 1.0)])
    assert len(found.lines) == len(KINDS) + 5
    assert all(line[1] != "–" for line in found.lines)
    assert found.verdicts[2].is_met


def row(**facts: float) -> Row:
    return replace(
        row_of(JOB, Status.DONE), facts={k.replace("_", ": "): v for k, v in facts.items()}
    )


def test_slow_answers_and_lost_priority_visits_are_misses() -> None:
    slow = through_the_day.judge([row(sick_worst=2.5, cancel_worst=1.0, sick_fewer=1)])
    assert [one.item for one in slow.verdicts[0].misses] == ["sick"]
    assert [one.item for one in slow.verdicts[2].misses] == ["sick"]
    fine = through_the_day.judge([row(sick_worst=1.5, cancel_worst=1.0)])
    assert all(one.is_met for one in fine.verdicts)


def test_a_day_that_failed_is_a_miss_not_a_success() -> None:
    found = through_the_day.judge([row_of(JOB, Status.CRASHED, "no memory")])
    assert not found.verdicts[0].is_met
    assert not found.verdicts[2].is_measured
