"""The rows one town's plan is made of, read once and then held without a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from eldercare.care.demand import MealOrder, Visit, VisitGap
from eldercare.care.tables import ServiceType
from eldercare.registry.tables import (
    PLAN_PRIORITY_GROUPS,
    Caregiver,
    CaregiverQualification,
    Elder,
    MealSite,
    PriorityGroup,
    Rider,
    Shift,
)
from eldercare.rostering.decisions import Decision
from eldercare.rostering.under_way import UnderWay


@dataclass(frozen=True, slots=True, kw_only=True)
class TownRows:
    """Needs and workers of one town on one date; mappings are by id."""

    on: date
    town_code: str
    visits: Sequence[Visit] = ()
    meal_orders: Sequence[MealOrder] = ()
    gaps: Sequence[VisitGap] = ()
    elders: Mapping[str, Elder] = field(default_factory=dict)
    groups: Mapping[str, frozenset[PriorityGroup]] = field(default_factory=dict)
    service_types: Mapping[str, ServiceType] = field(default_factory=dict)
    shifts: Sequence[Shift] = ()
    caregivers: Mapping[str, Caregiver] = field(default_factory=dict)
    qualifications: Mapping[str, Sequence[CaregiverQualification]] = field(default_factory=dict)
    familiar: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """elder -> caregiver -> delivered visits in the look-back."""
    refused: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """elder -> caregivers who must not come, whichever of the two refuses."""
    areas: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """caregiver -> communities preferred; whoever prefers none is left out."""
    minutes_left: Mapping[str, int] = field(default_factory=dict)
    """caregiver -> minutes that the weekly limit leaves for the date; no limit: left out."""
    past_workload: Mapping[str, int] = field(default_factory=dict)
    """caregiver -> minutes carried lately beyond the least burdened of the town."""
    riders: Mapping[str, Rider] = field(default_factory=dict)
    meal_sites: Mapping[str, MealSite] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    """visit -> what a coordinator decided about it, where the day is planned anew."""
    slack_percent: int = 0
    """By how much visits and the way to them are planned longer."""
    under_way: UnderWay | None = None
    """How far the day has come, where it is planned anew after it began."""

    def priority(self, elder_id: str) -> int:
        """2 for groups the plan puts first, 1 for any other priority group, else 0."""
        return priority_of(self.groups.get(elder_id, frozenset()))


def priority_of(groups: frozenset[PriorityGroup]) -> int:
    """2 for groups the plan puts first, 1 for any other priority group, else 0."""
    if groups & PLAN_PRIORITY_GROUPS:
        return 2
    return 1 if groups else 0


@dataclass(frozen=True, slots=True)
class SetAside:
    """A visit or order that cannot enter the plan, with a reason code of `rostering.reasons`."""

    id: str
    reason: str
    detail: str
