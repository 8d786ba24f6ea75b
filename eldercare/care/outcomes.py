"""What has happened on one date so far, visit by visit."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.tables import MealRecord, Outcome, ServiceRecord


def service_records_on(session: Session, on: date) -> dict[str, tuple[ServiceRecord, ...]]:
    """Visit id → records of its parts, in order of part; visits without a record are absent."""
    found: defaultdict[str, list[ServiceRecord]] = defaultdict(list)
    statement = select(ServiceRecord).where(col(ServiceRecord.on) == on)
    for record in session.scalars(statement.order_by(col(ServiceRecord.id))):
        found[record.visit_id].append(record)
    return {visit_id: tuple(records) for visit_id, records in found.items()}


def orders_handed_over(session: Session, on: date) -> set[str]:
    """Ids of the date's meal orders that were delivered."""
    statement = select(col(MealRecord.order_id)).where(
        col(MealRecord.on) == on, col(MealRecord.outcome) == Outcome.DELIVERED
    )
    return set(session.scalars(statement))
