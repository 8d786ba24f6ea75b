"""What was reported on a day so far, and what of it still holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.demand import Visit
from eldercare.rostering.disruptions import Disruption, DisruptionKind, parse_disruption
from eldercare.rostering.tables import RosterEvent
from eldercare.rostering.weights import DROP_COST
from solver.problem import Problem
from solver.replanning import events


def reported(session: Session, roster_id: int, town_code: str) -> list[Disruption]:
    """The events that a roster knows of in a town, as they were reported."""
    return list(reported_at(session, roster_id, town_code))


def reported_at(session: Session, roster_id: int, town_code: str) -> dict[Disruption, int]:
    """The events that a roster knows of in a town, each with the minute it was known at."""
    statement = (
        select(col(RosterEvent.event), col(RosterEvent.at_minutes))
        .where(col(RosterEvent.roster_id) == roster_id, col(RosterEvent.town_code) == town_code)
        .order_by(col(RosterEvent.sequence))
    )
    rows = session.execute(statement).all()
    return {parse_disruption(event): minute for event, minute in rows}


def came_in_urgently(earlier: Iterable[Disruption], visits: Iterable[Visit]) -> frozenset[str]:
    """The visits that came in on the day with an emergency: they go before all others."""
    elders = {one.subject for one in earlier if one.kind is DisruptionKind.EMERGENCY}
    return frozenset(one.id for one in visits if not one.plan_item_id and one.elder_id in elders)


def as_urgent(problem: Problem, visits: Collection[str]) -> Problem:
    """The problem in which these visits rank before all others."""
    if not visits:
        return problem
    ranked = (
        replace(one, drop_cost=DROP_COST[2], priority=2) if one.id in visits else one
        for one in problem.visits
    )
    return replace(problem, visits=tuple(ranked))


def known_before(
    earlier: Iterable[Disruption], problem: Problem
) -> tuple[Problem, Mapping[str, int]]:
    """The day with what earlier events still mean: who is gone since when, who begins later."""
    earlier = tuple(earlier)
    gone: dict[str, int] = {}
    for one in earlier:
        if one.kind is DisruptionKind.SICK and one.subject in problem.caregiver_by_id:
            since = one.at_minutes or 0
            gone[one.subject] = min(since, gone.get(one.subject, since))
    until = {
        one.subject: one.at_minutes or 0 for one in earlier if one.kind is DisruptionKind.LATE_START
    }
    people = tuple(
        events.coming_late(one, until[one.id]) if one.id in until else one
        for one in problem.caregivers
    )
    return replace(problem, caregivers=people), gone
