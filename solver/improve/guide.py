"""Compiled guidance through terms that are a maximum: a slope where they have none.

The largest idle time changes only with one caregiver. Insertions are therefore priced by the p-norm
of all idle times, linear above a reference, and plans are accepted by a mixture of the maximum and
a power mean which slides to the maximum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.improve import columns as c
from solver.improve.arrays import Data, State
from solver.improve.chance import Random, below, draw
from solver.improve.compiling import inlined, kernel

Floats = NDArray[np.float64]

REFERENCE, SCALE, POWER, SLOPE, WORST, WORK, PEOPLE, BAR = range(8)
ENTRIES = 8
# Share of the idle term that is its power mean at the start, share of the plain mean throughout.
MEAN_SHARE, PLAIN_SHARE = 0.9, 0.05


@kernel
def tune(data: Data, state: State, guide: Floats, rng: Random) -> None:
    """Draw the guidance of one iteration from the present plan."""
    largest, work, people = 0, 0, 0
    for person in range(len(state.person)):
        largest = max(largest, state.person[person, c.PERSON_IDLE])
        if data.people[person, c.PRESENT] == 1:
            people += 1
            work += data.people[person, c.PAST] + state.person[person, c.PERSON_WORK]
    guide[WORK], guide[PEOPLE] = work, people
    price = float(data.prices[c.IDLE])
    if price <= 0.0 or largest <= 0:
        guide[REFERENCE] = 0.0
        guide[SLOPE] = price
        return
    power = 4.0 * 2.0 ** below(rng, 3)
    norm = 0.0
    for person in range(len(state.person)):
        norm += (state.person[person, c.PERSON_IDLE] / largest) ** power
    guide[POWER] = power
    guide[SCALE] = price / norm ** ((power - 1.0) / power)
    guide[REFERENCE] = float(largest)
    guide[SLOPE] = price
    if draw(rng) < 0.5:
        guide[SLOPE] = max(guide[SCALE], price * draw(rng) * draw(rng))
        guide[REFERENCE] = largest * (1.0 + 0.3 * draw(rng))


@inlined
def note_worst(state: State, guide: Floats) -> None:
    """The highest lateness of the plan as it is; insertions pay for raising it."""
    worst = 0
    for shift in range(len(state.size)):
        worst = max(worst, state.route[shift, c.ROUTE_WORST])
    guide[WORST] = worst


@inlined
def idle_price(guide: Floats, idle: float) -> float:
    """Guiding price of one caregiver's idle time."""
    reference = guide[REFERENCE]
    if reference < 1.0:
        return float(guide[SLOPE] * idle)
    top = guide[SCALE] * reference / guide[POWER]
    if idle > reference:
        return float(top + guide[SLOPE] * (idle - reference))
    ratio = idle / reference
    value = ratio * ratio
    value *= value
    if guide[POWER] >= 8.0:
        value *= value
    if guide[POWER] >= 16.0:
        value *= value
    return float(top * value)


@inlined
def person_price(data: Data, guide: Floats, person: int, idle: int, work: int) -> float:
    """Guiding price of one caregiver's idle time and of work above the mean."""
    price = 0.0
    if data.prices[c.IDLE] > 0:
        price += idle_price(guide, float(idle))
    if data.prices[c.BALANCE] > 0 and guide[PEOPLE] > 0.0:
        above = data.people[person, c.PAST] + work - guide[WORK] / guide[PEOPLE]
        price += data.prices[c.BALANCE] * max(0.0, above)
    return price


@kernel
def smooth(data: Data, state: State, share: float) -> float:
    """What acceptance adds to the cost of a plan, `share` of the search being over."""
    if data.prices[c.IDLE] <= 0:
        return 0.0
    largest, plain, power = 0.0, 0.0, 0.0
    for person in range(len(state.person)):
        idle = float(state.person[person, c.PERSON_IDLE])
        largest = max(largest, idle)
        plain += idle
        square = idle * idle
        power += square * square
    count = max(1, len(state.person))
    mean = (power / count) ** 0.25
    mixed = MEAN_SHARE * max(0.0, 1.0 - share) * (mean - largest)
    return float(data.prices[c.IDLE] * (mixed + PLAIN_SHARE * plain / count))
