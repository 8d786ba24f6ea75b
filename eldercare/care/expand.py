"""From plans and subscriptions to the needs of a date, the same every time it is asked.

Every "until" is the first day that no longer counts. Three queries a day, whatever the number of
elders (one more where gaps are to be kept, one where days are flexible); the order is made here,
because SQLite and PostgreSQL sort text differently.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlmodel import Session, col

from eldercare.care.demand import DayDemand, MealOrder, Visit, VisitGap
from eldercare.care.gaps import with_gaps
from eldercare.care.holidays import holiday_calendar
from eldercare.care.item_rows import caregivers_of, item_columns
from eldercare.care.occurrences import Occurrence, occurrences_on
from eldercare.care.tables import (
    CarePlan,
    HolidayRule,
    ItemException,
    ItemGap,
    MealMode,
    MealSubscription,
    Pause,
    PlanItem,
    ServiceType,
)
from eldercare.care.week_days import with_chosen_days
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
    visits, any_gaps = _visits(session, on, towns)
    orders = _meal_orders(session, on, towns)
    gaps: tuple[VisitGap, ...] = ()
    if any_gaps:
        visits, gaps = with_gaps(session, visits, orders)
    return DayDemand(on=on, visits=visits, meal_orders=orders, gaps=gaps)


def expand_range(
    session: Session, from_on: date, until_on: date, *, towns: Sequence[str] | None = None
) -> tuple[DayDemand, ...]:
    """The needs of every date from `from_on` up to before `until_on`, in order of date."""
    days = max(0, (until_on - from_on).days)
    return tuple(
        expand_day(session, from_on + timedelta(days=offset), towns=towns) for offset in range(days)
    )


def _visits(
    session: Session, on: date, towns: Sequence[str] | None
) -> tuple[tuple[Visit, ...], bool]:
    """The date's visits by id, and whether there are gap rules at all."""
    calendar = holiday_calendar(session)
    statement = _due_items(on, towns, week_has_holiday=bool(calendar.week(on)))
    exceptions: defaultdict[str, list[ItemException]] = defaultdict(list)
    rows: dict[str, Any] = {}
    for row in session.execute(statement):
        rows[row.id] = row
        if row.ItemException is not None:
            exceptions[row.id].append(row.ItemException)
    flexible = [row.id for row in rows.values() if row.times_per_week is not None]
    if flexible:
        moved = (one.original_on for item_id in flexible for one in exceptions[item_id])
        origins = (on, *moved)  # a visit moved here has its day chosen in the week it comes from
        calendar = with_chosen_days(session, calendar, min(origins), max(origins))
    visits = (
        visit_of(row, one)
        for row in rows.values()
        for one in occurrences_on(row, on, exceptions[row.id], calendar)
    )
    any_gaps = any(row.any_gaps for row in rows.values())
    return tuple(sorted(visits, key=attrgetter("id"))), any_gaps


def visit_of(row: Any, one: Occurrence) -> Visit:
    """The visit of an occurrence; `row` has the item's columns, the elder and who is liked."""
    liked_here = one.preferred_caregiver_id == row.preferred_caregiver_id
    return Visit(
        id=dated_id(row.id, one.original_on),
        on=one.on,
        elder_id=row.elder_id,
        plan_item_id=row.id,
        service_type_code=row.service_type_code,
        minutes=one.minutes,
        people=2 if row.needs_two else row.people,
        window_start_minutes=one.window_start_minutes,
        window_end_minutes=one.window_end_minutes,
        preferred_caregiver_id=one.preferred_caregiver_id,
        required_sex=row.required_sex,
        preferred_start_minutes=one.preferred_start_minutes,
        further_caregiver_ids=caregivers_of(row.preferences) if liked_here else (),
    )


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
    on: date, towns: Sequence[str] | None, *, week_has_holiday: bool
) -> Select[*tuple[Any, ...]]:
    """Items of the weekday whose plan and elder count on the date; their rhythm is checked after.

    A holiday in the week adds items of other weekdays that could be moved here; what was written
    about single dates comes with its items, one row for each.
    """
    of_the_day = col(PlanItem.weekdays).contains(str(on.isoweekday()))
    if week_has_holiday:
        of_the_day = or_(of_the_day, col(PlanItem.holiday_rule) == HolidayRule.MOVE)
    statement = (
        select(
            *item_columns(),
            _needs_two(on).label("needs_two"),
            select(1).select_from(ItemGap).exists().label("any_gaps"),
            ItemException,
        )
        .join(CarePlan, col(CarePlan.id) == col(PlanItem.care_plan_id))
        .join(ServiceType, col(ServiceType.code) == col(PlanItem.service_type_code))
        .join(Elder, col(Elder.id) == col(CarePlan.elder_id))
        .outerjoin(
            ItemException,
            and_(
                col(ItemException.item_id) == col(PlanItem.id),
                or_(col(ItemException.original_on) == on, col(ItemException.moved_to_on) == on),
            ),
        )
        .where(
            col(ServiceType.is_home_visit),
            or_(of_the_day, col(ItemException.item_id).is_not(None)),
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
