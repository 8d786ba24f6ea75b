"""Compiled prices of insertions: the sums before, a walk until nothing changes, the sums after.

Starts in other routes stay while a route is priced; where that cannot be, `push` counts by how much
the other route would have to move beyond what it could at no price.
"""

from __future__ import annotations

from solver.improve import columns as c
from solver.improve.arrays import Data, State
from solver.improve.compiling import inlined
from solver.improve.guide import WORST, Floats, person_price
from solver.improve.starts import (
    choose_start,
    delay_of_tied,
    is_allowed,
    lateness,
    price_of_start,
    ride,
    room_of_start,
    tied_low,
)

FAR, UNSET = c.FAR, c.UNSET
NEVER = 1e15


@inlined
def push_of(data: Data, state: State, task: int, start: int) -> int:
    """By how much tied starts would have to move beyond what is free; FAR if they must not."""
    push = 0
    for row in range(data.tasks[task, c.LINK_FROM], data.tasks[task, c.LINK_TO]):
        other = data.links[row, c.OTHER]
        if state.where[other] < 0:
            continue
        most = data.links[row, c.MOST]
        if data.links[row, c.IS_AFTER] == 0:
            most = -data.links[row, c.LEAST]
        over = start - state.at[other, c.START] - most - delay_of_tied(data, state, task, other)
        if over > 0:
            if data.tasks[other, c.HARD] == 1:
                return FAR
            push += over
    return push


@inlined
def first_start(data: Data, state: State, task: int, ready: int, seen: bool) -> int:
    """The earliest start of a task that is ready at some time, by what its start is tied to."""
    if data.tasks[task, c.LINK_FROM] < data.tasks[task, c.LINK_TO]:
        ready = max(ready, tied_low(data, state, task))
    return choose_start(data, state.wishing, task, ready, seen)


@inlined
def as_before(
    state: State,
    shift: int,
    task: int,
    waited: int,
    room: int,
    late_price: int,
    worst: int,
    push: int,
) -> tuple[int, int, int, int, int, int]:
    """The end of a route whose remaining starts are as they were, from a task on."""
    mine = state.at[task]
    return (
        state.route[shift, c.RETURN],
        waited + mine[c.WAITED_AFTER],
        min(room, min(mine[c.OWN], mine[c.ROOM_AFTER]) + waited),
        late_price + mine[c.LATE_AFTER],
        max(worst, mine[c.WORST_AFTER]),
        push,
    )


@inlined
def walk(
    data: Data,
    state: State,
    shift: int,
    position: int,
    free: int,
    place: int,
    house: int,
    resting: bool,
    seen: bool,
    sums: tuple[int, int, int, int],
    limit: float,
) -> tuple[int, int, int, int, int, int]:
    """A route from a position on: (return, waiting, room, late price, worst, push)."""
    # From `sums` (waiting, room, late price, worst) to the first stop whose start is as it was.
    # FAR: a rule would be broken, or lateness and pushes, which only grow, cost more than `limit`.
    travel, push = data.travel[data.shifts[shift, c.MODE]], 0
    waited, room, late_price, worst = sums
    for index in range(position, state.size[shift]):
        task = state.rows[shift, index]
        if task >= len(state.where):
            resting = True
            continue
        goal = data.tasks[task, c.PLACE]
        ready, held, slack = ride(data.shifts, shift, free, travel[place, goal], resting)
        ready += setup_after(data, house, task)
        start = first_start(data, state, task, ready, seen)
        late = lateness(data.tasks, data.windows, task, start)
        if not is_allowed(data, task, shift, start, late):
            return FAR, 0, 0, 0, 0, 0
        if seen:
            waited += held
            room = min(room, slack + waited)
            waited += start - ready
        mine = state.at[task]
        moved = start - mine[c.START]
        if moved == 0 or (0 < moved <= mine[c.SLACK] and data.prices[c.WAITING] == 0):
            late_price += price_of_start(data.tasks, data.prices, task, start, late)
            return as_before(state, shift, task, waited, room, late_price, max(worst, late), push)
        push += push_of(data, state, task, start)
        room = min(room, room_of_start(data, task, shift, start, late) + waited)
        if moved > 0 and late_price + mine[c.LATE_AFTER] + data.prices[c.PUSH] * push > limit:
            return FAR, 0, 0, 0, 0, 0
        late_price += price_of_start(data.tasks, data.prices, task, start, late)
        worst = max(worst, late)
        free, place = start + data.tasks[task, c.DURATION], goal
        house, resting, seen = data.tasks[task, c.BUILDING], False, True
    way = travel[place, data.shifts[shift, c.TO_PLACE]]
    ready, held, slack = ride(data.shifts, shift, free, way, resting)
    return ready, waited + held, min(room, slack + waited + held), late_price, worst, push


@inlined
def route_price(
    data: Data,
    state: State,
    guide: Floats,
    shift: int,
    travel: int,
    work: int,
    rested: bool,
    ended: tuple[int, int, int, int, int, int],
) -> float:
    """Guiding price of a route that ends as `walk` says, faces and first use aside."""
    return_at, waited, room, late_price, worst, push = ended
    row = data.shifts[shift]
    if return_at > row[c.LAST_RETURN] or push >= FAR:
        return NEVER
    person = row[c.PERSON]
    work_of = state.person[person, c.PERSON_WORK] - state.route[shift, c.WORK] + work
    if work_of > data.people[person, c.MAX_WORK]:
        return NEVER
    prices = data.prices
    price = prices[c.TRAVEL] * travel + late_price + prices[c.PUSH] * push
    price += prices[c.WAITING] * (waited - max(0, min(waited, room)))
    price += prices[c.OVERTIME] * max(0, return_at - row[c.END])
    if row[c.REST] == 1 and not rested:
        if row[c.REST_MUST] == 1:
            return NEVER
        price += row[c.MISS]
    if prices[c.HIGHEST] > 0:
        price += prices[c.HIGHEST] * max(0, worst - int(guide[WORST]))
    if prices[c.IDLE] > 0 or prices[c.BALANCE] > 0:
        idle = max(return_at, row[c.END]) - row[c.BEGIN] - work
        if rested:
            idle -= row[c.REST_LENGTH]
        idle = max(0, idle) + state.person[person, c.PERSON_IDLE] - state.route[shift, c.ROUTE_IDLE]
        return float(price) + person_price(data, guide, person, idle, work_of)
    return float(price)


@inlined
def present_price(data: Data, state: State, guide: Floats, shift: int) -> float:
    """Guiding price of a route as it is, faces and first use aside."""
    person = data.shifts[shift, c.PERSON]
    price = state.route[shift, c.COST] - state.route[shift, c.ROUTE_PRICE]
    return float(price) + person_price(
        data,
        guide,
        person,
        state.person[person, c.PERSON_IDLE],
        state.person[person, c.PERSON_WORK],
    )


@inlined
def setup_after(data: Data, house: int, task: int) -> int:
    """Setup of a task, coming from a building (-1: none)."""
    if house >= 0 and house == data.tasks[task, c.BUILDING]:
        return 0
    return int(data.tasks[task, c.SETUP])


@inlined
def next_task(state: State, shift: int, position: int) -> int:
    """The first task from a position on, or -1."""
    for index in range(position, state.size[shift]):
        task = state.rows[shift, index]
        if task < len(state.where):
            return int(task)
    return -1
