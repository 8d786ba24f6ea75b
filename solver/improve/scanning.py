"""Compiled search for where a task costs least: every position of a route, cheapest facts first."""

from __future__ import annotations

from typing import NamedTuple

from solver.improve import columns as c
from solver.improve.arrays import Data, Ints, State
from solver.improve.chance import Random, draw
from solver.improve.compiling import inlined, kernel
from solver.improve.guide import Floats, person_price
from solver.improve.pricing import (
    NEVER,
    next_task,
    present_price,
    route_price,
    setup_after,
    walk,
)
from solver.improve.starts import (
    choose_start,
    is_allowed,
    lateness,
    price_of_start,
    ride,
    room_of_start,
)

FAR = c.FAR
# Columns of found insertions.
SHIFT, POSITION, BEGUN, SPARE = 0, 1, 2, 3


class Wanted(NamedTuple):
    """What is looked for: places of a task that starts in [low, high]; beyond, it pushes others.

    Rough prices are lower bounds, enough to choose a few positions that are priced afterwards.
    Positions are overlooked with the chance `blink`.
    """

    task: int
    low: int
    high: int
    rough: bool
    blink: float


class Trial(NamedTuple):
    """One position of a route, and what the task adds there to its way and its work."""

    position: int
    before: int  # the task before (-1: none)
    resting: bool  # whether the rest is between
    extra: int
    work: int


@inlined
def price_at(
    data: Data,
    state: State,
    guide: Floats,
    shift: int,
    wanted: Wanted,
    trial: Trial,
    limit: float,
) -> tuple[float, int]:
    """Guiding price of the route with the task at a position, and the task's start."""
    # NEVER where lateness and pushes cost more than `limit`.
    row, task, before = data.shifts[shift], wanted.task, trial.before
    free, place, house, sums = left_behind(data, state, shift, before)
    waited, room, late_price, worst = sums
    seen = before >= 0
    goal = data.tasks[task, c.PLACE]
    leg = data.travel[row[c.MODE], place, goal]
    ready, held, slack = ride(data.shifts, shift, free, leg, trial.resting)
    ready += setup_after(data, house, task)
    start = choose_start(data, state.wishing, task, max(ready, wanted.low), seen)
    late = lateness(data.tasks, data.windows, task, start)
    if not is_allowed(data, task, shift, start, late):
        return NEVER, start
    if seen:
        waited += held
        room = min(room, slack + waited)
        waited += start - ready
    own = min(room_of_start(data, task, shift, start, late), max(0, wanted.high - start))
    late_price += price_of_start(data.tasks, data.prices, task, start, late)
    free = start + data.tasks[task, c.DURATION]
    sums = (waited, min(room, own + waited), late_price, max(worst, late))
    end = walk(
        data, state, shift, trial.position, free, goal, data.tasks[task, c.BUILDING], False, True,
        sums, limit,
    )  # fmt: skip
    push = end[5] + max(0, start - wanted.high)
    ended = (end[0], end[1], end[2], end[3], end[4], push)
    route = state.route[shift]
    rested = route[c.REST_TAKEN] > 0 or (route[c.STOPS] == 0 and state.size[shift] > 0)
    price = route_price(
        data,
        state,
        guide,
        shift,
        route[c.ROUTE_TRAVEL] + trial.extra,
        route[c.WORK] + trial.work,
        rested,
        ended,
    )
    return price, start


@inlined
def left_behind(
    data: Data, state: State, shift: int, before: int
) -> tuple[int, int, int, tuple[int, int, int, int]]:
    """When, where and in which building a task (-1: the start) is left, and the sums up to it."""
    if before < 0:
        row = data.shifts[shift]
        return row[c.BEGIN], row[c.FROM_PLACE], -1, (0, FAR, 0, 0)
    mine, task = state.at[before], data.tasks[before]
    sums = (mine[c.WAITED], mine[c.ROOM], mine[c.LATE], mine[c.WORST])
    return mine[c.START] + task[c.DURATION], task[c.PLACE], task[c.BUILDING], sums


@inlined
def least_route_price(data: Data, route: Ints) -> float:
    """What a route costs at least, should an insertion use up all its waiting."""
    saved = data.prices[c.WAITING] * (route[c.WAIT] - route[c.LATER])
    return float(route[c.COST] - route[c.ROUTE_PRICE] - saved)


@inlined
def delay_price(
    data: Data, state: State, task: int, after: int, ready: int, way: int, house: int
) -> float:
    """Least price of what a task puts off behind it; `after` (-1: none) is the next task."""
    # The task is ready at `ready`, coming from building `house`; `way` leads on to `after`.
    if after < 0:
        return 0.0
    ready = max(ready + setup_after(data, house, task), data.tasks[task, c.LOW])
    ready += data.tasks[task, c.DURATION] + way
    ready += setup_after(data, data.tasks[task, c.BUILDING], after)
    if ready > data.tasks[after, c.LATEST]:
        return NEVER
    over = ready - state.at[after, c.START] - max(0, state.at[after, c.SLACK])
    return float(state.at[after, c.STEEP] * max(0, over))


@inlined
def added_service(data: Data, house: int, task: int, after: int) -> int:
    """Service and setup that a task adds between a building and the next task (-1: none)."""
    added = data.tasks[task, c.DURATION] + setup_after(data, house, task)
    if after >= 0:
        added += setup_after(data, data.tasks[task, c.BUILDING], after)
        added -= setup_after(data, house, after)
    return int(added)


@inlined
def least_time_price(
    data: Data, state: State, wanted: Wanted, trial: Trial, after: int, ready: int, on: int
) -> float:
    """Least price of what the task, at the door at `ready`, is late itself and puts off."""
    close = data.windows[data.tasks[wanted.task, c.WINDOW_TO] - 1, c.CLOSES]
    house = data.tasks[trial.before, c.BUILDING] if trial.before >= 0 else -1
    price = float(data.prices[c.LATENESS] * max(0, ready - close))
    price += data.prices[c.PUSH] * max(0, ready - wanted.high)
    ready = max(ready, wanted.low)
    return float(price + delay_price(data, state, wanted.task, after, ready, on, house))


@inlined
def scan(
    data: Data,
    state: State,
    guide: Floats,
    shift: int,
    wanted: Wanted,
    costs: Floats,
    spots: Ints,
    rng: Random,
) -> None:
    """Try a task at every position of a route; keep the cheapest in `costs` and `spots`."""
    # What a position costs at least is worked out in the order in which it is cheap to know.
    route, row, task = state.route[shift], data.shifts[shift], wanted.task
    goal = data.tasks[task, c.PLACE]
    ways, back = data.travel[row[c.MODE], goal], data.onto[row[c.MODE], goal]
    guided = data.prices[c.IDLE] > 0 or data.prices[c.BALANCE] > 0
    base = insertion_base(data, state, guide, shift, task)
    floor = base + least_route_price(data, route)
    last, gaps, travel_price = len(costs) - 1, state.gaps[shift], data.prices[c.TRAVEL]
    latest = min(data.tasks[task, c.LATEST], wanted.high + int(min(costs[last], NEVER)))
    for position in range(state.size[shift] + 1):
        free = gaps[position, c.FREED]
        if free > latest:
            return  # every later position is later still
        leg, on = back[gaps[position, c.FROM]], ways[gaps[position, c.ONTO]]
        extra = leg + on - gaps[position, c.WAY]
        least = floor + travel_price * extra
        if not guided and least >= costs[last]:
            continue
        after = next_task(state, shift, position)
        trial = trial_at(data, state, shift, position, task, after, extra)
        if guided:
            least += least_person_price(data, state, guide, shift, trial.work)
        limit = costs[last] - least + route[c.ROUTE_LATE]
        least += least_time_price(data, state, wanted, trial, after, free + leg, on)
        if least >= costs[last] or draw(rng) < wanted.blink:
            continue
        if wanted.rough:
            keep(costs, spots, least, shift, position, free + leg)
            continue
        price, start = price_at(data, state, guide, shift, wanted, trial, limit)
        if price < NEVER:
            keep(costs, spots, base + price, shift, position, start)


@inlined
def insertion_base(data: Data, state: State, guide: Floats, shift: int, task: int) -> float:
    """What inserting a task adds to the guiding price of the changed route."""
    base = float(data.price[task, shift]) - present_price(data, state, guide, shift)
    if state.person[data.shifts[shift, c.PERSON], c.PERSON_STOPS] == 0:
        base += data.prices[c.USED]
    return base


@inlined
def trial_at(
    data: Data, state: State, shift: int, position: int, task: int, after: int, extra: int
) -> Trial:
    """A position, `after` the next task (-1: none), `extra` what the task adds to the way."""
    at = position - 1
    resting = at >= 0 and state.rows[shift, at] >= len(state.where)
    if resting:
        at -= 1
    before = int(state.rows[shift, at]) if at >= 0 else -1
    house = data.tasks[before, c.BUILDING] if before >= 0 else -1
    work = extra + added_service(data, house, task, after)
    return Trial(position, before, resting, extra, work)


@kernel
def price_spot(
    data: Data, state: State, guide: Floats, spot: Ints, wanted: Wanted, limit: float
) -> float:
    """Guiding price of an insertion that was found roughly; sets start and slack in `spot`.

    NEVER where it breaks a rule, or lateness and pushes cost more than `limit` above the route's.
    """
    shift, position, task = spot[SHIFT], spot[POSITION], wanted.task
    route, row, goal = state.route[shift], data.shifts[shift], data.tasks[task, c.PLACE]
    ways, back = data.travel[row[c.MODE], goal], data.onto[row[c.MODE], goal]
    gap, after = state.gaps[shift, position], next_task(state, shift, position)
    extra = back[gap[c.FROM]] + ways[gap[c.ONTO]] - gap[c.WAY]
    trial = trial_at(data, state, shift, position, task, after, extra)
    limit += route[c.ROUTE_LATE]
    price, start = price_at(data, state, guide, shift, wanted, trial, limit)
    spot[BEGUN] = start
    if price >= NEVER:
        return NEVER
    late = lateness(data.tasks, data.windows, task, start)
    spot[SPARE] = room_of_start(data, task, shift, start, late)
    if after >= 0:
        done = start + data.tasks[task, c.DURATION] + ways[data.tasks[after, c.PLACE]]
        done += setup_after(data, data.tasks[task, c.BUILDING], after)
        spare = state.at[after, c.START] + max(0, state.at[after, c.SLACK]) - done
        spot[SPARE] = max(0, min(spot[SPARE], spare))
    return price + insertion_base(data, state, guide, shift, task)


@inlined
def least_person_price(data: Data, state: State, guide: Floats, shift: int, work: int) -> float:
    """Least guiding price of the caregiver's idle time and balance with so much more work."""
    if data.prices[c.IDLE] == 0 and data.prices[c.BALANCE] == 0:
        return 0.0
    person = data.shifts[shift, c.PERSON]
    idle = state.person[person, c.PERSON_IDLE] - work
    if state.route[shift, c.STOPS] == 0:
        idle -= data.shifts[shift, c.REST_LENGTH]
    work += state.person[person, c.PERSON_WORK]
    return person_price(data, guide, person, max(0, idle), work)


@inlined
def keep(costs: Floats, spots: Ints, cost: float, shift: int, position: int, start: int) -> None:
    """Sort an insertion in among the cheapest."""
    at = len(costs) - 1
    if cost >= costs[at]:
        return
    while at > 0 and costs[at - 1] > cost:
        costs[at] = costs[at - 1]
        for column in range(3):
            spots[at, column] = spots[at - 1, column]
        at -= 1
    costs[at] = cost
    spots[at, SHIFT], spots[at, POSITION], spots[at, BEGUN] = shift, position, start
