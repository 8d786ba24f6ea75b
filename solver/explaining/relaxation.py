"""Whether some visits could all be given on one day, in a model that asks less than the rules do.

Kept exactly: who may give a part, in which shifts, when it may start there (shift, windows, locks,
expiring skills, the rest before or after it), one service at a time, largest work, gaps. Asked for
less: the way between two of the visits is the shortest by whatever detour, a setup that any
neighbour might save is forgiven, all other visits and every price are left aside. So what is
refuted here no plan can do; what is not refuted here may still be impossible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from solver.compatibility import Intervals, merged
from solver.explain import able_beside_others, setup_at_least, shortest_from
from solver.problem import Caregiver, Shift
from solver.tasks import TaskTable

Ticks = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a visit: its task, and by shift id when it may start there."""

    task: int
    place: int
    minutes: int
    setup: int
    starts: Mapping[str, Intervals]


@dataclass(slots=True)
class Relaxation:
    """The relaxed day of a table; what it works out about a visit is kept for the next question.

    `work` is what may still be spent, in CP-SAT's own deterministic unit (about a second each).
    """

    table: TaskTable
    work: float
    _shares: dict[int, tuple[Share, ...]] = field(default_factory=dict)
    _from: dict[tuple[str, int], Ticks] = field(default_factory=dict)
    _to: dict[tuple[str, int], Ticks] = field(default_factory=dict)

    def shares(self, visit: int) -> tuple[Share, ...]:
        """The parts of a visit."""
        if visit not in self._shares:
            self._shares[visit] = tuple(self._read(visit))
        return self._shares[visit]

    def shifts(self, visits: Iterable[int]) -> frozenset[str]:
        """Ids of the shifts that might give a part of some visits."""
        found = (share.starts for visit in visits for share in self.shares(visit))
        return frozenset(shift for starts in found for shift in starts)

    def way_from(self, mode: str, place: int, other: int) -> int:
        """The shortest way from a visit's place by whatever detour."""
        if (mode, place) not in self._from:
            self._from[mode, place] = shortest_from(self.table.problem.travel[mode], place)
        return int(self._from[mode, place][other])

    def way_to(self, mode: str, place: int, other: int) -> int:
        """The shortest way to a visit's place from another."""
        if (mode, place) not in self._to:
            self._to[mode, place] = shortest_from(self.table.problem.travel[mode].T, place)
        return int(self._to[mode, place][other])

    def can_serve(self, visits: Sequence[int], most_work: float) -> bool | None:
        """Whether the relaxed day has room for all of some visits; None: not decided.

        It is not decided where `most_work`, or all that may be spent, does not suffice.
        """
        if self.work <= 0:
            return None
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_deterministic_time = min(most_work, self.work)
        status = solver.solve(_Model(self, visits).model)
        self.work -= solver.response_proto.deterministic_time
        if status == cp_model.INFEASIBLE:
            return False
        return True if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} else None

    def _read(self, visit: int) -> Iterator[Share]:
        problem, one = self.table.problem, self.table.problem.visits[visit]

        def ways(caregiver: Caregiver, shift: Shift) -> tuple[int, int]:
            there = self.way_to(caregiver.mode, one.place, shift.start_place)
            return there, self.way_from(caregiver.mode, one.place, shift.end_place)

        able = able_beside_others(self.table, visit, ways)
        tasks = self.table.tasks_of_visit[visit]
        for task, part, each in zip(tasks, one.parts, able, strict=True):
            starts = {mine.shift.id: merged(mine.starts) for mine in each}
            yield Share(task, one.place, part.duration, setup_at_least(problem, one), starts)


@dataclass(frozen=True, slots=True)
class _Given:
    """A part as variables: its start, and by shift whether it is given there."""

    share: Share
    start: cp_model.IntVar
    by: dict[str, cp_model.IntVar]


class _Model:
    """The relaxed day of some visits; nothing is minimised."""

    def __init__(self, day: Relaxation, visits: Sequence[int]) -> None:
        self.day, self.model = day, cp_model.CpModel()
        self.given = [self._given(share) for visit in visits for share in day.shares(visit)]
        problem = day.table.problem
        who = {one.id for one in problem.caregivers for shift in one.shifts if self._at(shift)}
        spans = [self._span(one) for one in self.given]
        self.model.add_cumulative(spans, [1] * len(spans), len(who))
        for caregiver in problem.caregivers:
            if caregiver.id in who:
                self._person(caregiver)
                for shift in caregiver.shifts:
                    self._shift(caregiver, shift)
        self._ties()

    def _given(self, share: Share) -> _Given:
        whole = merged(one for starts in share.starts.values() for one in starts)
        start = self.model.new_int_var_from_domain(_domain(whole or ((0, 0),)), "")
        by = {shift: self.model.new_bool_var("") for shift in share.starts}
        for shift, mine in by.items():
            among = _domain(share.starts[shift])
            self.model.add_linear_expression_in_domain(start, among).only_enforce_if(mine)
        self.model.add_exactly_one(by.values())  # of nobody: impossible, as it must be
        return _Given(share, start, by)

    def _span(self, one: _Given) -> cp_model.IntervalVar:
        return self.model.new_fixed_size_interval_var(one.start, one.share.minutes, "")

    def _at(self, shift: Shift) -> list[_Given]:
        return [one for one in self.given if shift.id in one.by]

    def _person(self, caregiver: Caregiver) -> None:
        """One part of a visit each, and not more work than allowed."""
        visits: dict[int, list[cp_model.IntVar]] = {}
        for shift in caregiver.shifts:
            for one in self._at(shift):
                number = self.day.table.visit_of[one.share.task]
                visits.setdefault(number, []).append(one.by[shift.id])
        for both in visits.values():
            self.model.add_at_most_one(both)
        if caregiver.maximum_work is not None:
            loads = [self._load(caregiver, one) for one in caregiver.shifts if self._at(one)]
            self.model.add(sum(loads) <= caregiver.maximum_work)

    def _load(self, caregiver: Caregiver, shift: Shift) -> cp_model.LinearExpr:
        """Work of a shift at the least: care, setups, the shortest way out and the one home."""
        here, mode = self._at(shift), caregiver.mode
        places = {one.share.place for one in here}
        out = min(self.day.way_to(mode, one, shift.start_place) for one in places)
        home = min(self.day.way_from(mode, one, shift.end_place) for one in places)
        care = sum(one.by[shift.id] * (one.share.setup + one.share.minutes) for one in here)
        return care + self._used(shift, here) * (out + home)

    def _used(self, shift: Shift, here: list[_Given]) -> cp_model.IntVar:
        used = self.model.new_bool_var("")
        for one in here:
            self.model.add_implication(one.by[shift.id], used)
        return used

    def _shift(self, caregiver: Caregiver, shift: Shift) -> None:
        here = self._at(shift)
        spans = [
            self.model.new_optional_fixed_size_interval_var(
                one.start, one.share.minutes, one.by[shift.id], ""
            )
            for one in here
        ]
        if (rest := self._rest(shift, here)) is not None:
            spans.append(rest)
        self.model.add_no_overlap(spans)
        for one, two in combinations(here, 2):
            self._in_turn(caregiver, shift, one, two)

    def _rest(self, shift: Shift, here: list[_Given]) -> cp_model.IntervalVar | None:
        """The rest that a shift with a stop owes; None where it may be missed."""
        rest, weights = shift.rest, self.day.table.problem.weights
        if not here or rest is None:
            return None
        if rest.miss_cost is not None and weights.missed_break is not None:
            return None
        first, last = max(shift.start, rest.earliest), rest.latest_end - rest.duration
        if first > last:
            return None  # the starts of its parts are empty already
        used, at = self._used(shift, here), self.model.new_int_var(first, last, "")
        return self.model.new_optional_fixed_size_interval_var(at, rest.duration, used, "")

    def _in_turn(self, caregiver: Caregiver, shift: Shift, one: _Given, two: _Given) -> None:
        """Two parts of a shift one after the other, with the way between them."""
        both = (one.by[shift.id], two.by[shift.id])
        orders = [
            (first, then, gap)
            for first, then in ((one, two), (two, one))
            if (gap := self._gap(caregiver.mode, first, then))
            <= then.share.starts[shift.id][-1][1] - first.share.starts[shift.id][0][0]
        ]
        if not orders:
            self.model.add_at_most_one(both)
            return
        chosen = [self.model.new_bool_var("") for _ in orders] if len(orders) > 1 else []
        if chosen:
            self.model.add_exactly_one(chosen)
        for number, (first, then, gap) in enumerate(orders):
            holds = (*both, chosen[number]) if chosen else both
            self.model.add(then.start - first.start >= gap).only_enforce_if(*holds)

    def _gap(self, mode: str, first: _Given, then: _Given) -> int:
        way = self.day.way_from(mode, first.share.place, then.share.place)
        return first.share.minutes + way + then.share.setup

    def _ties(self) -> None:
        """Gaps between the parts of a visit and between visits, where both are asked for."""
        start = {one.share.task: one.start for one in self.given}
        for link in self.day.table.links:
            if link.before in start and link.after in start:
                between = start[link.after] - start[link.before]
                self.model.add_linear_constraint(between, link.minimum, link.maximum)


def _domain(intervals: Intervals) -> cp_model.Domain:
    return cp_model.Domain.from_intervals([list(one) for one in intervals])
