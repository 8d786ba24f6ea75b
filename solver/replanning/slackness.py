"""Slack that was bought for a day is kept while the rest of the day is planned again.

Promises come first: a route whose slack a delay has used up, or that never had it, is planned in
its true times, and so is a visit that finds no place between longer ones. All others keep it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from solver.mend import faults
from solver.problem import Problem
from solver.replanning.case import Case
from solver.replanning.disturbance import appointments
from solver.replanning.events import with_stops
from solver.replanning.holding import held, improved, standing
from solver.robustness.keeping import kept_slack, on_shifts, stretched, tight_in
from solver.robustness.slack import Slack, on_true_day, promised_day
from solver.solution import Proof, Solution
from solver.verify import verify


def keeping_slack(case: Case, day: Problem, plan: Solution, present: Solution) -> Case:
    """The case with longer times wherever the plan in force has them and is to keep them.

    `present` is what of the plan has not begun. Whoever comes as promised in the true times does so
    here.
    """
    if case.slack is None:
        return case
    begun = {stop.visit_id for one in case.left.begun.values() for stop in one.stops}
    known = with_stops(plan, lambda one: one if one.visit_id in day.visit_by_id else None)
    tight = tight_in(day, known, case.slack, begun=begun)
    stands = appointments(case.truth, standing(case, present))
    while True:
        longer = case.planned_with(kept_slack(case.truth, case.slack, tight))
        lost = stands.keys() - appointments(case.truth, standing(longer, present))
        more = set(_shifts_with(present, lost)) - tight.shifts
        if not more:
            return case if lost else longer
        tight = on_shifts(plan, tight.shifts | more)


def filled(case: Case, found: Solution, share: float) -> tuple[Case, Solution]:
    """The plan with visits that find a place in the true times only, and the case that knows that.

    Everybody else comes as in the plan; no more elders are disturbed than may be.
    """
    left = {one.visit_id for one in found.unserved} - case.withdrawn
    if case.slack is None or not left:
        return case, found
    truth = case.planned_with(case.truth)
    plan = on_true_day(case.truth, found)
    day = _open_to(truth, promised_day(case.truth, plan), left, _spare(case, found))
    more = improved(truth, day, plan, share)
    missing = {one.visit_id for one in more.unserved} - case.withdrawn
    elders = {one.elder for one in truth.changed(more)}
    if not missing < left or (case.most is not None and len(elders) > case.most):
        return case, found
    return _with_its_slack(case, case.slack, more)


def _with_its_slack(case: Case, slack: Slack, plan: Solution) -> tuple[Case, Solution]:
    """The case and a plan of the true day with the longer times that the plan keeps."""
    claims = tuple(replace(one, proof=Proof.NOT_FOUND) for one in plan.unserved)
    plan = replace(plan, unserved=claims)
    tight = tight_in(case.truth, plan, slack)
    longer = kept_slack(case.truth, slack, tight)
    same = stretched(longer, plan)
    if faults(verify(longer, same)):  # a day on which times cannot be told apart by route
        return replace(case.planned_with(case.truth), slack=None), plan
    return case.planned_with(longer), same


def _open_to(truth: Case, day: Problem, left: set[str], spare: int | None) -> Problem:
    """The day on which only these visits are still to be placed, the others as they come now.

    Where not everybody who was promised something else may be disturbed, nobody of them is.
    """
    promised = left & truth.promised.keys()
    kept = promised if spare is not None and len(promised) > spare else set()
    visits = (
        held(truth, one, kept, {}) if one.id in kept or one.id in truth.withdrawn else one
        for one in day.visits
    )
    return replace(day, visits=tuple(visits))


def _spare(case: Case, found: Solution) -> int | None:
    """Elders who may still be disturbed; None: any number."""
    if case.most is None:
        return None
    return case.most - len({one.elder for one in case.changed(found)})


def _shifts_with(plan: Solution, visits: Iterable[str]) -> Iterable[str]:
    those = set(visits)
    return (
        one.shift_id for one in plan.routes if any(stop.visit_id in those for stop in one.stops)
    )
