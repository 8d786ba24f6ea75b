"""The KINDs of ledgers: one file each and one line in this list."""

from __future__ import annotations

from eldercare.errors import NotFound
from eldercare.exchange.kinds import (
    care_centres,
    care_plans,
    caregivers,
    communities,
    elders,
    family_doctor_contracts,
    institutions,
    meal_sites,
    meal_subscriptions,
    service_records,
    shifts,
)
from eldercare.exchange.kinds.kind import Kind

KINDS: tuple[Kind, ...] = (
    communities.KIND,
    elders.KIND,
    caregivers.KIND,
    shifts.KIND,
    care_centres.KIND,
    meal_sites.KIND,
    institutions.KIND,
    care_plans.KIND,
    meal_subscriptions.KIND,
    family_doctor_contracts.KIND,
    service_records.KIND,
)


def find_kind(name: str) -> Kind:
    """The kind of this name; raises NotFound with all names."""
    for kind in KINDS:
        if kind.name == name:
            return kind
    told = ", ".join(kind.name for kind in KINDS)
    raise NotFound(f"no ledger is called {name!r}: give one of {told}", code="kind_not_found")
