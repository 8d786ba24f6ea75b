"""Cost sheets: whatever the plan, their rows add up to the checker's figures."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.explaining.costs import CostSheet, costs
from solver.objective import Term
from solver.problem import Problem
from solver.solution import Solution
from solver.verify import verify
from tests.solver.explaining.plans import constructed, shaken
from tests.solver.generate import generate
from tests.solver.small import caregiver, day, visit
from tests.solver.tiny_days import tiny_day

WEIGHTS = {term.value: number for number, term in enumerate(Term, 1)}


def adds_up(problem: Problem, plan: Solution) -> CostSheet:
    sheet, report = costs(problem, plan), verify(problem, plan)
    assert sheet.terms == report.terms
    assert sheet.cost == report.cost
    assert sheet.total == report.total
    for term in Term:
        assert sum(row.terms.get(term, 0) for row in sheet.rows) == report.terms[term], term
        assert sum(row.cost.get(term, 0) for row in sheet.rows) == report.cost[term], term
    assert sum(row.total for row in sheet.rows) == report.total
    assert [row.caregiver for row in sheet.rows] == [*(c.id for c in problem.caregivers), None]
    assert all(value >= 0 for row in sheet.rows for value in row.terms.values())
    return sheet


@given(st.integers(0, 10_000), st.integers(0, 100))
@settings(max_examples=40, deadline=None)
def test_sheets_of_valid_and_of_broken_plans_add_up(seed: int, chance: int) -> None:
    problem, plan = generate(seed)
    adds_up(problem, plan)
    adds_up(problem, shaken(plan, chance))


@pytest.mark.parametrize("seed", range(60))
def test_sheets_of_days_with_every_term_add_up(seed: int) -> None:
    problem = tiny_day(seed)
    plan = constructed(problem)
    adds_up(problem, plan)
    adds_up(problem, shaken(plan, seed))
    adds_up(problem, Solution(()))


def test_every_term_is_met_somewhere() -> None:
    met: set[Term] = set()
    for seed in range(60):
        problem = tiny_day(seed)
        sheet = costs(problem, shaken(constructed(problem), seed))
        met |= {term for term, value in sheet.terms.items() if value}
    assert met == set(Term)


def test_each_term_goes_to_whom_it_belongs() -> None:
    problem = day(
        [
            visit(
                "V",
                1,
                minutes=50,
                preferred_caregivers=frozenset({"B"}),
                locked_caregivers=("A",),
            ),
            visit("W", 1, "bath", drop_cost=70),
        ],
        [caregiver("A"), caregiver("B", shift={"start": 600})],
        **WEIGHTS,
    )
    sheet = adds_up(problem, constructed(problem))
    assert sheet.of("A").terms[Term.TRAVEL] == 20
    assert sheet.of("A").terms[Term.PREFERENCE] == 1
    assert sheet.of("A").terms[Term.CAREGIVERS_USED] == 1
    assert sheet.of("A").terms[Term.BALANCE] == 35, "her work is 70, the mean 35"
    assert sheet.of("A").work == 70
    assert sheet.of("A").terms[Term.LARGEST_IDLE] == 480 - 70
    assert sheet.of("B").terms == {}
    assert sheet.of(None).terms == {Term.UNSERVED: 70}


def test_the_first_bears_what_several_have_alike() -> None:
    problem = day([], [caregiver("A"), caregiver("B"), caregiver("C")], largest_idle=2)
    sheet = adds_up(problem, Solution(()))
    assert sheet.of("A").terms == {Term.LARGEST_IDLE: 480}
    assert sheet.of("B").terms == {}


def test_balance_is_shared_in_whole_ticks() -> None:
    people = [
        caregiver(name, past_workload=work) for name, work in (("A", 10), ("B", 10), ("C", 3))
    ]
    sheet = adds_up(day([], people, balance=1), Solution(()))
    assert sheet.terms[Term.BALANCE] == 4, "above the mean of 23 / 3 by 7 / 3 twice"
    assert [sheet.of(name).terms.get(Term.BALANCE, 0) for name in "ABC"] == [2, 2, 0]
