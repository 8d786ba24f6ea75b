"""What is true on a date, as conditions that any query can use.

Intervals hold from their first day up to before `until_on` (None: still).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlmodel import SQLModel, col

from eldercare.registry.homes import FormerHome, FormerLiving, PlannedMove
from eldercare.registry.people import Assessment, Elder, InstitutionStay


def started_not_ended(start: Any, end: Any, on: date) -> ColumnElement[bool]:
    """Whether `on` lies in the interval from one column up to before another."""
    return and_(col(start) <= on, or_(col(end).is_(None), col(end) > on))


def holds(table: type[SQLModel], on: date) -> ColumnElement[bool]:
    """Whether a row with `from_on` and `until_on` holds on a date."""
    columns: Any = table
    return started_not_ended(columns.from_on, columns.until_on, on)


def is_registered(on: date) -> ColumnElement[bool]:
    """Whether an elder is registered on a date; for statements on `Elder`."""
    return started_not_ended(Elder.registered_on, Elder.ended_on, on)


def is_in_institution(on: date) -> ColumnElement[bool]:
    """Whether an elder stays in an institution on a date; for statements on `Elder`."""
    return (
        select(1)
        .where(col(InstitutionStay.elder_id) == col(Elder.id), holds(InstitutionStay, on))
        .correlate(Elder)
        .exists()
    )


def care_level(on: date) -> ScalarSelect[int]:
    """An elder's care level on a date, NULL if never assessed; for statements on `Elder`."""
    return (
        select(col(Assessment.level))
        .where(col(Assessment.elder_id) == col(Elder.id), col(Assessment.assessed_on) <= on)
        .order_by(col(Assessment.assessed_on).desc())
        .limit(1)
        .correlate(Elder)
        .scalar_subquery()
    )


def community_on(on: date) -> ColumnElement[str]:
    """Code of the community an elder lives in on a date; for statements on `Elder`.

    The first home left after the date, else the last move planned by then, else the elder's row.
    """
    left_later = (
        select(col(FormerHome.community_code))
        .where(col(FormerHome.elder_id) == col(Elder.id), col(FormerHome.until_on) > on)
        .order_by(col(FormerHome.until_on))
        .limit(1)
        .correlate(Elder)
        .scalar_subquery()
    )
    planned = (
        select(col(PlannedMove.community_code))
        .where(col(PlannedMove.elder_id) == col(Elder.id), col(PlannedMove.from_on) <= on)
        .order_by(col(PlannedMove.from_on).desc())
        .limit(1)
        .correlate(Elder)
        .scalar_subquery()
    )
    return func.coalesce(left_later, planned, col(Elder.community_code))


def living_on(on: date) -> ColumnElement[Any]:
    """With whom an elder lives on a date; for statements on `Elder`."""
    left_later = (
        select(col(FormerLiving.living_arrangement))
        .where(col(FormerLiving.elder_id) == col(Elder.id), col(FormerLiving.until_on) > on)
        .order_by(col(FormerLiving.until_on))
        .limit(1)
        .correlate(Elder)
        .scalar_subquery()
    )
    return func.coalesce(left_later, col(Elder.living_arrangement))
