"""The days of a week: chosen once for every town, and what stays as it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlmodel import Session

from eldercare.accounts.tables import AuditEntry
from eldercare.care.expand import expand_range
from eldercare.care.tables import ItemException
from eldercare.database import reading, transaction
from eldercare.errors import InvalidInput
from eldercare.jobs.nightly import nightly
from eldercare.jobs.tables import JobRun
from eldercare.rostering.tables import Roster, RosterStatus
from eldercare.rostering.week import WeekReport, assign_week, read_week, squeezed
from eldercare.settings import Settings
from solver.weeks import WeekNeed
from tests.care.rows import care_plan, plan_item, service_type
from tests.registry.rows import (
    OTHER_COMMUNITY,
    OTHER_TOWN,
    TOWN,
    caregiver,
    elder,
    places,
    put,
    shift,
)

DAY = timedelta(days=1)
MONDAY = date(2020, 9, 21)
WEEK = [MONDAY + number * DAY for number in range(7)]
THURSDAY_BEFORE = datetime(2020, 9, 16, 18, tzinfo=UTC)
"""02:00 on the Thursday before in the district."""


def furnished(engine: Engine) -> Engine:
    """Ann works Monday to Friday, four hours each; eight elders want two baths, not side by side.

    An elder of the other town, where nobody's shifts are known, wants three.
    """
    with transaction(engine) as session:
        put(session, *places(), service_type(), caregiver("ann"))
        put(
            session,
            *(
                shift(f"ann.{day}", day, caregiver_id="ann", start_minutes=480, end_minutes=720)
                for day in WEEK[:5]
            ),
        )
        for number in range(8):
            put(session, elder(f"e{number}"), care_plan(f"p{number}", f"e{number}"))
            flexible = {"times_per_week": 2, "least_days_apart": 2, "minutes": 30}
            put(session, plan_item(f"i{number}", f"p{number}", **flexible))
        put(session, plan_item("fixed", "p0", weekdays="2", minutes=90))
        put(session, elder("far", community_code=OTHER_COMMUNITY), care_plan("pf", "far"))
        put(session, plan_item("far", "pf", times_per_week=3, weekdays="12345"))
    return engine


@pytest.fixture
def district(engine: Engine) -> Engine:
    """The district on each kind of database."""
    return furnished(engine)


@pytest.fixture
def one_district(sqlite_engine: Engine) -> Engine:
    """The same for what does not depend on the database's kind."""
    return furnished(sqlite_engine)


def choose(district: Engine, **more: object) -> WeekReport:
    given: dict[str, object] = {"now": THURSDAY_BEFORE, "by": "zhou"} | more
    return assign_week(district, MONDAY, **given)  # type: ignore[arg-type]  # names as above


def asked(session: Session) -> dict[str, tuple[date, ...]]:
    """Dates that the days of the week ask for, by item."""
    found: dict[str, tuple[date, ...]] = {}
    for day in expand_range(session, MONDAY, MONDAY + 7 * DAY):
        for visit in day.visits:
            found[visit.plan_item_id] = (*found.get(visit.plan_item_id, ()), visit.on)
    return found


def test_every_item_gets_its_days_where_there_is_room(district: Engine) -> None:
    report = choose(district)
    with reading(district) as session:
        days = asked(session)
        assert report.week == read_week(session, MONDAY)
        (entry,) = session.scalars(select(AuditEntry))
    assert (entry.user_name, entry.action, entry.subject) == (
        "zhou",
        "week.assign",
        f"week/{MONDAY}",
    )
    assert {one.plan_item_id: one.days for one in report.week.items} == {
        key: own for key, own in days.items() if key != "fixed"
    }
    assert all(one.is_chosen for one in report.week.items)
    assert (report.week.missing, report.crowded) == (0, ())
    for number in range(8):
        first, second = days[f"i{number}"]
        assert (second - first).days >= 2
        assert second <= WEEK[4]  # Ann does not work at the weekend
    load = {day: sum(day in days[f"i{number}"] for number in range(8)) for day in WEEK}
    assert load[WEEK[1]] <= 2  # of 168 minutes of care the fixed bath takes 90
    assert max(load.values()) <= 5


def test_next_week_has_the_same_days_and_another_seed_is_no_reason_to_move(
    one_district: Engine,
) -> None:
    choose(one_district)
    with transaction(one_district) as session:
        for day in WEEK[:5]:
            put(
                session,
                shift(
                    f"ann.{day}.next",
                    day + 7 * DAY,
                    caregiver_id="ann",
                    start_minutes=480,
                    end_minutes=720,
                ),
            )
    following = MONDAY + 7 * DAY
    report = assign_week(one_district, following, now=THURSDAY_BEFORE, by="zhou", seed=7)
    assert report.moved <= 4  # two holidays at its end push some
    with reading(one_district) as session:
        before = {one.plan_item_id: one.days for one in read_week(session, MONDAY).items}
    kept = sum(
        {day.weekday() for day in one.days} == {day.weekday() for day in before[one.plan_item_id]}
        for one in report.week.items
    )
    assert kept >= 6


def test_a_town_alone_leaves_the_others_as_they_are(district: Engine) -> None:
    report = choose(district, towns=[OTHER_TOWN])
    assert [one.plan_item_id for one in report.week.items] == ["far"]
    with reading(district) as session:
        chosen = {one.town_code: one.is_chosen for one in read_week(session, MONDAY).items}
    assert chosen == {TOWN: False, OTHER_TOWN: True}


def test_days_over_published_or_changed_by_hand_stay(district: Engine) -> None:
    with transaction(district) as session:
        put(
            session,
            Roster(
                on=WEEK[3],
                status=RosterStatus.PUBLISHED,
                version=1,
                created_at=THURSDAY_BEFORE,
            ),
        )
        before = asked(session)
        later = next(day for day in before["i0"] if day > WEEK[1])
        put(session, ItemException(item_id="i0", original_on=later, minutes=45))
    tuesday = datetime(2020, 9, 22, 1, tzinfo=UTC)
    choose(district, now=tuesday)
    with reading(district) as session:
        after = asked(session)
    closed = {WEEK[0], WEEK[1], WEEK[3]}
    for key in before:
        assert set(before[key]) & closed == set(after[key]) & closed
    assert later in after["i0"]


def test_a_need_without_room_is_told_and_not_lost(one_district: Engine) -> None:
    with transaction(one_district) as session:
        for number in range(8):
            put(
                session,
                plan_item(f"x{number}", f"p{number}", times_per_week=3, minutes=60, weekdays="135"),
            )
    report = choose(one_district)
    assert report.week.missing == 0
    assert sum(one.visits for one in report.crowded) > 0
    assert all(one.town_code == TOWN and one.detail for one in report.crowded)


def test_weeks_that_are_none_or_over_are_refused(one_district: Engine) -> None:
    with pytest.raises(InvalidInput, match="give 2020-09-21"):
        assign_week(one_district, WEEK[2], now=THURSDAY_BEFORE, by="zhou")
    with pytest.raises(InvalidInput, match="is over"):
        choose(one_district, now=datetime(2020, 9, 28, 1, tzinfo=UTC))


def test_the_night_to_thursday_chooses_once(one_district: Engine) -> None:
    quick = Settings(plan_time_limit_seconds=1)
    with transaction(one_district) as session:  # so that no night has a day to plan
        for number in range(4):
            day = date(2020, 9, 16) + number * DAY
            put(session, Roster(on=day, status=RosterStatus.DRAFT, created_at=THURSDAY_BEFORE))
    for number in range(3):  # Wednesday, Thursday, Friday
        now = THURSDAY_BEFORE + (number - 1) * DAY
        nightly(one_district, quick, clock=lambda now=now: now)  # type: ignore[misc]  # bound early
    with reading(one_district) as session:
        runs = [run.message for run in session.scalars(select(JobRun)) if run.job == "week"]
    assert len(runs) == 2
    assert runs[0].startswith("days chosen for 9 items; 0 visits have none")
    assert "left as they are" in runs[1]


@settings(max_examples=60)
@given(
    st.integers(1, 4),
    st.integers(1, 3),
    st.sets(st.integers(0, 6)),
    st.sets(st.integers(0, 6), max_size=1),
    st.lists(st.integers(-100, 100), min_size=7, max_size=7),
)
def test_squeezed_days_are_allowed_apart_and_as_many_as_can_be(
    visits: int, apart: int, allowed: set[int], fixed: set[int], free: list[int]
) -> None:
    need = WeekNeed(
        id="n",
        visits=visits,
        minutes=30,
        allowed_days=frozenset(allowed),
        fixed_days=frozenset(fixed),
        least_distance=apart,
    )
    found = squeezed(need, frozenset(), free)
    assert fixed <= found <= allowed | fixed
    assert all(b - a >= apart for a, b in pairwise(sorted(found)))
    assert len(found) <= visits
    more = [day for day in allowed - found if all(abs(day - other) >= apart for other in found)]
    assert not more or len(found) == visits
