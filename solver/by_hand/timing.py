"""Times of one route whose stops are in a given order, as near to what people were told as can be.

Unlike the engine's, a route may break rules: it is timed all the same, and `Fit` says by how much.
The checker then words what is broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from solver.compatibility import FAR, LAST, Intervals
from solver.plan import last_start, next_start
from solver.problem import Break, Problem, Shift
from solver.solution import Rest, Route, Stop

Key = tuple[str, int]
"""A visit's id and the number of its part."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the stops of a route, by key.

    `allowed`: starts that break no rule. `told`: the start that people know of, kept where it can
    be. `fixed`: a start that is kept whatever it breaks.
    """

    allowed: Mapping[Key, Intervals]
    told: Mapping[Key, int]
    fixed: Mapping[Key, int]


@dataclass(frozen=True, slots=True, order=True)
class Fit:
    """How well a route fits, in ticks, smaller is better; `trouble` above 0: a rule is broken."""

    trouble: int
    moved: int
    waiting: int


@dataclass(frozen=True, slots=True)
class _Leg:
    """The way to a stop, or back: travel, setup, and the rest taken on it."""

    travel: int
    setup: int
    rest: Break | None
    on_arrival: bool

    def ready(self, free: int) -> tuple[int, int, tuple[int, int] | None]:
        """(arrival, readiness, rest) of somebody who is free at the place before."""
        if self.rest is None:
            return free + self.travel, free + self.travel + self.setup, None
        if self.on_arrival:
            begin = max(free + self.travel, self.rest.earliest)
            end = begin + self.rest.duration
            return free + self.travel, end + self.setup, (begin, end)
        begin = max(free, self.rest.earliest)
        end = begin + self.rest.duration
        return end + self.travel, end + self.travel + self.setup, (begin, end)

    def latest(self, start: int) -> int:
        """When to be free at the place before, at the latest, for a start after this leg."""
        begin = start - self.setup
        if self.rest is None:
            return begin - self.travel
        if self.on_arrival:
            return min(begin, self.rest.latest_end) - self.rest.duration - self.travel
        return min(begin - self.travel, self.rest.latest_end) - self.rest.duration


def timed(
    problem: Problem, shift_id: str, stops: Sequence[Key], wanted: Wanted
) -> tuple[Fit, Route]:
    """The best times of a route with stops, wherever its rest is best taken."""
    caregiver, shift = problem.shift_by_id[shift_id]
    bare = _legs(problem, caregiver.mode, shift, stops)
    options = (_timed(problem, shift, stops, legs, wanted) for legs in _with_rest(bare, shift))
    return min(options, key=lambda one: one[0])


def _legs(problem: Problem, mode: str, shift: Shift, stops: Sequence[Key]) -> list[_Leg]:
    matrix = problem.travel[mode]
    legs, place, building = [], shift.start_place, ""
    for visit_id, _ in stops:
        visit = problem.visit_by_id[visit_id]
        setup = 0 if building and building == visit.building else visit.setup
        legs.append(_Leg(int(matrix[place, visit.place]), setup, None, on_arrival=False))
        place, building = visit.place, visit.building
    back = int(matrix[place, shift.end_place])
    return [*legs, _Leg(back, 0, None, on_arrival=False)]


def _with_rest(bare: list[_Leg], shift: Shift) -> Iterator[list[_Leg]]:
    """The legs with the rest on each of them in turn; without it where it may be missed."""
    if shift.rest is None or shift.rest.miss_cost is not None:
        yield bare
    if shift.rest is None:
        return
    for number, leg in enumerate(bare):
        for on_arrival in (True, False):
            resting = _Leg(leg.travel, leg.setup, shift.rest, on_arrival)
            yield [*bare[:number], resting, *bare[number + 1 :]]


def _timed(
    problem: Problem, shift: Shift, stops: Sequence[Key], legs: list[_Leg], wanted: Wanted
) -> tuple[Fit, Route]:
    over = 0 if problem.weights.overtime is None else shift.maximum_overtime
    last_return = LAST if over is None else shift.end + over
    latest = _latest(problem, stops, legs, wanted, last_return)
    trouble = moved = waiting = 0
    free, rest, made = shift.start, None, []
    for number, (key, leg) in enumerate(zip(stops, legs, strict=False)):
        arrival, ready, resting = leg.ready(free)
        start = _start(key, ready, latest[number], wanted)
        if resting is not None:
            rest = Rest(number, *resting)
            trouble += max(0, resting[1] - (leg.rest.latest_end if leg.rest else FAR))
        trouble += max(0, ready - start) + _outside(wanted.allowed[key], start)
        moved += abs(start - wanted.told.get(key, start))
        waiting += max(0, start - ready) if number else 0
        end = start + _minutes(problem, key)
        made.append(Stop(*key, arrival, start, end))
        free = max(end, free)
    done, _, resting = legs[-1].ready(free)
    if resting is not None:
        rest = Rest(len(stops), *resting)
        trouble += max(0, resting[1] - (legs[-1].rest.latest_end if legs[-1].rest else FAR))
        done = max(done, resting[1])
    trouble += max(0, done - last_return)
    route = _just_in_time(shift, Route(shift.id, shift.start, tuple(made), done, rest), legs[0])
    return Fit(trouble, moved, waiting), route


def _latest(
    problem: Problem,
    stops: Sequence[Key],
    legs: list[_Leg],
    wanted: Wanted,
    last_return: int,
) -> list[int]:
    """The latest start of every stop so that what follows can be in time."""
    found = [0] * len(stops)
    start = last_return
    for number in range(len(stops) - 1, -1, -1):
        key = stops[number]
        free = legs[number + 1].latest(start)
        fixed = wanted.fixed.get(key)
        start = last_start(wanted.allowed[key], free - _minutes(problem, key))
        if fixed is not None:
            start = fixed
        elif start < 0:  # in vain: those before it are not hurried for it
            start = max((high for _, high in wanted.allowed[key]), default=LAST)
        found[number] = start
    return found


def _start(key: Key, ready: int, latest: int, wanted: Wanted) -> int:
    fixed = wanted.fixed.get(key)
    if fixed is not None:
        return fixed
    allowed = wanted.allowed[key]
    wish = last_start(allowed, min(max(ready, wanted.told.get(key, ready)), max(latest, ready)))
    if wish >= ready:
        return wish
    start = next_start(allowed, ready)
    return start if start < FAR else ready


def _outside(allowed: Intervals, start: int) -> int:
    """Ticks between a start and the nearest allowed one."""
    away = [max(low - start, start - high, 0) for low, high in allowed]
    return min(away, default=1)


def _minutes(problem: Problem, key: Key) -> int:
    return problem.visit_by_id[key[0]].parts[key[1]].duration


def _just_in_time(shift: Shift, route: Route, leg: _Leg) -> Route:
    """Leave as late as the first start allows; a rest on the first way moves with it."""
    first = route.stops[0]
    begin, rest = first.start - leg.setup, route.rest
    if rest is not None and rest.before == 0 and leg.rest is not None and leg.on_arrival:
        latest = max(rest.start, min(begin, leg.rest.latest_end) - leg.rest.duration)
        rest = Rest(0, latest, latest + leg.rest.duration)
        begin = latest
    arrival = max(begin, first.arrival)
    stops = (Stop(*_key(first), arrival, first.start, first.end), *route.stops[1:])
    return Route(shift.id, arrival - leg.travel, stops, route.return_at, rest)


def _key(stop: Stop) -> Key:
    return stop.visit_id, stop.part
