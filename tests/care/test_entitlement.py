from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from eldercare.care.entitlement import Stretch, entitled_minutes, most_generous
from eldercare.care.tables import Entitlement
from eldercare.registry.tables import Assessment, ElderGroup, PriorityGroup
from tests.care.rows import care_plan
from tests.registry.rows import LONG_AGO, elder, places, put

ON = date(2020, 9, 17)
MONTH = (date(2020, 9, 1), date(2020, 10, 1))
DAY = timedelta(days=1)


def row(minutes: int, **fields: Any) -> Entitlement:
    return Entitlement(
        minutes_per_month=minutes, source="assumed", **{"from_on": LONG_AGO, **fields}
    )


@pytest.fixture
def district(session: Session) -> Session:
    """Elder e1 of 五保 at level 2, e2 of no group, never assessed."""
    put(session, *places(), elder("e1"), elder("e2"))
    put(session, ElderGroup(elder_id="e1", group=PriorityGroup.WUBAO, from_on=LONG_AGO))
    put(session, Assessment(elder_id="e1", assessed_on=LONG_AGO, score=50, level=2))
    return session


def test_without_a_row_nothing_says_a_limit(district: Session) -> None:
    assert entitled_minutes(district, ["e2", "e1"], ON) == {"e1": None, "e2": None}


def test_the_most_generous_row_that_fits_counts(district: Session) -> None:
    put(
        district,
        row(600, group=PriorityGroup.WUBAO),
        row(1200, group=PriorityGroup.WUBAO, care_level=2),
        row(2000, group=PriorityGroup.WUBAO, care_level=3),
        row(1900, group=PriorityGroup.SHIDU, care_level=2),
        row(90, care_level=0),
    )
    assert entitled_minutes(district, ["e1", "e2"], ON) == {"e1": 1200, "e2": 90}
    put(district, row(1500))
    assert entitled_minutes(district, ["e1", "e2"], ON) == {"e1": 1500, "e2": 1500}


def test_a_row_counts_in_each_month_that_it_touches(district: Session) -> None:
    touching: list[tuple[dict[str, date], bool]] = [
        ({"until_on": MONTH[0]}, False),
        ({"until_on": MONTH[0] + DAY}, True),
        ({"from_on": MONTH[1]}, False),
        ({"from_on": MONTH[1] - DAY}, True),
    ]
    for fields, counts in touching:
        with district.begin_nested() as trial:
            put(district, row(300, **fields))
            found = entitled_minutes(district, ["e1"], ON)
            trial.rollback()
        assert found == {"e1": 300 if counts else None}, fields


def test_a_rise_counts_at_once_and_a_fall_from_the_next_month(district: Session) -> None:
    put(district, row(1000, care_level=2), row(2000, care_level=3))
    put(district, Assessment(elder_id="e1", assessed_on=date(2020, 9, 29), score=20, level=3))
    put(district, Assessment(elder_id="e1", assessed_on=date(2020, 11, 2), score=50, level=2))
    months = [date(2020, number, 1) for number in (8, 9, 10, 11, 12)]
    found = [entitled_minutes(district, ["e1"], month)["e1"] for month in months]
    assert found == [1000, 2000, 2000, 2000, 1000]


def test_group_and_level_must_be_the_elders_on_the_same_day(district: Session) -> None:
    put(district, row(2000, group=PriorityGroup.SHIDU, care_level=3))
    put(
        district,
        ElderGroup(
            elder_id="e1",
            group=PriorityGroup.SHIDU,
            from_on=LONG_AGO,
            until_on=date(2020, 9, 10),
        ),
        Assessment(elder_id="e1", assessed_on=date(2020, 9, 10), score=20, level=3),
    )
    assert entitled_minutes(district, ["e1"], ON) == {"e1": None}


def test_what_a_plan_says_goes_before_the_table(district: Session) -> None:
    put(district, row(1500))
    put(district, care_plan("p1", "e1", entitled_minutes_per_month=0, until_on=date(2020, 9, 12)))
    put(district, care_plan("p2", "e1", from_on=date(2020, 9, 12), entitled_minutes_per_month=77))
    put(district, care_plan("p3", "e2"))
    assert entitled_minutes(district, ["e1", "e2"], ON) == {"e1": 77, "e2": 1500}
    assert entitled_minutes(district, ["e1"], date(2020, 8, 1)) == {"e1": 0}


days = st.dates(date(2020, 8, 20), date(2020, 10, 10))
ends = st.none() | days


def stretches(what: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Stretch]]:
    return st.lists(st.builds(Stretch, what, days, ends), max_size=4)


@settings(max_examples=40)
@given(
    st.lists(
        st.builds(
            row,
            st.integers(0, 500),
            group=st.none() | st.sampled_from(list(PriorityGroup)[:2]),
            care_level=st.none() | st.integers(0, 1),
            from_on=days,
            until_on=ends,
        ),
        max_size=4,
    ),
    stretches(st.sampled_from(list(PriorityGroup)[:2])),
    stretches(st.integers(0, 1)),
)
def test_agrees_with_asking_every_day(
    rows: list[Entitlement], groups: list[Stretch], levels: list[Stretch]
) -> None:
    def holds(one: Any, on: date) -> bool:
        return bool(one.from_on <= on and (one.until_on is None or on < one.until_on))

    asked = []
    for offset in range(30):
        on = MONTH[0] + offset * DAY
        own_groups = {one.what for one in groups if holds(one, on)}
        own_levels = {one.what for one in levels if holds(one, on)}
        asked += [
            one.minutes_per_month
            for one in rows
            if holds(one, on)
            and (one.group is None or one.group in own_groups)
            and (one.care_level is None or one.care_level in own_levels)
        ]
    assert most_generous(rows, groups, levels, MONTH) == max(asked, default=None)
