"""The ledgers of care."""

from __future__ import annotations

from eldercare.care.tables import CarePlan, MealSubscription, PlanItem
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
    instead="end its care plan and begin another without it",
)
MEAL_SUBSCRIPTIONS = Ledger(MealSubscription, _BY_ELDER, starts="from_on", ends="until_on")
