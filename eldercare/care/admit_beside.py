"""Rules of what stands beside a plan item: entitlement, single dates, preferences, gaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from eldercare.care.flexible import most_times
from eldercare.care.occurrences import occurrence_of
from eldercare.care.recurrence import falls_on_weekday
from eldercare.care.tables import (
    CarePlan,
    Entitlement,
    ItemException,
    ItemGap,
    MealSubscription,
    PlanItem,
    PlanItemPreference,
    ServiceType,
    WeekDay,
)
from eldercare.clock import clock
from eldercare.errors import FieldProblem
from eldercare.registry.admission.blocks import in_order, no_overlap
from eldercare.registry.admission.context import Context
from eldercare.registry.admission.gate import Rule, Rules
from eldercare.registry.tables import Caregiver

DAY_MINUTES = 24 * 60
CHANGEABLE = (
    "moved_to_on",
    "minutes",
    "window_start_minutes",
    "window_end_minutes",
    "preferred_start_minutes",
    "preferred_caregiver_id",
)
"""What a single date may have of its own."""
SIDES = ("before_item_id", "before_subscription_id", "after_item_id", "after_subscription_id")
FARTHEST = timedelta(days=31)
"""A visit moved farther than a month is another visit."""


def preferred_in_window(row: PlanItem, _context: Context) -> Iterator[FieldProblem]:
    """The start that is liked best is one that is allowed."""
    first, liked, last = (
        row.window_start_minutes,
        row.preferred_start_minutes,
        row.window_end_minutes,
    )
    if liked is not None and not first <= liked <= last:
        reason = f"{clock(liked)} lies outside the window {clock(first)} to {clock(last)}"
        yield FieldProblem("/preferred_start_minutes", reason, code="outside_window")


def monthly_or_weekly(row: PlanItem, _context: Context) -> Iterator[FieldProblem]:
    """An item counts weeks from its anchor or within the month, not both."""
    if row.week_of_month is not None and row.every_weeks != 1:
        reason = (
            f"{row.week_of_month} counts within the month, every_weeks {row.every_weeks} from the "
            "anchor: leave this empty or set every_weeks to 1"
        )
        yield FieldProblem("/week_of_month", reason, code="contradiction")


def flexible_days_fit(row: PlanItem, _context: Context) -> Iterator[FieldProblem]:
    """So many visits a week find days of the item that are far enough apart."""
    times, apart = row.times_per_week, row.least_days_apart
    if times is None:
        if apart != 1:
            reason = f"{apart} is for flexible days: set times_per_week or leave it at 1"
            yield FieldProblem("/least_days_apart", reason, code="contradiction")
        return
    if row.week_of_month is not None:
        reason = f"{times} counts within a week, week_of_month within a month: leave one empty"
        yield FieldProblem("/times_per_week", reason, code="contradiction")
    digits = {digit for digit in row.weekdays if digit in "1234567"}
    most = most_times("".join(digits), apart)
    if digits and times > most:
        reason = (
            f"{times} visits a week: weekdays {row.weekdays!r}, at least {apart} apart, hold "
            f"{most}: name more weekdays or ask for fewer"
        )
        yield FieldProblem("/times_per_week", reason, code="too_many")


def _day_of_a_flexible_item(row: WeekDay, context: Context) -> Iterator[FieldProblem]:
    item = context.find(PlanItem, row.plan_item_id)
    if item is None:
        return
    if item.times_per_week is None:
        reason = f"{item.id!r} has fixed weekdays: set its times_per_week first"
        yield FieldProblem("/plan_item_id", reason, code="not_flexible")
    elif not falls_on_weekday(item.weekdays, row.on):
        reason = f"{row.on} is none of the weekdays {item.weekdays!r} of {item.id!r}"
        yield FieldProblem("/on", reason, code="other_weekday")


def _cancelled_or_changed(row: ItemException, _context: Context) -> Iterator[FieldProblem]:
    changed = [name for name in CHANGEABLE if getattr(row, name) is not None]
    if row.cancelled and changed:
        reason = f"a cancelled visit has no {changed[0]}: leave that empty or do not cancel"
        yield FieldProblem("/cancelled", reason, code="contradiction")
    elif not row.cancelled and not changed:
        reason = "nothing is different on this date: cancel it, move it or change something"
        yield FieldProblem("/cancelled", reason, code="no_change")


def _moved_nearby(row: ItemException, _context: Context) -> Iterator[FieldProblem]:
    if row.moved_to_on is None:
        return
    if row.moved_to_on == row.original_on:
        reason = f"{row.moved_to_on} is the date itself: leave it empty or give another"
        yield FieldProblem("/moved_to_on", reason, code="not_moved")
    elif abs(row.moved_to_on - row.original_on) > FARTHEST:
        reason = f"{row.moved_to_on} lies more than {FARTHEST.days} days from {row.original_on}"
        yield FieldProblem("/moved_to_on", reason, code="too_far")


def _window_of_date_in_order(row: ItemException, context: Context) -> Iterator[FieldProblem]:
    """With the item's own values where the exception leaves them empty."""
    item = context.find(PlanItem, row.item_id)
    if item is None:
        return
    one = occurrence_of(item, row.original_on, row)
    first, last = one.window_start_minutes, one.window_end_minutes
    liked = row.preferred_start_minutes
    if last < first:
        reason = f"{clock(last)} lies before the start of the window {clock(first)}: give both"
        yield FieldProblem("/window_end_minutes", reason, code="ends_before_start")
    elif last + one.minutes > DAY_MINUTES:
        reason = f"a start at {clock(last)} with {one.minutes} minutes runs past midnight"
        yield FieldProblem("/window_end_minutes", reason, code="past_midnight")
    elif liked is not None and not first <= liked <= last:
        reason = f"{clock(liked)} lies outside the window {clock(first)} to {clock(last)}"
        yield FieldProblem("/preferred_start_minutes", reason, code="outside_window")


def _minutes_of_date(row: ItemException, context: Context) -> Iterator[FieldProblem]:
    item = context.find(PlanItem, row.item_id)
    service = None if item is None else context.find(ServiceType, item.service_type_code)
    if service is None or row.minutes is None:
        return
    if not service.minimum_minutes <= row.minutes <= service.maximum_minutes:
        reason = (
            f"{row.minutes} minutes: {service.name} takes "
            f"{service.minimum_minutes} to {service.maximum_minutes}"
        )
        yield FieldProblem("/minutes", reason, code="outside_range")


def _liked_fits(row: PlanItemPreference, context: Context) -> Iterator[FieldProblem]:
    item = context.find(PlanItem, row.item_id)
    caregiver = context.find(Caregiver, row.caregiver_id)
    if item is None or caregiver is None:
        return
    if item.preferred_caregiver_id == caregiver.id:
        reason = f"{caregiver.id!r} is the item's preferred caregiver already"
        yield FieldProblem("/caregiver_id", reason, code="duplicate")
    elif item.required_sex is not None and caregiver.sex.value != item.required_sex:
        reason = (
            f"{caregiver.id!r} is {caregiver.sex.value}, but the item's required_sex is "
            f"{item.required_sex}: change one of them"
        )
        yield FieldProblem("/caregiver_id", reason, code="contradiction")


def _sides(row: ItemGap, _context: Context) -> Iterator[FieldProblem]:
    for side in ("before", "after"):
        item = getattr(row, f"{side}_item_id")
        subscription = getattr(row, f"{side}_subscription_id")
        if (item is None) == (subscription is None):
            reason = f"give {side}_item_id or {side}_subscription_id, one of the two"
            yield FieldProblem(f"/{side}_item_id", reason, code="one_of_two")
    if row.before_item_id is None and row.after_item_id is None:
        reason = "a gap between two meals has nobody to keep it: one side must be a plan item"
        yield FieldProblem("/after_item_id", reason, code="two_meals")


def _longest_not_shorter(row: ItemGap, _context: Context) -> Iterator[FieldProblem]:
    if row.maximum_minutes is not None and row.maximum_minutes < row.minimum_minutes:
        reason = f"{row.maximum_minutes} is less than minimum_minutes {row.minimum_minutes}"
        yield FieldProblem("/maximum_minutes", reason, code="ends_before_start")


def _same_elder(row: ItemGap, context: Context) -> Iterator[FieldProblem]:
    before = _elder(row.before_item_id, row.before_subscription_id, context)
    after = _elder(row.after_item_id, row.after_subscription_id, context)
    if before is not None and after is not None and before != after:
        reason = f"belongs to elder {after!r}, the first service to {before!r}: choose one elder's"
        side = "after_item_id" if row.after_item_id is not None else "after_subscription_id"
        yield FieldProblem(f"/{side}", reason, code="other_elder")


def _elder(item_id: str | None, subscription_id: str | None, context: Context) -> str | None:
    if item_id is not None:
        item = context.find(PlanItem, item_id)
        plan = None if item is None else context.find(CarePlan, item.care_plan_id)
        return None if plan is None else plan.elder_id
    meal = None if subscription_id is None else context.find(MealSubscription, subscription_id)
    return None if meal is None else meal.elder_id


def _no_circle(row: ItemGap, context: Context) -> Iterator[FieldProblem]:
    """What comes after the second service does not come before the first."""
    ahead, seen = [row.after_item_id], set()
    while ahead:
        item_id = ahead.pop()
        if item_id is None or item_id in seen:
            continue
        if item_id == row.before_item_id:
            reason = (
                f"{row.after_item_id!r} comes before {item_id!r} already: remove that rule first"
            )
            yield FieldProblem("/after_item_id", reason, code="circle")
            return
        seen.add(item_id)
        probe = ItemGap(before_item_id=item_id)
        ahead += [one.after_item_id for one in context.siblings(probe, "before_item_id")]


BESIDE_PLANS: Rules = {
    Entitlement: (in_order("from_on", "until_on"), no_overlap("group", "care_level")),
    ItemException: (
        Rule(("cancelled", *CHANGEABLE), _cancelled_or_changed),
        Rule(("original_on", "moved_to_on"), _moved_nearby),
        Rule(
            (
                "item_id",
                "minutes",
                "window_start_minutes",
                "window_end_minutes",
                "preferred_start_minutes",
            ),
            _window_of_date_in_order,
        ),
        Rule(("item_id", "minutes"), _minutes_of_date),
    ),
    WeekDay: (Rule(("plan_item_id", "on"), _day_of_a_flexible_item),),
    PlanItemPreference: (Rule(("item_id", "caregiver_id"), _liked_fits),),
    ItemGap: (
        Rule(SIDES, _sides),
        Rule(("minimum_minutes", "maximum_minutes"), _longest_not_shorter),
        Rule(SIDES, _same_elder),
        Rule(("before_item_id", "after_item_id"), _no_circle),
    ),
}
