"""A town that is planned anew while its day is under way.

What is done or under way stays to the minute, reported events hold, and only the rest is planned:
without a limit to how many elders get another caregiver or time, unlike a replanning.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from eldercare.rostering.disruptions import DisruptionKind
from eldercare.rostering.reported import as_urgent, known_before
from eldercare.rostering.under_way import UnderWay
from eldercare.rostering.visit_gaps import ties_kept
from solver.by_hand import excused
from solver.mend import faults
from solver.problem import Problem
from solver.problem import Visit as Need
from solver.replanning import Remainder, events, joined, remainder
from solver.replanning.reasons import as_of_the_day
from solver.solution import Solution
from solver.verify import verify


@dataclass(frozen=True, slots=True)
class RestOfDay:
    """The day as it is known, what of it has not begun, and who works no longer."""

    day: Problem
    left: Remainder
    gone: frozenset[str]

    @property
    def begun(self) -> frozenset[str]:
        """Visits of which a part has begun."""
        return frozenset(stop.visit_id for one in self.left.begun.values() for stop in one.stops)


@dataclass(frozen=True, slots=True)
class WholeDay:
    """What had begun with the plan of the rest, and the rules it breaks.

    `violations` are those of the plan of the rest and those that somebody answers for
    (`overridden`); what had begun may break others.
    """

    solution: Solution
    violations: int
    overridden: int


def rest_of_day(asked: Problem, under_way: UnderWay) -> RestOfDay:
    """What is still to be planned of a day that was asked for so."""
    known = asked.visit_by_id.keys()
    plan = events.with_stops(
        under_way.plan, lambda one: one if one.visit_id in known - under_way.cancelled else None
    )
    plan = replace(
        plan,
        routes=tuple(one for one in plan.routes if one.shift_id in asked.shift_by_id),
        unserved=(),
    )
    asked = _without(asked, under_way.cancelled)
    so_far = events.with_stops(plan, lambda one: one if one.start <= under_way.minute else None)
    day, gone_since = known_before(under_way.reported, _as_it_lasted(asked, so_far, under_way))
    ties = ties_kept(asked, day, so_far, answered_for=under_way.overridden)
    day = replace(day, dependencies=ties)
    gone = frozenset(who for who, since in gone_since.items() if since <= under_way.minute)
    for who in sorted(gone_since.keys() - gone):
        day = events.leaving(day, plan, who, gone_since[who])
    left = remainder(day, plan, under_way.minute, gone=gone)
    return _unlocked(RestOfDay(day, left, gone), plan, under_way.minute)


def whole_day(rest: RestOfDay, under_way: UnderWay, solution: Solution) -> WholeDay:
    """The day with a plan of its rest; reasons are those of the whole day."""
    whole = joined(rest.day, rest.left, as_of_the_day(rest.day, solution))
    answered_for = under_way.overridden & rest.begun
    open_still = verify(excused(rest.day, whole, answered_for), whole).violations
    overridden = len(verify(rest.day, whole).violations) - len(open_still)
    broken = len(faults(verify(rest.left.problem, solution)))
    return WholeDay(whole, broken + overridden, overridden)


def _without(asked: Problem, visits: Collection[str]) -> Problem:
    return replace(
        asked,
        visits=tuple(one for one in asked.visits if one.id not in visits),
        dependencies=tuple(
            one for one in asked.dependencies if not {one.before, one.after} & set(visits)
        ),
    )


def _as_it_lasted(asked: Problem, so_far: Solution, under_way: UnderWay) -> Problem:
    """Begun services with the minutes they took, and what came in urgently before all others."""
    longer = {
        one.subject: one.more_minutes
        for one in under_way.reported
        if one.kind is DisruptionKind.OVERRUN
    }
    lasted = {
        (stop.visit_id, stop.part): stop.end - stop.start
        for route in so_far.routes
        for stop in route.stops
    }

    def of(visit: Need) -> Need:
        parts = tuple(
            replace(
                part,
                duration=lasted.get((visit.id, number), part.duration + longer.get(visit.id, 0)),
            )
            for number, part in enumerate(visit.parts)
        )
        return visit if parts == visit.parts else replace(visit, parts=parts)

    longest = replace(asked, visits=tuple(of(visit) for visit in asked.visits))
    return as_urgent(longest, under_way.came_in_urgently)


def _unlocked(rest: RestOfDay, plan: Solution, minute: int) -> RestOfDay:
    """Locks on somebody who works no longer are off, as when that was reported."""
    day = rest.day
    for who in sorted(rest.gone):
        day = events.sick(day, plan, who, minute).day
    if day is rest.day:
        return rest
    return RestOfDay(day, remainder(day, plan, minute, gone=rest.gone), rest.gone)
