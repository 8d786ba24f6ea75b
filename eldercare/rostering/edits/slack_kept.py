"""An edit of a day for which slack was bought: it keeps the slack where it can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from eldercare.rostering.edits.applying import Edited, Situation, apply, as_stored
from eldercare.rostering.edits.request import Edit
from eldercare.rostering.town_day import TownDay
from solver.robustness import on_true_day
from solver.robustness.keeping import Tight, kept_slack, stretched, tight_in
from solver.verify import verify


def applied(day: TownDay, clock: int | None, edit: Edit) -> Edited:
    """The day after an edit, with the slack that was bought wherever no rule is broken for it.

    Raises what `apply` raises.
    """
    return keeping_slack(day, clock, lambda one: apply(Situation.of(one, clock), edit))


def keeping_slack(day: TownDay, clock: int | None, change: Callable[[TownDay], Edited]) -> Edited:
    """What a change makes of the day, or of the day with longer times if that breaks no more."""
    plain = change(day)
    if day.slack is None or plain.plan.routes == day.plan.routes:
        return plain
    begun = {
        stop.visit_id
        for route in day.plan.routes
        for stop in route.stops
        if stop.start < (clock or 0)
    }
    tight = tight_in(day.problem, day.plan, day.slack, begun=begun)
    tight = Tight(tight.shifts, tight.visits | begun)
    longer = kept_slack(day.problem, day.slack, tight)
    roomy_day = replace(
        day,
        problem=longer,
        undecided=kept_slack(day.undecided, day.slack, tight),
        plan=stretched(longer, day.plan),
    )
    found = change(roomy_day)
    plan = as_stored(on_true_day(plain.problem, found.plan))
    broken, broken_before = (
        len(verify(plain.problem, one).violations) for one in (plan, plain.plan)
    )
    return replace(plain, plan=plan) if broken <= broken_before else plain


def without_slack(day: TownDay, edited: Edited) -> tuple[str, ...]:
    """Visits on routes that have not the slack any more that was bought, sorted."""
    if day.slack is None:
        return ()
    before = tight_in(day.problem, day.plan, day.slack).visits
    after = tight_in(edited.problem, edited.plan, day.slack).visits
    return tuple(sorted(after - before))
