"""Warnings where a month's visits come near an elder's entitlement or go beyond it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import Session, SQLModel

from eldercare.care import admit
from eldercare.care.hours import MonthHours, hours_of_area, hours_of_month
from eldercare.care.months import month_of
from eldercare.care.tables import CarePlan, PlanItem
from eldercare.settings import DISTRICT_CODE

NEAR_PER_CENT = 80
MONTHS_AHEAD = 3
"""A plan is judged by so many months: of n-week rhythms one month holds more than another."""


class Reach(StrEnum):
    """How far a month's minutes reach."""

    NEAR = "near"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class EntitlementWarning:
    """An elder's month that reaches 80 % of the entitlement, or goes beyond it."""

    hours: MonthHours
    reach: Reach

    @property
    def sentence(self) -> str:
        """What a coordinator reads."""
        hours = self.hours
        wrong = "more than" if self.reach is Reach.OVER else f"{NEAR_PER_CENT} % or more of"
        mend = "shorten or drop visits, or enter a larger entitlement in the plan"
        return (
            f"elder {hours.elder_id}, {hours.month_on:%Y-%m}: {hours.used_minutes} minutes are "
            f"{wrong} the {hours.entitled_minutes} entitled"
            + (f": {mend}" if self.reach is Reach.OVER else "")
        )


def warning_of(hours: MonthHours) -> EntitlementWarning | None:
    """The warning that a month deserves, if any; exactly the entitlement is not beyond it."""
    if hours.entitled_minutes is None or not hours.used_minutes:
        return None
    if hours.used_minutes > hours.entitled_minutes:
        return EntitlementWarning(hours, Reach.OVER)
    if 100 * hours.used_minutes >= NEAR_PER_CENT * hours.entitled_minutes:
        return EntitlementWarning(hours, Reach.NEAR)
    return None


def over_entitlement(
    session: Session, month: date, *, area_code: str = DISTRICT_CODE
) -> list[EntitlementWarning]:
    """Warnings of the month of a date, beyond the entitlement first, then by elder."""
    warnings = _warnings(hours_of_area(session, area_code, month))
    return sorted(warnings, key=lambda one: (one.reach is Reach.NEAR, one.hours.elder_id))


def admit_plan(
    session: Session, rows: Sequence[SQLModel], *, on: date
) -> tuple[EntitlementWarning, ...]:
    """Store plans with their items, all or none, and say where they reach the entitlement.

    A warning refuses nothing: families pay for more, and the table may lag behind. Raises
    InvalidInput as the gate does.
    """
    admit.add_all(session, rows, on=on)
    session.flush()
    plans = {row.id: row for row in rows if isinstance(row, CarePlan)}
    for row in rows:
        if isinstance(row, PlanItem) and row.care_plan_id not in plans:
            plan = session.get(CarePlan, row.care_plan_id)
            if plan is not None:
                plans[plan.id] = plan
    return entitlement_warnings(session, plans.values(), on=on)


def entitlement_warnings(
    session: Session, plans: Iterable[CarePlan], *, on: date
) -> tuple[EntitlementWarning, ...]:
    """Warnings of the plans' elders for three months, from `on` or the plan's first day on."""
    found = []
    for plan in plans:
        month, _ = month_of(max(on, plan.from_on))
        for _ in range(MONTHS_AHEAD):
            found += _warnings(hours_of_month(session, [plan.elder_id], month))
            _, month = month_of(month)
    return tuple(dict.fromkeys(found))


def _warnings(hours: Iterable[MonthHours]) -> list[EntitlementWarning]:
    warnings = (warning_of(one) for one in hours)
    return [one for one in warnings if one is not None]
