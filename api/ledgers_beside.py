"""What stands beside elders, caregivers and plans, as entries of the list of ledgers."""

from __future__ import annotations

from api.ledger_entry import Entry
from eldercare.accounts.permissions import Action
from eldercare.care.ledgers import (
    ENTITLEMENTS,
    HOLIDAY_OVERRIDES,
    ITEM_EXCEPTIONS,
    ITEM_GAPS,
    PAUSES,
    PLAN_ITEM_PREFERENCES,
    SERVICE_MATCHES,
)
from eldercare.registry.ledgers import (
    ABSENCES,
    ASSESSMENTS,
    CAREGIVER_AREAS,
    CAREGIVER_QUALIFICATIONS,
    CONSENTS,
    ELDER_CONTACTS,
    ELDER_GROUPS,
    FAMILY_DOCTOR_CONTRACTS,
    FORMER_HOMES,
    INSTITUTION_STAYS,
    PLANNED_MOVES,
    POSITION_TASKS,
    REFUSALS,
    RIDERS,
    SHIFT_PATTERNS,
)

PERSONAL = Action.READ_PERSONAL

BESIDE_ELDERS: tuple[Entry, ...] = (
    Entry(
        "/assessments",
        ASSESSMENTS,
        {"elder_id": "E1", "assessed_on": "2020-09-01", "score": 40, "level": 3},
        reading=PERSONAL,
    ),
    Entry(
        "/elder-groups",
        ELDER_GROUPS,
        {"elder_id": "E1", "group": "dibao", "from_on": "2020-09-01"},
        reading=PERSONAL,
    ),
    Entry(
        "/elder-contacts",
        ELDER_CONTACTS,
        {"elder_id": "E1", "name": "周小明", "relation": "儿子", "phone": "13900000000"},
        reading=PERSONAL,
    ),
    Entry(
        "/consents",
        CONSENTS,
        {
            "elder_id": "E1",
            "kind": "data_use",
            "from_on": "2020-09-01",
            "given_by": "本人",
        },
        reading=PERSONAL,
    ),
    Entry(
        "/institution-stays",
        INSTITUTION_STAYS,
        {"elder_id": "E2", "institution_id": "I1", "from_on": "2020-09-20"},
        reading=PERSONAL,
    ),
    Entry(
        "/family-doctor-contracts",
        FAMILY_DOCTOR_CONTRACTS,
        {"elder_id": "E1", "signed_on": "2020-09-01", "expires_on": "2021-09-01"},
        reading=PERSONAL,
    ),
    Entry("/former-homes", FORMER_HOMES, reading=PERSONAL),
    Entry("/planned-moves", PLANNED_MOVES, reading=PERSONAL),
    Entry("/position-tasks", POSITION_TASKS, reading=PERSONAL),
)

BESIDE_WORKERS: tuple[Entry, ...] = (
    Entry(
        "/riders",
        RIDERS,
        {
            "name": "孙强",
            "meal_site_id": "M1",
            "travel_mode": "e_bike",
            "capacity_portions": 30,
            "hired_on": "2020-01-01",
        },
    ),
    Entry(
        "/shift-patterns",
        SHIFT_PATTERNS,
        {
            "caregiver_id": "C1",
            "weekdays": "67",
            "anchor_on": "2020-08-31",
            "start_minutes": 480,
            "end_minutes": 720,
            "from_on": "2020-09-01",
        },
    ),
    Entry(
        "/absences",
        ABSENCES,
        {"caregiver_id": "C1", "from_on": "2020-09-21", "reason": "年休"},
    ),
    Entry(
        "/caregiver-areas",
        CAREGIVER_AREAS,
        {"caregiver_id": "C1", "community_code": "320411100201"},
    ),
    Entry(
        "/caregiver-qualifications",
        CAREGIVER_QUALIFICATIONS,
        {
            "caregiver_id": "C1",
            "qualification_code": "care_worker",
            "obtained_on": "2020-01-01",
            "level": 3,
        },
    ),
    Entry(
        "/refusals",
        REFUSALS,
        {
            "elder_id": "E2",
            "caregiver_id": "C1",
            "by": "elder",
            "from_on": "2020-09-01",
            "reason": "希望换人",
        },
        reading=PERSONAL,
    ),
)

BESIDE_PLANS: tuple[Entry, ...] = (
    Entry(
        "/pauses",
        PAUSES,
        {"elder_id": "E1", "from_on": "2020-09-21", "reason": "走亲戚"},
        reading=PERSONAL,
    ),
    Entry(
        "/plan-item-preferences",
        PLAN_ITEM_PREFERENCES,
        {"item_id": "T1", "caregiver_id": "C1", "rank": 1},
        reading=PERSONAL,
    ),
    Entry(
        "/item-gaps",
        ITEM_GAPS,
        {"before_item_id": "T1", "after_subscription_id": "S1", "minimum_minutes": 30},
        reading=PERSONAL,
    ),
    Entry("/item-exceptions", ITEM_EXCEPTIONS, reading=PERSONAL),
    Entry("/service-matches", SERVICE_MATCHES, reading=PERSONAL),
    Entry(
        "/entitlements",
        ENTITLEMENTS,
        {
            "group": "dibao",
            "care_level": 2,
            "minutes_per_month": 1800,
            "from_on": "2020-01-01",
            "source": "某通知",
        },
    ),
    Entry(
        "/holiday-overrides",
        HOLIDAY_OVERRIDES,
        {"on": "2020-10-08", "kind": "holiday", "name": "国庆节"},
    ),
)
