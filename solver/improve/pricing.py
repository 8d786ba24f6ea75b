"""Compiled prices of insertions: the sums before, a walk until nothing changes, the sums after.

Starts in other routes stay while a route is priced; where that cannot be, `push` counts by how much
the other route would have to move beyond what it could at no price.
"""

from __future__ import annotations

import numpy as np

from solver.improve import columns as c
from solver.improve.arrays import Data, Ints, State
from solver.improve.chance import Random, draw
from solver.improve.compiling import inlined, kernel
from solver.improve.guide import WORST, Floats, person_price
from solver.improve.starts import (
    choose_start,
    is_allowed,
    lateness,
    price_of_start,
    ride,
    room_of_start,
    tied_low,
)

FAR, UNSET = c.FAR, c.UNSET
NEVER = 1e15
# Rows of found insertions.
SHIFT, POSITION, BEGUN, SPARE = 0, 1, 2, 3


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
        over = start - state.at[other, c.START] - most - max(0, state.at[other, c.SLACK])
        if over > 0:
            if data.tasks[other, c.HARD] == 1:
                return FAR
            push += over
    return push


@inlined
def first_start(data: Data, state: State, task: int, ready: int) -> int:
    """The earliest start of a task that is ready at some time, by what its start is tied to."""
    if data.tasks[task, c.LINK_FROM] < data.tasks[task, c.LINK_TO]:
        return max(ready, tied_low(data, state, task))
    return ready


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
    waited: int,
    room: int,
    late_price: int,
    worst: int,
    limit: float,
) -> tuple[int, int, int, int, int, int]:
    """A route from a position on: (return, waiting, room, late price, worst, push)."""
    # Stops at the first stop whose start is as it was. A return of FAR: a rule would be broken, or
    # lateness and pushes cost more than `limit`: later starts only make what follows later.
    travel, push = data.travel[data.shifts[shift, c.MODE]], 0
    for index in range(position, state.size[shift]):
        task = state.rows[shift, index]
        if task >= len(state.where):
            resting = True
            continue
        goal = data.tasks[task, c.PLACE]
        ready, held, slack = ride(data.shifts, shift, free, travel[place, goal], resting)
        ready += setup_after(data, house, task)
        low = first_start(data, state, task, ready)
        start = choose_start(data, state.wishing, task, low, seen)
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
        if moved > 0 and late_price + mine[c.LATE_AFTER] + data.prices[c.PUSH] * push > limit:
            return FAR, 0, 0, 0, 0, 0
        room = min(room, room_of_start(data, task, shift, start, late) + waited)
        late_price += price_of_start(data.tasks, data.prices, task, start, late)
        worst = max(worst, late)
        free, place = start + data.tasks[task, c.DURATION], goal
        house, resting, seen = data.tasks[task, c.BUILDING], False, True
    goal = data.shifts[shift, c.TO_PLACE]
    ready, held, slack = ride(data.shifts, shift, free, travel[place, goal], resting)
    waited += held
    return ready, waited, min(room, slack + waited), late_price, worst, push


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


@inlined
def price_at(
    data: Data,
    state: State,
    guide: Floats,
    shift: int,
    task: int,
    position: int,
    low: int,
    high: int,
    before: int,
    resting: bool,
    extra: int,
    work: int,
    limit: float,
) -> tuple[float, int]:
    """Guiding price of the route with the task at a position, and the task's start."""
    # `before` is the task before it (-1: none). The start lies in [low, high]; beyond, it pushes.
    # NEVER where lateness and pushes cost more than `limit`.
    row = data.shifts[shift]
    free, place, house = row[c.BEGIN], row[c.FROM_PLACE], -1
    waited, room, late_price, worst = 0, FAR, 0, 0
    seen = before >= 0
    if seen:
        mine = state.at[before]
        free, place = mine[c.START] + data.tasks[before, c.DURATION], data.tasks[before, c.PLACE]
        house = data.tasks[before, c.BUILDING]
        waited, room, late_price, worst = mine[c.WAITED], mine[c.ROOM], mine[c.LATE], mine[c.WORST]
    goal = data.tasks[task, c.PLACE]
    leg = data.travel[row[c.MODE], place, goal]
    ready, held, slack = ride(data.shifts, shift, free, leg, resting)
    ready += setup_after(data, house, task)
    start = choose_start(data, state.wishing, task, max(ready, low), seen)
    late = lateness(data.tasks, data.windows, task, start)
    if not is_allowed(data, task, shift, start, late):
        return NEVER, start
    if seen:
        waited += held
        room = min(room, slack + waited)
        waited += start - ready
    own = min(room_of_start(data, task, shift, start, late), max(0, high - start))
    late_price += price_of_start(data.tasks, data.prices, task, start, late)
    free = start + data.tasks[task, c.DURATION]
    end = walk(
        data, state, shift, position, free, goal, data.tasks[task, c.BUILDING], False, True,
        waited, min(room, own + waited), late_price, max(worst, late), limit,
    )  # fmt: skip
    push = end[5] + max(0, start - high)
    ended = (end[0], end[1], end[2], end[3], end[4], push)
    route = state.route[shift]
    rested = route[c.REST_TAKEN] > 0 or (route[c.STOPS] == 0 and state.size[shift] > 0)
    price = route_price(data, state, guide, shift, extra, work, rested, ended)
    return price, start


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
def scan(
    data: Data,
    state: State,
    guide: Floats,
    shift: int,
    task: int,
    low: int,
    high: int,
    costs: Floats,
    spots: Ints,
    rough: bool,
    blink: float,
    rng: Random,
) -> None:
    """Try a task at every position of a route; keep the cheapest in `costs` and `spots`.

    Rough prices are lower bounds: enough to choose a few positions, which are then priced.
    """
    # What a position costs at least is worked out in the order in which it is cheap to know.
    route, row, goal = state.route[shift], data.shifts[shift], data.tasks[task, c.PLACE]
    ways, back = data.travel[row[c.MODE], goal], data.onto[row[c.MODE], goal]
    guided = data.prices[c.IDLE] > 0 or data.prices[c.BALANCE] > 0
    base = float(data.price[task, shift]) - present_price(data, state, guide, shift)
    if state.person[row[c.PERSON], c.PERSON_STOPS] == 0:
        base += data.prices[c.USED]
    floor = base + least_route_price(data, route)
    last, gaps, travel_price = len(costs) - 1, state.gaps[shift], data.prices[c.TRAVEL]
    close = data.windows[data.tasks[task, c.WINDOW_TO] - 1, c.CLOSES]
    latest = min(data.tasks[task, c.LATEST], high + int(min(costs[last], NEVER)))
    for position in range(state.size[shift] + 1):
        free = gaps[position, c.FREED]
        if free > latest:
            return  # every later position is later still
        leg, on = back[gaps[position, c.FROM]], ways[gaps[position, c.ONTO]]
        extra = leg + on - gaps[position, c.WAY]
        least = floor + travel_price * extra
        if guided or least < costs[last]:
            before, resting = task_before(state, shift, position)
            after = next_task(state, shift, position)
            house = data.tasks[before, c.BUILDING] if before >= 0 else -1
            work = extra + added_service(data, house, task, after)
            if guided:
                least += least_person_price(data, state, guide, shift, work)
            limit = costs[last] - least + route[c.ROUTE_LATE]
            ready = free + leg
            least += data.prices[c.LATENESS] * max(0, ready - close)
            least += data.prices[c.PUSH] * max(0, ready - high)
            least += delay_price(data, state, task, after, max(ready, low), on, house)
            if least < costs[last] and draw(rng) >= blink:
                if rough:
                    keep(costs, spots, least, shift, position, ready)
                else:
                    price, start = price_at(
                        data, state, guide, shift, task, position, low, high, before, resting,
                        route[c.ROUTE_TRAVEL] + extra, route[c.WORK] + work, limit,
                    )  # fmt: skip
                    if price < NEVER:
                        keep(costs, spots, base + price, shift, position, start)


@inlined
def task_before(state: State, shift: int, position: int) -> tuple[int, bool]:
    """The task before a position (-1: none), and whether the rest is between."""
    at = position - 1
    resting = at >= 0 and state.rows[shift, at] >= len(state.where)
    if resting:
        at -= 1
    return (int(state.rows[shift, at]) if at >= 0 else -1), resting


@kernel
def price_spot(
    data: Data,
    state: State,
    guide: Floats,
    spot: Ints,
    task: int,
    low: int,
    high: int,
    limit: float,
) -> float:
    """Guiding price of an insertion that was found roughly; sets start and slack in `spot`.

    NEVER where it breaks a rule, or lateness and pushes cost more than `limit` above the route's.
    """
    shift, position = spot[SHIFT], spot[POSITION]
    route, row, goal = state.route[shift], data.shifts[shift], data.tasks[task, c.PLACE]
    ways, back = data.travel[row[c.MODE], goal], data.onto[row[c.MODE], goal]
    before, resting = task_before(state, shift, position)
    after = next_task(state, shift, position)
    house = data.tasks[before, c.BUILDING] if before >= 0 else -1
    gap = state.gaps[shift, position]
    extra = back[gap[c.FROM]] + ways[gap[c.ONTO]] - gap[c.WAY]
    work = extra + added_service(data, house, task, after)
    price, start = price_at(
        data, state, guide, shift, task, position, low, high, before, resting,
        route[c.ROUTE_TRAVEL] + extra, route[c.WORK] + work, limit + route[c.ROUTE_LATE],
    )  # fmt: skip
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
    price += float(data.price[task, shift]) - present_price(data, state, guide, shift)
    if state.person[row[c.PERSON], c.PERSON_STOPS] == 0:
        price += data.prices[c.USED]
    return float(price)


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


@inlined
def forget(costs: Floats) -> None:
    """Nothing found yet."""
    costs[:] = np.inf
