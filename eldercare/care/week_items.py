"""Plan items with flexible days in one week: on which days they may be, are, and were."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from eldercare.care.absences import Days, absences, lies_in
from eldercare.care.flexible import WeekRhythm, most_times
from eldercare.care.holidays import HolidayCalendar, holiday_calendar, week_from
from eldercare.care.item_rows import item_columns
from eldercare.care.occurrences import falls_due
from eldercare.care.planned import exceptions_of
from eldercare.care.recurrence import occurs_on
from eldercare.care.tables import CarePlan, HolidayRule, PlanItem, ServiceType
from eldercare.care.week_days import with_chosen_days
from eldercare.registry.tables import Community, Elder

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexibleItem:
    """An item in a week; dates are of that week but for `last_on`, those of the week before.

    `allowed_on` leaves out what the plan's own dates, absences and holidays forbid; `due_on` are
    the days as they stand, chosen or by the usual spread; `touched_on` those of them that somebody
    changed by hand. `scarce_code` is the qualification that alone is good for the service.
    """

    id: str
    elder_id: str
    community_code: str
    town_code: str
    service_type_code: str
    minutes: int
    people: int
    times: int
    least_days_apart: int
    scarce_code: str
    allowed_on: tuple[date, ...]
    due_on: frozenset[date]
    touched_on: frozenset[date]
    last_on: frozenset[date]
    is_chosen: bool


def flexible_items(
    session: Session, monday: date, *, towns: Sequence[str] | None = None
) -> list[FlexibleItem]:
    """The items with flexible days whose plan meets a week, by id; `towns` None: all.

    Items that have no day in the week at all (away, every other week) are left out.
    """
    rows = _rows(session, monday, towns)
    exceptions = exceptions_of(session, (row.id for row in rows))
    away = absences(session, (row.elder_id for row in rows), monday, monday + WEEK)
    calendar = with_chosen_days(session, holiday_calendar(session), monday - WEEK, monday)
    found = []
    for row in rows:
        own = away.get(row.elder_id, ())
        due = {day for day in week_from(monday) if _is_due(row, day, own, calendar)}
        touched = {one.original_on for one in exceptions[row.id]} & due
        before = week_from(monday - WEEK)
        last = {day for day in before if _is_due(row, day, (), calendar)}
        allowed = _allowed(row, monday, own, calendar, last)
        if allowed or due:
            found.append(_item(row, allowed, due, touched, last, calendar, monday))
    return sorted(found, key=lambda one: one.id)


def _rows(session: Session, monday: date, towns: Sequence[str] | None) -> list[Any]:
    statement = (
        select(
            *item_columns(),
            col(CarePlan.from_on).label("plan_from_on"),
            col(CarePlan.until_on).label("plan_until_on"),
            col(Elder.community_code),
            col(Community.town_code),
            col(ServiceType.qualification_code),
            col(ServiceType.alternative_qualification_code),
        )
        .join(CarePlan, col(CarePlan.id) == col(PlanItem.care_plan_id))
        .join(ServiceType, col(ServiceType.code) == col(PlanItem.service_type_code))
        .join(Elder, col(Elder.id) == col(CarePlan.elder_id))
        .join(Community, col(Community.code) == col(Elder.community_code))
        .where(
            col(ServiceType.is_home_visit),
            col(PlanItem.times_per_week).is_not(None),
            col(CarePlan.from_on) < monday + WEEK,
            or_(col(CarePlan.until_on).is_(None), col(CarePlan.until_on) > monday),
        )
    )
    if towns is not None:
        statement = statement.where(col(Community.town_code).in_(towns))
    return list(session.execute(statement))


def _item(
    row: Any,
    allowed: Iterable[date],
    due: Collection[date],
    touched: Collection[date],
    last: Collection[date],
    calendar: HolidayCalendar,
    monday: date,
) -> FlexibleItem:
    return FlexibleItem(
        id=row.id,
        elder_id=row.elder_id,
        community_code=row.community_code,
        town_code=row.town_code,
        service_type_code=row.service_type_code,
        minutes=row.minutes,
        people=row.people,
        times=row.times_per_week,
        least_days_apart=row.least_days_apart,
        scarce_code=""
        if row.alternative_qualification_code is not None
        else row.qualification_code or "",
        allowed_on=tuple(allowed),
        due_on=frozenset(due),
        touched_on=frozenset(touched),
        last_on=frozenset(last),
        is_chosen=bool(calendar.chosen_weekdays(row.id, monday)),
    )


def _is_there(row: Any, on: date, away: Iterable[Days]) -> bool:
    """The plan and the item hold on a date, and the elder is at home."""
    return (
        lies_in((row.plan_from_on, row.plan_until_on), on)
        and (row.from_on is None or row.from_on <= on)
        and (row.until_on is None or on < row.until_on)
        and not any(lies_in(days, on) for days in away)
    )


def _is_due(row: Any, on: date, away: Iterable[Days], calendar: HolidayCalendar) -> bool:
    return falls_due(row, on, calendar) and _is_there(row, on, away)


def _allowed(
    row: Any, monday: date, away: Sequence[Days], calendar: HolidayCalendar, last: Collection[date]
) -> list[date]:
    """Days the item may have, as long as enough are left: no holidays, not close to last week.

    Who wants visits moved from holidays does not want them lost: then holidays count too.
    """
    every_day = WeekRhythm(row.weekdays, row.every_weeks, row.anchor_on, None, HolidayRule.KEEP)
    days = [
        day for day in week_from(monday) if occurs_on(every_day, day) and _is_there(row, day, away)
    ]
    workdays = [day for day in days if day not in calendar.week(monday)]
    if row.holiday_rule is HolidayRule.SKIP or (
        row.holiday_rule is HolidayRule.MOVE and _holds(row, workdays) == _holds(row, days)
    ):
        days = workdays
    if last:
        apart = [day for day in days if (day - max(last)).days >= row.least_days_apart]
        if _holds(row, apart) == _holds(row, days):
            days = apart
    return days


def _holds(row: Any, days: Iterable[date]) -> int:
    """How many visits of the item the days can hold."""
    digits = "".join(str(day.isoweekday()) for day in days)
    times: int = row.times_per_week
    return min(times, most_times(digits, row.least_days_apart))
