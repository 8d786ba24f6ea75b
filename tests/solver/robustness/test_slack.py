"""Slack: longer times in the search, the same promises on the true day, fewer of them broken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.instances import TownDay
from solver.engine import solve
from solver.errors import ProblemError
from solver.problem import Problem, TimeWindow
from solver.robustness import Slack, on_true_day, simulate, solve_with_slack, with_slack
from solver.solution import Solution
from solver.verify import Report, Rule, verify
from tests.solver.generate import generate
from tests.solver.small import caregiver, day, visit

ITERATIONS, SECONDS = 300, 60.0


def shorter(problem: Problem, share: float) -> Problem:
    """The day with less travel and shorter services: the day of which this one has slack."""
    visits = tuple(
        replace(
            one,
            parts=tuple(replace(part, duration=int(part.duration * share)) for part in one.parts),
            setup=int(one.setup * share),
        )
        for one in problem.visits
    )
    travel = {mode: (matrix * share).astype(np.int32) for mode, matrix in problem.travel.items()}
    return replace(problem, visits=visits, travel=travel)


@pytest.mark.parametrize("seed", range(60))
def test_what_verifies_with_slack_verifies_on_the_true_day(seed: int) -> None:
    """Random days with every field, and the plan whose times were longer than they need be."""
    problem, plan = generate(seed)
    true = shorter(problem, (0.5, 0.8, 1.0)[seed % 3])
    moved = on_true_day(true, plan)
    assert verify(true, moved).violations == ()
    old = [(s.visit_id, s.part, s.start) for r in plan.routes for s in r.stops]
    assert [(s.visit_id, s.part, s.start) for r in moved.routes for s in r.stops] == old
    if true.visits == problem.visits:
        assert moved.routes == plan.routes


def test_times_grow_by_share_and_minutes_and_are_rounded_up() -> None:
    problem = replace(day([visit("V", 1, minutes=31)], [caregiver("C")]), ticks_per_minute=2)
    padded = with_slack(problem, Slack(travel_share=0.25, service_share=0.1, stop_minutes=3))
    assert padded.visits[0].parts[0].duration == 31 + 4 + 6
    assert padded.travel["walk"][0, :3].tolist() == [0, 13, 25]
    assert with_slack(problem, Slack()) == problem


@pytest.mark.parametrize(
    "fields", [{"travel_share": -0.1}, {"stop_minutes": -1}, {"service_share": float("nan")}]
)
def test_slack_that_takes_time_away_is_refused(fields: dict[str, float]) -> None:
    with pytest.raises(ProblemError, match=f"slack: {next(iter(fields))}"):
        Slack(**fields)  # type: ignore[arg-type]  # the wrong values are the point


def planned(problem: Problem, slack: Slack, seed: int = 1) -> tuple[Solution, Report]:
    plan = solve_with_slack(
        problem, slack, time_limit=SECONDS, seed=seed, iterations=ITERATIONS, threads=1
    )
    return plan, verify(problem, plan)


def test_who_finds_no_place_with_slack_is_served_in_the_true_times() -> None:
    """Two services of an hour each in 130 minutes: with slack there is room for one."""
    visits = [visit(name, 0, minutes=60, windows=(TimeWindow(480, 560),)) for name in ("A", "B")]
    problem = day(visits, [caregiver("C", shift={"end": 610})])
    slack = Slack(stop_minutes=10)
    assert len(solve(with_slack(problem, slack), time_limit=SECONDS, iterations=50).unserved) == 1
    plan, report = planned(problem, slack)
    assert plan.unserved == ()
    assert report.violations == ()


def test_a_reason_is_one_of_the_true_day() -> None:
    """The visit fits the shift exactly; with slack it never would, and that is no proof."""
    visits = [visit(name, 0, minutes=60, windows=(TimeWindow(480, 480),)) for name in ("A", "B")]
    problem = day(visits, [caregiver("C", shift={"end": 540})])
    plan, report = planned(problem, Slack(stop_minutes=10))
    assert len(plan.unserved) == 1
    assert Rule.FALSE_PROOF not in {one.rule for one in report.violations}
    assert report.violations == ()


def test_slack_buys_punctuality() -> None:
    problem = TownDay(visits=60, caregivers=12, seed=3).problem()
    odds, costs = [], []
    for slack in (Slack(), Slack(travel_share=0.2, service_share=0.2, stop_minutes=3)):
        plan, report = planned(problem, slack)
        assert report.violations == ()
        assert not plan.unserved
        odds.append(simulate(problem, plan, trials=300, seed=1))
        costs.append(report.total)
    assert odds[1].on_time > odds[0].on_time + 0.03
    assert costs[1] >= costs[0] * 0.95
