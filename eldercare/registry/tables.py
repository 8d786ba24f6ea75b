"""Every table of the registry under one name."""

from __future__ import annotations

from eldercare.registry.facilities import (
    BedGroup,
    BedKind,
    CareCentre,
    Institution,
    MealSite,
    MealSiteCommunity,
    MealSiteKind,
    Operator,
    RehabPlace,
)
from eldercare.registry.homes import (
    FormerHome,
    FormerLiving,
    PlannedMove,
    PositionOutcome,
    PositionReason,
    PositionTask,
)
from eldercare.registry.kin import Consent, ConsentKind, ElderContact
from eldercare.registry.name_keys import NameKey
from eldercare.registry.people import (
    PLAN_PRIORITY_GROUPS,
    Assessment,
    Elder,
    ElderGroup,
    EndReason,
    FamilyDoctorContract,
    InstitutionStay,
    LevelGround,
    LivingArrangement,
    PriorityGroup,
    Sex,
)
from eldercare.registry.places import Community, CommunityPopulation, Town
from eldercare.registry.same_person import DuplicateDismissal, ElderMerge
from eldercare.registry.workers import (
    Caregiver,
    CaregiverQualification,
    Qualification,
    Rider,
    Shift,
    TravelMode,
)
from eldercare.registry.working_time import (
    Absence,
    CaregiverArea,
    Refusal,
    RefusedBy,
    ShiftPattern,
)

__all__ = [
    "PLAN_PRIORITY_GROUPS",
    "Absence",
    "Assessment",
    "BedGroup",
    "BedKind",
    "CareCentre",
    "Caregiver",
    "CaregiverArea",
    "CaregiverQualification",
    "Community",
    "CommunityPopulation",
    "Consent",
    "ConsentKind",
    "DuplicateDismissal",
    "Elder",
    "ElderContact",
    "ElderGroup",
    "ElderMerge",
    "EndReason",
    "FamilyDoctorContract",
    "FormerHome",
    "FormerLiving",
    "Institution",
    "InstitutionStay",
    "LevelGround",
    "LivingArrangement",
    "MealSite",
    "MealSiteCommunity",
    "MealSiteKind",
    "NameKey",
    "Operator",
    "PlannedMove",
    "PositionOutcome",
    "PositionReason",
    "PositionTask",
    "PriorityGroup",
    "Qualification",
    "Refusal",
    "RefusedBy",
    "RehabPlace",
    "Rider",
    "Sex",
    "Shift",
    "ShiftPattern",
    "Town",
    "TravelMode",
]
