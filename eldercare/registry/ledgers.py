"""The ledgers of the registry."""

from __future__ import annotations

from eldercare.registry.ledger import Ledger, Place
from eldercare.registry.tables import (
    CareCentre,
    Caregiver,
    Community,
    Elder,
    Institution,
    MealSite,
    Rider,
    Shift,
)

_BY_COMMUNITY = (Place("community_code"),)

COMMUNITIES = Ledger(
    Community,
    (Place("code"),),
    instead="the official list of areas ends it; mend its fields by an update",
)
ELDERS = Ledger(
    Elder, _BY_COMMUNITY, starts="registered_on", ends="ended_on", end_reason="end_reason"
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
