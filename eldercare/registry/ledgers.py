"""The ledgers of the registry."""

from __future__ import annotations

from typing import Any

from eldercare.errors import Conflict, FieldProblem, InvalidInput
from eldercare.registry.ledger import Ledger, Place
from eldercare.registry.tables import (
    Absence,
    Assessment,
    CareCentre,
    Caregiver,
    CaregiverArea,
    CaregiverQualification,
    Community,
    Consent,
    Elder,
    ElderContact,
    ElderGroup,
    ElderMerge,
    EndReason,
    FamilyDoctorContract,
    FormerHome,
    Institution,
    InstitutionStay,
    MealSite,
    PlannedMove,
    PositionTask,
    Refusal,
    Rider,
    Shift,
    ShiftPattern,
)


def _by_hand_none_is_merged(before: Any, after: Any) -> None:
    """Undoing a merge compares both rows with what the merge left, so nothing else touches them."""
    if before is not None and before.end_reason is EndReason.MERGED:
        raise Conflict(
            f"elder {before.id} was merged into another row: change that one, or undo the merge",
            code="elder_merged",
        )
    if after.end_reason == EndReason.MERGED:
        reason = "is set by merging two rows only: give another reason"
        raise InvalidInput(
            f"end_reason {reason}", fields=[FieldProblem("/end_reason", reason, "not_by_hand")]
        )


_BY_COMMUNITY = (Place("community_code"),)

COMMUNITIES = Ledger(
    Community,
    (Place("code"),),
    instead="the official list of areas ends it; mend its fields by an update",
)
ELDERS = Ledger(
    Elder,
    _BY_COMMUNITY,
    starts="registered_on",
    ends="ended_on",
    end_reason="end_reason",
    guard=_by_hand_none_is_merged,
)
CAREGIVERS = Ledger(Caregiver, (Place("town_code"),), starts="hired_on", ends="left_on")
CARE_CENTRES = Ledger(CareCentre, _BY_COMMUNITY, starts="opened_on", ends="closed_on")
MEAL_SITES = Ledger(MealSite, _BY_COMMUNITY, starts="opened_on", ends="closed_on")
INSTITUTIONS = Ledger(Institution, _BY_COMMUNITY, starts="opened_on", ends="closed_on")
RIDERS = Ledger(Rider, (Place("meal_site_id", MEAL_SITES),), starts="hired_on", ends="left_on")
_BY_ELDER = (Place("elder_id", ELDERS),)
_BY_CAREGIVER = (Place("caregiver_id", CAREGIVERS),)
_BY_WORKER = (*_BY_CAREGIVER, Place("rider_id", RIDERS))

SHIFTS = Ledger(
    Shift,
    _BY_WORKER,
    dated="on",
    instead="rosters may stand on it; change its times, or let the worker be absent",
)
SHIFT_PATTERNS = Ledger(ShiftPattern, _BY_WORKER, starts="from_on", ends="until_on")
ABSENCES = Ledger(Absence, _BY_WORKER, starts="from_on", ends="until_on")
CAREGIVER_AREAS = Ledger(CaregiverArea, _BY_CAREGIVER, removable=True)
CAREGIVER_QUALIFICATIONS = Ledger(
    CaregiverQualification, _BY_CAREGIVER, starts="obtained_on", ends="expires_on"
)
REFUSALS = Ledger(Refusal, _BY_ELDER, starts="from_on", ends="until_on")

ASSESSMENTS = Ledger(
    Assessment,
    _BY_ELDER,
    starts="assessed_on",
    instead="a later assessment takes its place; mend a wrong one by an update",
)
ELDER_GROUPS = Ledger(ElderGroup, _BY_ELDER, starts="from_on", ends="until_on")
ELDER_CONTACTS = Ledger(ElderContact, _BY_ELDER, removable=True)
CONSENTS = Ledger(Consent, _BY_ELDER, starts="from_on", ends="until_on")
INSTITUTION_STAYS = Ledger(InstitutionStay, _BY_ELDER, starts="from_on", ends="until_on")
FAMILY_DOCTOR_CONTRACTS = Ledger(
    FamilyDoctorContract, _BY_ELDER, starts="signed_on", ends="expires_on"
)
FORMER_HOMES = Ledger(
    FormerHome, _BY_ELDER, ends="until_on", written_by="record the elder's move instead"
)
PLANNED_MOVES = Ledger(
    PlannedMove, _BY_ELDER, starts="from_on", written_by="record the elder's move instead"
)
POSITION_TASKS = Ledger(
    PositionTask,
    _BY_ELDER,
    starts="opened_on",
    ends="closed_on",
    written_by="assign or close it, or give the elder a position",
)
MERGES = Ledger(
    ElderMerge, (Place("keep_id", ELDERS),), written_by="merge two elders or undo a merge"
)
