"""Gaps of an elder's visits: what the solver is told, and what the plan keeps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from eldercare.care.demand import Visit, VisitGap
from eldercare.care.tables import ItemGap, PlanItemPreference
from eldercare.database import transaction
from eldercare.rostering.gathering import gather_day
from eldercare.rostering.planning import PlanRequest, plan_day
from eldercare.rostering.problem_builder import build_visit_problem
from eldercare.rostering.reasons import REASONS_ZH
from eldercare.rostering.solving import Effort, solve_town
from eldercare.rostering.tables import Roster
from eldercare.rostering.town_day import read_town_day
from eldercare.rostering.visit_gaps import tie, ties_kept, without_contradictions
from eldercare.rostering.weights import START_DEVIATION
from solver.problem import Dependency, Gap, Part
from solver.solution import Route, Solution, Stop
from solver.travel.crowfly import CrowFly
from solver.verify import verify
from tests.care.rows import plan_item
from tests.registry.rows import TOWN, caregiver, put, shift
from tests.rostering.day import ON, small_day


def visit(name: str, minutes: int = 60) -> Visit:
    return Visit(
        id=name,
        on=ON,
        elder_id="e1",
        plan_item_id=name,
        service_type_code="bath",
        minutes=minutes,
        people=1,
        window_start_minutes=480,
        window_end_minutes=600,
    )


def gap(before: str, after: str, least: int = 0, most: int | None = None) -> VisitGap:
    return VisitGap(
        before_visit_id=before, after_visit_id=after, minimum_minutes=least, maximum_minutes=most
    )


VISITS = (visit("a", 30), visit("b"), visit("c"))


def test_a_gap_counts_from_the_end_and_a_dependency_from_the_start() -> None:
    found = tie([gap("a", "b", 10, 20)], VISITS)
    assert found.dependencies == (Dependency("a", "b", Gap(40, 50)),)
    assert not found.set_aside


def test_of_two_gaps_of_a_pair_the_tighter_bounds_count() -> None:
    found = tie([gap("a", "b", 10), gap("a", "b", 5, 90), gap("a", "b", 0, 60)], VISITS)
    assert found.dependencies == (Dependency("a", "b", Gap(40, 90)),)


@pytest.mark.parametrize(
    "gaps",
    [
        [gap("a", "b", 30), gap("a", "b", 0, 20), gap("b", "c")],
        [gap("b", "c"), gap("a", "b"), gap("c", "b")],
    ],
    ids=["no time between", "in a circle"],
)
def test_gaps_that_contradict_each_other_set_one_visit_aside(gaps: list[VisitGap]) -> None:
    found = tie(gaps, VISITS)
    assert {one.reason for one in found.set_aside.values()} == {"gaps_contradict"}
    assert "b" in found.set_aside
    assert "gaps_contradict" in REASONS_ZH
    assert all(one.after != "b" or one.before == "a" for one in found.among(["a", "c"]))


def test_a_visit_that_is_not_there_ties_nothing() -> None:
    assert tie([gap("a", "x")], VISITS).dependencies == ()
    assert tie([gap("a", "b")], VISITS).among(["a"]) == ()


def test_a_day_is_told_gaps_wished_starts_and_everybody_liked(session: Session) -> None:
    small_day(session)
    rows, _ = gather_day(session, ON, None)
    assert build_visit_problem(rows, CrowFly()).problem.weights.start_deviation == 0
    put(session, plan_item("I7", "P1", preferred_start_minutes=540), caregiver("zoe"))
    put(session, shift("late", caregiver_id="zoe", on=ON))
    for number, who in enumerate(("ben", "zoe", "cleo"), 1):
        put(session, PlanItemPreference(item_id="I1", caregiver_id=who, rank=number))
    put(session, ItemGap(before_item_id="I1", after_item_id="I7", maximum_minutes=5))
    rows, other = gather_day(session, ON, None)
    assert not other.gaps
    problem = build_visit_problem(rows, CrowFly()).problem
    assert problem.dependencies == (Dependency("I1.20200917", "I7.20200917", Gap(60, 65)),)
    assert problem.visit_by_id["I7.20200917"].preferred_start == 540
    assert problem.visit_by_id["I1.20200917"].preferred_caregivers == {"ann", "ben", "zoe"}
    assert problem.weights.start_deviation == START_DEVIATION


def test_a_plan_keeps_the_gap(session: Session) -> None:
    small_day(session)
    put(session, plan_item("I7", "P1", minutes=30, window_end_minutes=900))
    put(session, ItemGap(before_item_id="I1", after_item_id="I7", minimum_minutes=20))
    rows, _ = gather_day(session, ON, None)
    effort = Effort(visit_seconds=0.5, meal_seconds=0.2, seed=1)
    planned = solve_town(rows, effort)
    assert planned.violations == 0
    starts = {stop.visit_id: stop.start_minutes for route in planned.routes for stop in route.stops}
    assert starts["I7.20200917"] >= starts["I1.20200917"] + 60 + 20
    apart = solve_town(replace(rows, gaps=()), effort)
    assert apart.violations == 0


def test_a_rule_the_roster_breaks_is_left_to_the_next_roster(session: Session) -> None:
    small_day(session)
    put(session, plan_item("I7", "P1", minutes=30, window_end_minutes=900))
    put(session, ItemGap(before_item_id="I1", after_item_id="I7", minimum_minutes=20))
    rows, _ = gather_day(session, ON, None)
    asked = build_visit_problem(rows, CrowFly()).problem
    later = replace(
        asked.visit_by_id["I1.20200917"], parts=(Part(90, asked.visits[0].parts[0].skills),)
    )
    others = tuple(one for one in asked.visits if one.id != later.id)
    lasted = replace(asked, visits=(later, *others))
    for start, kept in ((560, False), (589, False), (590, True), (700, True)):
        plan = Solution((Route("ann-shift", 480, (_stop("I1", 480), _stop("I7", start)), 900),), ())
        found = ties_kept(asked, lasted, plan)
        assert [one.gap for one in found] == ([Gap(110, None)] if kept else [])
    assert ties_kept(asked, asked, Solution((), ())) == asked.dependencies


def _stop(item_id: str, start: int) -> Stop:
    return Stop(f"{item_id}.20200917", 0, start, start, start + 30)


def test_a_days_roster_loses_no_visit_to_rules_that_contradict_each_other() -> None:
    gaps = (gap("b", "c"), gap("a", "b", 30), gap("a", "b", 0, 20))
    assert without_contradictions(gaps, VISITS) == (gap("b", "c"),)


def test_a_roster_that_is_read_back_knows_its_gaps(engine: Engine) -> None:
    with transaction(engine) as session:
        small_day(session)
        put(session, plan_item("I7", "P1", minutes=30, window_end_minutes=900))
        put(session, ItemGap(before_item_id="I1", after_item_id="I7", minimum_minutes=20))
    request = PlanRequest(on=ON, towns=[TOWN], time_limit_seconds=1)
    with ThreadPoolExecutor(1) as pool:
        plan_day(engine, request, now=datetime(2020, 9, 16, 12, tzinfo=UTC), executor=pool)
    with transaction(engine) as session:
        roster = session.scalars(select(Roster)).one()
        day = read_town_day(session, roster, TOWN)
        assert day.problem.dependencies == (
            Dependency("I1.20200917", "I7.20200917", Gap(80, None)),
        )
        assert verify(day.problem, day.plan).feasible
