"""Gap rules of a date: between visits for the planner, to meals as a narrower window.

Visits and meals are planned apart, so a visit keeps away from every time at which the meal may come
(docs/decisions/gaps-to-meals.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.demand import MealOrder, Visit, VisitGap
from eldercare.care.meal_hours import EATING_MINUTES, LUNCH_FROM_MINUTES, LUNCH_UNTIL_MINUTES
from eldercare.care.plan_tables import ItemGap

LEAST_WINDOW_MINUTES = 30
"""A visit keeps so much room where its gap's longest time cannot be promised."""


def with_gaps(
    session: Session, visits: Sequence[Visit], orders: Sequence[MealOrder]
) -> tuple[tuple[Visit, ...], tuple[VisitGap, ...]]:
    """The visits with windows narrowed by their meals, and the gaps between visits, in order.

    A visit whose window and meal contradict each other has a window that ends before it starts:
    planning sets it aside with that reason.
    """
    rules = _rules(session)
    by_item: defaultdict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_item[visit.plan_item_id].append(visit)
    fed = {_source_of(order) for order in orders}
    narrowed = {visit.id: _narrowed(visit, rules, fed) for visit in _bound(rules, by_item)}
    gaps = [gap for rule in rules for gap in _between(rule, by_item)]
    return (
        tuple(narrowed.get(visit.id, visit) for visit in visits),
        tuple(sorted(gaps, key=lambda gap: (gap.before_visit_id, gap.after_visit_id))),
    )


def _rules(session: Session) -> list[ItemGap]:
    return list(session.scalars(select(ItemGap).order_by(col(ItemGap.id))))


def _source_of(order: MealOrder) -> str:
    return order.id.rpartition(".")[0]


def _bound(rules: Iterable[ItemGap], by_item: Mapping[str, Sequence[Visit]]) -> list[Visit]:
    """Visits of items that some rule ties to a meal."""
    items = {rule.after_item_id for rule in rules if rule.before_subscription_id is not None}
    items |= {rule.before_item_id for rule in rules if rule.after_subscription_id is not None}
    return [visit for item in items if item is not None for visit in by_item.get(item, ())]


def _narrowed(visit: Visit, rules: Iterable[ItemGap], fed: set[str]) -> Visit:
    """The visit after every rule that ties it to a meal the elder gets on the date."""
    first, last = visit.window_start_minutes, visit.window_end_minutes
    for rule in rules:
        if rule.after_item_id == visit.plan_item_id and rule.before_subscription_id in fed:
            earliest, latest = after_meal(rule)
        elif rule.before_item_id == visit.plan_item_id and rule.after_subscription_id in fed:
            earliest, latest = before_meal(rule, visit.minutes)
        else:
            continue
        first = max(first, earliest)
        last = last if latest is None else min(last, latest)
    return replace(visit, window_start_minutes=first, window_end_minutes=last)


def after_meal(rule: ItemGap) -> tuple[int, int | None]:
    """Earliest and latest start of a visit after a meal, whenever within its hours that comes.

    The shortest gap is always kept; where the longest cannot be kept for every hour of the meal,
    the visit starts as early as the shortest allows.
    """
    earliest = LUNCH_UNTIL_MINUTES + EATING_MINUTES + rule.minimum_minutes
    if rule.maximum_minutes is None:
        return earliest, None
    latest = LUNCH_FROM_MINUTES + EATING_MINUTES + rule.maximum_minutes
    return earliest, max(latest, earliest + LEAST_WINDOW_MINUTES)


def before_meal(rule: ItemGap, minutes: int) -> tuple[int, int]:
    """Earliest and latest start of a visit of so many minutes that a meal follows; likewise."""
    latest = LUNCH_FROM_MINUTES - rule.minimum_minutes - minutes
    if rule.maximum_minutes is None:
        return 0, latest
    earliest = LUNCH_UNTIL_MINUTES - rule.maximum_minutes - minutes
    return max(0, min(earliest, latest - LEAST_WINDOW_MINUTES)), latest


def _between(rule: ItemGap, by_item: Mapping[str, Sequence[Visit]]) -> list[VisitGap]:
    """The rule's gaps of the date; of several visits of an item the first goes with the first."""
    if rule.before_item_id is None or rule.after_item_id is None:
        return []
    pairs = zip(
        by_item.get(rule.before_item_id, ()), by_item.get(rule.after_item_id, ()), strict=False
    )
    return [
        VisitGap(
            before_visit_id=before.id,
            after_visit_id=after.id,
            minimum_minutes=rule.minimum_minutes,
            maximum_minutes=rule.maximum_minutes,
        )
        for before, after in pairs
    ]
