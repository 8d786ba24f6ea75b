"""Which days were chosen for plan items with flexible days: read and written by weeks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import Session, col

from eldercare.care.holidays import WEEK_DAYS, HolidayCalendar
from eldercare.care.recurrence import monday_of
from eldercare.care.tables import WeekDay
from eldercare.registry.queries import in_batches

Chosen = Mapping[str, frozenset[date]]
"""Plan item id → dates chosen."""


def chosen_days(
    session: Session, from_on: date, until_on: date, *, item_id: str | None = None
) -> Chosen:
    """The dates chosen from a date up to before another, by plan item; `item_id`: of one alone."""
    found: defaultdict[str, set[date]] = defaultdict(set)
    statement = select(col(WeekDay.plan_item_id), col(WeekDay.on)).where(
        col(WeekDay.on) >= from_on, col(WeekDay.on) < until_on
    )
    if item_id is not None:
        statement = statement.where(col(WeekDay.plan_item_id) == item_id)
    for key, on in session.execute(statement):
        found[key].add(on)
    return {key: frozenset(days) for key, days in sorted(found.items())}


def with_chosen_days(
    session: Session, calendar: HolidayCalendar, from_on: date, until_on: date
) -> HolidayCalendar:
    """The calendar with what was chosen for the weeks of both dates and all between."""
    first = monday_of(from_on)
    last = monday_of(until_on) + timedelta(days=WEEK_DAYS)
    return calendar.with_chosen(chosen_days(session, first, last))


def choose_days(
    session: Session, monday: date, days: Mapping[str, Iterable[date]], now: datetime
) -> None:
    """Store the dates of a week for these items in place of those chosen before."""
    for batch in in_batches(days):
        session.execute(
            delete(WeekDay).where(
                col(WeekDay.plan_item_id).in_(batch),
                col(WeekDay.on) >= monday,
                col(WeekDay.on) < monday + timedelta(days=WEEK_DAYS),
            )
        )
    session.add_all(
        WeekDay(plan_item_id=item_id, on=on, chosen_at=now)
        for item_id, dates in sorted(days.items())
        for on in sorted(dates)
    )
    session.flush()
