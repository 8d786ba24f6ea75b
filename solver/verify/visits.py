"""What a visit is owed: to be served once, inside its window, in step with others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from solver.problem import Gap, Problem, TimeWindow, Visit, WindowMet
from solver.verify.day import Day, Served
from solver.verify.report import Rule, Violation


def window_of(served: Served) -> TimeWindow:
    """The latest window that has begun when the service starts (the first, where none has)."""
    begun = [one for one in served.visit.windows if one.start <= served.stop.start]
    return begun[-1] if begun else served.visit.windows[0]


def lateness(problem: Problem, served: Served) -> int:
    """Ticks after the end of the window that counts."""
    instant = served.stop.start
    if problem.window_met is WindowMet.AT_END:
        instant += served.part.duration
    return max(0, instant - window_of(served).end)


def start_of(day: Day, visit_id: str) -> int | None:
    """When a visit starts: when its part 0 does; None where that is in no route."""
    starts = [one.stop.start for one in day.served.get(visit_id, ()) if one.number == 0]
    return starts[0] if starts else None


def is_served(day: Day, visit: Visit) -> bool:
    """All parts of the visit are in routes."""
    return {one.number for one in day.served.get(visit.id, ())} == set(range(len(visit.parts)))


def check_coverage(day: Day) -> Iterator[Violation]:
    """Every visit is in the routes with all its parts once, or unserved once, and may be that."""
    listed = Counter(one.visit_id for one in day.solution.unserved)
    for visit in day.problem.visits:
        item = f"visit {visit.id}"
        given = Counter(one.number for one in day.served.get(visit.id, ()))
        for number, times in given.items():
            if times > 1:
                text = f"{item} part {number} is served {times} times"
                yield Violation(Rule.SERVED_TWICE, item, text)
        if listed[visit.id] > 1:
            yield Violation(Rule.UNSERVED_TWICE, item, f"{item} is listed as unserved twice")
        if listed[visit.id] and given:
            text = f"{item} is in a route and listed as unserved"
            yield Violation(Rule.SERVED_AND_UNSERVED, item, text)
        elif listed[visit.id] and visit.drop_cost is None:
            text = f"{item} must be served and is listed as unserved"
            yield Violation(Rule.MANDATORY_UNSERVED, item, text)
        elif not listed[visit.id] and len(given) < len(visit.parts):
            missing = sorted(set(range(len(visit.parts))) - set(given))
            text = f"{item} has part {missing[0]} in no route and is not listed as unserved"
            yield Violation(Rule.NOT_COVERED, item, text)


def check_window(problem: Problem, served: Served) -> Iterator[Violation]:
    """Not before the first window; not late where that is forbidden."""
    start, opens, label = served.stop.start, served.visit.windows[0].start, served.label
    if start < opens:
        text = f"{label} starts at {start}, before its window opens at {opens}"
        yield Violation(Rule.EARLY, label, text)
    late = lateness(problem, served)
    if late and served.visit.late_is_hard:
        end = window_of(served).end
        text = f"{label} starts at {start}, {late} late for its window until {end}"
        yield Violation(Rule.LATE, label, text)


def check_ties(day: Day, visit: Visit) -> Iterator[Violation]:
    """The gap between the two parts' starts, and the locked start."""
    item = f"visit {visit.id}"
    starts = {one.number: one.stop.start for one in day.served.get(visit.id, ())}
    if visit.sync is not None and len(starts) == 2:
        gap = starts[1] - starts[0]
        if not _inside(gap, visit.sync):
            text = f"{item} has starts {gap} apart instead of {_span(visit.sync)}"
            yield Violation(Rule.SYNC_GAP, item, text)
    start = start_of(day, visit.id)
    if visit.locked_start is not None and start is not None and start != visit.locked_start:
        text = f"{item} is locked to start at {visit.locked_start} and starts at {start}"
        yield Violation(Rule.LOCKED_START, item, text)


def check_dependencies(day: Day) -> Iterator[Violation]:
    """The gap between the starts of dependent visits, where both are served."""
    for one in day.problem.dependencies:
        before, after = start_of(day, one.before), start_of(day, one.after)
        if before is not None and after is not None and not _inside(after - before, one.gap):
            item = f"visit {one.after}"
            text = f"{item} starts {after - before} after visit {one.before}, not {_span(one.gap)}"
            yield Violation(Rule.DEPENDENCY_GAP, item, text)


def _inside(value: int, gap: Gap) -> bool:
    return gap.minimum <= value and (gap.maximum is None or value <= gap.maximum)


def _span(gap: Gap) -> str:
    if gap.maximum is None:
        return f"{gap.minimum} or more"
    return f"{gap.minimum} to {gap.maximum}" if gap.maximum > gap.minimum else str(gap.minimum)
