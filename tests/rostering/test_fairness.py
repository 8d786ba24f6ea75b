"""What caregivers carried: records before rosters, shares by town, and elders with many carers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.care.tables import Outcome
from eldercare.database import reading
from eldercare.errors import InvalidInput
from eldercare.registry.tables import Caregiver
from eldercare.rostering.fairness import (
    fairness_report,
    many_carers,
    past_workloads,
    worked_days,
    workload,
)
from eldercare.rostering.gathering import gather_day
from eldercare.rostering.problem_builder import build_visit_problem
from eldercare.rostering.tables import (
    Placement,
    Roster,
    RosterRoute,
    RosterStatus,
    RosterStop,
    RosterVisit,
)
from eldercare.settings import DEMO_ON
from solver.fairness import WorkedDay
from solver.objective import Term
from solver.solution import Route, Solution, Stop
from solver.travel.crowfly import CrowFly
from solver.verify import verify
from tests.care.rows import service_record
from tests.registry.rows import OTHER_TOWN, TOWN, put, shift
from tests.registry.working_rows import absence
from tests.rostering.day import ON, small_day

DAY = timedelta(days=1)
WEDNESDAY, TUESDAY = ON - DAY, ON - 2 * DAY
SINCE = ON - 14 * DAY


@pytest.fixture
def district(session: Session) -> Session:
    """The small day with two versions of Wednesday, on each kind of database."""
    return furnished(session)


@pytest.fixture
def one_district(sqlite_engine: Engine) -> Iterator[Session]:
    """The same for what does not depend on the database's kind."""
    with Session(sqlite_engine, expire_on_commit=False) as session:
        yield furnished(session)


def furnished(session: Session) -> Session:
    """In both versions of Wednesday Ann goes to E1 and E2."""
    small_day(session)
    put(session, shift("ann.wed", WEDNESDAY, caregiver_id="ann"))
    for version, status in ((1, RosterStatus.CLOSED), (2, RosterStatus.PUBLISHED)):
        _put_roster(session, version, status)
    return session


def _put_roster(session: Session, version: int, status: RosterStatus) -> None:
    roster = Roster(on=WEDNESDAY, status=status, version=version, created_at=_at(WEDNESDAY, 0))
    put(session, roster)
    assert roster.id is not None
    route = RosterRoute(
        roster_id=roster.id,
        town_code=TOWN,
        shift_id="ann.wed",
        caregiver_id="ann",
        departure_minutes=420,
        return_minutes=600,
        travel_minutes=30,
    )
    put(session, route)
    assert route.id is not None
    for number, elder_id in enumerate(("E1", "E2"), start=1):
        start = 420 + 60 * (number - 1)
        visit_id = f"I{number}.{WEDNESDAY:%Y%m%d}"
        put(
            session,
            RosterVisit(
                roster_id=roster.id,
                visit_id=visit_id,
                town_code=TOWN,
                elder_id=elder_id,
                service_type_code="bath",
                minutes=60,
                people=1,
                window_start_minutes=400,
                window_end_minutes=600,
                placement=Placement.PLANNED,
            ),
            RosterStop(
                route_id=route.id,
                sequence=number,
                roster_id=roster.id,
                visit_id=visit_id,
                elder_id=elder_id,
                travel_minutes=10,
                arrival_minutes=start,
                start_minutes=start,
                end_minutes=start + 60,
            ),
        )


def _at(on: date, minutes: int) -> datetime:
    """A minute of the day in the district (eight hours before UTC)."""
    return datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(minutes=minutes - 480)


def test_the_version_in_force_counts_once(district: Session) -> None:
    assert worked_days(district, ["ann", "ben"], SINCE, ON) == [
        WorkedDay(
            caregiver="ann",
            on=WEDNESDAY,
            work_minutes=150,
            travel_minutes=30,
            unpopular_minutes=30,  # 07:00 to 07:30
        )
    ]


def test_a_record_goes_before_the_roster(district: Session) -> None:
    visit_id = f"I1.{WEDNESDAY:%Y%m%d}"
    times = {"started_at": _at(WEDNESDAY, 600), "ended_at": _at(WEDNESDAY, 690)}
    put(district, service_record(visit_id, "E1", WEDNESDAY, caregiver_id="ben", **times))
    cancelled = f"I2.{WEDNESDAY:%Y%m%d}"
    put(district, service_record(cancelled, "E2", WEDNESDAY, outcome=Outcome.CANCELLED))
    found = {one.caregiver: one for one in worked_days(district, ["ann", "ben"], SINCE, ON)}
    assert found["ann"].work_minutes == found["ann"].travel_minutes == 30
    assert (found["ben"].work_minutes, found["ben"].unpopular_minutes) == (90, 0)


def test_a_record_without_times_says_nothing_new(one_district: Session) -> None:
    visit_id = f"I1.{WEDNESDAY:%Y%m%d}"
    put(one_district, service_record(visit_id, "E1", WEDNESDAY, caregiver_id="ann"))
    (found,) = worked_days(one_district, ["ann"], SINCE, ON)
    assert found.work_minutes == 150


def test_weekends_are_unpopular_and_dates_outside_do_not_count(one_district: Session) -> None:
    sunday = date(2020, 9, 13)
    for on in (sunday, ON, SINCE - DAY):
        times = {"started_at": _at(on, 600), "ended_at": _at(on, 660)}
        put(one_district, service_record(f"X.{on}", "E5", on, caregiver_id="ben", **times))
    (found,) = worked_days(one_district, ["ben"], SINCE, ON)
    assert (found.on, found.work_minutes, found.unpopular_minutes) == (sunday, 60, 60)


def test_workload_is_by_town_with_those_who_did_nothing(one_district: Session) -> None:
    first, second = workload(one_district, ON, days=14)
    assert (first.town_code, second.town_code) == (TOWN, OTHER_TOWN)
    assert [(one.caregiver, one.work_minutes) for one in first.fairness.carried] == [
        ("ann", 150),
        ("ben", 0),
    ]
    assert first.names["ann"] == "安"
    assert [one.town_code for one in workload(one_district, ON, days=14, towns=[TOWN])] == [TOWN]


def test_what_was_carried_enters_the_problem_and_its_cost(one_district: Session) -> None:
    rows, _ = gather_day(one_district, ON, None)
    assert rows.past_workload == {"ann": 180, "ben": 0}  # unpopular minutes count double
    problem = build_visit_problem(rows, CrowFly()).problem
    assert {one.id: one.past_workload for one in problem.caregivers} == rows.past_workload
    assert problem.weights.balance == 1
    visit = next(one for one in problem.visits if one.id.startswith("I1."))
    shift_of = {one.id: one.shifts[0] for one in problem.caregivers}
    costs = {}
    for name in ("ann", "ben"):
        stop = Stop(visit.id, 0, 500, 500, 560)
        plan = Solution((Route(shift_of[name].id, 490, (stop,), 570),), ())
        costs[name] = verify(problem, plan).cost[Term.BALANCE]
    assert costs["ann"] > costs["ben"]


def test_half_time_and_days_away_are_made_good(one_district: Session) -> None:
    ann, ben = one_district.get_one(Caregiver, "ann"), one_district.get_one(Caregiver, "ben")
    ann.maximum_minutes_per_week = 1200
    put(one_district, absence(caregiver_id="ben", from_on=SINCE, until_on=ON))
    assert past_workloads(one_district, [ann, ben], ON) == {"ann": 0, "ben": 0}
    ben.hired_on = ON
    assert past_workloads(one_district, [ann, ben], ON, days=7)["ben"] == 0


def test_who_sees_too_many_faces_is_named(district: Session) -> None:
    for number, name in enumerate(("ann", "ben", "cleo")):
        on = TUESDAY - number * DAY
        put(district, service_record(f"F{number}", "E4", on, caregiver_id=name))
    put(district, service_record("F9", "E5", TUESDAY, caregiver_id="ann"))
    (found,) = many_carers(district, ON, limit=2)
    assert (found.elder_id, found.caregivers, found.limit) == ("E4", 3, 2)
    assert many_carers(district, ON, limit=3) == []
    assert many_carers(district, ON, limit=2, towns=[OTHER_TOWN]) == []
    assert many_carers(district, ON - 60 * DAY, limit=2) == []


def test_odd_look_backs_are_refused(one_district: Session) -> None:
    with pytest.raises(InvalidInput, match="0 days"):
        fairness_report(one_district, ON, days=0)


def test_the_seeded_district_has_a_past(published: Engine) -> None:
    with reading(published) as session:
        report = fairness_report(session, DEMO_ON)
        rows = gather_day(session, DEMO_ON, None)
    assert sum(len(one.fairness.carried) for one in report.towns) >= 20
    assert all(0 <= one.fairness.work_gini < 1 for one in report.towns)
    assert all(min(one.past_workload.values(), default=0) == 0 for one in rows)
    assert any(one.past_workload.values() for one in rows)
