"""The routing model's second opinion: no good plan is refused, broken ones are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.instances import TownDay
from solver.crosscheck import refusal
from solver.engine import solve
from solver.improve import improve
from solver.problem import Break, Gap, Problem, TimeWindow
from solver.solution import Rest, Route, Solution, Stop
from solver.verify import Rule, verify
from tests.solver.brute_force import best_plan
from tests.solver.generate import generate
from tests.solver.mutations import MUTATIONS
from tests.solver.small import caregiver, day, visit
from tests.solver.tiny import tiny
from tests.solver.tiny_days import tiny_day

# Rules on what the model holds no variable for; `solver.crosscheck` names them.
UNSEEN = {
    Rule.UNKNOWN_VISIT,  # the mutation lists it as unserved
    Rule.NOT_COVERED,
    Rule.SERVED_AND_UNSERVED,
    Rule.UNSERVED_TWICE,
    Rule.MANDATORY_UNSERVED,
    Rule.FALSE_PROOF,
    Rule.FORBIDDEN_COST,
    Rule.ORDER,
    Rule.TRAVEL_TIME,
    Rule.STATED_ARRIVAL,
    Rule.STATED_RETURN,
    Rule.DURATION,
}
SEEDS = st.integers(0, 100_000)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_a_plan_valid_by_construction_is_accepted(seed: int) -> None:
    assert refusal(*generate(seed)) is None


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_a_plan_of_the_long_search_is_accepted(seed: int) -> None:
    problem, start = generate(seed)
    found = improve(problem, start, time_limit=None, iterations=100, seed=seed, chains=1)
    assert refusal(problem, found) is None


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_the_best_plan_of_a_tiny_day_is_accepted(seed: int) -> None:
    problem = tiny_day(seed)
    assert refusal(problem, best_plan(problem)[0]) is None


@pytest.mark.parametrize("seed", range(200, 208))
def test_a_plan_of_the_engine_is_accepted(seed: int) -> None:
    problem = tiny(seed, visits=6 + seed % 5, caregivers=2 + seed % 3, metric=seed % 4 > 0)
    solution = solve(problem, time_limit=60.0, branch_limit=50)
    assert refusal(problem, solution) is None


def test_a_day_of_a_town_is_accepted() -> None:
    problem = TownDay(visits=200, caregivers=30, seed=3).problem()
    found = improve(problem, None, time_limit=None, iterations=50, seed=3, chains=1)
    assert verify(problem, found).feasible
    assert refusal(problem, found) is None


@pytest.mark.parametrize("rule", sorted(MUTATIONS.keys() - UNSEEN))
def test_a_broken_plan_is_refused(rule: Rule) -> None:
    broken = 0
    for seed in range(12):
        mutated = MUTATIONS[rule](*generate(seed))
        if mutated is not None:
            assert refusal(*mutated) is not None, seed
            broken += 1
    assert broken > 0


@pytest.mark.parametrize("rule", sorted(UNSEEN))
def test_what_it_cannot_see_is_known(rule: Rule) -> None:
    mutated = MUTATIONS[rule](*generate(1))
    assert mutated is None or refusal(*mutated) is None


def one_stop(start: int = 490, rest: Rest | None = None) -> Solution:
    stop = Stop("V", 0, 490, start, start + 30)
    return Solution((Route("C/day", 480, (stop,), start + 40, rest),))


def test_sentences_name_what_is_refused() -> None:
    problem = day([visit("V", windows=(TimeWindow(480, 500),))], [caregiver("C")])
    assert refusal(problem, one_stop()) is None
    assert refusal(problem, one_stop(501)) == "visit V cannot start at 501"
    assert (
        refusal(problem, one_stop(485)) == "the route of shift C/day cannot be driven at its times"
    )
    resting = one_stop(rest=Rest(1, 520, 530))
    assert refusal(problem, resting) == "shift C/day rests from 520 to 530, which it does not owe"


def test_a_rest_longer_than_owed_lies_where_the_plan_says() -> None:
    rest = Break(earliest=480, latest_end=600, duration=10)
    problem = day([visit("V")], [caregiver("C", shift={"rest": rest})])
    assert refusal(problem, one_stop(540, Rest(0, 500, 530))) is None
    assert refusal(problem, one_stop(540, Rest(0, 500, 550))) is not None
    assert refusal(problem, one_stop(540)) == "shift C/day takes no rest, which it must not miss"


def test_two_parts_out_of_step_are_refused_together_and_accepted_alone() -> None:
    two = visit("V", parts=2, sync=Gap(0, 5))
    problem = day([two], [caregiver("C"), caregiver("D")])
    assert refusal(problem, pair(problem, 500, 505)) is None
    sentence = refusal(problem, pair(problem, 500, 506))
    assert sentence == "the routes can be driven one by one, but not together"


def pair(problem: Problem, *starts: int) -> Solution:
    routes = [
        Route(who.shifts[0].id, 480, (Stop("V", part, 490, start, start + 30),), start + 40)
        for part, (who, start) in enumerate(zip(problem.caregivers, starts, strict=True))
    ]
    return Solution(tuple(routes))


def test_half_a_visit_is_refused() -> None:
    problem = day([visit("V", parts=2)], [caregiver("C"), caregiver("D")])
    whole = pair(problem, 500, 500)
    assert refusal(problem, replace(whole, routes=whole.routes[:1])) is not None
