"""A plan being changed by hand: the order of its routes, and the starts that follow from it."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy

from solver.by_hand.timing import Fit, Key, Wanted, timed
from solver.compatibility import FAR, LAST, Intervals, allowed_starts
from solver.problem import Gap, Problem
from solver.solution import Proof, Route, Solution, Unserved

MOST_ROUNDS = 40
"""How often routes that are tied to each other are timed before it is left as it is."""


class Working:
    """Routes by shift; `starts` are those of all stops as they are now.

    `kept` are visits whose stops stay to the tick; `told` are the starts that people know of.
    Nothing is put before `earliest` that was not there.
    """

    def __init__(
        self, problem: Problem, plan: Solution, *, kept: Collection[str] = (), earliest: int = 0
    ) -> None:
        self.problem = problem
        self.routes: dict[str, Route] = {one.shift_id: one for one in plan.routes}
        self.unserved = {one.visit_id: one for one in plan.unserved}
        self.starts: dict[Key, int] = {
            (stop.visit_id, stop.part): stop.start for one in plan.routes for stop in one.stops
        }
        self.told = dict(self.starts)
        self.fixed: dict[Key, int] = {
            key: start for key, start in self.starts.items() if key[0] in kept or start < earliest
        }
        self.earliest = earliest
        self.touched: set[str] = set()
        self._ties = _ties(problem)

    def copy(self) -> Working:
        """A working plan of its own with the same content."""
        other = copy(self)
        other.routes, other.unserved = dict(self.routes), dict(self.unserved)
        other.starts, other.fixed = dict(self.starts), dict(self.fixed)
        other.touched = set(self.touched)
        return other

    def keys_of(self, shift_id: str) -> tuple[Key, ...]:
        """The stops of a shift in their order."""
        route = self.routes.get(shift_id)
        return tuple((one.visit_id, one.part) for one in route.stops) if route else ()

    def shift_of(self, key: Key) -> str | None:
        """The shift that has a stop."""
        return next((one for one in self.routes if key in self.keys_of(one)), None)

    def fit(self, shift_id: str, keys: Sequence[Key]) -> tuple[Fit, Route]:
        """How a route in this order would do, the others as they are."""
        wanted = Wanted({key: self._allowed(key) for key in keys}, self.told, self.fixed)
        return timed(self.problem, shift_id, keys, wanted)

    def put(self, shift_id: str, keys: Sequence[Key]) -> None:
        """Give a shift its stops in this order, and times to all that is tied to them."""
        if not keys:
            self.routes.pop(shift_id, None)
            return
        waiting = deque([(shift_id, tuple(keys))])
        for _ in range(MOST_ROUNDS):
            if not waiting:
                return
            shift, order = waiting.popleft()
            _, route = self.fit(shift, order)
            self.routes[shift] = route
            self.touched.add(shift)
            self.starts |= {(one.visit_id, one.part): one.start for one in route.stops}
            for other in self._shaken(order):
                if all(other != one for one, _ in waiting):
                    waiting.append((other, self.keys_of(other)))

    def drop(self, visit_id: str) -> None:
        """Take a visit out of all routes and forget its starts; those left keep their times."""
        for shift_id in list(self.routes):
            keys = self.keys_of(shift_id)
            left = tuple(one for one in keys if one[0] != visit_id)
            if left != keys:
                for key in set(keys) - set(left):
                    self.starts.pop(key, None)
                    self.fixed.pop(key, None)
                self.put(shift_id, left)

    def trouble(self) -> int:
        """Ticks by which the routes that were changed break rules."""
        mine = self.touched & self.routes.keys()
        return sum(self.fit(one, self.keys_of(one))[0].trouble for one in mine)

    def solution(self, left_out: Mapping[str, Unserved] | None = None) -> Solution:
        """The plan; visits in no route keep the reason they had, or get that of `left_out`."""
        served = {key[0] for one in self.routes for key in self.keys_of(one)}
        told = self.unserved | dict(left_out or {})
        blank = ("not_found_in_time", Proof.NOT_FOUND)
        left = (
            told.get(one.id, Unserved(one.id, *blank))
            for one in self.problem.visits
            if one.id not in served
        )
        return Solution(tuple(self.routes.values()), tuple(left))

    def _allowed(self, key: Key) -> Intervals:
        """Starts that break no rule of the visit, nor a tie to another visit as it stands."""
        visit = self.problem.visit_by_id[key[0]]
        low, high = (0, LAST) if key in self.fixed else (self.earliest, LAST)
        for other, least, most in self._ties.get(key, ()):
            if other in self.starts:
                low = max(low, self.starts[other] + least)
                high = min(high, self.starts[other] + most)
        own = allowed_starts(self.problem, visit, key[1])
        return tuple((max(a, low), min(b, high)) for a, b in own if max(a, low) <= min(b, high))

    def _shaken(self, keys: Sequence[Key]) -> Iterator[str]:
        """Shifts with a stop whose tie to one of these does not hold any more."""
        for key in keys:
            for other, least, most in self._ties.get(key, ()):
                apart = self.starts[key] - self.starts.get(other, FAR)
                if other in self.starts and not least <= apart <= most:
                    shift = self.shift_of(other)
                    if shift is not None and other not in self.fixed:
                        yield shift


def _ties(problem: Problem) -> dict[Key, list[tuple[Key, int, int]]]:
    """By stop: another stop, and the bounds of this start minus that one."""
    pairs: list[tuple[Key, Key, Gap]] = [
        ((one.id, 0), (one.id, 1), one.sync) for one in problem.visits if one.sync is not None
    ]
    pairs += [((one.before, 0), (one.after, 0), one.gap) for one in problem.dependencies]
    found: dict[Key, list[tuple[Key, int, int]]] = {}
    for before, after, gap in pairs:
        most = LAST if gap.maximum is None else gap.maximum
        found.setdefault(after, []).append((before, gap.minimum, most))
        found.setdefault(before, []).append((after, -most, -gap.minimum))
    return found
