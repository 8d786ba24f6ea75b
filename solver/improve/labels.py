"""Compiled sums of one route along its stops, forward and backward, and its price.

With the sums before a stop and after another, an insertion between them is priced without looking
at the rest of the route. `WAITED` counts waiting up to a stop (none before the first: the caregiver
leaves just in time) and `ROOM` is the least of (how much later a stop could be) + (waiting before
it): the start of a route can be put off by min(waiting, room), and that much waiting disappears.
"""

from __future__ import annotations

from solver.improve import columns as c
from solver.improve.arrays import Data, State
from solver.improve.compiling import inlined, kernel
from solver.improve.starts import (
    choose_start,
    delay_of_tied,
    gap_room,
    is_allowed,
    lateness,
    price_of_start,
    ride,
    room_of_start,
    tied_low,
)
from solver.improve.sweep import sweep
from solver.improve.totals import sum_people

FAR, UNSET = c.FAR, c.UNSET
FITS, PUSHES, IMPOSSIBLE = 0, 1, -1


@kernel
def settle(data: Data, state: State, shift: int) -> int:
    """Earliest starts of one route while all others stay; PUSHES if another has to move for it."""
    free, place, house = data.shifts[shift, c.BEGIN], data.shifts[shift, c.FROM_PLACE], -1
    travel = data.travel[data.shifts[shift, c.MODE]]
    resting, seen, outcome = False, False, FITS
    for position in range(state.size[shift]):
        task = state.rows[shift, position]
        if task >= len(state.where):
            resting = True
            continue
        goal = data.tasks[task, c.PLACE]
        ready, _, _ = ride(data.shifts, shift, free, travel[place, goal], resting)
        if ready >= FAR:
            return IMPOSSIBLE
        if house < 0 or house != data.tasks[task, c.BUILDING]:
            ready += data.tasks[task, c.SETUP]
        low = max(ready, tied_low(data, state, task))
        start = choose_start(data, state.wishing, task, low, seen)
        if not is_allowed(
            data, task, shift, start, lateness(data.tasks, data.windows, task, start)
        ):
            return IMPOSSIBLE
        state.at[task, c.START] = start
        state.at[task, c.READY] = ready
        if gap_room(data, state, task, start) < 0:
            outcome = PUSHES
        free, place, house = (
            start + data.tasks[task, c.DURATION],
            goal,
            data.tasks[task, c.BUILDING],
        )
        resting, seen = False, True
    return outcome


@kernel
def label(data: Data, state: State, shift: int) -> bool:
    """Work out the sums and the price of a route from its starts; False if it breaks a rule."""
    fits = label_forward(data, state, shift)
    state.cursor[shift, c.DIRTY] = not fits  # what breaks a rule is looked at again, moved or not
    label_backward(data, state, shift)
    if data.prices[c.DEVIATION] > 0:
        state.route[shift, c.COST] += put_off_deviation(data, state, shift)
    return fits


@inlined
def label_forward(data: Data, state: State, shift: int) -> bool:
    """Sums up to each stop, then the route's."""
    route = state.route[shift]
    route[:] = 0
    travel = data.travel[data.shifts[shift, c.MODE]]
    free, place, house = data.shifts[shift, c.BEGIN], data.shifts[shift, c.FROM_PLACE], -1
    waited, room, late_price, worst = 0, FAR, 0, 0
    resting = False
    for position in range(state.size[shift]):
        task = state.rows[shift, position]
        if task >= len(state.where):
            resting = True
            continue
        goal = data.tasks[task, c.PLACE]
        way = travel[place, goal]
        note_gap(state, shift, position, resting, free, place, goal, way)
        ready, held, slack = ride(data.shifts, shift, free, way, resting)
        setup = 0
        if house < 0 or house != data.tasks[task, c.BUILDING]:
            setup = data.tasks[task, c.SETUP]
        mine = state.at[task]
        start = mine[c.START]
        route[c.ROUTE_TRAVEL] += way
        route[c.WORK] += way + setup + data.tasks[task, c.DURATION]
        route[c.ROUTE_PRICE] += data.price[task, shift]
        late = lateness(data.tasks, data.windows, task, start)
        mine[c.REST_HELD], mine[c.REST_ROOM] = held, slack
        mine[c.HELD] = start - ready - setup
        if route[c.STOPS] == 0:
            mine[c.REST_HELD], mine[c.REST_ROOM], mine[c.HELD] = 0, FAR, 0
        waited += mine[c.REST_HELD]
        room = min(room, mine[c.REST_ROOM] + waited)
        waited += mine[c.HELD]
        mine[c.OWN] = room_of_start(data, task, shift, start, late)
        room = min(room, min(mine[c.OWN], gap_room(data, state, task, start)) + waited)
        late_price += price_of_start(data.tasks, data.prices, task, start, late)
        worst = max(worst, late)
        mine[c.WAITED], mine[c.ROOM], mine[c.LATE], mine[c.WORST] = waited, room, late_price, worst
        route[c.REST_TAKEN] += resting
        route[c.STOPS] += 1
        free, place, house = (
            start + data.tasks[task, c.DURATION],
            goal,
            data.tasks[task, c.BUILDING],
        )
        resting = False
    return finish_route(data, state, shift, free, place, resting, waited, room, late_price, worst)


@inlined
def note_gap(
    state: State,
    shift: int,
    position: int,
    resting: bool,
    free: int,
    place: int,
    goal: int,
    way: int,
) -> None:
    """What an insertion at a position looks at first; before the rest there, too."""
    for index in range(position - 1 if resting else position, position + 1):
        gap = state.gaps[shift, index]
        gap[c.FREED], gap[c.FROM], gap[c.ONTO], gap[c.WAY] = free, place, goal, way


@inlined
def finish_route(
    data: Data,
    state: State,
    shift: int,
    free: int,
    place: int,
    resting: bool,
    waited: int,
    room: int,
    late_price: int,
    worst: int,
) -> bool:
    """The way back and the price of the whole."""
    route, row = state.route[shift], data.shifts[shift]
    if route[c.STOPS] == 0:
        goal = row[c.TO_PLACE]
        note_gap(state, shift, state.size[shift], resting, free, place, goal, 0)
        route[c.RETURN] = row[c.BEGIN]
        route[c.ROUTE_IDLE] = row[c.END] - row[c.BEGIN]
        route[c.COST] = row[c.MISS_IDLE]
        return True
    way = data.travel[row[c.MODE], place, row[c.TO_PLACE]]
    note_gap(state, shift, state.size[shift], resting, free, place, row[c.TO_PLACE], way)
    ready, held, slack = ride(data.shifts, shift, free, way, resting)
    waited += held
    room = min(room, slack + waited)
    route[c.ROUTE_TRAVEL] += way
    route[c.WORK] += way
    route[c.REST_TAKEN] += resting
    route[c.RETURN] = ready
    route[c.WAIT] = waited
    route[c.LATER] = max(0, min(waited, room))
    route[c.ROUTE_WORST], route[c.ROUTE_LATE] = worst, late_price
    rested = row[c.REST_LENGTH] if route[c.REST_TAKEN] > 0 else 0
    idle = max(ready, row[c.END]) - row[c.BEGIN] - route[c.WORK] - rested
    route[c.ROUTE_IDLE] = max(0, idle)
    route[c.COST] = (
        data.prices[c.TRAVEL] * route[c.ROUTE_TRAVEL]
        + data.prices[c.WAITING] * (waited - route[c.LATER])
        + data.prices[c.OVERTIME] * max(0, ready - row[c.END])
        + late_price
        + route[c.ROUTE_PRICE]
    )
    if route[c.REST_TAKEN] == 0 and row[c.REST] == 1:
        route[c.COST] += row[c.MISS]
        if row[c.REST_MUST] == 1:
            return False
    return bool(ready <= row[c.LAST_RETURN])


@inlined
def label_backward(data: Data, state: State, shift: int) -> None:
    """Sums after each stop, and the delay of each that costs nothing."""
    size, row = state.size[shift], data.shifts[shift]
    last, resting = size - 1, False
    while last >= 0 and state.rows[shift, last] >= len(state.where):
        last -= 1
        resting = True
    if last < 0:
        return
    task = state.rows[shift, last]
    way = data.travel[row[c.MODE], data.tasks[task, c.PLACE], row[c.TO_PLACE]]
    free = state.at[task, c.START] + data.tasks[task, c.DURATION]
    ready, held, slack = ride(data.shifts, shift, free, way, resting)
    end = row[c.END] if data.prices[c.OVERTIME] > 0 else row[c.LAST_RETURN]
    waits, room, late_price, worst = held, slack + held, 0, 0
    delay, steep = held + min(slack, max(0, end - ready)), data.prices[c.DELAY]
    for position in range(last, -1, -1):
        task = state.rows[shift, position]
        if task >= len(state.where):
            continue
        mine = state.at[task]
        mine[c.WAITED_AFTER], mine[c.ROOM_AFTER] = waits, room
        mine[c.LATE_AFTER], mine[c.WORST_AFTER] = late_price, worst
        gap = tied_delay(data, state, task, mine[c.START])
        mine[c.ALONE] = min(delay, mine[c.OWN])
        free = mine[c.SLACK] = min(mine[c.ALONE], gap)
        steep = steep_beyond(data, task, free, delay, steep, mine[c.OWN])
        mine[c.STEEP] = steep
        late = lateness(data.tasks, data.windows, task, mine[c.START])
        late_price += price_of_start(data.tasks, data.prices, task, mine[c.START], late)
        worst = max(worst, late)
        held = mine[c.REST_HELD] + mine[c.HELD]
        fixed = min(mine[c.OWN], gap_room(data, state, task, mine[c.START]))
        room = min(mine[c.REST_ROOM] + mine[c.REST_HELD], min(fixed, room) + held)
        waits += held
        delay = mine[c.REST_HELD] + min(mine[c.REST_ROOM], mine[c.HELD] + mine[c.SLACK])


@inlined
def steep_beyond(data: Data, task: int, slack: int, delay: int, steep: int, own: int) -> int:
    """Least price of a tick by which a task starts later than its slack allows."""
    # `delay` is what the rest of the route allows, `steep` its price beyond; lateness is convex.
    if data.tasks[task, c.WINDOW_TO] - data.tasks[task, c.WINDOW_FROM] > 1:
        return int(data.prices[c.DELAY])
    price = steep if delay <= slack else 0
    if own <= slack:
        price += data.prices[c.LATENESS]
    return int(max(price, data.prices[c.DELAY]))


@inlined
def tied_delay(data: Data, state: State, task: int, start: int) -> int:
    """How much later the start could be with the starts tied to it moving where that is free."""
    room = FAR
    for row in range(data.tasks[task, c.LINK_FROM], data.tasks[task, c.LINK_TO]):
        other = data.links[row, c.OTHER]
        if state.where[other] < 0:
            continue
        gap = (
            data.links[row, c.MOST]
            if data.links[row, c.IS_AFTER] == 1
            else -data.links[row, c.LEAST]
        )
        moved = delay_of_tied(data, state, task, other)
        room = min(room, state.at[other, c.START] + gap - start + moved)
    return max(0, room)


@kernel
def put_off_deviation(data: Data, state: State, shift: int) -> int:
    """What putting off the start of a route changes in the price of wished starts."""
    change = 0
    for position in range(state.size[shift]):
        task = state.rows[shift, position]
        if task >= len(state.where) or data.tasks[task, c.WISH] == UNSET:
            continue
        start, wish = state.at[task, c.START], data.tasks[task, c.WISH]
        later = start + max(0, state.route[shift, c.LATER] - state.at[task, c.WAITED])
        change += abs(later - wish) - abs(start - wish)
    return int(data.prices[c.DEVIATION] * change)


@kernel
def work_out(data: Data, state: State) -> bool:
    """All times, sums and prices of a plan; False if it breaks a rule.

    Wishes for a start are not heard where waiting for one would break a rule.
    """
    state.wishing[0] = data.prices[c.DEVIATION] > 0
    for shift in range(len(state.size)):
        state.cursor[shift, c.DIRTY] = 1
    fits = work_out_once(data, state)
    if not fits and state.wishing[0] == 1:
        state.wishing[0] = 0
        for shift in range(len(state.size)):
            state.cursor[shift, c.DIRTY] = 1
        fits = work_out_once(data, state)
    if data.linked:
        settle_slacks(data, state)
    return fits


@kernel
def settle_slacks(data: Data, state: State) -> None:
    """Slacks of every start from those of the starts tied to it, in whatever route."""
    for _ in range(2):
        for shift in range(len(state.size)):
            label_backward(data, state, shift)


@kernel
def work_out_once(data: Data, state: State) -> bool:
    """The same, hearing wishes or not as `State.wishing` says."""
    if not sweep(data, state):
        return False
    for task in range(len(state.where)):
        if state.where[task] >= 0 and state.at[task, c.START] != state.at[task, c.BEFORE]:
            state.cursor[state.where[task], c.DIRTY] = 1
            for row in range(data.tasks[task, c.LINK_FROM], data.tasks[task, c.LINK_TO]):
                other = data.links[row, c.OTHER]
                if state.where[other] >= 0:
                    state.cursor[state.where[other], c.DIRTY] = 1
    return label_dirty(data, state)


@kernel
def label_dirty(data: Data, state: State) -> bool:
    """Sums of the routes where they are out of date, and of all caregivers."""
    fits = True
    for shift in range(len(state.size)):
        if state.cursor[shift, c.DIRTY] == 1:
            fits = label(data, state, shift) and fits
    return sum_people(data, state) and fits


@kernel
def is_earliest(data: Data, state: State) -> bool:
    """Whether every start is held by its own route or by one that is: no start could be earlier."""
    if data.chained:
        return False
    for first in range(len(state.where)):
        if data.tasks[first, c.LINK_FROM] == data.tasks[first, c.LINK_TO]:
            continue
        second = data.tasks[first, c.MATE]
        if data.tasks[first, c.PART] == 1 or state.where[first] < 0 or state.where[second] < 0:
            continue
        row = data.tasks[first, c.LINK_FROM]
        one, two = state.at[first, c.START], state.at[second, c.START]
        one_held = one <= max(state.at[first, c.READY], data.tasks[first, c.LOW])
        two_held = two <= max(state.at[second, c.READY], data.tasks[second, c.LOW])
        if one_held and (two_held or two == one + data.links[row, c.LEAST]):
            continue
        if two_held and one == two - data.links[row, c.MOST]:
            continue
        return False
    return True
