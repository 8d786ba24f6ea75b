"""A town's solved plan → roster rows: the way back from the solver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sqlmodel import Session, SQLModel, col, delete, select

from eldercare.care.demand import Visit
from eldercare.rostering.handing_on import as_notes, hand_on, town_before
from eldercare.rostering.planned import Fate, MendedVisits, PlannedRoute, PlannedTown
from eldercare.rostering.tables import (
    Placement,
    Roster,
    RosterEvent,
    RosterMeal,
    RosterRoute,
    RosterStatus,
    RosterStop,
    RosterVisit,
    TownPlan,
)

_OF_ROSTER_AND_TOWN = (RosterVisit, RosterMeal, TownPlan, RosterEvent)


def open_draft(session: Session, on: date, now: datetime) -> Roster:
    """The date's draft: the one that stands, or a new one that copies what is published."""
    draft = session.exec(
        select(Roster)
        .where(Roster.on == on, Roster.status == RosterStatus.DRAFT, Roster.name == "")
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
        copy_rows(session, base, draft)
    return draft


def replace_town(session: Session, roster: Roster, planned: PlannedTown, now: datetime) -> None:
    """Put a town's new plan in the place of its old one; other towns of the draft stay.

    What was decided by hand about a visit is handed on; what could not be is in the plan's `notes`.
    """
    if roster.id is None:
        raise AssertionError("the draft has been flushed")
    before = town_before(session, roster.id, planned.town_code)
    visits = list(_visit_rows(roster.id, planned))
    lost = hand_on(before, visits, planned)
    meal_cost = _remove_town(session, roster.id, planned)
    session.add(
        TownPlan(
            roster_id=roster.id,
            town_code=planned.town_code,
            engine=planned.engine,
            seed=planned.seed,
            seconds=round(planned.seconds, 3),
            violations=planned.violations,
            overridden=planned.overridden,
            slack_percent=planned.rows.slack_percent,
            visit_cost=dict(planned.visit_cost),
            meal_cost=dict(planned.meal_cost) if meal_cost is None else meal_cost,
            notes=as_notes(lost),
            planned_at=now,
        )
    )
    session.add_all(visits)
    if not planned.keeps_meals:
        session.add_all(_meal_rows(roster.id, planned))
    _add_routes(session, roster.id, planned.town_code, planned.routes)


def _add_routes(
    session: Session, roster_id: int, town_code: str, routes: Iterable[PlannedRoute]
) -> None:
    for route in routes:
        row = RosterRoute(roster_id=roster_id, town_code=town_code, **route.columns())
        session.add(row)
        session.flush()
        if row.id is None:
            raise AssertionError("the route has been flushed")
        session.add_all(
            RosterStop(route_id=row.id, roster_id=roster_id, sequence=number, **stop.columns())
            for number, stop in enumerate(route.stops, start=1)
        )
    session.flush()


def replace_visits(session: Session, roster: Roster, mended: MendedVisits, now: datetime) -> None:
    """Put a town's mended visits in the place of those of a draft; its meal round stays.

    A visit that keeps its place keeps its words, and one that was left out on purpose its reason.
    """
    if roster.id is None:
        raise AssertionError("the draft has been flushed")
    _remove_routes(session, roster.id, mended.town_code, only_caregivers=True)
    _add_routes(session, roster.id, mended.town_code, mended.routes)
    known = {
        row.visit_id: row
        for row in session.exec(
            select(RosterVisit).where(
                RosterVisit.roster_id == roster.id, RosterVisit.town_code == mended.town_code
            )
        )
    }
    for visit_id, fate in mended.fates.items():
        row = known.get(visit_id)
        if row is None or row.is_left_out:
            continue
        if not (row.placement is fate.placement is Placement.PLANNED):
            row.placement, row.reason = fate.placement, fate.reason
            row.proof, row.detail = fate.proof, fate.detail[:400]
        if set(row.locked_caregiver_ids or ()) & mended.gone:
            row.locked_caregiver_ids = row.locked_start_minutes = None
        if visit_id not in mended.answered_for:
            row.override_reason = row.override_by = None
    session.add_all(
        _visit_row(roster.id, mended.town_code, visit, mended.fates[visit.id], priority)
        for visit, priority in mended.added
    )
    plan = session.get(TownPlan, (roster.id, mended.town_code))
    if plan is not None:
        plan.visit_cost, plan.violations = dict(mended.cost), mended.violations
        plan.overridden = mended.overridden
        plan.seconds, plan.planned_at = round(mended.seconds, 3), now
    session.flush()


def _remove_routes(
    session: Session, roster_id: int, town_code: str, *, only_caregivers: bool = False
) -> None:
    mine = [col(RosterRoute.roster_id) == roster_id, col(RosterRoute.town_code) == town_code]
    if only_caregivers:
        mine.append(col(RosterRoute.caregiver_id).is_not(None))
    routes = select(RosterRoute.id).where(*mine)
    session.exec(delete(RosterStop).where(col(RosterStop.route_id).in_(routes)))
    session.exec(delete(RosterRoute).where(*mine))


def _remove_town(session: Session, roster_id: int, planned: PlannedTown) -> dict[str, int] | None:
    """Delete a town's part of a roster; returns the cost of its meal round where that stays."""
    town_code, meal_cost = planned.town_code, None
    stay: set[type[SQLModel]] = {RosterEvent} if planned.knows_events else set()
    if planned.keeps_meals:
        stay.add(RosterMeal)
        meal_cost = dict(session.get_one(TownPlan, (roster_id, town_code)).meal_cost)
    _remove_routes(session, roster_id, town_code, only_caregivers=planned.keeps_meals)
    for table in _OF_ROSTER_AND_TOWN:
        if table in stay:
            continue
        session.exec(
            delete(table).where(
                col(table.roster_id) == roster_id, col(table.town_code) == town_code
            )
        )
    return meal_cost


def _visit_rows(roster_id: int, planned: PlannedTown) -> Iterator[RosterVisit]:
    for visit in planned.rows.visits:
        fate, priority = planned.visit_fates[visit.id], planned.rows.priority(visit.elder_id)
        yield _visit_row(roster_id, planned.town_code, visit, fate, priority)


def _visit_row(
    roster_id: int, town_code: str, visit: Visit, fate: Fate, priority: int
) -> RosterVisit:
    return RosterVisit(
        roster_id=roster_id,
        visit_id=visit.id,
        town_code=town_code,
        elder_id=visit.elder_id,
        service_type_code=visit.service_type_code,
        plan_item_id=visit.plan_item_id or None,
        minutes=visit.minutes,
        people=visit.people,
        window_start_minutes=visit.window_start_minutes,
        window_end_minutes=visit.window_end_minutes,
        preferred_caregiver_id=visit.preferred_caregiver_id,
        priority=priority,
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


def remove_rows(session: Session, roster_id: int) -> None:
    """Delete everything of a roster but the roster itself."""
    for table in (RosterStop, RosterRoute, *_OF_ROSTER_AND_TOWN):
        session.exec(delete(table).where(col(table.roster_id) == roster_id))


def copy_rows(session: Session, base: Roster, draft: Roster) -> None:
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
