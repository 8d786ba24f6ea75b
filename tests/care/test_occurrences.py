from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from eldercare.care.expand import expand_day, expand_range
from eldercare.care.holidays import HolidayCalendar, statutory_holidays
from eldercare.care.occurrences import occurrences_between, occurrences_on
from eldercare.care.planned import planned_visits
from eldercare.care.tables import (
    HolidayKind,
    HolidayOverride,
    HolidayRule,
    ItemException,
    Pause,
    PlanItem,
    PlanItemPreference,
)
from eldercare.registry.tables import EndReason, InstitutionStay
from tests.care.rows import care_plan, plan_item, service_type
from tests.care.walking import DAY, FIRST, TWO_YEARS, walked, whole
from tests.registry.rows import LONG_AGO, caregiver, elder, institution, places, put

NATIONAL_DAY = date(2020, 10, 1)  # a Thursday; days off reach to Thursday the 8th
THURSDAY = date(2020, 9, 17)

days = st.sampled_from(TWO_YEARS)
rhythms = st.one_of(
    st.fixed_dictionaries({"every_weeks": st.integers(1, 8)}),
    st.fixed_dictionaries({"week_of_month": st.sampled_from((1, 2, 3, 4, -1))}),
)
items = st.builds(
    lambda rhythm, **fields: plan_item("i1", "p1", **rhythm, **fields),
    rhythms,
    weekdays=st.sets(st.sampled_from("1234567"), min_size=1).map(
        lambda digits: "".join(sorted(digits))
    ),
    anchor_on=st.dates(date(2019, 1, 1), date(2021, 6, 30)),
    holiday_rule=st.sampled_from(HolidayRule),
    from_on=st.none() | days,
    until_on=st.none() | days,
)
changes = st.fixed_dictionaries(
    {"by_days": st.integers(-31, 31), "minutes": st.none() | st.integers(30, 120)}
)


def exception(original_on: date, *, by_days: int = 0, **fields: Any) -> ItemException:
    moved_to_on = original_on + by_days * DAY if by_days else None
    return ItemException(item_id="i1", original_on=original_on, moved_to_on=moved_to_on, **fields)


@settings(max_examples=30)
@given(items, st.sets(days, max_size=30), st.data())
def test_two_years_agree_with_walking_day_by_day(
    item: PlanItem, announced: set[date], data: st.DataObject
) -> None:
    holidays = statutory_holidays(2020) | statutory_holidays(2021) | announced
    usual = [origin for _, origin, _ in walked(item, [], holidays)] or [FIRST]
    dated = data.draw(st.dictionaries(st.sampled_from(usual) | days, changes | st.none()))
    exceptions = [
        exception(on, cancelled=True)
        if change is None
        else exception(on, by_days=change["by_days"] or 0, minutes=change["minutes"])
        for on, change in dated.items()
    ]
    calendar = HolidayCalendar(dict.fromkeys(announced, HolidayKind.HOLIDAY))
    found = occurrences_between(item, FIRST, TWO_YEARS[-1] + DAY, exceptions, calendar)
    expected = whole(walked(item, exceptions, holidays))
    assert whole((one.on, one.original_on, one.minutes) for one in found) == expected
    for on in data.draw(st.lists(days, max_size=20)):
        on_the_day = occurrences_on(item, on, exceptions, calendar)
        assert on_the_day == [one for one in found if one.on == on]


@pytest.fixture
def district(session: Session) -> Session:
    """One elder with a plan; the tests write its items."""
    put(session, *places(), service_type(), elder("e1"), care_plan("p1", "e1"))
    return session


def visits(session: Session, from_on: date, until_on: date) -> list[tuple[str, date]]:
    return [
        (visit.id, visit.on)
        for day in expand_range(session, from_on, until_on)
        for visit in day.visits
    ]


def test_a_moved_visit_keeps_its_id(district: Session) -> None:
    put(district, plan_item("i1", "p1", weekdays="45"))
    put(district, exception(THURSDAY, by_days=1))
    assert visits(district, THURSDAY, THURSDAY + 7 * DAY) == [
        ("i1.20200917", THURSDAY + DAY),
        ("i1.20200918", THURSDAY + DAY),
    ]


def test_a_visit_moved_into_another_month_comes_from_its_own_week(district: Session) -> None:
    put(district, plan_item("i1", "p1", weekdays="4", every_weeks=2, anchor_on=THURSDAY))
    put(district, exception(THURSDAY, by_days=20))
    assert visits(district, THURSDAY, THURSDAY + 28 * DAY) == [
        ("i1.20201001", THURSDAY + 14 * DAY),
        ("i1.20200917", THURSDAY + 20 * DAY),
    ]


def test_a_cancelled_visit_is_gone_and_no_other(district: Session) -> None:
    put(district, plan_item("i1", "p1", weekdays="4"), exception(THURSDAY, cancelled=True))
    assert visits(district, THURSDAY, THURSDAY + 8 * DAY) == [("i1.20200924", THURSDAY + 7 * DAY)]


def test_one_date_may_have_its_own_length_window_and_caregiver(district: Session) -> None:
    put(district, caregiver("c1"), caregiver("c2"), caregiver("c3"))
    put(district, plan_item("i1", "p1", preferred_caregiver_id="c1", preferred_start_minutes=500))
    put(
        district,
        PlanItemPreference(item_id="i1", caregiver_id="c2", rank=2),
        PlanItemPreference(item_id="i1", caregiver_id="c3", rank=1),
    )
    (usual,) = expand_day(district, THURSDAY).visits
    assert (usual.preferred_caregiver_id, usual.further_caregiver_ids) == ("c1", ("c3", "c2"))
    assert usual.preferred_start_minutes == 500
    put(
        district,
        exception(
            THURSDAY,
            minutes=90,
            window_start_minutes=840,
            window_end_minutes=900,
            preferred_start_minutes=860,
            preferred_caregiver_id="c2",
        ),
    )
    (visit,) = expand_day(district, THURSDAY).visits
    assert (visit.minutes, visit.window_start_minutes, visit.window_end_minutes) == (90, 840, 900)
    assert (visit.preferred_caregiver_id, visit.further_caregiver_ids) == ("c2", ())
    assert visit.preferred_start_minutes == 860


def test_an_exception_of_a_date_on_which_nothing_falls_means_nothing(district: Session) -> None:
    put(district, plan_item("i1", "p1", weekdays="4"), exception(THURSDAY + DAY, by_days=1))
    assert visits(district, THURSDAY, THURSDAY + 7 * DAY) == [("i1.20200917", THURSDAY)]


def test_where_the_calendar_is_corrected_a_date_changed_by_hand_falls_away(
    district: Session,
) -> None:
    put(district, plan_item("i1", "p1", weekdays="4", holiday_rule=HolidayRule.MOVE))
    put(district, exception(NATIONAL_DAY - DAY, by_days=-1))
    week = (NATIONAL_DAY - 3 * DAY, NATIONAL_DAY + 4 * DAY)
    assert visits(district, *week) == [("i1.20200930", NATIONAL_DAY - 2 * DAY)]
    put(district, HolidayOverride(on=NATIONAL_DAY, kind=HolidayKind.WORKDAY, name="照常服务"))
    assert visits(district, *week) == [("i1.20201001", NATIONAL_DAY)]


def test_an_item_split_in_the_week_of_a_holiday_loses_and_doubles_nothing(
    district: Session,
) -> None:
    both: dict[str, Any] = {"weekdays": "34", "holiday_rule": HolidayRule.MOVE}
    put(district, plan_item("i0", "p1", **both))
    week = (NATIONAL_DAY - 3 * DAY, NATIONAL_DAY + 4 * DAY)
    before = [on for _, on in visits(district, *week)]
    for split in range(8):
        item = district.get_one(PlanItem, "i0")
        item.until_on = week[0] + split * DAY
        put(district, plan_item(f"n{split}", "p1", from_on=item.until_on, **both))
        assert [on for _, on in visits(district, *week)] == before, split
        district.delete(district.get_one(PlanItem, f"n{split}"))
        district.flush()


def _random_district(session: Session, chance: Random) -> list[str]:
    """Eight elders with items, single dates, pauses and stays about the Spring Festival of 2020."""
    put(session, *places(), service_type(), institution("n1"))
    put(session, service_type("meals_on_site", is_home_visit=False))
    put(session, HolidayOverride(on=date(2020, 2, 5), kind=HolidayKind.HOLIDAY, name="停工"))

    def day() -> date:
        return date(2020, 1, 6) + chance.randrange(49) * DAY

    ids = [f"e{number}" for number in range(8)]
    for number, elder_id in enumerate(ids):
        gone = {"ended_on": day(), "end_reason": EndReason.MOVED} if number % 4 == 3 else {}
        registered_on = day() if number % 4 == 2 else LONG_AGO
        put(session, elder(elder_id, registered_on=registered_on, **gone))
        until_on = chance.choice([None, None, None, day()])
        put(session, care_plan(f"p{number}", elder_id, until_on=until_on))
        for part in range(3):
            item = plan_item(
                f"i{number}-{part}",
                f"p{number}",
                service_type_code=chance.choice(["bath", "bath", "bath", "meals_on_site"]),
                weekdays="".join(sorted(chance.sample("1234567", chance.randint(2, 5)))),
                every_weeks=chance.choice([1, 1, 2]),
                holiday_rule=chance.choice(list(HolidayRule)),
                from_on=chance.choice([None, None, day()]),
            )
            put(session, item)
            for on in {day() for _ in range(9)}:
                steps: list[dict[str, Any]] = [
                    {"moved_to_on": on + step * DAY} for step in (-9, -2, 1, 5)
                ]
                kind = chance.choice([*steps, {"cancelled": True}, {"minutes": 45}])
                put(session, ItemException(item_id=item.id, original_on=on, **kind))
        first = day()
        put(session, Pause(elder_id=elder_id, from_on=first, until_on=first + 5 * DAY))
        if number % 2:
            stay = InstitutionStay(elder_id=elder_id, from_on=first, institution_id="n1")
            stay.until_on = first + 10 * DAY
            put(session, stay)
    return ids


def test_many_days_at_once_agree_with_each_day_alone(session: Session) -> None:
    ids = _random_district(session, Random(7))
    from_on, until_on = date(2020, 1, 1), date(2020, 2, 26)
    alone = [
        (visit.elder_id, visit.plan_item_id, visit.on, visit.id, visit.minutes)
        for day in expand_range(session, from_on, until_on)
        for visit in day.visits
    ]
    at_once = [
        (
            one.elder_id,
            one.plan_item_id,
            one.occurrence.on,
            f"{one.plan_item_id}.{one.occurrence.original_on:%Y%m%d}",
            one.occurrence.minutes,
        )
        for one in planned_visits(session, ids, from_on, until_on)
    ]
    assert len(alone) > 200
    assert sorted(at_once) == sorted(alone)
    assert len({key for *_, key, _ in alone}) == len(alone)
