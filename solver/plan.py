"""A plan under construction: task sequences of vehicles with what it takes to insert in O(1).

For every route two labels run forward (earliest end of service) and two backward (latest start),
one for each answer to "is the rest already taken?"; with them an insertion is checked exactly,
whatever the position of the rest. Tasks that are linked to others keep the start they were given
(`freeze`), so that routes are independent of each other; `solver.retime` sets them free again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from solver.compatibility import FAR, LAST, Intervals
from solver.tasks import TaskTable, Vehicle


@dataclass(slots=True)
class Tour:
    """One vehicle's tasks in order; position 0 is the start, m + 1 the return.

    `free` and `free_rested` (length m + 2): earliest end of service before and after the rest.
    `late` and `late_rested` (length m + 2): latest start with the rest still to come, or taken.
    FAR and -FAR mark the impossible. `rests` is False where no rest is due or it is given up.
    """

    vehicle: int
    rests: bool
    tasks: list[int] = field(default_factory=list)
    free: list[int] = field(default_factory=list)
    free_rested: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    late_rested: list[int] = field(default_factory=list)
    soonest: list[int] = field(default_factory=list)  # the better of the two forward labels
    latest: list[int] = field(default_factory=list)  # the better of the two backward labels


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Tasks and rest of every tour, and the frozen starts, at one moment."""

    tours: list[tuple[list[int], bool]]
    frozen: dict[int, int]


class Plan:
    """Tours of all vehicles, and which vehicle has which task (-1: none)."""

    def __init__(self, table: TaskTable) -> None:
        self.table = table
        self.starts: list[Intervals] = list(table.starts)
        self.frozen: dict[int, int] = {}
        self.vehicle_of = [-1] * len(table.place)
        self.work = [0] * len(table.problem.caregivers)
        self.tours = [
            Tour(number, rests=one.rest is not None and (one.rest_is_mandatory or _can_rest(one)))
            for number, one in enumerate(table.vehicles)
        ]
        for tour in self.tours:
            self.relabel(tour)

    def starts_for(self, task: int, vehicle: int) -> Intervals:
        """When the task may start now, if this vehicle does it."""
        if task not in self.frozen and self.table.narrowed:
            return self.table.narrowed.get((task, vehicle), self.starts[task])
        return self.starts[task]

    def is_served(self, visit: int) -> bool:
        """Whether all parts of the visit are in tours."""
        return all(self.vehicle_of[task] >= 0 for task in self.table.tasks_of_visit[visit])

    def unserved(self) -> list[int]:
        """Visits that are not served, in the problem's order."""
        return [one for one in range(len(self.table.tasks_of_visit)) if not self.is_served(one)]

    def freeze(self, task: int, start: int) -> None:
        """Hold the start of a task until it is removed."""
        self.frozen[task] = start
        self.starts[task] = ((start, start),)

    def insert(self, task: int, vehicle: int, position: int) -> None:
        """Put a task after stop number `position` (0: first) where it was found to fit."""
        tour = self.tours[vehicle]
        tour.tasks.insert(position, task)
        self.vehicle_of[task] = vehicle
        self.relabel(tour)

    def load(self, tours: Sequence[Sequence[int]]) -> None:
        """Take over whole sequences by vehicle; starts to keep have been frozen before."""
        for tour, tasks in zip(self.tours, tours, strict=True):
            tour.tasks = list(tasks)
            for task in tasks:
                self.vehicle_of[task] = tour.vehicle
        for tour in self.tours:
            self.relabel(tour)

    def remove_visit(self, visit: int) -> None:
        """Take all parts of a visit out and forget their starts."""
        for task in self.table.tasks_of_visit[visit]:
            self.frozen.pop(task, None)
            self.starts[task] = self.table.starts[task]
            vehicle = self.vehicle_of[task]
            if vehicle >= 0:
                self.vehicle_of[task] = -1
                self.tours[vehicle].tasks.remove(task)
                self.relabel(self.tours[vehicle])

    def cost_of(self, vehicle: int) -> int:
        """Weighted travel, overtime and first use of one tour as it stands."""
        tour, one = self.tours[vehicle], self.table.vehicles[vehicle]
        if not tour.tasks:
            return 0
        weights = self.table.problem.weights
        places = [one.shift.start_place, *(self.table.place[task] for task in tour.tasks)]
        places.append(one.shift.end_place)
        travel = sum(one.travel[here][there] for here, there in pairwise(places))
        late = max(0, min(tour.free_rested[-1], LAST) - one.shift.end)
        used = weights.caregivers_used or 0
        return (weights.travel or 0) * travel + self.table.overtime_weight * late + used

    def copy(self) -> Plan:
        """A plan of its own with the same content."""
        plan = Plan(self.table)
        plan.restore(self.checkpoint())
        return plan

    def checkpoint(self) -> Checkpoint:
        """Everything needed to come back to the plan as it is now."""
        return Checkpoint([(list(one.tasks), one.rests) for one in self.tours], dict(self.frozen))

    def restore(self, saved: Checkpoint) -> None:
        """Come back to a checkpoint; only tours that differ are worked out again."""
        for task in self.frozen.keys() - saved.frozen.keys():
            self.starts[task] = self.table.starts[task]
        changed = {
            task for task, start in saved.frozen.items() if self.frozen.get(task) != start
        } | (self.frozen.keys() - saved.frozen.keys())
        for task in changed & saved.frozen.keys():
            self.starts[task] = ((saved.frozen[task],) * 2,)
        self.frozen = dict(saved.frozen)
        differing = [
            tour
            for tour, (tasks, rests) in zip(self.tours, saved.tours, strict=True)
            if tour.tasks != tasks or tour.rests != rests or not changed.isdisjoint(tasks)
        ]
        for tour in differing:
            for task in tour.tasks:
                self.vehicle_of[task] = -1
        for tour in differing:
            tasks, rests = saved.tours[tour.vehicle]
            tour.tasks, tour.rests = list(tasks), rests
            for task in tasks:
                self.vehicle_of[task] = tour.vehicle
        for tour in differing:
            self.relabel(tour)

    def give_up_rest(self, vehicle: int, *, rests: bool) -> None:
        """Let a tour go without its rest, or (rests=True) owe it again."""
        self.tours[vehicle].rests = rests
        self.relabel(self.tours[vehicle])

    def is_feasible(self, vehicle: int) -> bool:
        """Whether the tour can be driven as it stands."""
        tour = self.tours[vehicle]
        if not tour.tasks:
            return True
        in_time = tour.free_rested[-1] <= self.table.vehicles[vehicle].last_return
        caregiver = self.table.vehicles[vehicle].caregiver
        maximum = self.table.problem.caregivers[caregiver].maximum_work
        return in_time and (maximum is None or self.work[caregiver] <= maximum)

    def relabel(self, tour: Tour) -> None:
        """Work out the labels of a changed tour, and the caregiver's work; linear in its length."""
        table, vehicle = self.table, self.table.vehicles[tour.vehicle]
        legs, travel_and_setup = _legs(table, vehicle, tour)
        _label_forward(self, tour, vehicle, legs)
        _label_backward(self, tour, vehicle, legs)
        tour.soonest = list(map(min, tour.free, tour.free_rested))
        tour.latest = list(map(max, tour.late, tour.late_rested))
        mine = table.vehicles_of_caregiver[vehicle.caregiver]
        if len(mine) == 1:
            service = sum(table.duration[task] for task in tour.tasks)
            self.work[vehicle.caregiver] = travel_and_setup + service
        elif table.problem.caregivers[vehicle.caregiver].maximum_work is not None:
            self.work[vehicle.caregiver] = sum(self._work_of(number) for number in mine)

    def _work_of(self, vehicle: int) -> int:
        tour = self.tours[vehicle]
        _, moving = _legs(self.table, self.table.vehicles[vehicle], tour)
        return moving + sum(self.table.duration[task] for task in tour.tasks)


def _can_rest(vehicle: Vehicle) -> bool:
    """Whether the rest can be taken inside the shift at all."""
    return after_rest(vehicle, vehicle.shift.start, 0) <= vehicle.last_return


def next_start(starts: Intervals, earliest: int) -> int:
    """First allowed start that is not before `earliest`; FAR where there is none."""
    for low, high in starts:
        if earliest <= high:
            return max(low, earliest)
    return FAR


def last_start(starts: Intervals, latest: int) -> int:
    """Last allowed start that is not after `latest`; -FAR where there is none."""
    for low, high in reversed(starts):
        if latest >= low:
            return min(high, latest)
    return -FAR


def after_rest(vehicle: Vehicle, free: int, travel: int) -> int:
    """Earliest readiness at the next place, free at the one before, with the rest in between.

    The rest is best taken on arrival; where that ends too late, before leaving.
    """
    rest = vehicle.rest
    if rest is None:
        return FAR
    ready = max(free + travel, rest.earliest) + rest.duration
    if ready <= rest.latest_end:
        return ready
    ready = max(free, rest.earliest) + rest.duration
    return ready + travel if ready <= rest.latest_end else FAR


def before_rest(vehicle: Vehicle, ready: int, travel: int) -> int:
    """Latest end of service before the rest so that `after_rest` is not later than `ready`."""
    rest = vehicle.rest
    if rest is None:
        return -FAR
    begin = min(rest.latest_end, ready) - rest.duration
    on_arrival = begin - travel if begin >= rest.earliest else -FAR
    begin = min(rest.latest_end, ready - travel) - rest.duration
    before_leaving = begin if begin >= rest.earliest else -FAR
    return max(on_arrival, before_leaving)


def _legs(table: TaskTable, vehicle: Vehicle, tour: Tour) -> tuple[list[tuple[int, int]], int]:
    """(travel, setup) of the way to every stop and back, and their sum (0 without stops)."""
    if not tour.tasks:
        return [(vehicle.travel[vehicle.shift.start_place][vehicle.shift.end_place], 0)], 0
    legs = []
    place, before, total = vehicle.shift.start_place, -1, 0
    for task in tour.tasks:
        goal = table.place[task]
        leg = (vehicle.travel[place][goal], table.setup_between(before, task))
        legs.append(leg)
        total += leg[0] + leg[1]
        place, before = goal, task
    back = vehicle.travel[place][vehicle.shift.end_place]
    legs.append((back, 0))
    return legs, total + back


def _label_forward(plan: Plan, tour: Tour, vehicle: Vehicle, legs: list[tuple[int, int]]) -> None:
    begin = vehicle.shift.start
    free, rested = (begin, FAR) if tour.rests else (FAR, begin)
    tour.free, tour.free_rested = [free], [rested]
    duration = plan.table.duration
    for task, (travel, setup) in zip(tour.tasks, legs, strict=False):
        starts = plan.starts_for(task, tour.vehicle)
        ready = min(rested + travel, after_rest(vehicle, free, travel) if tour.rests else FAR)
        rested = next_start(starts, ready + setup) + duration[task]
        free = next_start(starts, free + travel + setup) + duration[task] if tour.rests else FAR
        tour.free.append(free)
        tour.free_rested.append(rested)
    back = legs[-1][0]
    tour.free.append(FAR)
    last = after_rest(vehicle, free, back) if tour.rests else FAR
    tour.free_rested.append(min(rested + back, last))


def _label_backward(plan: Plan, tour: Tour, vehicle: Vehicle, legs: list[tuple[int, int]]) -> None:
    late, rested = -FAR, vehicle.last_return
    lates, resteds = [late], [rested]
    duration = plan.table.duration
    setup_next = 0
    for index in range(len(tour.tasks) - 1, -1, -1):
        task = tour.tasks[index]
        travel = legs[index + 1][0]
        starts = plan.starts_for(task, tour.vehicle)
        if tour.rests:
            before = before_rest(vehicle, rested - setup_next, travel)
            free = max(late - setup_next - travel, before)
            late = last_start(starts, free - duration[task])
        rested = last_start(starts, rested - setup_next - travel - duration[task])
        lates.append(late)
        resteds.append(rested)
        setup_next = legs[index][1]
    lates.append(0)  # the start is no stop: nobody asks
    resteds.append(0)
    tour.late, tour.late_rested = lates[::-1], resteds[::-1]
