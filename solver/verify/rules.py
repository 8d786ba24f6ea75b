"""All rules of a day, one after another."""

from __future__ import annotations

from collections.abc import Iterator

from solver.verify.day import Day
from solver.verify.people import (
    check_days,
    check_pairs,
    check_routes,
    check_skills,
    check_wishes,
)
from solver.verify.report import Violation
from solver.verify.times import (
    Timeline,
    check_rest,
    check_rest_of_idle,
    check_shift,
    check_times,
)
from solver.verify.visits import check_coverage, check_dependencies, check_ties, check_window


def check_line(day: Day, line: Timeline) -> Iterator[Violation]:
    """Every rule of one route by itself."""
    yield from check_times(line)
    yield from check_shift(line)
    yield from check_rest(line)
    for served in line.tour.served:
        yield from check_skills(served)
        yield from check_wishes(served)
        yield from check_window(day.problem, served)


def check_day(day: Day, lines: list[Timeline]) -> Iterator[Violation]:
    """Every rule of the routes together, and of each."""
    yield from check_routes(day)
    yield from check_coverage(day)
    for line in lines:
        yield from check_line(day, line)
    for _, shift in day.idle_shifts():
        yield from check_rest_of_idle(shift)
    for visit in day.problem.visits:
        yield from check_ties(day, visit)
        yield from check_pairs(day.served.get(visit.id, ()))
    yield from check_dependencies(day)
    yield from check_days(day.problem, lines)
