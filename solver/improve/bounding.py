"""Compiled lower bounds of a plan that is being put together again.

A step is accepted below a bar that is drawn before the step. Most steps cannot reach it any more
long before everything is back in the plan: they end there.
"""

from __future__ import annotations

from solver.improve import columns as c
from solver.improve.arrays import Data, State
from solver.improve.compiling import inlined, kernel
from solver.improve.guide import PEOPLE, WORK, WORST, Floats
from solver.improve.ruin import Removed


@kernel
def least_total(data: Data, state: State, guide: Floats) -> float:
    """What the plan costs at least once everything is back, prices of absent visits aside.

    Insertions save no lateness, and no travel where no detour is shorter than the straight way.
    They may use up waiting and idle time, bring starts nearer to the wish and leave a rest its
    place: nothing of that is counted.
    """
    prices = data.prices
    cost = prices[c.HIGHEST] * guide[WORST]
    for shift in range(len(state.size)):
        route, row = state.route[shift], data.shifts[shift]
        cost += route[c.COST] - prices[c.WAITING] * (route[c.WAIT] - route[c.LATER])
        if prices[c.DEVIATION] > 0:
            cost -= route[c.ROUTE_LATE]
        if row[c.REST] == 1 and row[c.REST_MUST] == 0 and route[c.REST_TAKEN] == 0:
            cost -= row[c.MISS] if route[c.STOPS] > 0 else row[c.MISS_IDLE]
    return float(cost + least_of_people(data, state, guide))


@inlined
def least_of_people(data: Data, state: State, guide: Floats) -> float:
    """Of the caregivers used, and of work above the mean that it had before the ruin."""
    cost = 0.0
    if data.prices[c.USED] > 0:
        for person in range(len(state.person)):
            cost += data.prices[c.USED] * (state.person[person, c.PERSON_STOPS] > 0)
    if data.prices[c.BALANCE] > 0 and guide[PEOPLE] > 0.0:
        mean = guide[WORK] / guide[PEOPLE]
        for person in range(len(state.person)):
            if data.people[person, c.PRESENT] == 1:
                work = data.people[person, c.PAST] + state.person[person, c.PERSON_WORK]
                cost += data.prices[c.BALANCE] * max(0.0, work - mean)
    return cost


@kernel
def price_of_absent(data: Data, state: State, removed: Removed) -> float:
    """What the visits cost that are absent and will not be tried in this step."""
    price = 0.0
    for task in range(len(state.where)):
        if state.where[task] < 0 and removed.marked[task] == 0 and data.tasks[task, c.PART] == 0:
            price += data.tasks[task, c.DROP]
    return price


@inlined
def only_adds(data: Data) -> bool:
    """Whether no insertion can make the routes cheaper, so that none above the bar is of use."""
    prices = data.prices
    saving = prices[c.WAITING] + prices[c.IDLE] + prices[c.BALANCE] + prices[c.DEVIATION]
    return bool(saving == 0)
