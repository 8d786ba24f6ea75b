"""The ledgers of care."""

from __future__ import annotations

from eldercare.care.tables import (
    CarePlan,
    Entitlement,
    HolidayOverride,
    ItemException,
    ItemGap,
    MealSubscription,
    Pause,
    PlanItem,
    PlanItemPreference,
    ServiceMatch,
)
from eldercare.registry.ledger import Ledger, Part, Place
from eldercare.registry.ledgers import ELDERS

_BY_ELDER = (Place("elder_id", ELDERS),)

CARE_PLANS = Ledger(
    CarePlan,
    _BY_ELDER,
    starts="from_on",
    ends="until_on",
    parts=(Part("items", PlanItem, "care_plan_id"),),
)
PLAN_ITEMS = Ledger(
    PlanItem,
    (Place("care_plan_id", CARE_PLANS),),
    instead="end its care plan and begin another without it, or change its visits from a date on",
)
MEAL_SUBSCRIPTIONS = Ledger(MealSubscription, _BY_ELDER, starts="from_on", ends="until_on")
PAUSES = Ledger(Pause, _BY_ELDER, starts="from_on", ends="until_on")

_BY_ITEM = (Place("item_id", PLAN_ITEMS),)

PLAN_ITEM_PREFERENCES = Ledger(PlanItemPreference, _BY_ITEM, removable=True)
ITEM_GAPS = Ledger(
    ItemGap,
    (
        Place("before_item_id", PLAN_ITEMS),
        Place("before_subscription_id", MEAL_SUBSCRIPTIONS),
        Place("after_item_id", PLAN_ITEMS),
        Place("after_subscription_id", MEAL_SUBSCRIPTIONS),
    ),
    removable=True,
)
ITEM_EXCEPTIONS = Ledger(
    ItemException,
    _BY_ITEM,
    dated="original_on",
    written_by="change the item's visit on the date instead",
)
SERVICE_MATCHES = Ledger(
    ServiceMatch,
    _BY_ELDER,
    starts="from_on",
    ends="until_on",
    written_by="match the elders of the district again",
)

ENTITLEMENTS = Ledger(Entitlement, (), starts="from_on", ends="until_on")
HOLIDAY_OVERRIDES = Ledger(HolidayOverride, (), dated="on", removable=True)
