"""Compiled sums over all routes: by caregiver, and what the whole plan costs."""

from __future__ import annotations

from solver.improve import columns as c
from solver.improve.arrays import Data, State
from solver.improve.compiling import kernel


@kernel
def sum_people(data: Data, state: State) -> bool:
    """Idle time, work and stops by caregiver; False where one works more than allowed."""
    state.person[:] = 0
    for shift in range(len(state.size)):
        person = data.shifts[shift, c.PERSON]
        state.person[person, c.PERSON_IDLE] += state.route[shift, c.ROUTE_IDLE]
        state.person[person, c.PERSON_WORK] += state.route[shift, c.WORK]
        state.person[person, c.PERSON_STOPS] += state.route[shift, c.STOPS]
    for person in range(len(state.person)):
        if state.person[person, c.PERSON_WORK] > data.people[person, c.MAX_WORK]:
            return False
    return True


@kernel
def total(data: Data, state: State) -> int:
    """The checker's cost of the plan as labelled."""
    cost, worst, idle = 0, 0, 0
    for shift in range(len(state.size)):
        cost += state.route[shift, c.COST]
        worst = max(worst, state.route[shift, c.ROUTE_WORST])
    used = 0
    for person in range(len(state.person)):
        idle = max(idle, state.person[person, c.PERSON_IDLE])
        used += state.person[person, c.PERSON_STOPS] > 0
    cost += data.prices[c.HIGHEST] * worst + data.prices[c.IDLE] * idle
    cost += data.prices[c.USED] * used
    if data.prices[c.BALANCE] > 0:
        cost += data.prices[c.BALANCE] * imbalance(data, state)
    for task in range(len(state.where)):
        if data.tasks[task, c.PART] == 0:
            mate = data.tasks[task, c.MATE]
            if state.where[task] < 0 or (mate >= 0 and state.where[mate] < 0):
                cost += data.tasks[task, c.DROP]
    return int(cost)


@kernel
def imbalance(data: Data, state: State) -> int:
    """Work above the mean, of the caregivers who have a shift."""
    count, everything = 0, 0
    for person in range(len(state.person)):
        if data.people[person, c.PRESENT] == 1:
            count += 1
            everything += data.people[person, c.PAST] + state.person[person, c.PERSON_WORK]
    above = 0
    for person in range(len(state.person)):
        if data.people[person, c.PRESENT] == 1:
            work = data.people[person, c.PAST] + state.person[person, c.PERSON_WORK]
            above += max(0, count * work - everything)
    return above // max(1, count)
