"""What of a day has not begun, as a problem of its own; and back into the whole day.

A stop has begun once its caregiver must be on the way to be there in time: calling her back would
be calling off a visit. All stops before it on the route have begun too, and those right after it
in the same building, which share the caregiver's way in. What has begun stays to the minute: the
remainder knows it only as the place and the time at which a caregiver is free.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from solver.problem import Caregiver, Dependency, Problem, Shift, TimeWindow, Visit, WindowMet
from solver.solution import Rest, Route, Solution, Stop


@dataclass(frozen=True, slots=True)
class Begun:
    """The begun part of a shift: its departure, stops, and the rest if that is taken."""

    departure: int
    stops: tuple[Stop, ...]
    rest: Rest | None

    @property
    def free_at(self) -> int:
        """When the caregiver is free: after the last stop, or after the rest that follows it."""
        after = self.rest is not None and self.rest.before == len(self.stops)
        ends = [stop.end for stop in self.stops[-1:]]
        return max([*ends, self.rest.end if after and self.rest is not None else 0])


@dataclass(frozen=True, slots=True)
class Remainder:
    """The problem of what has not begun, what has, and which part of a half-begun visit is left."""

    problem: Problem
    begun: Mapping[str, Begun]
    part: Mapping[str, int]


def remainder(day: Problem, plan: Solution, now: int, *, gone: Collection[str] = ()) -> Remainder:
    """Take from a day what has begun by `now`.

    `gone` are caregivers who work no longer: they finish the service they are at and no more.
    """
    begun = _whole_visits(
        day, {route.shift_id: _begun(day, route, now, gone) for route in plan.routes}, now
    )
    given = {
        (stop.visit_id, stop.part): (day.shift_by_id[shift_id][0].id, stop)
        for shift_id, one in begun.items()
        for stop in one.stops
    }
    planned = {
        (stop.visit_id, stop.part): (day.shift_by_id[route.shift_id][0].id, stop)
        for route in plan.routes
        for stop in route.stops
    }
    visits, part = [], {}
    for visit in day.visits:
        left = [one for one in range(len(visit.parts)) if (visit.id, one) not in given]
        if not left:
            continue
        whole = visit
        if len(left) < len(visit.parts):
            part[visit.id] = left[0]
            whole = _other_half(visit, left[0], given, planned, gone)
        visits.append(_after_what_began(day, whole, given))
    known = {visit.id for visit in visits}
    problem = replace(
        day,
        visits=tuple(visits),
        caregivers=tuple(_free_from(day, one, begun, now, gone) for one in day.caregivers),
        dependencies=tuple(one for one in day.dependencies if {one.before, one.after} <= known),
    )
    return Remainder(
        problem, {name: one for name, one in begun.items() if one.stops or one.rest}, part
    )


def _begun(day: Problem, route: Route, now: int, gone: Collection[str]) -> Begun:
    caregiver, shift = day.shift_by_id[route.shift_id]
    matrix = day.travel[caregiver.mode]
    count, place, house, free = 0, shift.start_place, "", 0
    is_gone = caregiver.id in gone
    for number, stop in enumerate(route.stops, 1):
        visit = day.visit_by_id.get(stop.visit_id)
        if visit is None:  # called off: nobody is on the way to it
            continue
        leave = stop.start - visit.setup - int(matrix[place, visit.place])
        next_door = bool(house) and visit.building == house and count == number - 1 and count > 0
        # After an overrun she is still at the service before: not on the way, whatever was planned.
        on_the_way = (leave <= now and free <= leave) or (next_door and free <= stop.start)
        if stop.start <= now or (on_the_way and not is_gone):
            count = number
        place, house, free = visit.place, visit.building, stop.end
    stops = tuple(stop for stop in route.stops[:count] if stop.visit_id in day.visit_by_id)
    rest = route.rest
    if rest is not None and (rest.before < count or (rest.before == count and rest.start <= now)):
        return Begun(route.departure, stops, replace(rest, before=min(rest.before, len(stops))))
    return Begun(route.departure, stops, None)


def _whole_visits(day: Problem, begun: Mapping[str, Begun], now: int) -> dict[str, Begun]:
    """Without visits that only one of two is on the way to: both may come later, or nobody goes."""
    kept = dict(begun)
    while True:
        given = {(stop.visit_id, stop.part) for one in kept.values() for stop in one.stops}
        cut = {
            shift_id: number
            for shift_id, one in kept.items()
            for number, stop in reversed(list(enumerate(one.stops)))
            if stop.start > now
            and any(
                (stop.visit_id, part) not in given
                for part in range(len(day.visit_by_id[stop.visit_id].parts))
            )
        }
        if not cut:
            return kept
        for shift_id, number in cut.items():
            one = kept[shift_id]
            rest = one.rest
            if rest is not None and (rest.before, rest.start) > (number, now):
                rest = None  # not taken yet
            kept[shift_id] = Begun(one.departure, one.stops[:number], rest)


def _other_half(
    visit: Visit,
    part: int,
    given: Mapping[tuple[str, int], tuple[str, Stop]],
    planned: Mapping[tuple[str, int], tuple[str, Stop]],
    gone: Collection[str],
) -> Visit:
    """The part that is left of a visit whose other part has begun."""
    partner, stop = given[visit.id, 1 - part]
    half = replace(
        visit,
        parts=(visit.parts[part],),
        sync=None,
        locked_caregivers=None,
        locked_start=None,
        preferred_start=visit.preferred_start if part == 0 else None,
        refused_caregivers=visit.refused_caregivers | {partner},
    )
    if (visit.id, part) in planned and planned[visit.id, part][0] not in gone:
        caregiver, own = planned[visit.id, part]
        return replace(half, locked_caregivers=(caregiver,), locked_start=own.start)
    if visit.sync is None:
        return half
    least, most = visit.sync.minimum, visit.sync.maximum
    if part == 1:
        bounds = (stop.start + least, None if most is None else stop.start + most)
    else:
        bounds = (0 if most is None else stop.start - most, stop.start - least)
    return _between(half, bounds[0], bounds[1], at_end=0)


def _after_what_began(
    day: Problem, visit: Visit, given: Mapping[tuple[str, int], tuple[str, Stop]]
) -> Visit:
    """The visit with the bounds that begun visits it depends on give."""
    at_end = visit.parts[0].duration if day.window_met is WindowMet.AT_END else 0
    for tie in day.dependencies:
        low, high = _bounds(tie, visit.id, given)
        if low is not None or high is not None:
            visit = _between(visit, low or 0, high, at_end=at_end)
    return visit


def _bounds(
    tie: Dependency, visit_id: str, given: Mapping[tuple[str, int], tuple[str, Stop]]
) -> tuple[int | None, int | None]:
    least, most = tie.gap.minimum, tie.gap.maximum
    if tie.after == visit_id and (tie.before, 0) in given:
        start = given[tie.before, 0][1].start
        return start + least, None if most is None else start + most
    if tie.before == visit_id and (tie.after, 0) in given:
        start = given[tie.after, 0][1].start
        return None if most is None else start - most, start - least
    return None, None


def _between(visit: Visit, low: int, high: int | None, *, at_end: int) -> Visit:
    """The visit with starts from `low` to `high` only; nobody may give it where none are left."""
    windows: list[TimeWindow] = []
    for window in visit.windows:
        end = window.end if high is None else min(window.end, high + at_end)
        start = max(window.start, low)
        if start <= end and (not windows or start > windows[-1].start):
            windows.append(TimeWindow(start, end))
    if not windows or (high is not None and high < 0):
        return replace(visit, only_caregivers=frozenset(), locked_caregivers=None)
    hard = visit.late_is_hard or high is not None
    return replace(visit, windows=tuple(windows), late_is_hard=hard)


def _free_from(
    day: Problem,
    caregiver: Caregiver,
    begun: Mapping[str, Begun],
    now: int,
    gone: Collection[str],
) -> Caregiver:
    """The caregiver with what is left of her shifts and of the day's largest work."""
    done = sum(
        _work(day, caregiver, shift, begun[shift.id].stops)
        for shift in caregiver.shifts
        if shift.id in begun
    )
    most = caregiver.maximum_work
    left = [] if caregiver.id in gone else _shifts_left(day, caregiver, begun, now)
    return replace(
        caregiver,
        shifts=tuple(left),
        maximum_work=None if most is None else max(0, most - done),
        past_workload=caregiver.past_workload + done,
    )


def _shifts_left(
    day: Problem, caregiver: Caregiver, begun: Mapping[str, Begun], now: int
) -> list[Shift]:
    """What is left of each shift; the next begins when she is back from the one before."""
    left: list[Shift] = []
    back = 0
    shifts = sorted(caregiver.shifts, key=lambda shift: shift.start)
    for number, shift in enumerate(shifts):
        first = begun.get(shift.id)
        rest = _rest_of(day, shift, first, max(now, back))
        if rest is not None and (rest.end <= shift.end or number == len(shifts) - 1):
            left.append(rest)
        if first is not None and first.stops:
            back = _ended(day, caregiver, shift, first).return_at
    return left


def _work(day: Problem, caregiver: Caregiver, shift: Shift, stops: tuple[Stop, ...]) -> int:
    """Travel, setup and service of begun stops."""
    matrix, place, total = day.travel[caregiver.mode], shift.start_place, 0
    for stop in stops:
        visit = day.visit_by_id[stop.visit_id]
        total += int(matrix[place, visit.place]) + visit.setup + stop.end - stop.start
        place = visit.place
    return total


def _rest_of(day: Problem, shift: Shift, begun: Begun | None, now: int) -> Shift | None:
    """The shift from where and when its caregiver is free; None where nothing is left of it."""
    used = begun is not None and bool(begun.stops or begun.rest)
    if now <= shift.start and not used:
        return shift
    start = max(now, shift.start, begun.free_at if begun is not None else 0)
    last = None if shift.maximum_overtime is None else shift.end + shift.maximum_overtime
    if last is not None and start >= last:
        return None
    end = max(shift.end, start + 1)
    place = shift.start_place
    if begun is not None and begun.stops:
        place = day.visit_by_id[begun.stops[-1].visit_id].place
    rest = shift.rest
    if rest is not None:
        is_over = begun is not None and begun.rest is not None
        earliest = max(rest.earliest, start)
        fits = earliest + rest.duration <= rest.latest_end
        if not fits and not used and rest.miss_cost is None:
            return None  # who begins only now would miss a break that must be held
        rest = replace(rest, earliest=earliest) if fits and not is_over else None
    return replace(
        shift,
        start=start,
        end=end,
        start_place=place,
        rest=rest,
        maximum_overtime=None if last is None else last - end,
    )


def joined(day: Problem, left: Remainder, solution: Solution) -> Solution:
    """The whole day: what had begun, and after it the plan of the remainder."""
    routes = {route.shift_id: route for route in solution.routes if route.stops}
    whole = []
    for caregiver in day.caregivers:
        for shift in caregiver.shifts:
            first, then = left.begun.get(shift.id), routes.get(shift.id)
            if then is not None:
                stops = tuple(
                    replace(one, part=left.part.get(one.visit_id, one.part)) for one in then.stops
                )
                then = replace(then, stops=stops)
            if first is None or not first.stops:
                whole += [_resumed(then, first)] if then is not None else []
            elif then is None:
                whole.append(_ended(day, caregiver, shift, first))
            else:
                whole.append(_continued(day, caregiver, first, then))
    return Solution(tuple(whole), solution.unserved)


def _resumed(then: Route, first: Begun | None) -> Route:
    """A route that had not left yet, but may have rested."""
    return then if first is None or first.rest is None else replace(then, rest=first.rest)


def _continued(day: Problem, caregiver: Caregiver, first: Begun, then: Route) -> Route:
    before, after = first.stops[-1], then.stops[0]
    leg = int(
        day.travel[caregiver.mode][
            day.visit_by_id[before.visit_id].place, day.visit_by_id[after.visit_id].place
        ]
    )
    left_at = first.free_at
    rest = first.rest
    if then.rest is not None:
        if then.rest.before == 0 and then.rest.end <= then.departure:
            left_at = then.rest.end
        rest = replace(then.rest, before=then.rest.before + len(first.stops))
    after = replace(after, arrival=left_at + leg)
    stops = (*first.stops, after, *then.stops[1:])
    return Route(then.shift_id, first.departure, stops, then.return_at, rest)


def _ended(day: Problem, caregiver: Caregiver, shift: Shift, first: Begun) -> Route:
    """A route that goes home after what has begun, and rests there if it still owes a rest."""
    place = day.visit_by_id[first.stops[-1].visit_id].place
    home = first.free_at + int(day.travel[caregiver.mode][place, shift.end_place])
    rest, owed = first.rest, shift.rest
    if rest is None and owed is not None:
        begin = max(home, owed.earliest)
        if begin + owed.duration <= owed.latest_end:
            rest = Rest(len(first.stops), begin, begin + owed.duration)
            home = rest.end
    return Route(shift.id, first.departure, first.stops, home, rest)
