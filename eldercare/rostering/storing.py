"""A town's solved plan → roster rows: the way back from the solver."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlmodel import Session, col, delete, select

from eldercare.rostering.planned import PlannedTown
from eldercare.rostering.tables import (
    Roster,
    RosterMeal,
    RosterRoute,
    RosterStatus,
    RosterStop,
    RosterVisit,
    TownPlan,
)

_OF_ROSTER_AND_TOWN = (RosterVisit, RosterMeal, TownPlan)


def open_draft(session: Session, on: date, now: datetime) -> Roster:
    """The date's draft: the one that stands, or a new one that copies what is published."""
    draft = session.exec(
        select(Roster)
        .where(Roster.on == on, Roster.status == RosterStatus.DRAFT)
        .order_by(col(Roster.id).desc())
    ).first()
    if draft is not None:
        return draft
    base = session.exec(
        select(Roster).where(Roster.on == on, Roster.status == RosterStatus.PUBLISHED)
    ).first()
    draft = Roster(
        on=on,
        status=RosterStatus.DRAFT,
        created_at=now,
        based_on_id=base.id if base else None,
    )
    session.add(draft)
    session.flush()
    if base is not None:
        _copy(session, base, draft)
    return draft


def replace_town(session: Session, roster: Roster, planned: PlannedTown, now: datetime) -> None:
    """Put a town's new plan in the place of its old one; other towns of the draft stay."""
    if roster.id is None:
        raise AssertionError("the draft has been flushed")
    _remove_town(session, roster.id, planned.town_code)
    session.add(
        TownPlan(
            roster_id=roster.id,
            town_code=planned.town_code,
            engine=planned.engine,
            seed=planned.seed,
            seconds=round(planned.seconds, 3),
            violations=planned.violations,
            visit_cost=dict(planned.visit_cost),
            meal_cost=dict(planned.meal_cost),
            planned_at=now,
        )
    )
    session.add_all(_visit_rows(roster.id, planned))
    session.add_all(_meal_rows(roster.id, planned))
    for route in planned.routes:
        row = RosterRoute(roster_id=roster.id, town_code=planned.town_code, **route.columns())
        session.add(row)
        session.flush()
        if row.id is None:
            raise AssertionError("the route has been flushed")
        session.add_all(
            RosterStop(route_id=row.id, roster_id=roster.id, sequence=number, **stop.columns())
            for number, stop in enumerate(route.stops, start=1)
        )
    session.flush()


def _remove_town(session: Session, roster_id: int, town_code: str) -> None:
    routes = select(RosterRoute.id).where(
        RosterRoute.roster_id == roster_id, RosterRoute.town_code == town_code
    )
    session.exec(delete(RosterStop).where(col(RosterStop.route_id).in_(routes)))
    for table in (RosterRoute, *_OF_ROSTER_AND_TOWN):
        session.exec(
            delete(table).where(
                col(table.roster_id) == roster_id, col(table.town_code) == town_code
            )
        )


def _visit_rows(roster_id: int, planned: PlannedTown) -> Iterator[RosterVisit]:
    for visit in planned.rows.visits:
        fate = planned.visit_fates[visit.id]
        yield RosterVisit(
            roster_id=roster_id,
            visit_id=visit.id,
            town_code=planned.town_code,
            elder_id=visit.elder_id,
            service_type_code=visit.service_type_code,
            plan_item_id=visit.plan_item_id,
            minutes=visit.minutes,
            people=visit.people,
            window_start_minutes=visit.window_start_minutes,
            window_end_minutes=visit.window_end_minutes,
            preferred_caregiver_id=visit.preferred_caregiver_id,
            priority=planned.rows.priority(visit.elder_id),
            placement=fate.placement,
            reason=fate.reason,
            proof=fate.proof,
            detail=fate.detail[:400],
        )


def _meal_rows(roster_id: int, planned: PlannedTown) -> Iterator[RosterMeal]:
    for order in planned.rows.meal_orders:
        fate = planned.meal_fates[order.id]
        yield RosterMeal(
            roster_id=roster_id,
            order_id=order.id,
            town_code=planned.town_code,
            elder_id=order.elder_id,
            meal_site_id=order.meal_site_id,
            mode=order.mode,
            portions=order.portions,
            diet=order.diet,
            priority=planned.rows.priority(order.elder_id),
            placement=fate.placement,
            reason=fate.reason,
            proof=fate.proof,
            detail=fate.detail[:400],
        )


def _copy(session: Session, base: Roster, draft: Roster) -> None:
    """Copy every row of a roster to a draft built on it."""
    for table in _OF_ROSTER_AND_TOWN:
        for row in session.exec(select(table).where(col(table.roster_id) == base.id)).all():
            session.add(table(**(row.model_dump() | {"roster_id": draft.id})))
    for route in session.exec(select(RosterRoute).where(RosterRoute.roster_id == base.id)).all():
        twin = RosterRoute(**(route.model_dump(exclude={"id"}) | {"roster_id": draft.id}))
        session.add(twin)
        session.flush()
        for stop in session.exec(select(RosterStop).where(RosterStop.route_id == route.id)).all():
            session.add(
                RosterStop(**(stop.model_dump() | {"route_id": twin.id, "roster_id": draft.id}))
            )
