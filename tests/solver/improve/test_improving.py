"""The compiled search against the checker: never worse, never broken, the same again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from solver.improve import improve
from solver.improve.chains import RACE_FROM, RACED, RACES, WARM, Chain, Leg, Search
from solver.problem import Problem
from solver.solution import Solution
from solver.verify import verify
from tests.solver.generate import generate

ITERATIONS = 300


def improved(seed: int) -> tuple[Solution, Solution]:
    """A start that verifies, and what the search made of it."""
    problem, start = generate(seed)
    found = improve(problem, start, time_limit=None, iterations=ITERATIONS, seed=seed, chains=1)
    return start, found


@pytest.mark.parametrize("seed", range(8))
def test_a_plan_is_never_made_worse_and_verifies(seed: int) -> None:
    problem, _ = generate(seed)
    start, found = improved(seed)
    before, after = verify(problem, start), verify(problem, found)
    assert before.feasible
    assert after.feasible, after.violations
    assert after.total <= before.total


def test_most_random_plans_become_cheaper() -> None:
    better = 0
    for seed in range(8):
        problem, _ = generate(seed)
        start, found = improved(seed)
        better += verify(problem, found).total < verify(problem, start).total
    assert better >= 4


def test_bounded_by_iterations_the_same_seed_gives_the_same_plan() -> None:
    assert improved(3)[1] == improved(3)[1]


def raced(seed: int, **options: Any) -> tuple[Problem, Solution, Solution]:
    """A small day without idle prices, its start, and the plan of a search long enough to race."""
    problem, start = generate(seed, visits=4, caregivers=3)
    problem = replace(problem, weights=replace(problem.weights, largest_idle=0))
    parts = sum(len(visit.parts) for visit in problem.visits)
    limits: dict[str, Any] = {"time_limit": None, "iterations": RACE_FROM * parts, "chains": 2}
    return problem, start, improve(problem, start, seed=seed, **limits, **options)


@pytest.mark.parametrize("seed", range(4))
def test_a_race_makes_no_plan_worse_and_repeats(seed: int) -> None:
    problem, start, found = raced(seed)
    after = verify(problem, found)
    assert after.feasible, after.violations
    assert after.total <= verify(problem, start).total
    assert raced(seed)[2] == found


def test_only_a_long_search_races(monkeypatch: pytest.MonkeyPatch) -> None:
    legs: list[Leg] = []
    advance = Search.advance

    def noted(search: Search, chain: Chain, leg: Leg, until: float) -> None:
        legs.append(leg)
        advance(search, chain, leg, until)

    monkeypatch.setattr(Search, "advance", noted)
    improved(1)
    assert len(set(legs)) == 1
    raced(1)
    assert len(set(legs)) == 1 + RACES + 1
    assert max(legs, key=lambda leg: leg.since) == Leg(RACED, 1.0, WARM)


def test_a_race_asked_to_stop_returns_the_best_plan_so_far() -> None:
    heard: list[int] = []
    problem, _, found = raced(1, progress=heard.append, stop=lambda: len(heard) > 120)
    assert 120 < len(heard) < 200
    assert verify(problem, found).total == min(heard)


def test_asked_to_stop_it_returns_a_plan_that_verifies() -> None:
    problem, start = generate(5)
    found = improve(problem, start, time_limit=None, iterations=10**9, stop=lambda: True)
    assert verify(problem, found).feasible
