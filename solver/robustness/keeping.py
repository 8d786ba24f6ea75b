"""The slack that a plan has, and the day on which it is kept when that plan is changed.

A route has slack where its promises hold on the day with longer times too: the checker says so.
Where they do not (a delay has used it up, or a visit was placed without) the true times count, and
nobody there is moved to get it back. Everything else, and whatever finds its place anew, keeps it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from solver.objective import Term
from solver.problem import Caregiver, Problem, Visit
from solver.robustness.slack import Slack, on_true_day, with_slack
from solver.solution import Proof, Route, Solution
from solver.verify import Rule, Violation, verify

WITHOUT = " without slack"


@dataclass(frozen=True, slots=True)
class Tight:
    """Where a plan has not the slack that was bought: shifts, and the visits on their routes."""

    shifts: frozenset[str] = frozenset()
    visits: frozenset[str] = frozenset()


def tight_in(
    problem: Problem, plan: Solution, slack: Slack, *, begun: Collection[str] = ()
) -> Tight:
    """The routes of a plan that do not keep their promises where everything takes longer.

    Visits that have `begun` take what they take; what they break is no matter any more.
    """
    longer = _as_begun(problem, with_slack(problem, slack), begun)
    claims = tuple(replace(one, proof=Proof.NOT_FOUND) for one in plan.unserved)
    late = stretched(longer, replace(plan, unserved=claims))
    shifts = {
        shift_id
        for fault in verify(longer, late).violations
        for shift_id in _shifts_of(longer, late, fault, begun)
    }
    return on_shifts(plan, shifts)


def on_shifts(plan: Solution, shifts: Collection[str]) -> Tight:
    """These shifts as tight ones, with what the plan has on them."""
    visits = {stop.visit_id for one in plan.routes if one.shift_id in shifts for stop in one.stops}
    return Tight(frozenset(shifts), frozenset(visits))


def kept_slack(problem: Problem, slack: Slack, tight: Tight) -> Problem:
    """The day with longer times, but for tight visits and for caregivers of tight shifts."""
    longer = with_slack(problem, slack)
    people = tuple(_unhurried(one, tight) for one in problem.caregivers)
    modes = {one.mode for one in people}
    true = {
        name: matrix
        for mode, matrix in problem.travel.items()
        if (name := f"{mode}{WITHOUT}") in modes
    }
    return replace(
        _as_begun(problem, longer, tight.visits),
        caregivers=people,
        travel={**longer.travel, **true},
    )


def stretched(longer: Problem, plan: Solution) -> Solution:
    """The same promises and breaks on a day with longer times, where they may break rules.

    The way back is `on_true_day`.
    """
    early = tuple(_leaving_early(longer, one) for one in plan.routes)
    return on_true_day(longer, replace(plan, routes=early))


def _unhurried(caregiver: Caregiver, tight: Tight) -> Caregiver:
    if any(shift.id in tight.shifts for shift in caregiver.shifts):
        return replace(caregiver, mode=f"{caregiver.mode}{WITHOUT}")
    return caregiver


def _as_begun(problem: Problem, longer: Problem, begun: Collection[str]) -> Problem:
    def of(true: Visit, long: Visit) -> Visit:
        return replace(long, parts=true.parts) if true.id in begun else long

    visits = (of(*both) for both in zip(problem.visits, longer.visits, strict=True))
    return replace(longer, visits=tuple(visits))


def _leaving_early(longer: Problem, route: Route) -> Route:
    """As late as the longer way to the first stop, or to the break at its door, allows."""
    if not route.stops:
        return route
    caregiver, shift = longer.shift_by_id[route.shift_id]
    first, rest = route.stops[0], route.rest
    visit = longer.visit_by_id[first.visit_id]
    at_door = first.start - visit.setup
    if rest is not None and rest.before == 0 and rest.start >= first.arrival:
        at_door = min(at_door, rest.start)
    way = int(longer.travel[caregiver.mode][shift.start_place, visit.place])
    return replace(route, departure=at_door - way)


def _shifts_of(
    problem: Problem, plan: Solution, fault: Violation, begun: Collection[str]
) -> Collection[str]:
    """The shifts that a rule broken by longer times speaks of."""
    if fault.rule is Rule.FORBIDDEN_COST and fault.item == Term.OVERTIME:
        ends = {one.shift_id: problem.shift_by_id[one.shift_id][1].end for one in plan.routes}
        return [one.shift_id for one in plan.routes if one.return_at > ends[one.shift_id]]
    kind, _, name = fault.item.partition(" ")
    if kind == "shift":
        return [name]
    if kind == "caregiver" and name in problem.caregiver_by_id:
        return [one.id for one in problem.caregiver_by_id[name].shifts]
    visit = name.partition(" part ")[0]
    return [
        route.shift_id
        for route in plan.routes
        if visit not in begun and any(stop.visit_id == visit for stop in route.stops)
    ]
