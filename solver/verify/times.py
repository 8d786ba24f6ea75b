"""The times of one tour, recomputed leg by leg from the starts of service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from solver.problem import Problem, Shift
from solver.solution import Rest
from solver.verify.day import Served, Tour
from solver.verify.report import Rule, Violation


@dataclass(frozen=True, slots=True)
class Leg:
    """The way to one stop (`served` None: back to the end place) with what happens around it.

    `leave` is when the place before is left and `arrival` when the next is reached, both
    recomputed. `rest_here` says that the rest is taken at the next place. `slack` is the time that
    is neither travel, setup nor owed rest.
    """

    served: Served | None
    free: int
    leave: int
    travel: int
    arrival: int
    setup: int
    rest: Rest | None
    rest_here: bool
    slack: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """All legs of a tour with stops; `rested` is the owed rest it holds."""

    tour: Tour
    legs: tuple[Leg, ...]
    begin: int
    end: int
    rested: int

    @property
    def travel(self) -> int:
        """Ticks on the way."""
        return sum(leg.travel for leg in self.legs)

    @property
    def waiting(self) -> int:
        """Slack after the first stop's service; before it the caregiver leaves just in time."""
        return sum(leg.slack for leg in self.legs[1:] if leg.slack > 0)

    @property
    def work(self) -> int:
        """Travel, setup and service."""
        service = sum(served.part.duration for served in self.tour.served)
        return self.travel + sum(leg.setup for leg in self.legs) + service

    @property
    def overtime(self) -> int:
        """Ticks after the end of the shift."""
        return max(0, self.end - self.tour.shift.end)

    @property
    def idle(self) -> int:
        """Ticks of the shift (and its overtime) that are neither work nor owed rest."""
        shift = self.tour.shift
        return max(0, max(self.end, shift.end) - shift.start - self.work - self.rested)


def timeline(problem: Problem, tour: Tour) -> Timeline:
    """Recompute a tour that has at least one stop."""
    matrix = problem.travel[tour.caregiver.mode]
    owed = tour.shift.rest.duration if tour.shift.rest else 0
    taken = min(owed, tour.rest.end - tour.rest.start) if tour.rest else 0
    legs: list[Leg] = []
    place, free, building = tour.shift.start_place, tour.route.departure, ""
    for position, served in enumerate((*tour.served, None)):
        goal = served.visit.place if served else tour.shift.end_place
        travel = int(matrix[place, goal])
        rest = tour.rest if tour.rest and tour.rest.before == position else None
        setup = 0
        if served and (not building or served.visit.building != building):
            setup = served.visit.setup
        legs.append(_leg(tour, served, free, travel, setup, rest, taken))
        if served:
            place, free = goal, served.stop.start + served.part.duration
            building = served.visit.building
    begin, end = tour.route.departure, legs[-1].arrival
    if (first := legs[0].rest) is not None and not legs[0].rest_here:
        begin = min(begin, first.start)
    if (last := legs[-1].rest) is not None and legs[-1].rest_here:
        end = max(end, last.end)
    return Timeline(tour, tuple(legs), begin, end, taken)


def _leg(
    tour: Tour,
    served: Served | None,
    free: int,
    travel: int,
    setup: int,
    rest: Rest | None,
    taken: int,
) -> Leg:
    first = bool(tour.served) and served is tour.served[0]
    here = rest is not None and (
        rest.start >= served.stop.arrival
        if served
        else rest.start >= free + travel and tour.route.return_at == rest.end
    )
    leave = free if rest is None or here or first else rest.end
    arrival = leave + travel
    finish = served.stop.start if served else arrival
    if served is None and rest and here:
        finish = rest.end
    slack = finish - free - travel - setup - (taken if rest else 0)
    return Leg(served, free, leave, travel, arrival, setup, rest, here, slack)


def check_times(line: Timeline) -> Iterator[Violation]:
    """Order, travel, arrival, setup and duration of every stop, and the return."""
    for leg in line.legs:
        if leg.served is None:
            continue
        stop, label = leg.served.stop, leg.served.label
        yield from _check_arrival(line, leg, leg.served)
        begun = leg.arrival
        if leg.rest and leg.rest_here:
            begun += min(leg.rest.end, stop.start) - leg.rest.start
        if stop.start < stop.arrival:
            text = f"{label} starts at {stop.start}, before the arrival at {stop.arrival}"
            yield Violation(Rule.BEFORE_ARRIVAL, label, text)
        elif stop.start < begun + leg.setup and stop.arrival == leg.arrival:
            text = f"{label} starts at {stop.start}, without its setup of {leg.setup}"
            yield Violation(Rule.SETUP_TIME, label, text)
        if stop.end != stop.start + leg.served.part.duration:
            lasts, due = stop.end - stop.start, leg.served.part.duration
            yield Violation(Rule.DURATION, label, f"{label} lasts {lasts} instead of {due}")
    stated = line.tour.route.return_at
    if stated != line.end:
        item = f"shift {line.tour.shift.id}"
        text = f"{item} is said to end at {stated} where its route ends at {line.end}"
        yield Violation(Rule.STATED_RETURN, item, text)


def _check_arrival(line: Timeline, leg: Leg, served: Served) -> Iterator[Violation]:
    stated, label = served.stop.arrival, served.label
    if stated < leg.free:
        text = f"{label} is reached at {stated}, before the stop before it ends ({leg.free})"
        if leg is line.legs[0]:
            text = f"{label} is reached at {stated}, before the departure at {leg.free}"
        yield Violation(Rule.ORDER, label, text)
    elif stated < leg.arrival:
        text = (
            f"{label} is reached at {stated}, but travel of {leg.travel} takes until {leg.arrival}"
        )
        yield Violation(Rule.TRAVEL_TIME, label, text)
    elif stated > leg.arrival:
        text = f"{label} is said to be reached at {stated} instead of {leg.arrival}"
        yield Violation(Rule.STATED_ARRIVAL, label, text)


def check_shift(line: Timeline) -> Iterator[Violation]:
    """Start of the shift, and the largest overtime allowed."""
    shift = line.tour.shift
    item = f"shift {shift.id}"
    if line.begin < shift.start:
        text = f"{item} begins its route at {line.begin}, before the shift starts ({shift.start})"
        yield Violation(Rule.SHIFT_START, item, text)
    allowed = shift.maximum_overtime
    if allowed is not None and line.overtime > allowed:
        text = f"{item} ends at {line.end}, later than {shift.end} and {allowed} of overtime"
        yield Violation(Rule.OVERTIME_EXCEEDED, item, text)


def check_rest(line: Timeline) -> Iterator[Violation]:
    """The break: owed, inside its window, long enough, and overlapping nothing."""
    tour, owed = line.tour, line.tour.shift.rest
    item = f"shift {tour.shift.id}"
    rest = tour.rest
    if rest is None:
        if owed is not None and owed.miss_cost is None:
            yield _missed(line.tour.shift)
        return
    if owed is None:
        yield Violation(Rule.BREAK_NOT_DUE, item, f"{item} takes a break it is not due")
    else:
        if rest.start < owed.earliest or rest.end > owed.latest_end:
            allowed = f"{owed.earliest} to {owed.latest_end}"
            text = f"{item} rests from {rest.start} to {rest.end}, outside {allowed}"
            yield Violation(Rule.BREAK_WINDOW, item, text)
        if rest.end - rest.start < owed.duration:
            text = f"{item} rests for {rest.end - rest.start} instead of {owed.duration}"
            yield Violation(Rule.BREAK_SHORT, item, text)
    leg = line.legs[rest.before]
    if _overlaps(leg, rest, is_first=rest.before == 0, departure=tour.route.departure):
        text = f"{item} rests from {rest.start} to {rest.end} while travelling or serving"
        yield Violation(Rule.BREAK_OVERLAP, item, text)


def check_rest_of_idle(shift: Shift) -> Iterator[Violation]:
    """A break owed even without stops."""
    if shift.rest and shift.rest.due_without_stops and shift.rest.miss_cost is None:
        yield _missed(shift)


def _missed(shift: Shift) -> Violation:
    item = f"shift {shift.id}"
    return Violation(Rule.BREAK_MISSED, item, f"{item} has no break, which must not be missed")


def _overlaps(leg: Leg, rest: Rest, *, is_first: bool, departure: int) -> bool:
    if leg.rest_here:
        return leg.served is not None and rest.end > leg.served.stop.start
    return rest.end > departure if is_first else rest.start < leg.free
