"""Counts and costs of a roster, by a handful of queries that never load its routes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, distinct, func, select
from sqlmodel import Session, col

from eldercare.rostering.tables import (
    Placement,
    RosterMeal,
    RosterRoute,
    RosterVisit,
    TownPlan,
)
from eldercare.rostering.views import MealCounts, RosterSummary, VisitCounts
from solver.solution import Proof

PLAN_PRIORITY = 2
"""`RosterVisit.priority` of the groups the plan puts first."""


def summarise(
    session: Session, roster_id: int, towns: Sequence[str] | None = None
) -> RosterSummary:
    """Counts and verified costs of a roster, of all towns or of some."""
    plans = session.scalars(select(TownPlan).where(*_of(TownPlan, roster_id, towns))).all()
    meals, meal_reasons = _meals(session, roster_id, towns)
    visits, visit_reasons = _visits(session, roster_id, towns)
    workers = session.execute(
        select(
            func.count(distinct(col(RosterRoute.caregiver_id))),
            func.count(distinct(col(RosterRoute.rider_id))),
        ).where(*_of(RosterRoute, roster_id, towns))
    ).one()
    return RosterSummary(
        visits=visits,
        meals=meals,
        caregivers=workers[0],
        riders=workers[1],
        visit_travel_minutes=_travel(session, roster_id, towns, of_riders=False),
        meal_travel_minutes=_travel(session, roster_id, towns, of_riders=True),
        violations=sum(plan.violations for plan in plans),
        overridden=sum(plan.overridden for plan in plans),
        visit_cost=_total([plan.visit_cost for plan in plans]),
        meal_cost=_total([plan.meal_cost for plan in plans]),
        seconds=round(sum(plan.seconds for plan in plans), 3),
        reasons=dict(sorted((visit_reasons + meal_reasons).items())),
        slack={plan.town_code: plan.slack_percent for plan in plans if plan.slack_percent},
    )


def _of(
    table: type[RosterVisit | RosterMeal | RosterRoute | TownPlan],
    roster_id: int,
    towns: Sequence[str] | None,
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [col(table.roster_id) == roster_id]
    if towns is not None:
        conditions.append(col(table.town_code).in_(towns))
    return conditions


def _visits(
    session: Session, roster_id: int, towns: Sequence[str] | None
) -> tuple[VisitCounts, Counter[str]]:
    groups = session.execute(
        select(
            col(RosterVisit.placement),
            col(RosterVisit.priority),
            col(RosterVisit.reason),
            col(RosterVisit.proof),
            func.count(),
        )
        .where(*_of(RosterVisit, roster_id, towns))
        .group_by(
            col(RosterVisit.placement),
            col(RosterVisit.priority),
            col(RosterVisit.reason),
            col(RosterVisit.proof),
        )
    ).all()
    by_placement: Counter[Placement] = Counter()
    reasons: Counter[str] = Counter()
    impossible = priority = priority_served = priority_impossible = 0
    for placement, rank, reason, proof, count in groups:
        if placement is Placement.CANCELLED:
            continue
        by_placement[placement] += count
        proved = proof == Proof.IMPOSSIBLE.value
        impossible += count * proved
        if reason:
            reasons[reason] += count
        if rank == PLAN_PRIORITY:
            priority += count
            priority_served += count * (placement is Placement.PLANNED)
            priority_impossible += count * (proved or placement is Placement.SET_ASIDE)
    return (
        VisitCounts(
            required=by_placement.total(),
            served=by_placement[Placement.PLANNED],
            unserved=by_placement[Placement.UNSERVED],
            set_aside=by_placement[Placement.SET_ASIDE],
            proved_impossible=impossible,
            priority_required=priority,
            priority_served=priority_served,
            priority_possible=priority - priority_impossible,
        ),
        reasons,
    )


def _meals(
    session: Session, roster_id: int, towns: Sequence[str] | None
) -> tuple[MealCounts, Counter[str]]:
    groups = session.execute(
        select(col(RosterMeal.placement), col(RosterMeal.reason), func.count())
        .where(*_of(RosterMeal, roster_id, towns))
        .group_by(col(RosterMeal.placement), col(RosterMeal.reason))
    ).all()
    by_placement: Counter[Placement] = Counter()
    reasons: Counter[str] = Counter()
    for placement, reason, count in groups:
        by_placement[placement] += count
        if reason:
            reasons[reason] += count
    return (
        MealCounts(
            orders=by_placement.total(),
            on_site=by_placement[Placement.ON_SITE],
            delivered=by_placement[Placement.PLANNED],
            undelivered=by_placement[Placement.UNSERVED],
            set_aside=by_placement[Placement.SET_ASIDE],
        ),
        reasons,
    )


def _travel(
    session: Session, roster_id: int, towns: Sequence[str] | None, *, of_riders: bool
) -> int:
    worker = col(RosterRoute.rider_id if of_riders else RosterRoute.caregiver_id)
    total = session.scalar(
        select(func.sum(RosterRoute.travel_minutes)).where(
            *_of(RosterRoute, roster_id, towns), worker.is_not(None)
        )
    )
    return int(total or 0)


def _total(costs: Sequence[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for cost in costs:
        total.update(cost)
    return dict(total)


__all__ = ["PLAN_PRIORITY", "summarise"]
