"""The ledgers of the registry."""

from __future__ import annotations

from typing import Any

from eldercare.errors import Conflict, FieldProblem, InvalidInput
from eldercare.registry.ledger import Ledger, Place
from eldercare.registry.tables import (
    CareCentre,
    Caregiver,
    Community,
    Elder,
    EndReason,
    Institution,
    MealSite,
    Rider,
    Shift,
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
SHIFTS = Ledger(
    Shift,
    (Place("caregiver_id", CAREGIVERS), Place("rider_id", RIDERS)),
    dated="on",
    instead="rosters may stand on it; change its times, or let the worker be absent",
)
