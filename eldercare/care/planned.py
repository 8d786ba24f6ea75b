"""What plans ask for over many days, read at once: for hours of a month and for previews.

`expand_day` is what counts for a date; this agrees with it (a test compares them) and takes a fixed
number of queries for the whole interval.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from eldercare.care.absences import absences, lies_in
from eldercare.care.holidays import holiday_calendar
from eldercare.care.item_rows import item_columns
from eldercare.care.occurrences import Occurrence, occurrences_between
from eldercare.care.tables import CarePlan, ItemException, PlanItem, ServiceType
from eldercare.care.week_days import with_chosen_days
from eldercare.registry.queries import in_batches


@dataclass(frozen=True, slots=True)
class Planned:
    """One visit that a plan asks for."""

    elder_id: str
    plan_item_id: str
    occurrence: Occurrence


def planned_visits(
    session: Session, elder_ids: Iterable[str], from_on: date, until_on: date
) -> list[Planned]:
    """The elders' home visits from a date up to before another, by elder, item and date."""
    ids = sorted(set(elder_ids))
    rows = [row for batch in in_batches(ids) for row in _items(session, batch, from_on, until_on)]
    exceptions = exceptions_of(session, (row.id for row in rows))
    away = absences(session, ids, from_on, until_on)
    calendar = holiday_calendar(session)
    if any(row.times_per_week is not None for row in rows):
        moved = (one.original_on for row in rows for one in exceptions[row.id])
        asked = (from_on, until_on, *moved)
        calendar = with_chosen_days(session, calendar, min(asked), max(asked))
    found = [
        Planned(row.elder_id, row.id, one)
        for row in rows
        for one in occurrences_between(row, from_on, until_on, exceptions[row.id], calendar)
        if lies_in((row.plan_from_on, row.plan_until_on), one.on)
        and not any(lies_in(days, one.on) for days in away.get(row.elder_id, ()))
    ]
    return sorted(found, key=lambda one: (one.elder_id, one.plan_item_id, one.occurrence.on))


def exceptions_of(session: Session, item_ids: Iterable[str]) -> dict[str, list[ItemException]]:
    """Item id → what was written about its single dates; a mapping that answers for any item."""
    found: defaultdict[str, list[ItemException]] = defaultdict(list)
    for batch in in_batches(item_ids):
        statement = select(ItemException).where(col(ItemException.item_id).in_(batch))
        for row in session.scalars(statement.order_by(col(ItemException.original_on))):
            found[row.item_id].append(row)
    return found


def _items(session: Session, elder_ids: list[str], from_on: date, until_on: date) -> list[Any]:
    statement = (
        select(
            *item_columns(),
            col(CarePlan.from_on).label("plan_from_on"),
            col(CarePlan.until_on).label("plan_until_on"),
        )
        .join(CarePlan, col(CarePlan.id) == col(PlanItem.care_plan_id))
        .join(ServiceType, col(ServiceType.code) == col(PlanItem.service_type_code))
        .where(
            col(ServiceType.is_home_visit),
            col(CarePlan.elder_id).in_(elder_ids),
            col(CarePlan.from_on) < until_on,
            or_(col(CarePlan.until_on).is_(None), col(CarePlan.until_on) > from_on),
        )
    )
    return list(session.execute(statement))
