"""Where a visit fits into a `Plan`, at what price: exact in time, cheapest first.

The price of an insertion is travel, preference, continuity, the caregiver's first use, the lateness
and start deviation of the visit itself, and the overtime of the tour, all weighted. What it does to
the lateness of others is left to the improvement search.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from solver.compatibility import FAR, LAST, Intervals
from solver.plan import Plan, Tour, after_rest, before_rest, next_start
from solver.problem import Visit


@dataclass(frozen=True, slots=True, order=True)
class Option:
    """Insert a task after stop number `position` of a vehicle, to start in [low, high]."""

    price: int
    vehicle: int
    position: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Placement:
    """All parts of a visit placed: (task, option, start)."""

    price: int
    parts: tuple[tuple[int, Option, int], ...]


def best_placement(
    plan: Plan, visit: int, vehicles: Sequence[int] | None = None
) -> Placement | None:
    """The cheapest way to serve a visit that is in no tour (None: it fits nowhere).

    `vehicles` limits at least one of its parts to these.
    """
    tasks = plan.table.tasks_of_visit[visit]
    starts = [_linked_starts(plan, task) for task in tasks]
    if len(tasks) == 1:
        task = tasks[0]
        among = plan.table.allowed[task]
        if vehicles is not None:
            among = tuple(one for one in among if one in set(vehicles))
        best = _cheapest(plan, task, starts[0], among)
        if best is None:
            return None
        start = _wished(plan, task, best.low, best.high)
        return Placement(best.price, ((task, best, start),))
    choices = [
        sorted(options(plan, task, mine, plan.table.allowed[task]))
        for task, mine in zip(tasks, starts, strict=True)
    ]
    return _best_pair(plan, visit, choices[0], choices[1], vehicles)


def placements(plan: Plan, visit: int, most: int) -> list[Placement]:
    """The `most` cheapest ways to serve a visit that is in no tour, cheapest first."""
    tasks = plan.table.tasks_of_visit[visit]
    choices = [
        sorted(options(plan, task, _linked_starts(plan, task), plan.table.allowed[task]))
        for task in tasks
    ]
    if len(tasks) == 2:
        return _cheapest_pairs(plan, tasks, choices[0], choices[1], most)
    return [
        Placement(one.price, ((tasks[0], one, _wished(plan, tasks[0], one.low, one.high)),))
        for one in choices[0][:most]
    ]


def _cheapest_pairs(
    plan: Plan, tasks: tuple[int, ...], firsts: list[Option], seconds: list[Option], most: int
) -> list[Placement]:
    """The `most` cheapest two options with different caregivers whose starts can keep the gap."""
    link = next((one for one in plan.table.links_of[tasks[0]] if one.same_visit), None)
    least, longest = (link.minimum, link.maximum) if link else (-FAR, FAR)
    of = [one.caregiver for one in plan.table.vehicles]
    best: list[Placement] = []
    for one in firsts:
        for two in seconds:
            price = one.price + two.price
            if len(best) == most and price >= best[-1].price:
                break
            low, high = max(one.low, two.low - longest), min(one.high, two.high - least)
            if low > high or of[one.vehicle] == of[two.vehicle]:
                continue
            start = _wished(plan, tasks[0], low, high)
            then = max(two.low, start + least)
            found = Placement(price, ((tasks[0], one, start), (tasks[1], two, then)))
            insort(best, found, key=lambda each: each.price)
            del best[most:]
    return best


def place(plan: Plan, placement: Placement) -> None:
    """Carry a placement out; linked tasks keep the start it names."""
    for task, option, start in placement.parts:
        if plan.table.links_of[task]:
            plan.freeze(task, start)
        plan.insert(task, option.vehicle, option.position)


def _cheapest(
    plan: Plan, task: int, starts: Intervals | None, among: Sequence[int]
) -> Option | None:
    """The first of the cheapest options of a task; dearer positions are not looked into."""
    best: Option | None = None
    for vehicle in among:
        mine = _narrowed(plan, task, vehicle, starts)
        if mine:
            ceiling = best.price if best else FAR
            for one in _in_tour(plan, task, plan.tours[vehicle], mine, ceiling):
                if best is None or one < best:
                    best = one
    return best


def options(
    plan: Plan, task: int, starts: Intervals | None, among: Sequence[int]
) -> Iterator[Option]:
    """Every feasible insertion of a task; `starts` narrows them (None: as the plan says)."""
    for vehicle in among:
        mine = _narrowed(plan, task, vehicle, starts)
        if mine:
            yield from _in_tour(plan, task, plan.tours[vehicle], mine, FAR)


def _narrowed(plan: Plan, task: int, vehicle: int, starts: Intervals | None) -> Intervals:
    mine = plan.starts_for(task, vehicle)
    return mine if starts is None else _common(mine, starts)


def _in_tour(
    plan: Plan, task: int, tour: Tour, starts: Intervals, ceiling: int
) -> Iterator[Option]:
    """Feasible insertions into one tour that may cost less than `ceiling`."""
    table = plan.table
    vehicle = table.vehicles[tour.vehicle]
    travel, shift = vehicle.travel, vehicle.shift
    place, duration = table.place[task], table.duration[task]
    tasks = tour.tasks
    opens, closes = starts[0][0], starts[-1][1]
    # Earlier positions must be left for the next stop before this task may even begin.
    first = bisect_left(tour.latest, opens + duration, 1) - 1
    if first > len(tasks) or tour.soonest[first] > closes:
        return
    base = _base_price(plan, task, tour)
    weight = table.problem.weights.travel or 0
    room = _room(plan, tour)
    before = tasks[first - 1] if first else -1
    origin = table.place[before] if first else shift.start_place
    out = travel[place]
    for position in range(first, len(tasks) + 1):
        after = tasks[position] if position < len(tasks) else -1
        goal = table.place[after] if after >= 0 else shift.end_place
        there, on, direct = travel[origin][place], out[goal], travel[origin][goal]
        setup = table.setup_between(before, task)
        if tour.soonest[position] + there + setup > closes:
            if tour.soonest[position] > closes:
                return  # every later position is reached later still
            before, origin = after, goal
            continue
        setup_after = table.setup_between(task, after) if after >= 0 else 0
        ends = tour.latest[position + 1]
        extra = there + on - (direct if tasks else 0)
        if base + weight * extra <= ceiling and ends - setup_after - on - duration >= opens:
            added = extra + setup + duration + setup_after
            if after >= 0:
                added -= table.setup_between(before, after)
            if room is None or added <= room:
                legs = (there, setup, duration, on, setup_after)
                for low, high in _spans(tour, position, starts, plan, legs):
                    price = base + weight * extra + _late_price(plan, task, low)
                    price += _overtime(plan, tour, position, task, low)
                    yield Option(price, tour.vehicle, position, low, high)
        before, origin = after, goal


def _spans(
    tour: Tour,
    position: int,
    starts: Intervals,
    plan: Plan,
    legs: tuple[int, int, int, int, int],
) -> Iterator[tuple[int, int]]:
    """Intervals of feasible starts between two stops, over all positions of the rest."""
    vehicle = plan.table.vehicles[tour.vehicle]
    there, setup, duration, on, setup_after = legs
    free, rested = tour.free[position], tour.free_rested[position]
    late = tour.late[position + 1] - setup_after
    late_rested = tour.late_rested[position + 1] - setup_after
    earliest, latest = rested + there, late_rested - on
    bounds = [(earliest, latest)]
    if tour.rests:
        bounds.append((free + there, late - on))
        bounds.append((after_rest(vehicle, free, there), latest))
        bounds.append((free + there, before_rest(vehicle, late_rested, on)))
    found: list[tuple[int, int]] = []
    for early, end in bounds:
        low_bound, high_bound = early + setup, end - duration
        for low, high in starts:
            span = (max(low, low_bound), min(high, high_bound))
            if span[0] <= span[1] and span not in found:
                found.append(span)
    yield from found


def _base_price(plan: Plan, task: int, tour: Tour) -> int:
    """Price that does not depend on the position: the caregiver's face and first use."""
    table = plan.table
    price = table.cost[task][tour.vehicle]
    first_use = table.problem.weights.caregivers_used or 0
    if first_use and not tour.tasks:
        mine = table.vehicles_of_caregiver[table.vehicles[tour.vehicle].caregiver]
        price += first_use * (not any(plan.tours[one].tasks for one in mine))
    return price


def _room(plan: Plan, tour: Tour) -> int | None:
    """Work the caregiver may still take on (None: no limit)."""
    caregiver = plan.table.vehicles[tour.vehicle].caregiver
    maximum = plan.table.problem.caregivers[caregiver].maximum_work
    return None if maximum is None else maximum - plan.work[caregiver]


def _late_price(plan: Plan, task: int, start: int) -> int:
    """Lateness and start deviation of the inserted task itself, at its earliest start."""
    weights = plan.table.problem.weights
    visit = plan.table.problem.visits[plan.table.visit_of[task]]
    price = 0
    if weights.lateness and not visit.late_is_hard:
        begun = [one for one in visit.windows if one.start <= start]
        price += weights.lateness * max(0, start - (begun or visit.windows)[-1].end)
    if weights.start_deviation and visit.preferred_start is not None:
        price += weights.start_deviation * max(0, start - visit.preferred_start)
    return price


def _overtime(plan: Plan, tour: Tour, position: int, task: int, start: int) -> int:
    """Weighted overtime that starting the task then adds to the tour."""
    table = plan.table
    vehicle = table.vehicles[tour.vehicle]
    end = vehicle.shift.end
    if not table.overtime_weight or vehicle.last_return <= end:
        return 0
    old = max(0, min(tour.free_rested[-1], LAST) - end) if tour.tasks else 0
    free, before = start + table.duration[task], task
    for later in tour.tasks[position:]:
        ready = free + vehicle.travel[table.place[before]][table.place[later]]
        ready += table.setup_between(before, later)
        free = next_start(plan.starts_for(later, tour.vehicle), ready) + table.duration[later]
        before = later
    back = free + vehicle.travel[table.place[before]][vehicle.shift.end_place]
    return table.overtime_weight * (max(0, back - end) - old)


def _linked_starts(plan: Plan, task: int) -> Intervals | None:
    """What the frozen starts of visits this one depends on leave (None: everything)."""
    low, high = 0, FAR
    for link in plan.table.links_of[task]:
        if link.before == task and link.after in plan.frozen:
            start = plan.frozen[link.after]
            low, high = max(low, start - link.maximum), min(high, start - link.minimum)
        elif link.after == task and link.before in plan.frozen:
            start = plan.frozen[link.before]
            low, high = max(low, start + link.minimum), min(high, start + link.maximum)
    return None if (low, high) == (0, FAR) else ((low, high),)


def _best_pair(
    plan: Plan,
    visit: int,
    firsts: list[Option],
    seconds: list[Option],
    vehicles: Sequence[int] | None,
) -> Placement | None:
    """Cheapest two options with different caregivers whose starts can keep the gap."""
    tasks = plan.table.tasks_of_visit[visit]
    link = next((one for one in plan.table.links_of[tasks[0]] if one.same_visit), None)
    least, most = (link.minimum, link.maximum) if link else (-FAR, FAR)
    of = [one.caregiver for one in plan.table.vehicles]
    wanted = None if vehicles is None else set(vehicles)
    best: Placement | None = None
    for one in firsts:
        if not seconds or (best and one.price + seconds[0].price >= best.price):
            break
        for two in seconds:
            price = one.price + two.price
            if best and price >= best.price:
                break
            low, high = max(one.low, two.low - most), min(one.high, two.high - least)
            if low > high or of[one.vehicle] == of[two.vehicle]:
                continue
            if wanted and one.vehicle not in wanted and two.vehicle not in wanted:
                continue
            start = _wished(plan, tasks[0], low, high)
            then = max(two.low, start + least)
            best = Placement(price, ((tasks[0], one, start), (tasks[1], two, then)))
    return best


def _wished(plan: Plan, task: int, low: int, high: int) -> int:
    """The start in [low, high] nearest to the wish of the visit, else the earliest."""
    visit: Visit = plan.table.problem.visits[plan.table.visit_of[task]]
    wish = visit.preferred_start
    if wish is None or not plan.table.problem.weights.start_deviation:
        return low
    return min(max(low, wish), high)


def _common(ones: Intervals, others: Intervals) -> Intervals:
    """Intersection of two unions of intervals."""
    return tuple(
        (max(a, c), min(b, d)) for a, b in ones for c, d in others if max(a, c) <= min(b, d)
    )
