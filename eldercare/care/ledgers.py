"""The ledgers of care, and the plan items that belong to plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.tables import CarePlan, MealSubscription, Pause, PlanItem
from eldercare.registry.ledger import Ledger, Place
from eldercare.registry.ledgers import ELDERS
from eldercare.registry.queries import in_batches

_BY_ELDER = (Place("elder_id", ELDERS),)

CARE_PLANS = Ledger(CarePlan, _BY_ELDER, starts="from_on", ends="until_on")
PLAN_ITEMS = Ledger(
    PlanItem,
    (Place("care_plan_id", CARE_PLANS),),
    instead="end its care plan and begin another without it",
)
PAUSES = Ledger(Pause, _BY_ELDER, starts="from_on", ends="until_on")
MEAL_SUBSCRIPTIONS = Ledger(MealSubscription, _BY_ELDER, starts="from_on", ends="until_on")


def items_of_plans(session: Session, plan_ids: Iterable[str]) -> dict[str, list[PlanItem]]:
    """Care plan id → its items in order of id; plans without any are absent."""
    found: defaultdict[str, list[PlanItem]] = defaultdict(list)
    for batch in in_batches(plan_ids):
        statement = (
            select(PlanItem).where(col(PlanItem.care_plan_id).in_(batch)).order_by(col(PlanItem.id))
        )
        for item in session.scalars(statement):
            found[item.care_plan_id].append(item)
    return dict(found)
