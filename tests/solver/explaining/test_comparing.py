"""Why not: every ban is true by exhaustive search, every comparison adds up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.errors import ProblemError
from solver.explain import Reason
from solver.explaining.comparing import Comparison, why_not
from solver.objective import Term
from solver.problem import Problem, SkillHeld, TimeWindow
from solver.replanning.disturbance import appointments
from solver.solution import Solution
from solver.verify import Rule, verify
from tests.solver.brute_force import MUST, best_plan
from tests.solver.explaining.plans import constructed
from tests.solver.generate import generate
from tests.solver.small import caregiver, day, visit
from tests.solver.tiny_days import product_day


def compare(problem: Problem, plan: Solution) -> list[Comparison]:
    """Every caregiver who does not give a part of a visit, one visit and part after another."""
    told = appointments(problem, plan)
    return [
        why_not(problem, plan, one.id, who.id, part)
        for one in problem.visits
        for part in range(len(one.parts))
        for who in problem.caregivers
        if one.id not in told or told[one.id].caregivers[part] != who.id
    ]


def adds_up(problem: Problem, plan: Solution, found: Comparison) -> None:
    before = verify(problem, plan)
    if found.plan is None:
        assert (found.terms, found.difference) == ((), 0)
        return
    after = verify(problem, found.plan)
    assert {one.rule for one in after.violations} <= {Rule.MANDATORY_UNSERVED}
    assert found.difference == after.total - before.total == sum(one.cost for one in found.terms)
    for one in found.terms:
        assert (one.now, one.then) == (before.terms[one.term], after.terms[one.term])
    told, now = appointments(problem, plan), appointments(problem, found.plan)
    assert now[found.visit_id].caregivers[found.part] == found.caregiver
    assert told.keys() <= now.keys()


@pytest.mark.parametrize("seed", range(8))
def test_comparisons_of_larger_days_add_up(seed: int) -> None:
    problem, plan = generate(seed)
    answers = compare(problem, plan)
    for one in answers:
        adds_up(problem, plan, one)
    assert any(one.forbidden for one in answers)
    assert any(one.plan for one in answers)


def can_give(problem: Problem, found: Comparison) -> bool:
    """By exhaustive search: a plan exists in which the caregiver gives the part."""
    one = problem.visit_by_id[found.visit_id]
    for other in problem.caregivers if len(one.parts) == 2 else problem.caregivers[:1]:
        names: tuple[str, ...] = (found.caregiver,)
        if len(one.parts) == 2:
            pair = (found.caregiver, other.id)
            names = pair if found.part == 0 else pair[::-1]
        if len(set(names)) < len(names) or (one.locked_caregivers or names) != names:
            continue
        must = replace(one, locked_caregivers=names, drop_cost=None)
        visits = tuple(must if each.id == one.id else each for each in problem.visits)
        if best_plan(replace(problem, visits=visits))[1] < MUST:
            return True
    return False


def test_bans_are_confirmed_by_exhaustive_search_and_only_they() -> None:
    banned = 0
    for seed in range(25):
        problem = product_day(seed)
        for found in compare(problem, plan := constructed(problem)):
            adds_up(problem, plan, found)
            if found.forbidden:
                banned += 1
                assert not can_give(problem, found), (seed, found)
    assert banned > 20


A, B = caregiver("A", "bath"), caregiver("B")


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        (visit("V", 1, "bath"), B, ["skill_missing"]),
        (
            visit("V", 1, "bath", locked_caregivers=("A",), refused_caregivers=frozenset({"B"})),
            B,
            ["skill_missing", "caregiver_refused", "locked_caregiver"],
        ),
        (visit("V", 1, "bath"), caregiver("B", "bath", level=0), ["skill_level"]),
        (
            visit("V", 1, "bath"),
            caregiver("B", skills=(SkillHeld("bath", 1, 500),)),
            ["skill_expired"],
        ),
        (visit("V", only_caregivers=frozenset({"A"})), B, ["caregiver_not_allowed"]),
        (
            visit("V", 1, windows=(TimeWindow(480, 500),)),
            caregiver("B", shift={"start": 600}),
            ["no_shift_in_window"],
        ),
        (
            visit("V", 3, "bath", windows=(TimeWindow(480, 520),)),
            caregiver("B", shift={"start": 500}),
            ["skill_missing", "too_far"],
        ),
    ],
)
def test_all_rules_that_forbid_are_named(one: object, other: object, codes: list[str]) -> None:
    problem = day([one], [A, other])  # type: ignore[list-item]  # as parametrised
    found = why_not(problem, constructed(problem), "V", "B")
    assert [each.code for each in found.forbidden] == codes
    assert all(each.sentence.endswith(".") for each in found.forbidden)
    assert found.plan is None


def test_a_ban_by_price_and_by_the_partner() -> None:
    one = visit("V", preferred_caregivers=frozenset({"A"}), familiarity={"A": 100})
    problem = day([one], [A, B], preference=None, continuity=None)
    found = why_not(problem, constructed(problem), "V", "B")
    assert [each.code for each in found.forbidden] == [Rule.FORBIDDEN_COST.value] * 2
    late = caregiver("late", shift={"start": 700})
    two = visit("V", 1, parts=2, windows=(TimeWindow(480, 520),))
    problem = day([two], [A, late])
    found = why_not(problem, constructed(problem), "V", "A", 1)
    assert [each.code for each in found.forbidden] == [Reason.PAIR_NEEDS_TWO.value]


def test_the_difference_is_told_term_by_term() -> None:
    problem = day(
        [visit("V", 2, preferred_caregivers=frozenset({"A"}))],
        [A, caregiver("B", shift={"start_place": 3, "end_place": 3})],
        preference=27,
    )
    found = why_not(problem, constructed(problem), "V", "B")
    assert [(one.term, one.now, one.then, one.cost) for one in found.terms] == [
        (Term.TRAVEL, 40, 20, -20),
        (Term.PREFERENCE, 0, 1, 27),
        (Term.BALANCE, 35, 25, 0),
    ]
    assert found.difference == 7


def test_no_place_is_no_ban() -> None:
    tight = (TimeWindow(490, 490),)
    problem = day(
        [visit("V", 1, windows=tight), visit("W", 2, "bath", windows=(TimeWindow(500, 500),))],
        [A, B],
    )
    plan = constructed(problem)
    assert not plan.unserved
    found = why_not(problem, plan, "V", "A")
    assert (found.forbidden, found.plan) == ((), None)


def test_what_the_day_does_not_have_is_refused() -> None:
    problem = day([visit("V")], [A, B])
    plan = constructed(problem)
    who = appointments(problem, plan)["V"].caregivers[0]
    for name, carer, part, text in (
        ("X", "A", 0, "not among"),
        ("V", "X", 0, "nobody"),
        ("V", "B", 1, "no part"),
        ("V", who, 0, "gives part 0"),
    ):
        with pytest.raises(ProblemError, match=text):
            why_not(problem, plan, name, carer, part)
