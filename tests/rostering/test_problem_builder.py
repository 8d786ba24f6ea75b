"""Rows → problem: what the solver is told, and what it never sees."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from eldercare.rostering.gathering import gather_day
from eldercare.rostering.meal_builder import build_meal_problem
from eldercare.rostering.problem_builder import EXPIRED, build_visit_problem
from eldercare.rostering.rows import TownRows
from eldercare.rostering.weights import DROP_COST
from solver.travel.crowfly import CrowFly
from tests.registry.rows import OTHER_TOWN, TOWN
from tests.rostering.day import ON, small_day


def rows_of(session: Session) -> TownRows:
    small_day(session)
    first, _ = gather_day(session, ON, None)
    return first


def test_each_town_gets_its_own_visits_workers_and_meals(session: Session) -> None:
    small_day(session)
    first, second = gather_day(session, ON, None)
    assert (first.town_code, second.town_code) == (TOWN, OTHER_TOWN)
    assert [v.plan_item_id for v in first.visits] == ["I1", "I2", "I3", "I4", "I5"]
    assert [v.plan_item_id for v in second.visits] == ["I6"]
    assert set(first.caregivers) == {"ann", "ben"}
    assert set(second.caregivers) == {"cleo"}
    assert len(first.meal_orders) == 3
    assert not second.meal_orders


def test_an_elder_without_position_is_set_aside_and_nobody_else(session: Session) -> None:
    built = build_visit_problem(rows_of(session), CrowFly())
    assert [(one.id, one.reason) for one in built.set_aside] == [("I3.20200917", "no_position")]
    assert {visit.id for visit in built.problem.visits} == {
        f"I{number}.20200917" for number in (1, 2, 4, 5)
    }


def test_an_unknown_service_is_set_aside_by_name(session: Session) -> None:
    rows = rows_of(session)
    bare = replace(
        rows, service_types={"bath": rows.service_types["bath"]}, elders=dict(rows.elders)
    )
    built = build_visit_problem(bare, CrowFly())
    assert ("I4.20200917", "unknown_service") in {(one.id, one.reason) for one in built.set_aside}


def test_groups_the_plan_puts_first_cost_most_to_drop(session: Session) -> None:
    built = build_visit_problem(rows_of(session), CrowFly())
    cost = {visit.id[:2]: visit.drop_cost for visit in built.problem.visits}
    assert cost["I2"] == DROP_COST[2]
    assert cost["I1"] == DROP_COST[0]


def test_an_expired_certificate_is_held_but_good_for_nothing(session: Session) -> None:
    built = build_visit_problem(rows_of(session), CrowFly())
    ben = next(one for one in built.problem.caregivers if one.id == "ben")
    assert [(s.skill, s.valid_until) for s in ben.skills] == [("nurse", EXPIRED)]


def test_one_visit_makes_a_caregiver_a_fifth_familiar(session: Session) -> None:
    built = build_visit_problem(rows_of(session), CrowFly())
    visit = next(one for one in built.problem.visits if one.id.startswith("I1"))
    assert dict(visit.familiarity) == {"ann": 20}
    assert visit.preferred_caregivers == {"ann"}


def test_either_of_two_qualifications_is_enough(session: Session) -> None:
    rows = rows_of(session)
    rows.service_types["bath"].alternative_qualification_code = "nurse"
    built = build_visit_problem(rows, CrowFly())
    visit = next(one for one in built.problem.visits if one.id.startswith("I1"))
    (need,) = visit.parts[0].skills
    held = {
        one.id: {s.skill: s.valid_until for s in one.skills} for one in built.problem.caregivers
    }
    assert held["ann"][need.skill] is None
    assert held["ben"][need.skill] == EXPIRED


def test_meals_at_the_table_are_counted_but_not_routed(session: Session) -> None:
    built = build_meal_problem(rows_of(session), CrowFly())
    assert [one.id for one in built.problem.deliveries] == ["M1.20200917"]
    assert built.on_site == ("M2.20200917",)
    assert [(one.id, one.reason) for one in built.set_aside] == [("M3.20200917", "no_position")]
