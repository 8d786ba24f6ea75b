"""What happened, as later rooms need it: familiar faces, and who was served.

Intervals run from `since_on` up to before `until_on`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, distinct, func, select
from sqlmodel import Session, col

from eldercare.care.tables import MealMode, MealRecord, Outcome, ServiceRecord
from eldercare.registry.queries import in_batches


def familiar_caregivers(
    session: Session, elder_ids: Iterable[str], since_on: date, until_on: date
) -> dict[str, dict[str, int]]:
    """Elder id → caregiver id → number of visits made by that caregiver in the interval.

    Elders nobody came to are left out. Elders and caregivers are in order of id.
    """
    found: dict[str, dict[str, int]] = {}
    elder, caregiver = col(ServiceRecord.elder_id), col(ServiceRecord.caregiver_id)
    for batch in in_batches(elder_ids):
        statement = (
            select(elder, caregiver, func.count(distinct(col(ServiceRecord.visit_id))))
            .where(elder.in_(batch), caregiver.is_not(None), *was_visited(since_on, until_on))
            .group_by(elder, caregiver)
        )
        for elder_id, caregiver_id, visits in sorted(session.execute(statement).all()):
            if caregiver_id is not None:
                found.setdefault(elder_id, {})[caregiver_id] = visits
    return found


def elders_visited(session: Session, since_on: date, until_on: date) -> set[str]:
    """Ids of the elders with at least one delivered home visit in the interval."""
    statement = select(col(ServiceRecord.elder_id)).distinct()
    return set(session.scalars(statement.where(*was_visited(since_on, until_on))))


def elders_fed(
    session: Session, since_on: date, until_on: date, *, modes: Iterable[MealMode] = MealMode
) -> set[str]:
    """Ids of the elders who got at least one meal in the interval in one of the given ways."""
    statement = select(col(MealRecord.elder_id)).distinct()
    return set(
        session.scalars(
            statement.where(
                col(MealRecord.outcome) == Outcome.DELIVERED,
                col(MealRecord.on) >= since_on,
                col(MealRecord.on) < until_on,
                col(MealRecord.mode).in_(list(modes)),
            )
        )
    )


def elders_served(session: Session, since_on: date, until_on: date) -> set[str]:
    """Ids of the elders who were visited or had a meal brought home in the interval."""
    brought = elders_fed(session, since_on, until_on, modes=[MealMode.DELIVERY])
    return elders_visited(session, since_on, until_on) | brought


def was_visited(since_on: date, until_on: date) -> tuple[ColumnElement[bool], ...]:
    """Of `ServiceRecord`: a home visit was delivered in the interval."""
    return (
        col(ServiceRecord.outcome) == Outcome.DELIVERED,
        col(ServiceRecord.on) >= since_on,
        col(ServiceRecord.on) < until_on,
    )
