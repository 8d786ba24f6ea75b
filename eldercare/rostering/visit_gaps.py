"""Gaps between visits of an elder → the solver's dependencies, which count from start to start."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import solver.problem as sp
from eldercare.care.demand import Visit, VisitGap
from eldercare.rostering.rows import SetAside
from solver.solution import Solution


@dataclass(frozen=True, slots=True)
class Ties:
    """Dependencies of a day, and visits whose gaps contradict each other, by id."""

    dependencies: tuple[sp.Dependency, ...]
    set_aside: Mapping[str, SetAside]

    def among(self, visit_ids: Iterable[str]) -> tuple[sp.Dependency, ...]:
        """The dependencies of which both visits are there."""
        known = frozenset(visit_ids)
        return tuple(one for one in self.dependencies if {one.before, one.after} <= known)


def tie(gaps: Iterable[VisitGap], visits: Iterable[Visit]) -> Ties:
    """The tightest dependency of each pair of visits.

    Where the gaps of a pair leave no time, or the later visit would have to come before itself,
    that visit is set aside: one elder's rules never stop a town's plan.
    """
    minutes_of = {visit.id: visit.minutes for visit in visits}
    bounds: dict[tuple[str, str], tuple[int, int | None]] = {}
    for gap in gaps:
        pair = (gap.before_visit_id, gap.after_visit_id)
        if pair[0] in minutes_of and pair[1] in minutes_of:
            bounds[pair] = _tighter(bounds.get(pair, (0, None)), gap, minutes_of[pair[0]])
    set_aside: dict[str, SetAside] = {}
    following: dict[str, set[str]] = {}
    ties = []
    for (before, after), (least, most) in sorted(bounds.items()):
        if most is not None and most < least:
            detail = f"it is to start at least {least} and at most {most} minutes after {before}"
            set_aside[after] = SetAside(after, "gaps_contradict", detail)
        elif _leads(following, after, before):
            detail = f"it is to come after {before}, and before it"
            set_aside[after] = SetAside(after, "gaps_contradict", detail)
        else:
            following.setdefault(before, set()).add(after)
            ties.append(sp.Dependency(before, after, sp.Gap(least, most)))
    return Ties(tuple(ties), set_aside)


def without_contradictions(
    gaps: Sequence[VisitGap], visits: Iterable[Visit]
) -> tuple[VisitGap, ...]:
    """The gaps of a day whose roster is made already: no rule takes a visit out of it any more."""
    wrong = tie(gaps, visits).set_aside
    return tuple(gap for gap in gaps if gap.after_visit_id not in wrong)


def ties_kept(
    asked: sp.Problem,
    lasted: sp.Problem,
    plan: Solution,
    *,
    answered_for: Collection[str] = (),
) -> tuple[sp.Dependency, ...]:
    """The dependencies that a roster keeps, counted from the end of services as they lasted.

    One that it breaks was written after it was made, and binds the next roster only; unless
    somebody answers for one of the two visits: then it is known to be broken.
    """
    starts = {
        stop.visit_id: stop.start for route in plan.routes for stop in route.stops if stop.part == 0
    }
    found = []
    for one in asked.dependencies:
        longer = _minutes(lasted, one.before) - _minutes(asked, one.before)
        least = max(0, one.gap.minimum + longer)
        most = None if one.gap.maximum is None else max(least, one.gap.maximum + longer)
        known = one.before in answered_for or one.after in answered_for
        if {one.before, one.after} <= starts.keys() and not known:
            apart = starts[one.after] - starts[one.before]
            if apart < least or (most is not None and apart > most):
                continue
        found.append(replace(one, gap=sp.Gap(least, most)))
    return tuple(found)


def _minutes(problem: sp.Problem, visit_id: str) -> int:
    return problem.visit_by_id[visit_id].parts[0].duration


def _tighter(bounds: tuple[int, int | None], gap: VisitGap, minutes: int) -> tuple[int, int | None]:
    """Both bounds from start to start: the first visit's own minutes lie between."""
    least = max(bounds[0], minutes + gap.minimum_minutes)
    ends = [bounds[1]]
    ends.append(None if gap.maximum_minutes is None else minutes + gap.maximum_minutes)
    return least, min((end for end in ends if end is not None), default=None)


def _leads(following: Mapping[str, set[str]], start: str, end: str) -> bool:
    """Whether one visit comes before another, by whatever way."""
    ahead, seen = [start], set()
    while ahead:
        one = ahead.pop()
        if one == end:
            return True
        if one not in seen:
            seen.add(one)
            ahead += following.get(one, ())
    return False
