"""Slack that was bought outlives a replanning, and never costs anybody a promise."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from solver.problem import Problem, TimeWindow
from solver.replanning import Replanned, appointments, remainder, replan
from solver.replanning import events as happens
from solver.replanning.events import Happened
from solver.robustness import Slack, on_true_day
from solver.robustness.keeping import kept_slack, on_shifts, stretched, tight_in
from solver.solution import Route, Solution, Stop
from solver.verify import Rule, verify
from tests.solver.generate import generate
from tests.solver.robustness.test_slack import shorter
from tests.solver.small import caregiver, day, visit
from tests.solver.test_replanning import happen, middle, stops_of

SLACK = Slack(travel_share=0.1, service_share=0.1)
SEEDS = range(12)


def roomy(seed: int) -> tuple[Problem, Solution]:
    """A random day whose plan was made for longer times."""
    problem, plan = generate(seed)
    true = shorter(problem, 0.8)
    return true, on_true_day(true, plan)


@pytest.mark.parametrize("seed", range(60))
def test_a_plan_made_with_longer_times_has_slack_on_every_route(seed: int) -> None:
    true, plan = roomy(seed)
    assert tight_in(true, plan, SLACK).shifts == frozenset()
    longer = kept_slack(true, SLACK, on_shifts(plan, ()))
    same = stretched(longer, plan)
    back = on_true_day(true, same)
    assert [one.rest for one in back.routes] == [one.rest for one in plan.routes]
    ends = [[(s.visit_id, s.start, s.end) for s in one.stops] for one in plan.routes]
    assert [[(s.visit_id, s.start, s.end) for s in one.stops] for one in back.routes] == ends
    assert [
        one for one in verify(longer, same).violations if one.rule is not Rule.FALSE_PROOF
    ] == []


@pytest.mark.parametrize("seed", range(60))
def test_tight_routes_keep_their_promises_in_the_true_times(seed: int) -> None:
    """The generated plans hug their windows: with much slack some routes have none of it."""
    problem, plan = generate(seed)
    slack = Slack(travel_share=0.5, service_share=0.5, stop_minutes=5)
    tight = tight_in(problem, plan, slack)
    longer = kept_slack(problem, slack, tight)
    faults = verify(longer, stretched(longer, plan)).violations
    assert [one for one in faults if one.rule is not Rule.FALSE_PROOF] == []


def event(seed: int) -> tuple[Happened, int, int | None]:
    true, plan = roomy(seed)
    rng = Random(seed)
    now = middle(plan, rng)
    return happen(true, plan, now, rng), now, rng.choice([0, 1, 3, None])


def mended(seed: int, slack: Slack | None) -> Replanned:
    happened, now, most = event(seed)
    return replan(
        happened.day,
        happened.plan,
        now=now,
        gone=happened.gone,
        most_disturbed=most,
        rounds=1,
        slack=slack,
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_promises_and_what_has_begun_count_before_slack(seed: int) -> None:
    happened, now, most = event(seed)
    found = mended(seed, SLACK)
    begun = remainder(happened.day, happened.plan, now, gone=happened.gone).begun
    after = stops_of(found.solution)
    for shift_id, one in begun.items():
        for stop in one.stops:
            assert after[stop.visit_id, stop.part] == (shift_id, stop)
    assert most is None or len({one.elder for one in found.disturbed}) <= most
    assert found.violations == 0
    plain = mended(seed, None)
    assert found.kept >= plain.kept
    served, without = (len(appointments(happened.day, one.solution)) for one in (found, plain))
    assert served >= without - 1, "the search may end elsewhere; slack alone costs nobody a visit"


def test_more_of_the_slack_is_left_where_it_is_known_of() -> None:
    known, unknown = 0, 0
    for seed in SEEDS:
        happened, now, _ = event(seed)
        begun = remainder(happened.day, happened.plan, now, gone=happened.gone).begun
        gone = {stop.visit_id for one in begun.values() for stop in one.stops}
        for slack in (SLACK, None):
            found = mended(seed, slack).solution
            tight = len(tight_in(happened.day, found, SLACK, begun=gone).visits - gone)
            known, unknown = (known + tight, unknown) if slack else (known, unknown + tight)
    assert known < unknown / 2


def spaced() -> tuple[Problem, Solution, Slack]:
    """A and B of an hour each at home, promised with 12 minutes between; C elsewhere."""
    visits = [visit(name, 0, minutes=60, windows=(TimeWindow(480, 900),)) for name in "ABC"]
    problem = day(visits, [caregiver("K", shift={"end": 760}), caregiver("L")])
    one = Route("K/day", 480, (Stop("A", 0, 480, 480, 540), Stop("B", 0, 540, 552, 612)), 612)
    other = Route("L/day", 500, (Stop("C", 0, 500, 500, 560),), 560)
    return problem, Solution((one, other)), Slack(service_share=0.2)


def test_a_visit_that_comes_over_is_given_room() -> None:
    problem, plan, slack = spaced()
    assert tight_in(problem, plan, slack).shifts == frozenset()
    gone = happens.sick(problem, plan, "L", 470)
    found = replan(gone.day, plan, now=470, gone=gone.gone, rounds=0, slack=slack)
    starts = sorted(one.start for _, one in stops_of(found.solution).values())
    assert [b - a >= 72 for a, b in pairwise(starts)] == [True, True]


def test_a_visit_that_fits_the_true_times_only_is_served_all_the_same() -> None:
    problem, plan, slack = spaced()
    short = replace(
        problem,
        caregivers=(caregiver("K", shift={"end": 672}), problem.caregivers[1]),
    )
    gone = happens.sick(short, plan, "L", 470)
    found = replan(gone.day, plan, now=470, gone=gone.gone, rounds=0, slack=slack)
    assert found.solution.unserved == ()
    assert found.violations == 0
