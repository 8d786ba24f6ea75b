"""Rows of care for tests: every field has a plausible value; a test names what it speaks of."""

from __future__ import annotations

from datetime import date
from typing import Any

from eldercare.care.tables import (
    CarePlan,
    MealMode,
    MealSubscription,
    Outcome,
    PlanItem,
    ServiceRecord,
    ServiceType,
)
from tests.registry.rows import LONG_AGO


def service_type(code: str = "bath", **fields: Any) -> ServiceType:
    """An entry of the catalogue: bathing, an hour, no qualification."""
    given: dict[str, Any] = {
        "name": "助浴",
        "default_minutes": 60,
        "minimum_minutes": 30,
        "maximum_minutes": 120,
    } | fields
    return ServiceType(code=code, **given)


def care_plan(id: str, elder_id: str, **fields: Any) -> CarePlan:  # noqa: A002 - the column's own name
    """A plan without an end."""
    return CarePlan(id=id, elder_id=elder_id, **{"from_on": LONG_AGO, **fields})


def plan_item(id: str, care_plan_id: str, **fields: Any) -> PlanItem:  # noqa: A002 - the column's own name
    """An item on every day of the week, to be started between 8:00 and 10:00."""
    given: dict[str, Any] = {
        "service_type_code": "bath",
        "minutes": 60,
        "weekdays": "1234567",
        "anchor_on": LONG_AGO,
        "window_start_minutes": 480,
        "window_end_minutes": 600,
    } | fields
    return PlanItem(id=id, care_plan_id=care_plan_id, **given)


def subscription(
    id: str,  # noqa: A002 - the column's own name
    elder_id: str,
    meal_site_id: str,
    **fields: Any,
) -> MealSubscription:
    """A meal brought home every day."""
    given: dict[str, Any] = {
        "mode": MealMode.DELIVERY,
        "weekdays": "1234567",
        "from_on": LONG_AGO,
    } | fields
    return MealSubscription(id=id, elder_id=elder_id, meal_site_id=meal_site_id, **given)


def service_record(visit_id: str, elder_id: str, on: date, **fields: Any) -> ServiceRecord:
    """A delivered visit, first part."""
    given: dict[str, Any] = {"service_type_code": "bath", "outcome": Outcome.DELIVERED} | fields
    part = given.pop("part", 1)
    return ServiceRecord(
        id=f"{visit_id}/{part}", visit_id=visit_id, elder_id=elder_id, on=on, **given
    )
