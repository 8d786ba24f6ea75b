from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.changing import DateChange, apply_change, preview_change
from eldercare.care.expand import expand_range
from eldercare.care.item_edits import Scope
from eldercare.care.occurrences import Occurrence
from eldercare.care.planned import planned_visits
from eldercare.care.tables import (
    HolidayRule,
    ItemException,
    ItemGap,
    Pause,
    PlanItem,
    PlanItemPreference,
)
from eldercare.errors import Conflict, EldercareError, InvalidInput, NotFound
from tests.care.rows import care_plan, plan_item, service_type
from tests.registry.rows import caregiver, elder, places, put

DAY = timedelta(days=1)
MONDAY = date(2020, 9, 14)
THURSDAY = date(2020, 9, 17)
ON = date(2020, 9, 15)
FOUR_WEEKS = (MONDAY, MONDAY + 28 * DAY)


@pytest.fixture
def district(session: Session) -> Session:
    """Item i1 of elder e1, an hour on Thursdays; the second one was moved to Friday by hand."""
    put(session, *places(), service_type(), elder("e1"), care_plan("p1", "e1"))
    put(session, caregiver("c1"), caregiver("c2"))
    put(session, plan_item("i1", "p1", weekdays="4"))
    put(
        session,
        ItemException(item_id="i1", original_on=THURSDAY + 7 * DAY, moved_to_on=THURSDAY + 8 * DAY),
    )
    return session


def visits(session: Session) -> list[tuple[str, int]]:
    """Month and day, minutes."""
    return [
        (f"{visit.on:%m-%d}", visit.minutes)
        for day in expand_range(session, *FOUR_WEEKS)
        for visit in day.visits
    ]


def shown(changes: list[DateChange]) -> list[tuple[str | None, str | None]]:
    """Dates before and after of the four weeks."""
    return [
        (
            f"{one.before.on:%m-%d}" if one.before else None,
            f"{one.after.on:%m-%d}" if one.after else None,
        )
        for one in changes
        if any(side is not None and side.on < FOUR_WEEKS[1] for side in (one.before, one.after))
    ]


def change(session: Session, what: dict[str, Any], scope: Scope, from_on: date = THURSDAY) -> str:
    return apply_change(session, "i1", what, scope, from_on=from_on, on=ON)


def test_before_anything_is_changed(district: Session) -> None:
    assert visits(district) == [("09-17", 60), ("09-25", 60), ("10-01", 60), ("10-08", 60)]


def test_this_one_is_changed_alone(district: Session) -> None:
    assert change(district, {"minutes": 90}, Scope.THIS) == "i1"
    assert visits(district) == [("09-17", 90), ("09-25", 60), ("10-01", 60), ("10-08", 60)]
    change(district, {"moved_to_on": THURSDAY - DAY}, Scope.THIS)
    assert visits(district)[0] == ("09-16", 90)
    change(district, {"cancelled": True}, Scope.THIS)
    assert visits(district)[0] == ("09-25", 60)
    change(district, {"cancelled": False}, Scope.THIS)
    assert visits(district)[0] == ("09-17", 60)
    assert len(district.scalars(select(ItemException)).all()) == 1


def test_this_and_all_later_ones_take_the_change(district: Session) -> None:
    assert change(district, {"minutes": 90}, Scope.LATER, THURSDAY + 7 * DAY) == "i1~2"
    assert visits(district) == [("09-17", 60), ("09-24", 90), ("10-01", 90), ("10-08", 90)]


def test_what_was_edited_by_hand_may_stay_as_it_is(district: Session) -> None:
    change(district, {"minutes": 90}, Scope.LATER_NOT_BY_HAND, THURSDAY)
    assert visits(district) == [("09-17", 90), ("09-25", 60), ("10-01", 90), ("10-08", 90)]


def test_what_a_program_wrote_does_not_stay(district: Session) -> None:
    district.scalars(select(ItemException)).one().by_hand = False
    change(district, {"minutes": 90}, Scope.LATER_NOT_BY_HAND)
    assert visits(district)[1] == ("09-24", 90)


def test_another_weekday_keeps_the_place_of_what_was_edited_by_hand(district: Session) -> None:
    change(district, {"weekdays": "2"}, Scope.LATER_NOT_BY_HAND, ON)
    assert visits(district) == [("09-15", 60), ("09-25", 60), ("09-29", 60), ("10-06", 60)]


def test_a_cancelled_date_stays_cancelled_on_another_weekday(district: Session) -> None:
    change(district, {"cancelled": True}, Scope.THIS, THURSDAY + 14 * DAY)
    change(district, {"weekdays": "2"}, Scope.LATER_NOT_BY_HAND, ON)
    assert visits(district) == [("09-15", 60), ("09-25", 60), ("10-06", 60)]


def test_what_was_edited_by_hand_is_never_lost_in_silence(district: Session) -> None:
    put(district, plan_item("i2", "p1", weekdays="4", anchor_on=MONDAY))
    put(district, ItemException(item_id="i2", original_on=THURSDAY + 7 * DAY, minutes=45))
    for what in ({"cancelled": True}, {"every_weeks": 2}):
        for ask in (preview_change, apply_change):
            with pytest.raises(Conflict, match="2020-09-24 was changed by hand"):
                ask(district, "i2", what, Scope.LATER_NOT_BY_HAND, from_on=THURSDAY, on=ON)


def test_all_later_ones_may_be_taken_away(district: Session) -> None:
    assert change(district, {"cancelled": True}, Scope.LATER, THURSDAY + 7 * DAY) == "i1"
    assert visits(district) == [("09-17", 60)]
    with pytest.raises(Conflict, match="ended on 2020-09-24"):
        change(district, {"minutes": 90}, Scope.LATER, THURSDAY + 7 * DAY)


def test_an_item_that_never_took_place_is_removed_with_what_stands_beside_it(
    district: Session,
) -> None:
    put(district, plan_item("i2", "p1", from_on=THURSDAY))
    put(district, PlanItemPreference(item_id="i2", caregiver_id="c1"))
    put(district, ItemGap(before_item_id="i2", after_item_id="i1"))
    apply_change(district, "i2", {"cancelled": True}, Scope.LATER, from_on=THURSDAY, on=ON)
    assert district.get(PlanItem, "i2") is None
    assert not district.scalars(select(ItemGap)).all()


def test_an_item_is_changed_itself_where_nothing_of_it_lies_before(district: Session) -> None:
    put(district, plan_item("i2", "p1", weekdays="1", from_on=MONDAY + 7 * DAY))
    put(district, ItemException(item_id="i2", original_on=MONDAY + 14 * DAY, cancelled=True))
    found = apply_change(
        district,
        "i2",
        {"weekdays": "3"},
        Scope.LATER_NOT_BY_HAND,
        from_on=MONDAY + 7 * DAY,
        on=ON,
    )
    assert found == "i2"
    (kept,) = district.scalars(select(ItemException).where(col(ItemException.item_id) == "i2"))
    assert (kept.original_on, kept.cancelled) == (MONDAY + 16 * DAY, True)


def test_preferences_and_gaps_go_on_with_the_item(district: Session) -> None:
    put(district, plan_item("i2", "p1"), plan_item("i3", "p1"))
    put(district, PlanItemPreference(item_id="i1", caregiver_id="c2", rank=3))
    put(district, ItemGap(before_item_id="i1", after_item_id="i2", minimum_minutes=30))
    put(district, ItemGap(before_item_id="i3", after_item_id="i1", maximum_minutes=9))
    follower = change(district, {"preferred_caregiver_id": "c1"}, Scope.LATER, ON)
    liked = district.scalars(select(PlanItemPreference)).all()
    assert {(one.item_id, one.rank) for one in liked} == {("i1", 3), (follower, 3)}
    gaps = district.scalars(select(ItemGap).where(col(ItemGap.id) > 2)).all()
    assert [(one.before_item_id, one.minimum_minutes, one.after_item_id) for one in gaps] == [
        (follower, 30, "i2"),
        ("i3", 0, follower),
    ]


def test_a_long_id_makes_room_for_the_number(district: Session) -> None:
    long = "I123456789012345"
    put(district, plan_item(long, "p1"))
    found = [
        apply_change(district, long, {"minutes": 45}, Scope.LATER, from_on=day, on=ON)
        for day in (THURSDAY + 7 * DAY, THURSDAY)
    ]
    assert found == ["I1234567890123~2", "I1234567890123~3"]


SCOPES_AND_CHANGES: list[tuple[Scope, dict[str, Any]]] = [
    (Scope.THIS, {"minutes": 45}),
    (Scope.THIS, {"moved_to_on": THURSDAY + 5 * DAY}),
    (Scope.THIS, {"cancelled": True}),
    (Scope.LATER, {"weekdays": "35"}),
    (Scope.LATER, {"every_weeks": 2, "anchor_on": THURSDAY}),
    (Scope.LATER, {"week_of_month": 2, "weekdays": "2"}),
    (Scope.LATER, {"cancelled": True}),
    (Scope.LATER, {"holiday_rule": HolidayRule.KEEP}),
    (Scope.LATER_NOT_BY_HAND, {"weekdays": "1"}),
    (Scope.LATER_NOT_BY_HAND, {"weekdays": "16", "holiday_rule": HolidayRule.SKIP}),
    (Scope.LATER_NOT_BY_HAND, {"window_end_minutes": 660}),
]


def test_the_preview_is_what_comes_and_writes_nothing(district: Session) -> None:
    district.get_one(PlanItem, "i1").holiday_rule = HolidayRule.MOVE
    put(district, Pause(elder_id="e1", from_on=date(2020, 11, 1), until_on=date(2020, 12, 1)))
    for scope, what in SCOPES_AND_CHANGES:
        before = all_visits(district)
        preview = preview_change(district, "i1", what, scope, from_on=THURSDAY, on=ON)
        assert preview, (scope, what)
        assert not district.new
        assert not district.dirty
        assert all_visits(district) == before
        with district.begin_nested() as trial:
            change(district, what, scope)
            after = all_visits(district)
            trial.rollback()
        gone = {seen(one.before) for one in preview if one.before is not None}
        come = {seen(one.after) for one in preview if one.after is not None}
        assert after == (before - gone) | come, (scope, what)


def all_visits(session: Session) -> set[tuple[Any, ...]]:
    found = planned_visits(session, ["e1"], ON, THURSDAY + 366 * DAY)
    return {seen(one.occurrence) for one in found}


def seen(one: Occurrence) -> tuple[Any, ...]:
    return (one.on, one.minutes, one.window_end_minutes)


def test_a_preview_pairs_the_dates_of_a_week(district: Session) -> None:
    found = preview_change(
        district, "i1", {"weekdays": "2"}, Scope.LATER_NOT_BY_HAND, from_on=ON, on=ON
    )
    assert shown(found) == [("09-17", "09-15"), ("10-01", "09-29"), ("10-08", "10-06")]
    more = preview_change(district, "i1", {"weekdays": "45"}, Scope.LATER, from_on=ON, on=ON)
    assert shown(more) == [(None, "09-18"), (None, "09-24"), (None, "10-02"), (None, "10-09")]


REFUSED: dict[str, tuple[dict[str, Any], Scope, date, type[EldercareError], str]] = {
    "nothing": ({}, Scope.THIS, THURSDAY, InvalidInput, "at least one field"),
    "a weekday of one date": ({"weekdays": "1"}, Scope.THIS, THURSDAY, InvalidInput, "weekdays"),
    "another plan": ({"care_plan_id": "p2"}, Scope.LATER, THURSDAY, InvalidInput, "care_plan_id"),
    "yesterday": ({"minutes": 45}, Scope.LATER, ON - DAY, InvalidInput, "lies before"),
    "into the past": (
        {"moved_to_on": MONDAY},
        Scope.THIS,
        THURSDAY,
        InvalidInput,
        "lies before",
    ),
    "cancelled and longer": (
        {"cancelled": True, "minutes": 45},
        Scope.LATER,
        THURSDAY,
        InvalidInput,
        "nothing else",
    ),
    "no visit on the date": ({"minutes": 45}, Scope.THIS, THURSDAY + DAY, Conflict, "not fall on"),
    "longer than the service": ({"minutes": 200}, Scope.THIS, THURSDAY, InvalidInput, "30 to 120"),
    "longer for good": ({"minutes": 200}, Scope.LATER, THURSDAY, InvalidInput, "30 to 120"),
    "no weekday": ({"weekdays": "8"}, Scope.LATER, THURSDAY, InvalidInput, "weekdays"),
    "too far": ({"moved_to_on": THURSDAY + 32 * DAY}, Scope.THIS, THURSDAY, InvalidInput, "31"),
}


def test_what_is_refused_changes_nothing(district: Session) -> None:
    before = visits(district)
    for what, scope, from_on, error, match in REFUSED.values():
        for ask in (preview_change, apply_change):
            with pytest.raises(error, match=match):
                ask(district, "i1", what, scope, from_on=from_on, on=ON)
    district.expire_all()
    assert visits(district) == before


def test_an_unknown_item_is_named(district: Session) -> None:
    with pytest.raises(NotFound, match="i9"):
        preview_change(district, "i9", {"minutes": 45}, Scope.THIS, from_on=THURSDAY, on=ON)
