"""What a date asks for: visits and meal orders, as plain values that every reader shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from eldercare.care.tables import MealMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One dated need at one home; `id` is the same every time. Times: minutes after midnight."""

    id: str
    on: date
    elder_id: str
    plan_item_id: str
    service_type_code: str
    minutes: int
    people: int
    window_start_minutes: int
    window_end_minutes: int
    preferred_caregiver_id: str | None = None
    required_sex: str | None = None
    preferred_start_minutes: int | None = None
    further_caregiver_ids: tuple[str, ...] = ()
    """Liked beside `preferred_caregiver_id`, the dearest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitGap:
    """So long lies between the end of one visit and the start of another of the same elder."""

    before_visit_id: str
    after_visit_id: str
    minimum_minutes: int
    maximum_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MealOrder:
    """One elder's meal on one date."""

    id: str
    on: date
    elder_id: str
    meal_site_id: str
    mode: MealMode
    portions: int = 1
    diet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDemand:
    """Everything needed on a date, in a fixed order (by id)."""

    on: date
    visits: tuple[Visit, ...]
    meal_orders: tuple[MealOrder, ...]
    gaps: tuple[VisitGap, ...] = ()
    """Between visits; a gap to a meal has narrowed the visit's window already."""
