"""What a plan costs at least once everything is back in it: a bound, and close where it can be."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from solver.improve import columns as c
from solver.improve.arrays import Model, State, model
from solver.improve.bounding import least_total, only_adds
from solver.improve.chance import random
from solver.improve.guide import ENTRIES, Floats, note_worst, tune
from solver.improve.plans import is_feasible, load, take_out
from solver.improve.totals import total
from solver.objective import Weights
from solver.problem import Problem
from solver.solution import Solution
from tests.solver.generate import generate

SEEDS = range(30)


def worked_out(problem: Problem, plan: Solution) -> tuple[Model, State, Floats, int] | None:
    """A plan, its guidance and the price of its routes; None where the search cannot time it."""
    made = model(problem)
    state = load(made, plan)
    if not is_feasible(made, state):
        return None
    guide = np.zeros(ENTRIES)
    tune(made.data, state, guide, random(1))
    note_worst(state, guide)
    tasks = made.data.tasks
    first = tasks[:, c.PART] == 0
    mates = np.where(tasks[:, c.MATE] < 0, np.arange(len(tasks)), tasks[:, c.MATE])
    absent = first & ((state.where < 0) | (state.where[mates] < 0))
    return made, state, guide, total(made.data, state) - int(tasks[absent, c.DROP].sum())


def direct(problem: Problem) -> Problem:
    """The same where no detour is shorter than the straight way."""
    travel = {mode: matrix.copy() for mode, matrix in problem.travel.items()}
    for matrix in travel.values():
        for place in range(len(matrix)):
            np.minimum(matrix, matrix[:, [place]] + matrix[[place]], out=matrix)
    return replace(problem, travel=travel)


@pytest.mark.parametrize("priced", ["everything", "waiting and wishes"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_without_visits_is_never_said_to_cost_more_than_the_whole(
    seed: int, priced: str
) -> None:
    problem, plan = generate(seed)
    if priced == "waiting and wishes":  # dearer without some visits
        weights = Weights(travel=0, waiting=2, start_deviation=3)
        problem = replace(problem, weights=weights)
    whole = worked_out(direct(problem), plan)
    if whole is None:
        return  # rests where the search would not take them; `test_enough_plans_are_timed` counts
    made, state, guide, price = whole
    numbers = list(range(len(problem.visits)))
    Random(seed).shuffle(numbers)
    for number in numbers:
        take_out(made, state, number)
        assert is_feasible(made, state)
        note_worst(state, guide)
        assert least_total(made.data, state, guide) <= price + made.data.prices[c.BALANCE]


def test_enough_plans_are_timed() -> None:
    timed = [worked_out(direct(generate(seed)[0]), generate(seed)[1]) for seed in SEEDS]
    assert sum(one is not None for one in timed) >= 20


def test_where_insertions_only_add_the_bound_of_a_whole_plan_is_its_price() -> None:
    weights = Weights(lateness=3, highest_lateness=2, overtime=4, caregivers_used=50, preference=7)
    exact = 0
    for seed in SEEDS:
        problem, plan = generate(seed)
        problem = replace(problem, weights=weights)
        whole = worked_out(problem, plan)
        if whole is None:
            continue
        made, state, guide, price = whole
        assert only_adds(made.data)
        missed = sum(
            int(made.data.shifts[shift, c.MISS if stops else c.MISS_IDLE])
            for shift, stops in enumerate(state.route[:, c.STOPS])
            if state.route[shift, c.REST_TAKEN] == 0
        )
        assert least_total(made.data, state, guide) == price - missed
        exact += 1
    assert exact >= 20
