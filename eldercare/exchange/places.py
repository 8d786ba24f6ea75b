"""Which rows of a ledger lie in an area, found over what they refer to."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import SQLModel

from eldercare.accounts.permissions import area_prefix
from eldercare.care.admit import GATE
from eldercare.care.tables import CarePlan, MealSubscription, PlanItem, ServiceRecord
from eldercare.registry.admission.tables import references_of, table_of
from eldercare.registry.tables import Community, FamilyDoctorContract, Rider, Shift

_OWN = ("community_code", "town_code")
"""Columns with the official code of the place itself."""
_OVER: dict[type[SQLModel], tuple[str, ...]] = {
    PlanItem: ("care_plan_id",),
    CarePlan: ("elder_id",),
    MealSubscription: ("elder_id",),
    FamilyDoctorContract: ("elder_id",),
    ServiceRecord: ("elder_id",),
    Shift: ("caregiver_id", "rider_id"),
    Rider: ("meal_site_id",),
}
"""References to the rows that lie somewhere, of tables without a place of their own."""


def lies_in(model: type[SQLModel], area_code: str) -> ColumnElement[bool]:
    """Whether a row lies in a district, town or community."""
    columns = table_of(model).c
    prefix = area_prefix(area_code)
    if model is Community:
        return columns.code.startswith(prefix)
    for name in _OWN:
        if name in columns:
            return columns[name].startswith(prefix)
    targets = {reference.column: reference for reference in references_of(model)}
    models = {table_of(one).name: one for one in GATE.rules}
    found = []
    for name in _OVER[model]:
        target = models[targets[name].target]
        key = table_of(target).c[targets[name].target_column]
        found.append(columns[name].in_(select(key).where(lies_in(target, area_code))))
    return or_(*found)
