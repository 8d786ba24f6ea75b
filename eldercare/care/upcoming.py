"""What one elder is to receive in a stretch of days, visits and meals: shown before it stops.

`expand_day` is what counts for a date; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session, col

from eldercare.care.absences import Days, absences, lies_in
from eldercare.care.months import days_of
from eldercare.care.planned import planned_visits
from eldercare.care.tables import CarePlan, MealMode, MealSubscription, PlanItem, ServiceType
from eldercare.registry.tables import InstitutionStay, MealSite


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One visit or meal.

    `source_id` is the plan item or the subscription, `name` the service or the site, `original_on`
    the date in the visit's id, `start_minutes` when its window opens (None: a meal).
    """

    on: date
    is_meal: bool
    source_id: str
    name: str
    original_on: date
    start_minutes: int | None = None
    end_minutes: int | None = None
    minutes: int = 0


def due_between(session: Session, elder_id: str, from_on: date, until_on: date) -> list[Due]:
    """The elder's visits and meals from a date up to before another, in order of date."""
    found = [*_visits(session, elder_id, from_on, until_on)]
    found += _meals(session, elder_id, from_on, until_on)
    return sorted(
        found, key=lambda one: (one.on, one.is_meal, one.start_minutes or 0, one.source_id)
    )


def _visits(session: Session, elder_id: str, from_on: date, until_on: date) -> Iterator[Due]:
    named = (
        select(col(PlanItem.id), col(ServiceType.name))
        .join(CarePlan, col(CarePlan.id) == col(PlanItem.care_plan_id))
        .join(ServiceType, col(ServiceType.code) == col(PlanItem.service_type_code))
        .where(col(CarePlan.elder_id) == elder_id)
    )
    names = dict(session.execute(named).all())
    for visit in planned_visits(session, [elder_id], from_on, until_on):
        one = visit.occurrence
        yield Due(
            on=one.on,
            is_meal=False,
            source_id=visit.plan_item_id,
            name=names[visit.plan_item_id],
            original_on=one.original_on,
            start_minutes=one.window_start_minutes,
            end_minutes=one.window_end_minutes,
            minutes=one.minutes,
        )


def _meals(session: Session, elder_id: str, from_on: date, until_on: date) -> Iterator[Due]:
    standing = (
        select(MealSubscription, col(MealSite.name))
        .join(MealSite, col(MealSite.id) == col(MealSubscription.meal_site_id))
        .where(
            col(MealSubscription.elder_id) == elder_id,
            col(MealSubscription.from_on) < until_on,
            or_(col(MealSubscription.until_on).is_(None), col(MealSubscription.until_on) > from_on),
        )
    )
    away = absences(session, [elder_id], from_on, until_on).get(elder_id, [])
    outside = _but_institutions(session, elder_id, away)
    for order, site in session.execute(standing):
        kept_away = away if order.mode is MealMode.DELIVERY else outside
        for on in days_of(from_on, until_on):
            ordered = str(on.isoweekday()) in order.weekdays
            if not ordered or not lies_in((order.from_on, order.until_on), on):
                continue
            if not any(lies_in(days, on) for days in kept_away):
                yield Due(on=on, is_meal=True, source_id=order.id, name=site, original_on=on)


def _but_institutions(session: Session, elder_id: str, away: list[Days]) -> list[Days]:
    """The days that keep away from a meal at the site too: staying in an institution does not."""
    left = list(away)
    stays = select(col(InstitutionStay.from_on), col(InstitutionStay.until_on))
    for stay in session.execute(stays.where(col(InstitutionStay.elder_id) == elder_id)):
        if tuple(stay) in left:
            left.remove((stay.from_on, stay.until_on))
    return left
