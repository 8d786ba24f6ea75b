"""How much later a start could be at no price, also where other starts are tied to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from solver.improve import columns as c
from solver.improve.arrays import State, model
from solver.improve.labels import label
from solver.improve.plans import copy_of, is_feasible, load
from solver.improve.totals import total
from solver.objective import Weights
from solver.problem import Gap, Problem
from solver.solution import Route, Solution, Stop
from tests.solver.generate import generate
from tests.solver.small import caregiver, day, visit

PRICES: dict[str, int | None] = {"travel": 1, "lateness": 3, "highest_lateness": 2}
WEIGHTS = Weights(**PRICES)


def pair(gap: Gap) -> tuple[Problem, Solution]:
    """A visit of two caregivers, who come at 490 and have until 900; one goes on to another."""
    visits = [visit("both", 1, parts=2, sync=gap), visit("later", 2)]
    orders = {"a/day": [("both", 0), ("later", 0)], "b/day": [("both", 1)]}
    routes = [
        Route(shift, 480, tuple(Stop(*stop, 490, 490, 520) for stop in stops), 600)
        for shift, stops in orders.items()
    ]
    return day(visits, [caregiver("a"), caregiver("b")], **PRICES), Solution(tuple(routes))


@pytest.mark.parametrize("gap", [Gap(), Gap(0, 15)])
def test_two_tied_parts_may_be_put_off_together(gap: Gap) -> None:
    both, solution = pair(gap)
    made = model(both)
    state = load(made, solution)
    assert is_feasible(made, state)
    room = state.at[:, c.SLACK].copy()
    assert min(room[:2]) >= 300
    for _ in range(5):  # whichever route is looked at, and how often
        for shift in (1, 0):
            assert label(made.data, state, shift)
    np.testing.assert_array_equal(state.at[:, c.SLACK], room)


def put_off(days: Problem, state: State, task: int, ticks: int) -> tuple[bool, int]:
    """The plan with a start put off: whether it has times, and its price."""
    made = model(days)
    made.data.tasks[task, c.LOW] = state.at[task, c.START] + ticks
    later = copy_of(state)
    return is_feasible(made, later), total(made.data, later)


@pytest.mark.parametrize("seed", range(40))
def test_slack_costs_nothing(seed: int) -> None:
    days, solution = generate(seed)
    days = replace(days, weights=WEIGHTS)
    made = model(days)
    state = load(made, solution)
    if not is_feasible(made, state):
        return  # rests where the search would not take them; `test_enough_starts_have_slack` counts
    price = total(made.data, state)
    for task in np.flatnonzero((state.where >= 0) & (state.at[:, c.SLACK] > 0)):
        fits, later = put_off(days, state, int(task), int(state.at[task, c.SLACK]))
        assert fits
        assert later <= price


def test_enough_starts_have_slack() -> None:
    tied = 0
    for seed in range(40):
        days, solution = generate(seed)
        made = model(replace(days, weights=WEIGHTS))
        state = load(made, solution)
        if is_feasible(made, state):
            linked = made.data.tasks[:, c.LINK_FROM] < made.data.tasks[:, c.LINK_TO]
            tied += int((linked & (state.where >= 0) & (state.at[:, c.SLACK] > 0)).sum())
    assert tied >= 30
