"""Changing a plan item from a date on: shown first, then done.

Three scopes: this date, this and all later ones, all later ones not edited by hand.
See docs/decisions/changing-care-plans.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from eldercare.accounts.audit import record
from eldercare.care.absences import absences, lies_in
from eldercare.care.admit import GATE
from eldercare.care.holidays import holiday_calendar
from eldercare.care.item_edits import (
    HORIZON,
    Change,
    Edit,
    Rows,
    Scope,
    edit_of_date,
    edit_of_rhythm,
)
from eldercare.care.occurrences import Occurrence, occurrences_between
from eldercare.care.planned import exceptions_of
from eldercare.care.recurrence import falls_on_weekday, monday_of
from eldercare.care.tables import (
    CarePlan,
    ItemException,
    ItemGap,
    PlanItem,
    PlanItemPreference,
    WeekDay,
)
from eldercare.care.week_days import chosen_days
from eldercare.errors import InvalidInput, NotFound
from eldercare.registry.admission.shape import values_of

ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class DateChange:
    """A visit before and after; None: there was or will be none."""

    before: Occurrence | None
    after: Occurrence | None


def preview_change(
    session: Session, item_id: str, change: Change, scope: Scope, *, from_on: date, on: date
) -> list[DateChange]:
    """The visits of the year after `from_on` that `apply_change` would make different, by date.

    Writes nothing; raises what `apply_change` would raise. `on`: today, before which nothing
    changes. Days on which the elder is away are left out before and after.
    """
    rows = _rows(session, item_id)
    edit = _edit(session, rows, change, scope, from_on, on)
    _require_sound(session, edit, on)
    until_on = from_on + HORIZON
    away = absences(session, [rows.plan.elder_id], on, until_on).get(rows.plan.elder_id, ())

    def seen(item: PlanItem, exceptions: Iterable[ItemException]) -> list[Occurrence]:
        return [
            one
            for one in occurrences_between(item, on, until_on, exceptions, rows.calendar)
            if lies_in((rows.plan.from_on, rows.plan.until_on), one.on)
            and not any(lies_in(days, one.on) for days in away)
        ]

    left = [one for one in rows.exceptions if one not in edit.removed]
    before = seen(rows.item, rows.exceptions)
    after = [
        one
        for item in edit.items_after
        for one in seen(item, [each for each in (*left, *edit.added) if each.item_id == item.id])
    ]
    return _differences(before, after)


def apply_change(
    session: Session, item_id: str, change: Change, scope: Scope, *, from_on: date, on: date
) -> str:
    """Change an item's visits from a date on; id of the item that holds from then on.

    `from_on` is the date in the visit's id. Raises NotFound, InvalidInput for values that the gate
    refuses and for dates before `on`, Conflict where the item has no visit on the date or a date
    changed by hand would be lost.
    """
    rows = _rows(session, item_id)
    edit = _edit(session, rows, change, scope, from_on, on)
    with session.begin_nested():  # what the gate refuses leaves nothing behind
        return _store(session, edit, on)


def change_visits(
    session: Session,
    item_id: str,
    change: Change,
    scope: Scope,
    *,
    from_on: date,
    on: date,
    now: datetime,
    by: str,
) -> str:
    """`apply_change` with its entry in the audit trail."""
    rows = _rows(session, item_id)
    before = {
        "item": values_of(rows.item),
        "dates": [values_of(one) for one in rows.exceptions if one.original_on >= from_on],
    }
    follower_id = apply_change(session, item_id, change, scope, from_on=from_on, on=on)
    record(
        session,
        at=now,
        user_name=by,
        action="plan_item.change_visits",
        subject=f"plan_item/{item_id}",
        before=before,
        after={
            "scope": scope,
            "from_on": from_on,
            "change": dict(change),
            "item_from_then_on": follower_id,
        },
    )
    return follower_id


def _store(session: Session, edit: Edit, on: date) -> str:
    for exception in edit.removed:
        session.delete(exception)
    session.flush()
    if edit.ends:
        _remove(session, edit.item)
        return edit.item.id
    if edit.changes:
        GATE.change(session, edit.item, edit.changes, on=on)
    follower = edit.follower
    GATE.add_all(session, [*([] if follower is None else [follower]), *edit.added], on=on)
    if follower is None:
        return edit.item.id
    GATE.add_all(session, _beside(session, edit.item.id, follower), on=on)
    return follower.id


def _rows(session: Session, item_id: str) -> Rows:
    item = session.get(PlanItem, item_id)
    if item is None:
        raise NotFound(f"no plan item has the id {item_id}", code="plan_item_not_found")
    plan = session.get_one(CarePlan, item.care_plan_id)
    calendar = holiday_calendar(session)
    if item.times_per_week is not None:
        days = chosen_days(session, date.min, date.max, item_id=item_id).get(item_id, frozenset())
        calendar = calendar.with_chosen({item_id: days, _free_id(session, item_id): days})
    return Rows(plan, item, exceptions_of(session, [item_id])[item_id], calendar)


def _edit(
    session: Session, rows: Rows, change: Change, scope: Scope, from_on: date, on: date
) -> Edit:
    if from_on < on:
        raise InvalidInput(
            f"{from_on} lies before {on}: what has been cannot be planned anew, give {on} or later",
            code="in_the_past",
        )
    moved_to_on = change.get("moved_to_on")
    if moved_to_on is not None and moved_to_on < on:
        raise InvalidInput(
            f"moved_to_on: {moved_to_on} lies before {on}: give {on} or later", code="in_the_past"
        )
    if scope is Scope.THIS:
        return edit_of_date(rows, change, from_on)
    return edit_of_rhythm(
        rows,
        change,
        from_on,
        keep_by_hand=scope is Scope.LATER_NOT_BY_HAND,
        follower_id=_free_id(session, rows.item.id),
    )


def _free_id(session: Session, item_id: str) -> str:
    """The item's id with the first number behind it that is not taken."""
    stem = item_id.partition("~")[0]
    number = 2
    while True:
        found = f"{stem[: ID_LENGTH - len(f'~{number}')]}~{number}"
        if session.get(PlanItem, found) is None:
            return found
        number += 1


def _require_sound(session: Session, edit: Edit, on: date) -> None:
    """Raise what the gate would say of the rows as they will be."""
    rows: list[SQLModel] = [*edit.items_after, *edit.added]
    for refusal in GATE.check(session, rows, on=on):
        # The item itself and the exception that is written anew are there already.
        problems = [one for one in refusal.problems if one.code != "duplicate"]
        if problems:
            told = "; ".join(f"{one.pointer[1:]}: {one.reason}" for one in problems)
            raise InvalidInput(f"the change was refused: {told}", fields=problems)


def _differences(before: Sequence[Occurrence], after: Sequence[Occurrence]) -> list[DateChange]:
    """What is not the same, paired by its turn in the week."""
    gone, come = _by_week(before, after), _by_week(after, before)
    return [
        DateChange(old, new)
        for week in sorted({*gone, *come})
        for old, new in zip_longest(gone[week], come[week])
    ]


def _by_week(
    some: Sequence[Occurrence], others: Sequence[Occurrence]
) -> defaultdict[date, list[Occurrence]]:
    """Those that are not among the others, by the Monday of their week."""
    known = {_seen_as(one) for one in others}
    found: defaultdict[date, list[Occurrence]] = defaultdict(list)
    for one in sorted(some, key=lambda one: (one.on, one.original_on)):
        if _seen_as(one) not in known:
            found[monday_of(one.on)].append(one)
    return found


def _seen_as(one: Occurrence) -> tuple[object, ...]:
    """What an elder notices of a visit."""
    return (
        one.on,
        one.minutes,
        one.window_start_minutes,
        one.window_end_minutes,
        one.preferred_start_minutes,
        one.preferred_caregiver_id,
    )


def _beside(session: Session, item_id: str, follower: PlanItem) -> list[SQLModel]:
    """Preferences, gaps and chosen days of an item, written again for the one that follows it."""
    follower_id, from_on = follower.id, follower.from_on or date.min
    liked = select(PlanItemPreference).where(col(PlanItemPreference.item_id) == item_id)
    found: list[SQLModel] = [
        PlanItemPreference(**(values_of(one) | {"item_id": follower_id}))
        for one in session.scalars(liked)
    ]
    for side in ("before_item_id", "after_item_id"):
        gaps = select(ItemGap).where(col(getattr(ItemGap, side)) == item_id)
        found += [
            ItemGap(**(values_of(gap) | {"id": None, side: follower_id}))
            for gap in session.scalars(gaps.order_by(col(ItemGap.id)))
        ]
    if follower.times_per_week is not None:
        chosen = select(WeekDay).where(
            col(WeekDay.plan_item_id) == item_id, col(WeekDay.on) >= monday_of(from_on)
        )
        found += [
            WeekDay(plan_item_id=follower_id, on=one.on, chosen_at=one.chosen_at)
            for one in session.scalars(chosen)
            if falls_on_weekday(follower.weekdays, one.on)
        ]
    return found


def _remove(session: Session, item: PlanItem) -> None:
    """Take away an item of which no visit ever took place, with what stands beside it."""
    liked = select(PlanItemPreference).where(col(PlanItemPreference.item_id) == item.id)
    tied = select(ItemGap).where(
        (col(ItemGap.before_item_id) == item.id) | (col(ItemGap.after_item_id) == item.id)
    )
    chosen = select(WeekDay).where(col(WeekDay.plan_item_id) == item.id)
    for row in (*session.scalars(liked), *session.scalars(tied), *session.scalars(chosen)):
        session.delete(row)
    session.flush()
    session.delete(item)
    session.flush()
