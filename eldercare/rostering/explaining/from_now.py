"""A day that is under way: nothing new begins in the past, nothing that has begun is changed."""

from __future__ import annotations

from dataclasses import replace

from solver.problem import Problem, TimeWindow
from solver.solution import Solution


def opened_from(day: Problem, visit_id: str, minute: int | None) -> Problem:
    """The day on which a visit cannot begin before a minute; one whose hours are over stays so."""
    if minute is None:
        return day
    visit = day.visit_by_id[visit_id]
    left = tuple(
        TimeWindow(max(one.start, minute), one.end) for one in visit.windows if one.end >= minute
    )
    if not left or left == visit.windows:
        return day
    later = replace(visit, windows=left)
    return replace(day, visits=tuple(later if one.id == visit_id else one for one in day.visits))


def touches_the_past(was: Solution, now: Solution, minute: int | None) -> bool:
    """Whether a plan begins something before a minute that the one before it did not, or drops it.

    None: nothing has begun.
    """
    return minute is not None and _begun(was, minute) != _begun(now, minute)


def _begun(plan: Solution, minute: int) -> set[tuple[str, int, str, int]]:
    return {
        (stop.visit_id, stop.part, route.shift_id, stop.start)
        for route in plan.routes
        for stop in route.stops
        if stop.start < minute
    }
