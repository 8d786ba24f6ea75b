"""From plans and subscriptions to the needs of a date, the same every time it is asked.

Every "until" is the first day that no longer counts. Three queries a day, whatever the number of
elders; the order is made here, because SQLite and PostgreSQL sort text differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, case, or_, select
from sqlmodel import Session, col

from eldercare.care.demand import DayDemand, MealOrder, Visit
from eldercare.care.holidays import falls_on, holidays_of_week
from eldercare.care.tables import (
    CarePlan,
    HolidayRule,
    MealMode,
    MealSubscription,
    Pause,
    PlanItem,
    ServiceType,
)
from eldercare.errors import NotFound
from eldercare.registry.as_of import (
    care_level,
    community_on,
    holds,
    is_in_institution,
    is_registered,
)
from eldercare.registry.tables import Community, Elder, Town


def expand_day(session: Session, on: date, *, towns: Sequence[str] | None = None) -> DayDemand:
    """Visits and meal orders of a date, each sorted by id; `towns` narrows to elders living there.

    Raises NotFound where a town code is unknown.
    """
    if towns is not None:
        _require_towns(session, towns)
    return DayDemand(
        on=on,
        visits=_visits(session, on, towns),
        meal_orders=_meal_orders(session, on, towns),
    )


def expand_range(
    session: Session, from_on: date, until_on: date, *, towns: Sequence[str] | None = None
) -> tuple[DayDemand, ...]:
    """The needs of every date from `from_on` up to before `until_on`, in order of date."""
    days = max(0, (until_on - from_on).days)
    return tuple(
        expand_day(session, from_on + timedelta(days=offset), towns=towns) for offset in range(days)
    )


def _visits(session: Session, on: date, towns: Sequence[str] | None) -> tuple[Visit, ...]:
    holidays = holidays_of_week(session, on)
    rows = session.execute(_due_items(on, towns, may_move=bool(holidays)))
    visits = (
        Visit(
            id=dated_id(row.id, on),
            on=on,
            elder_id=row.elder_id,
            plan_item_id=row.id,
            service_type_code=row.service_type_code,
            minutes=row.minutes,
            people=2 if row.needs_two else row.people,
            window_start_minutes=row.window_start_minutes,
            window_end_minutes=row.window_end_minutes,
            preferred_caregiver_id=row.preferred_caregiver_id,
            required_sex=row.required_sex,
        )
        for row in rows
        if falls_on(row, on, holidays)
    )
    return tuple(sorted(visits, key=attrgetter("id")))


def _meal_orders(session: Session, on: date, towns: Sequence[str] | None) -> tuple[MealOrder, ...]:
    rows = session.execute(_due_subscriptions(on, towns))
    orders = (
        MealOrder(
            id=dated_id(row.id, on),
            on=on,
            elder_id=row.elder_id,
            meal_site_id=row.meal_site_id,
            mode=row.mode,
            portions=row.portions,
            diet=row.diet,
        )
        for row in rows
    )
    return tuple(sorted(orders, key=attrgetter("id")))


def dated_id(source_id: str, on: date) -> str:
    """Id of what a plan item or a subscription asks for on a date."""
    return f"{source_id}.{on:%Y%m%d}"


def _due_items(
    on: date, towns: Sequence[str] | None, *, may_move: bool
) -> Select[*tuple[Any, ...]]:
    """Items of the weekday whose plan and elder count on the date; the week is checked after.

    `may_move` (the week has a holiday) adds items of other weekdays that could be moved here.
    """
    of_the_day = col(PlanItem.weekdays).contains(str(on.isoweekday()))
    if may_move:
        of_the_day = or_(of_the_day, col(PlanItem.holiday_rule) == HolidayRule.MOVE)
    statement = (
        select(
            col(PlanItem.id),
            col(CarePlan.elder_id),
            col(PlanItem.service_type_code),
            col(PlanItem.minutes),
            col(PlanItem.people),
            _needs_two(on).label("needs_two"),
            col(PlanItem.weekdays),
            col(PlanItem.every_weeks),
            col(PlanItem.anchor_on),
            col(PlanItem.window_start_minutes),
            col(PlanItem.window_end_minutes),
            col(PlanItem.preferred_caregiver_id),
            col(PlanItem.required_sex),
            col(PlanItem.holiday_rule),
        )
        .join(CarePlan, col(CarePlan.id) == col(PlanItem.care_plan_id))
        .join(ServiceType, col(ServiceType.code) == col(PlanItem.service_type_code))
        .join(Elder, col(Elder.id) == col(CarePlan.elder_id))
        .where(
            col(ServiceType.is_home_visit),
            of_the_day,
            holds(CarePlan, on),
            *_reachable(on),
            ~is_in_institution(on),
        )
    )
    return _in_towns(statement, on, towns)


def _due_subscriptions(on: date, towns: Sequence[str] | None) -> Select[*tuple[Any, ...]]:
    """Meals of the weekday; whoever stays in an institution gets none brought home."""
    statement = (
        select(
            col(MealSubscription.id),
            col(MealSubscription.elder_id),
            col(MealSubscription.meal_site_id),
            col(MealSubscription.mode),
            col(MealSubscription.portions),
            col(MealSubscription.diet),
        )
        .join(Elder, col(Elder.id) == col(MealSubscription.elder_id))
        .where(
            col(MealSubscription.weekdays).contains(str(on.isoweekday())),
            holds(MealSubscription, on),
            *_reachable(on),
            or_(col(MealSubscription.mode) != MealMode.DELIVERY, ~is_in_institution(on)),
        )
    )
    return _in_towns(statement, on, towns)


def _reachable(on: date) -> tuple[ColumnElement[bool], ...]:
    """Registered on the date and not paused."""
    paused = select(1).where(col(Pause.elder_id) == col(Elder.id), holds(Pause, on)).exists()
    return (is_registered(on), ~paused)


def _needs_two(on: date) -> ColumnElement[bool]:
    """Whether the care level of the date asks for two, whatever the item was written for."""
    threshold = col(ServiceType.two_person_from_level)
    return case((threshold.is_(None), False), (care_level(on) >= threshold, True), else_=False)


def _in_towns(
    statement: Select[*tuple[Any, ...]], on: date, towns: Sequence[str] | None
) -> Select[*tuple[Any, ...]]:
    if towns is None:
        return statement
    living = select(col(Community.code)).where(col(Community.town_code).in_(towns))
    return statement.where(community_on(on).in_(living))


def _require_towns(session: Session, towns: Sequence[str]) -> None:
    known = set(session.scalars(select(col(Town.code)).where(col(Town.code).in_(towns))))
    unknown = sorted(set(towns) - known)
    if unknown:
        raise NotFound(f"no town has the code {', '.join(unknown)}", code="town_not_found")
