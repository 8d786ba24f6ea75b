"""What a change of a plan item would write: worked out from its rows, nothing stored here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from eldercare.care.admit_beside import CHANGEABLE
from eldercare.care.holidays import HolidayCalendar, due_on, week_from
from eldercare.care.occurrences import falls_due, rhythm_of_week
from eldercare.care.recurrence import monday_of
from eldercare.care.tables import CarePlan, ItemException, PlanItem
from eldercare.errors import Conflict, FieldProblem, InvalidInput
from eldercare.registry.admission.shape import values_of

Change = Mapping[str, Any]
"""Columns and their new values; `cancelled` True takes the visits away."""


class Scope(StrEnum):
    """How far a change reaches from its date on."""

    THIS = "this"
    LATER = "later"
    LATER_NOT_BY_HAND = "later_not_by_hand"


IN_A_RHYTHM = frozenset(PlanItem.model_fields) - {"id", "care_plan_id", "from_on", "until_on"}
ON_A_DATE = frozenset(CHANGEABLE)


@dataclass(frozen=True, slots=True)
class Edit:
    """Rows to store, to change and to remove. `item` is the stored one.

    `follower` is the item that goes on from the date of a split; `ends` removes an item of which
    no visit is left.
    """

    item: PlanItem
    changes: dict[str, Any] = field(default_factory=dict)
    follower: PlanItem | None = None
    ends: bool = False
    removed: tuple[ItemException, ...] = ()
    added: tuple[ItemException, ...] = ()

    @property
    def items_after(self) -> list[PlanItem]:
        """The items as they will be; copies, so that nothing is stored by accident."""
        own = [] if self.ends else [PlanItem(**(values_of(self.item) | self.changes))]
        return own if self.follower is None else [*own, self.follower]


@dataclass(frozen=True, slots=True)
class Rows:
    """An item with all that decides when it takes place."""

    plan: CarePlan
    item: PlanItem
    exceptions: Sequence[ItemException]
    calendar: HolidayCalendar


def edit_of_date(rows: Rows, change: Change, original_on: date) -> Edit:
    """One date changed: its exception written anew, taken away where nothing is different."""
    _require_known(change, ON_A_DATE | {"cancelled"})
    if not falls_due(rows.item, original_on, rows.calendar):
        raise Conflict(
            f"plan item {rows.item.id} does not fall on {original_on}: give the date in the "
            "visit's id",
            code="not_due",
        )
    before = [one for one in rows.exceptions if one.original_on == original_on]
    values = {name: getattr(one, name) for one in before for name in ON_A_DATE}
    values |= {name: value for name, value in change.items() if name != "cancelled"}
    if values.get("moved_to_on") == original_on:
        values["moved_to_on"] = None
    if change.get("cancelled"):
        values = {"cancelled": True}
    elif all(value is None for value in values.values()):
        return Edit(rows.item, removed=tuple(before))
    after = ItemException(item_id=rows.item.id, original_on=original_on, by_hand=True, **values)
    return Edit(rows.item, removed=tuple(before), added=(after,))


def edit_of_rhythm(
    rows: Rows, change: Change, from_on: date, *, keep_by_hand: bool, follower_id: str
) -> Edit:
    """All dates from one on changed: the item ends there and another goes on.

    Where nothing of the item lies before the date, it is changed itself. Raises Conflict where a
    date changed by hand is to be kept and has no place any more.
    """
    _require_known(change, IN_A_RHYTHM | {"cancelled"})
    item = rows.item
    if item.until_on is not None and item.until_on <= from_on:
        raise Conflict(
            f"plan item {item.id} ended on {item.until_on}, before {from_on}: change the item that "
            "follows it",
            code="item_ended",
        )
    whole = from_on <= max(item.from_on or rows.plan.from_on, rows.plan.from_on)
    values = {name: value for name, value in change.items() if name != "cancelled"}
    after = None
    if not change.get("cancelled"):
        own = {} if whole else {"id": follower_id, "from_on": from_on}
        after = PlanItem(**(values_of(item) | values | own))
    later = [one for one in rows.exceptions if _due(rows, one) >= from_on]
    kept = [one for one in later if one.by_hand and keep_by_hand]
    moved = _kept_by_hand(rows, after, kept, from_on)
    if after is None:
        ended = {} if whole else {"until_on": from_on}
        return Edit(item, ended, ends=whole, removed=tuple(rows.exceptions if whole else later))
    if whole:
        return Edit(item, values, removed=tuple(later), added=tuple(moved))
    return Edit(item, {"until_on": from_on}, after, removed=tuple(later), added=tuple(moved))


def _require_known(change: Change, allowed: frozenset[str]) -> None:
    unknown = sorted(set(change) - allowed)
    if not change:
        raise InvalidInput("nothing is to be changed: name at least one field", code="no_change")
    if change.get("cancelled") and len(change) > 1:
        raise InvalidInput(
            "visits that are cancelled have nothing else to change", code="no_change"
        )
    if unknown:
        told = ", ".join(sorted(allowed))
        problems = [
            FieldProblem(f"/{name}", f"cannot be changed here: {told}", code="unknown_field")
            for name in unknown
        ]
        raise InvalidInput(f"cannot change {', '.join(unknown)}: {told}", fields=problems)


def _due(rows: Rows, exception: ItemException) -> date:
    """The due date an exception belongs to; where nothing falls, its own date."""
    on = exception.original_on
    rhythm = rhythm_of_week(rows.item, on, rows.calendar)
    return due_on(rhythm, on, rows.calendar.week(on)) or on


def _kept_by_hand(
    rows: Rows, after: PlanItem | None, kept: Sequence[ItemException], from_on: date
) -> list[ItemException]:
    """The dates changed by hand, put on the changed item so that these visits stay as they are."""
    found: dict[date, ItemException] = {}
    for one in kept:
        if not falls_due(rows.item, one.original_on, rows.calendar):
            continue  # it meant nothing before and means nothing after
        place = _place(rows, after, one.original_on, from_on)
        if after is None or place is None or place in found:
            raise Conflict(
                f"the visit of {one.original_on} was changed by hand and has no place in what it "
                'would become: choose "this and all later", or take that change back first',
                code="changed_by_hand",
            )
        found[place] = _carried(rows.item, after, one, place)
    return list(found.values())


def _place(rows: Rows, after: PlanItem | None, original_on: date, from_on: date) -> date | None:
    """The date of the changed item that answers to one of the old: the same, or its turn."""
    if after is None or falls_due(after, original_on, rows.calendar):
        return None if after is None else original_on
    week = week_from(monday_of(original_on))
    old = [day for day in week if falls_due(rows.item, day, rows.calendar)]
    new = [day for day in week if day >= from_on and falls_due(after, day, rows.calendar)]
    turn = old.index(original_on) - len(old)
    return new[turn] if -turn <= len(new) else None


def _carried(
    item: PlanItem, after: PlanItem, exception: ItemException, place: date
) -> ItemException:
    """The exception on the changed item, with the old item's values where those would change."""
    if exception.cancelled:
        return ItemException(
            item_id=after.id, original_on=place, cancelled=True, by_hand=exception.by_hand
        )
    values = {name: getattr(exception, name) for name in CHANGEABLE}
    took_place_on = exception.moved_to_on or exception.original_on
    values["moved_to_on"] = None if took_place_on == place else took_place_on
    for name in CHANGEABLE:
        if values[name] is None and name != "moved_to_on":
            old = getattr(item, name)
            values[name] = None if old == getattr(after, name) else old
    return ItemException(item_id=after.id, original_on=place, by_hand=exception.by_hand, **values)


HORIZON = timedelta(days=366)
"""How far ahead a change is shown."""
