"""Offers: each verifies, disturbs nobody's caregiver, and is priced to the tick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from unittest.mock import patch

import pytest

from benchmarks.instances import TownDay
from solver.errors import ProblemError
from solver.explaining import serving
from solver.explaining.offering import Offer, day_with, offers
from solver.objective import Term, Weights
from solver.problem import Problem, TimeWindow, Visit
from solver.replanning.disturbance import appointments
from solver.robustness import Slack, on_true_day, with_slack
from solver.robustness.keeping import tight_in
from solver.solution import Proof, Solution, Unserved
from solver.verify import verify
from tests.solver.explaining.plans import constructed
from tests.solver.generate import generate
from tests.solver.small import caregiver, day, visit
from tests.solver.tiny_days import product_day, tiny_day


def others(problem: Problem, name: str) -> Problem:
    ties = tuple(one for one in problem.dependencies if name not in {one.before, one.after})
    return replace(
        problem, visits=tuple(v for v in problem.visits if v.id != name), dependencies=ties
    )


def holds(problem: Problem, plan: Solution, one: Visit, found: tuple[Offer, ...]) -> None:
    """What is promised of every offer for a visit that is new to the day."""
    whole = day_with(problem, one)
    before, was = verify(problem, plan), appointments(problem, plan)
    for each in found:
        report, now = verify(whole, each.plan), appointments(whole, each.plan)
        assert report.violations == ()
        assert each.added_cost == report.total - before.total == sum(each.cost.values())
        assert {term: before.terms[term] + each.terms.get(term, 0) for term in Term} == report.terms
        assert now[one.id].caregivers == each.caregivers
        assert now[one.id].start == each.start
        assert {name: now[name].caregivers for name in was} == {
            name: who.caregivers for name, who in was.items()
        }
        late = {name for name in was if abs(now[name].start - was[name].start) > 30}
        assert {disturbed.visit_id for disturbed in each.moved} == late
    assert [len(each.moved) for each in found] == sorted(len(each.moved) for each in found)
    keys = [(tuple(sorted(each.caregivers)), each.start) for each in found]
    assert len(set(keys)) == len(keys)


def new_visits(problem: Problem) -> Iterator[tuple[Problem, Solution, Visit]]:
    """Every visit of a day in turn as the one that is new, and a plan of the others."""
    for one in problem.visits:
        less = others(problem, one.id)
        plan = constructed(less)
        if verify(less, plan).feasible:
            yield less, plan, one


@pytest.mark.parametrize("make", [tiny_day, product_day])
def test_offers_of_tiny_days_keep_their_promises(make: object) -> None:
    count = 0
    for seed in range(60):
        assert callable(make)
        for problem, plan, one in new_visits(make(seed)):
            found = offers(problem, plan, one, most=4)
            holds(problem, plan, one, found)
            count += len(found)
    assert count > 100


def test_offers_for_visits_of_larger_days_that_are_planned_already() -> None:
    for seed in range(12):
        problem, plan = generate(seed)
        one = problem.visits[seed % 14]
        found = offers(problem, plan, one, most=5)
        assert len(found) <= 5
        for each in found:
            assert verify(problem, each.plan).violations == ()
            now, was = appointments(problem, each.plan), appointments(problem, plan)
            assert now.keys() == was.keys()
            assert all(
                now[name].caregivers == was[name].caregivers for name in was if name != one.id
            )


TWO = [caregiver("A"), caregiver("B")]


def test_the_cheapest_that_disturbs_nobody_comes_first() -> None:
    problem = day([visit("V", 3, windows=(TimeWindow(510, 600),))], TWO)
    plan = constructed(problem)
    found = offers(problem, plan, visit("N", 3, windows=(TimeWindow(510, 540),)))
    assert found[0].moved == ()
    assert found[0].added_cost == 0
    assert {one.caregivers for one in found} == {("A",), ("B",)}


def test_a_place_that_moves_somebody_far_comes_last() -> None:
    problem = day([visit("V", 1, minutes=60, windows=(TimeWindow(490, 600),))], TWO[:1])
    plan = constructed(problem)
    tight = visit("N", 1, minutes=60, windows=(TimeWindow(490, 500),))
    (only,) = offers(problem, plan, tight)
    assert [one.visit_id for one in only.moved] == ["V"]
    assert (only.start, only.moved[0].was.start, only.moved[0].now.start) == (490, 490, 550)
    assert only.added_travel == 0


def test_two_come_together_and_soft_terms_are_named() -> None:
    problem = day([], [*TWO, caregiver("C")], preference=5, continuity=1, overtime=2)
    one = visit(
        "N", 2, parts=2, preferred_caregivers=frozenset({"A"}), familiarity={"A": 100, "B": 40}
    )
    found = offers(problem, Solution(()), one)
    assert found[0].caregivers in {("A", "B"), ("B", "A")}
    assert found[0].familiarity == 40
    assert found[0].soft == (Term.PREFERENCE,)
    assert found[0].cost[Term.CONTINUITY] == 60
    assert len(found) >= 3


def test_nothing_is_offered_where_nobody_can_come() -> None:
    problem = day([], TWO)
    assert offers(problem, Solution(()), visit("N", 1, "bath")) == ()
    with pytest.raises(ProblemError, match="at least 1"):
        offers(problem, Solution(()), visit("N"), most=0)
    with pytest.raises(ProblemError, match="the day does not"):
        offers(problem, constructed(day([visit("V")], TWO)), visit("N"))


def test_a_visit_said_to_be_impossible_may_be_asked_for_with_other_windows() -> None:
    far = visit("V", 5, windows=(TimeWindow(480, 500),))
    problem = day([far], TWO)
    claim = Solution((), (Unserved("V", "too_far", Proof.IMPOSSIBLE),))
    assert offers(problem, claim, far) == ()
    (first, *_) = offers(problem, claim, replace(far, windows=(TimeWindow(480, 600),)))
    assert first.start == 530


def test_a_town_is_asked_about_few_places_only() -> None:
    """Counts instead of seconds: plans put before the checker for ten offers."""
    problem = TownDay(familiar=True, weights=Weights(overtime=5, continuity=1)).problem()
    plan = constructed(problem)
    asked = 0

    def counting(*args: object) -> object:
        nonlocal asked
        asked += 1
        return verify(*args)  # type: ignore[arg-type]  # passed through as they come

    one = replace(problem.visits[17], id="new", elder="new")
    two = next(v for v in problem.visits if len(v.parts) == 2)
    for new in (one, replace(two, id="new two", elder="new")):
        asked = 0
        with patch.object(serving, "verify", counting):
            found = offers(problem, plan, new)
        assert found
        assert asked <= 80
        holds(problem, plan, new, found)


def test_places_that_leave_the_slack_come_first() -> None:
    problem, slack = TownDay(visits=60, caregivers=12, seed=3).problem(), Slack(service_share=0.2)
    plan = constructed(with_slack(problem, slack))
    plan = replace(on_true_day(problem, plan), unserved=())
    assert {s.visit_id for r in plan.routes for s in r.stops} == set(problem.visit_by_id)
    new = replace(problem.visits[17], id="new", elder="new")
    found, plain = (offers(problem, plan, new, most=4, slack=one) for one in (slack, None))
    holds(problem, plan, new, found)
    assert found[0].keeps_slack
    whole = day_with(problem, new)
    for one in found:
        assert one.keeps_slack is not bool(tight_in(whole, one.plan, slack).shifts)
    assert all(one.keeps_slack is None for one in plain)
    assert tight_in(whole, plain[0].plan, slack).shifts, "nobody asked for it, and it is used up"
