"""Meal records: the lunches of the past two weeks, as the subscriptions asked for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from eldercare.care.tables import MealMode, Outcome
from eldercare.seeding.meals import RiderSource, Subscription
from eldercare.seeding.people import People
from eldercare.seeding.streams import stream
from eldercare.seeding.writing import Row
from eldercare.settings import TIME_ZONE

PAST_DAYS = 14
CANCELLED_SHARE, NO_SHOW_SHARE = 0.012, 0.015
LUNCH_FROM_MINUTES, LUNCH_UNTIL_MINUTES = 10 * 60 + 50, 12 * 60 + 25


def meal_records(
    people: People,
    subscriptions: list[Subscription],
    riders: list[RiderSource],
    away: dict[date, set[int]],
    *,
    seed: int,
) -> Iterator[Row]:
    """Rows of `meal_record` for the days before the date."""
    for back in range(PAST_DAYS, 0, -1):
        on = people.on - timedelta(days=back)
        due = [
            subscription
            for subscription in subscriptions
            if str(on.isoweekday()) in subscription.weekdays
            and subscription.from_on <= on
            and subscription.elder not in away.get(on, ())
        ]
        yield from _day_records(people, due, riders, on, seed)


def _day_records(
    people: People, due: list[Subscription], riders: list[RiderSource], on: date, seed: int
) -> Iterator[Row]:
    chance = stream(seed, "meal_record", on.isoformat())
    draws = chance.random((len(due), 3))
    midnight = datetime.combine(on, time(), TIME_ZONE).astimezone(UTC)
    duty: dict[str, list[str]] = {}
    for rider in riders:
        if rider.works_on(on) and rider.hired_on <= on:
            duty.setdefault(rider.site.id, []).append(rider.id)
    for subscription, (fate, when, who) in zip(due, draws.tolist(), strict=True):
        brings = duty.get(subscription.site.id, [])
        delivered = subscription.mode is MealMode.DELIVERY
        outcome = _outcome(fate, possible=bool(brings) or not delivered)
        span = LUNCH_UNTIL_MINUTES - LUNCH_FROM_MINUTES
        minutes = LUNCH_FROM_MINUTES + int(when * span)
        handed_over = outcome is Outcome.DELIVERED
        yield {
            "order_id": f"{subscription.id}.{on:%Y%m%d}",
            "elder_id": people.ids[subscription.elder],
            "meal_site_id": subscription.site.id,
            "on": on,
            "mode": subscription.mode,
            "rider_id": brings[int(who * len(brings))]
            if delivered and outcome is not Outcome.CANCELLED
            else None,
            "handed_over_at": midnight + timedelta(minutes=minutes) if handed_over else None,
            "outcome": outcome,
        }


def _outcome(fate: float, *, possible: bool) -> Outcome:
    if fate < CANCELLED_SHARE or not possible:
        return Outcome.CANCELLED
    return Outcome.NO_SHOW if fate < CANCELLED_SHARE + NO_SHOW_SHARE else Outcome.DELIVERED
