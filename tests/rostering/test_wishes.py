"""Refusals, weekly limits, absences and preferred areas as the solver is told them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.database import transaction
from eldercare.registry.tables import Caregiver, CaregiverArea, RefusedBy
from eldercare.rostering.gathering import gather_day
from eldercare.rostering.planning import PlanRequest, plan_day
from eldercare.rostering.problem_builder import build_visit_problem
from eldercare.rostering.reading import read_roster
from eldercare.rostering.rows import TownRows
from solver.problem import Caregiver as SolverCaregiver
from solver.problem import Visit
from solver.travel.crowfly import CrowFly
from tests.registry.rows import COMMUNITY, OTHER_COMMUNITY, TOWN, put, shift
from tests.registry.working_rows import absence, refusal
from tests.rostering.day import ON, small_day


def rows_of(session: Session) -> TownRows:
    first, _ = gather_day(session, ON, None)
    return first


def visit_of(rows: TownRows, item: str) -> Visit:
    problem = build_visit_problem(rows, CrowFly()).problem
    return next(one for one in problem.visits if one.id.startswith(item))


def caregiver_of(rows: TownRows, caregiver_id: str) -> SolverCaregiver:
    return build_visit_problem(rows, CrowFly()).problem.caregiver_by_id[caregiver_id]


def test_nothing_is_said_where_nothing_is_wished(session: Session) -> None:
    small_day(session)
    rows = rows_of(session)
    assert visit_of(rows, "I1").refused_caregivers == frozenset()
    assert visit_of(rows, "I2").preferred_caregivers == frozenset()
    assert caregiver_of(rows, "ann").maximum_work is None


def test_refused_caregivers_must_not_come_whoever_refuses(session: Session) -> None:
    small_day(session)
    put(session, refusal("E1", "ann"), refusal("E2", "ben", by=RefusedBy.CAREGIVER))
    put(session, refusal("E4", "cleo"))  # of another town: no problem names her
    rows = rows_of(session)
    assert visit_of(rows, "I1").refused_caregivers == {"ann"}
    assert visit_of(rows, "I1").preferred_caregivers == frozenset()  # it was ann
    assert visit_of(rows, "I2").refused_caregivers == {"ben"}
    assert visit_of(rows, "I4").refused_caregivers == frozenset()


def test_a_refusal_that_has_ended_is_forgotten(session: Session) -> None:
    small_day(session)
    put(session, refusal("E1", "ann", until_on=ON))
    assert visit_of(rows_of(session), "I1").refused_caregivers == frozenset()


def test_the_week_leaves_so_much_work(session: Session) -> None:
    small_day(session)
    session.get_one(Caregiver, "ann").maximum_minutes_per_week = 600
    put(session, shift("ann.before", ON.replace(day=16), caregiver_id="ann"))
    rows = rows_of(session)
    assert caregiver_of(rows, "ann").maximum_work == 60
    assert caregiver_of(rows, "ben").maximum_work is None


def test_the_absent_are_not_there(session: Session) -> None:
    small_day(session)
    put(session, absence(caregiver_id="ben", until_on=None))
    put(session, absence(caregiver_id="ann", start_minutes=480, end_minutes=700))
    put(session, absence(caregiver_id=None, rider_id="rider"))
    rows = rows_of(session)
    assert set(rows.caregivers) == {"ann"}
    assert rows.riders == {}
    (only,) = caregiver_of(rows, "ann").shifts
    assert (only.id, only.start, only.end) == ("ann.day", 700, 1020)


def test_whose_area_it_is_had_better_come(session: Session) -> None:
    small_day(session)
    put(session, CaregiverArea(caregiver_id="ben", community_code=OTHER_COMMUNITY))
    rows = rows_of(session)
    assert visit_of(rows, "I2").preferred_caregivers == {"ann"}  # she prefers no area
    assert visit_of(rows, "I1").preferred_caregivers == {"ann"}  # asked for by the elder
    areas = {"ann": frozenset({OTHER_COMMUNITY}), "ben": frozenset({COMMUNITY})}
    asked = replace(rows, areas=areas)
    assert visit_of(asked, "I1").preferred_caregivers == {"ann"}
    assert visit_of(asked, "I2").preferred_caregivers == {"ben"}
    nobody = replace(rows, areas=dict.fromkeys(areas, frozenset({OTHER_COMMUNITY})))
    assert visit_of(nobody, "I2").preferred_caregivers == frozenset()


def test_the_plan_brings_nobody_together_who_refuses(sqlite_engine: Engine) -> None:
    with transaction(sqlite_engine) as session:
        small_day(session)
        put(session, refusal("E1", "ann"))
    with ThreadPoolExecutor(1) as pool:
        plan_day(
            sqlite_engine,
            PlanRequest(on=ON, time_limit_seconds=1, towns=[TOWN]),
            now=datetime(2020, 9, 16, 12, tzinfo=UTC),
            executor=pool,
        )
    with Session(sqlite_engine) as session:
        view = read_roster(session, ON)
    (unserved,) = [one for one in view.unplaced if one.visit_id == "I1.20200917"]
    assert (unserved.reason, unserved.proof) == ("refused_or_not_allowed", "proved_impossible")
    assert view.summary.violations == 0
