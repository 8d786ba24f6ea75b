"""The columns of plan items that visits are made of, as every query reads them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, String, cast, func, select
from sqlmodel import col

from eldercare.care.tables import CarePlan, PlanItem, PlanItemPreference


def item_columns() -> tuple[Any, ...]:
    """Columns of `PlanItem` joined with `CarePlan`; `preferences` is for `caregivers_of`."""
    return (
        col(PlanItem.id),
        col(CarePlan.elder_id),
        col(PlanItem.service_type_code),
        col(PlanItem.minutes),
        col(PlanItem.people),
        col(PlanItem.weekdays),
        col(PlanItem.every_weeks),
        col(PlanItem.week_of_month),
        col(PlanItem.times_per_week),
        col(PlanItem.least_days_apart),
        col(PlanItem.anchor_on),
        col(PlanItem.from_on),
        col(PlanItem.until_on),
        col(PlanItem.window_start_minutes),
        col(PlanItem.window_end_minutes),
        col(PlanItem.preferred_start_minutes),
        col(PlanItem.preferred_caregiver_id),
        col(PlanItem.required_sex),
        col(PlanItem.holiday_rule),
        _preferences().label("preferences"),
    )


def _preferences() -> ScalarSelect[Any]:
    """All of an item's further caregivers in one text: no query more, no row more."""
    one = cast(col(PlanItemPreference.rank), String) + ":" + col(PlanItemPreference.caregiver_id)
    return (
        select(func.aggregate_strings(one, ","))
        .where(col(PlanItemPreference.item_id) == col(PlanItem.id))
        .correlate(PlanItem)
        .scalar_subquery()
    )


def caregivers_of(preferences: str | None) -> tuple[str, ...]:
    """Caregivers of the text that `item_columns` reads, in order of rank and id."""
    if not preferences:
        return ()
    ranked = (one.partition(":") for one in preferences.split(","))
    return tuple(who for _, who in sorted((int(rank), who) for rank, _, who in ranked))
