"""Many days at once: exactly the plan without variation, the slow reference with it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import erf, log, sqrt

import numpy as np
import pytest

from solver.errors import ProblemError, SolutionError
from solver.objective import Term
from solver.problem import Break, Dependency, Gap, Problem, TimeWindow, WindowMet
from solver.robustness import Robustness, Spread, Variation, simulate
from solver.robustness.course import course_of
from solver.robustness.running import release, run
from solver.robustness.variation import NONE, draw
from solver.solution import Rest, Route, Solution, Stop
from solver.verify import verify
from tests.solver.generate import generate
from tests.solver.robustness.plain_days import plain_day
from tests.solver.small import caregiver, day, visit

ROUGH = Variation(
    travel=Spread(own=0.5, caregiver=0.2, hour=0.3),
    service=Spread(own=0.4, caregiver=0.2),
    travel_by_mode={"foot": Spread(own=0.1)},
)


def alone(opens: int = 500, closes: int = 540) -> tuple[Problem, Solution]:
    """One visit of 30 minutes, ten minutes from home, left for at 490."""
    problem = day([visit("V", 1, windows=(TimeWindow(opens, closes),))], [caregiver("C")])
    stop = Stop("V", 0, 500, 500, 530)
    return problem, Solution((Route("C/day", 490, (stop,), 540),))


@pytest.mark.parametrize("seed", range(60))
def test_without_variation_every_day_is_the_plan(seed: int) -> None:
    problem, plan = generate(seed)
    course = course_of(problem, plan)
    days = run(course, draw(problem, course, NONE, trials=2, seed=seed))
    starts = {(s.visit_id, s.part): s for r in plan.routes for s in r.stops}
    for row, one in enumerate(course.stops):
        stop = starts[one.visit.id, one.part]
        assert (days.start[row] == stop.start).all()
        assert (days.end[row] == stop.end).all()
        assert (days.ready[row] <= stop.start).all()
    returns = {route.shift_id: route.return_at for route in plan.routes}
    for row, route in enumerate(course.routes):
        assert (days.done[row] == returns[route.shift.id]).all()
    terms = verify(problem, plan).terms
    odds = simulate(problem, plan, trials=1, variation=NONE)
    assert odds.ties_kept == 1.0
    assert sum(one.mean_overtime_minutes for one in odds.routes) == terms[Term.OVERTIME]
    late = [one for one in odds.visits if one.mean_lateness_minutes > 0]
    assert bool(late) == bool(terms[Term.LATENESS])
    assert all(one.on_time == float(one not in late) for one in odds.visits)
    assert all(one.as_promised == 1.0 for one in odds.visits)
    assert all(one.rest_in_window in (None, 1.0) for one in odds.routes)


@pytest.mark.parametrize("seed", range(40))
def test_every_trial_is_what_the_slow_reference_says(seed: int) -> None:
    problem, plan = generate(seed, visits=9, caregivers=3)
    course = course_of(problem, plan)
    factors = draw(problem, course, ROUGH, trials=3, seed=seed)
    days = run(course, factors)
    assert len(course.waits) == len(course.ties)
    for trial in range(3):
        starts, done = plain_day(problem, plan, course, factors, trial)
        mine = {(o.visit.id, o.part): days.start[row, trial] for row, o in enumerate(course.stops)}
        assert mine == pytest.approx(starts)
        back = {o.shift.id: days.done[row, trial] for row, o in enumerate(course.routes)}
        assert back == pytest.approx(done)


@pytest.mark.parametrize("seed", range(12))
def test_more_variation_is_never_better_on_average(seed: int) -> None:
    problem, plan = generate(seed)
    means = []
    for cv in (0.0, 0.1, 0.3, 0.6):
        spread = Spread(own=cv, caregiver=cv / 2, hour=cv / 2)
        course = course_of(problem, plan)
        factors = draw(
            problem, course, Variation(travel=spread, service=spread), trials=4000, seed=seed
        )
        days = run(course, factors)
        means.append((days.start.mean(axis=1), days.done.mean(axis=1)))
    for (calm, calm_home), (rough, rough_home) in pairwise(means):
        assert (rough - calm > -2.0).all()
        assert (rough_home - calm_home > -4.0).all()
        assert rough.sum() > calm.sum()


def test_factors_have_the_mean_and_the_spread_that_were_asked_for() -> None:
    problem, plan = generate(3, visits=40)
    course = course_of(problem, plan)
    spread = Spread(own=0.3, caregiver=0.2, hour=0.1)
    factors = draw(problem, course, Variation(travel=spread, service=spread), trials=20_000, seed=1)
    total = sqrt(1.09 * 1.04 * 1.01 - 1)
    assert factors.travel.mean() == pytest.approx(1, abs=0.01)
    assert factors.travel.std(axis=1).mean() == pytest.approx(total, rel=0.03)
    assert factors.service.std(axis=1).mean() == pytest.approx(sqrt(1.09 * 1.04 - 1), rel=0.03)
    mates = [row for row, one in enumerate(course.stops) if one.route == 0][:2]
    logs = np.log(factors.service[mates])
    shared = log(1.04) / (log(1.04) + log(1.09))
    assert np.corrcoef(logs)[0, 1] == pytest.approx(shared, abs=0.03)


def test_one_leg_of_lognormal_travel_is_late_as_often_as_the_formula_says() -> None:
    problem, plan = alone(480, 502)
    spread = Variation(travel=Spread(own=0.4), service=Spread())
    odds = simulate(problem, plan, trials=40_000, seed=5, variation=spread)
    sigma = sqrt(log(1.16))
    z = (log(12 / 10) + sigma * sigma / 2) / sigma
    in_time = (1 + erf(z / sqrt(2))) / 2
    assert odds.visits[0].in_window == pytest.approx(in_time, abs=0.01)
    z = (log(40 / 10) + sigma * sigma / 2) / sigma
    assert odds.visits[0].as_promised == pytest.approx((1 + erf(z / sqrt(2))) / 2, abs=0.005)
    median = 10 * np.exp(1.2815515655 * sigma - sigma * sigma / 2) - 10
    assert odds.visits[0].delay_90_minutes == pytest.approx(median, rel=0.03)
    assert odds.fragile[0].slack_minutes == 2
    assert odds.fragile[0].fall == pytest.approx(1 - odds.on_time)


def test_service_that_varies_decides_about_overtime() -> None:
    problem = day([visit("V", 1)], [caregiver("C", shift={"end": 550, "maximum_overtime": 10})])
    plan = Solution((Route("C/day", 490, (Stop("V", 0, 500, 500, 530),), 540),))
    spread = Variation(travel=Spread(), service=Spread(own=0.5))
    odds = simulate(problem, plan, trials=40_000, seed=2, variation=spread).routes[0]
    sigma = sqrt(log(1.25))

    def longer_than(minutes: int) -> float:
        return (1 - erf((log(minutes / 30) + sigma * sigma / 2) / sigma / sqrt(2))) / 2

    assert odds.overtime == pytest.approx(longer_than(40), abs=0.01)
    assert odds.overtime_exceeded == pytest.approx(longer_than(50), abs=0.01)


@pytest.mark.parametrize("seed", range(12))
def test_odds_of_visits_are_counted_trial_by_trial(seed: int) -> None:
    problem, plan = generate(seed)
    odds = simulate(problem, plan, trials=20, seed=seed, variation=ROUGH)
    course = course_of(problem, plan)
    days = run(course, draw(problem, course, ROUGH, trials=20, seed=seed))
    at_end = problem.window_met is WindowMet.AT_END
    for one in odds.visits:
        rows = [row for row, o in enumerate(course.stops) if o.visit.id == one.visit_id]
        windows = problem.visit_by_id[one.visit_id].windows
        late, off = [], []
        for trial in range(20):
            lateness, far = [0.0], []
            for row in rows:
                start = days.start[row, trial]
                met = days.end[row, trial] if at_end else start
                begun = [window for window in windows if window.start <= start + 1e-6]
                lateness.append(met - (begun or windows[:1])[-1].end)
                far.append(start - course.stops[row].promised)
            late.append(max(lateness))
            off.append(max(far))
        in_time = [value <= 1e-6 for value in late]
        near = [value <= 30 + 1e-6 for value in off]
        assert one.in_window == pytest.approx(sum(in_time) / 20)
        assert one.as_promised == pytest.approx(sum(near) / 20)
        both = [a and b for a, b in zip(in_time, near, strict=True)]
        assert one.on_time == pytest.approx(sum(both) / 20)
        assert one.mean_lateness_minutes == pytest.approx(sum(late) / 20)
        assert one.delay_90_minutes == pytest.approx(np.quantile(off, 0.9))


def test_a_setup_before_a_rest_at_the_door_is_done_by_then() -> None:
    """There at 08:10, ready at 08:12, at rest until 08:20, and the service begins."""
    rest = Break(earliest=492, latest_end=505, duration=8)
    problem = day([visit("V", 1, setup=2)], [caregiver("C", shift={"rest": rest})])
    stops = (Stop("V", 0, 490, 500, 530),)
    plan = Solution((Route("C/day", 480, stops, 540, Rest(0, 492, 500)),))
    assert verify(problem, plan).violations == ()
    course = course_of(problem, plan)
    days = run(course, draw(problem, course, NONE, trials=1, seed=1))
    assert (days.start[0, 0], days.rested[0, 0], days.done[0, 0]) == (500, 500, 540)


def pair(sync: Gap) -> tuple[Problem, Solution]:
    """Two caregivers meet at place 1; A comes from a visit just before, B straight from home."""
    problem = day(
        [visit("P", 1, parts=2, sync=sync), visit("B", 2)], [caregiver("A"), caregiver("B")]
    )
    first = (Stop("B", 0, 500, 500, 530), Stop("P", 0, 540, 540, 570))
    second = (Stop("P", 1, 540, 540, 570),)
    plan = Solution((Route("A/day", 480, first, 580), Route("B/day", 530, second, 580)))
    assert verify(problem, plan).violations == ()
    return problem, plan


def test_a_pair_waits_for_whoever_comes_last() -> None:
    problem, plan = pair(Gap())
    course = course_of(problem, plan)
    days = run(course, draw(problem, course, ROUGH, trials=500, seed=1))
    rows = {(o.visit.id, o.part): row for row, o in enumerate(course.stops)}
    one, two = rows["P", 0], rows["P", 1]
    latest = np.maximum(540, np.maximum(days.ready[one], days.ready[two]))
    assert (days.start[one] == days.start[two]).all()
    assert (days.start[one] == latest).all()
    assert simulate(problem, plan, trials=100, variation=ROUGH).ties_kept == 1.0


def test_parts_without_a_tie_do_not_wait() -> None:
    problem, plan = pair(Gap())
    loose = replace(problem, visits=(replace(problem.visits[0], sync=None), problem.visits[1]))
    course = course_of(loose, plan)
    days = run(course, draw(loose, course, ROUGH, trials=500, seed=1))
    rows = {(o.visit.id, o.part): row for row, o in enumerate(course.stops)}
    assert (days.start[rows["P", 0]] != days.start[rows["P", 1]]).any()


def test_pairs_that_cross_each_other_are_followed_as_far_as_anybody_can_wait() -> None:
    """P0 before Q0, Q1 before P1: whoever gives P0 cannot know when P1 will be."""
    problem = day(
        [
            visit("P", 1, parts=2, sync=Gap(0, 200)),
            visit("Q", 1, parts=2, sync=Gap(0, 200)),
        ],
        [caregiver("A"), caregiver("B")],
    )
    first = (Stop("P", 0, 490, 490, 520), Stop("Q", 0, 520, 520, 550))
    second = (Stop("Q", 1, 520, 520, 550), Stop("P", 1, 550, 550, 580))
    plan = Solution((Route("A/day", 480, first, 560), Route("B/day", 510, second, 590)))
    assert verify(problem, plan).violations == ()
    course = course_of(problem, plan)
    assert len(course.ties) == len(course.waits) == 2
    assert not all(tie.waits_both_ways for tie in course.waits)
    calm = simulate(problem, plan, trials=1, variation=NONE)
    assert calm.on_time == calm.ties_kept == 1.0


def test_a_dependent_visit_waits_and_a_longest_gap_is_counted() -> None:
    chain = Dependency("A", "B", Gap(40, 45))
    problem = day([visit("A", 1), visit("B", 1)], [caregiver("C"), caregiver("D")], chain)
    plan = Solution(
        (
            Route("C/day", 490, (Stop("A", 0, 500, 500, 530),), 540),
            Route("D/day", 530, (Stop("B", 0, 540, 540, 570),), 580),
        )
    )
    assert verify(problem, plan).violations == ()
    odds = simulate(problem, plan, trials=2000, variation=ROUGH)
    course = course_of(problem, plan)
    days = run(course, draw(problem, course, ROUGH, trials=2000, seed=0))
    gap = days.start[1] - days.start[0]
    assert (gap >= 40 - 1e-9).all()
    assert odds.ties_kept == pytest.approx(float((gap <= 45 + 1e-6).mean()))
    assert odds.ties_kept < 1


def test_a_rest_is_taken_whole_and_no_longer_than_owed() -> None:
    lunch = Break(earliest=530, latest_end=600, duration=20)
    problem = day([visit("A", 1), visit("B", 1)], [caregiver("C", shift={"rest": lunch})])
    stops = (Stop("A", 0, 500, 500, 530), Stop("B", 0, 570, 570, 600))
    plan = Solution((Route("C/day", 490, stops, 610, Rest(1, 530, 570)),))
    assert verify(problem, plan).violations == ()
    course = course_of(problem, plan)
    days = run(course, draw(problem, course, ROUGH, trials=500, seed=3))
    late = days.end[0] > 550
    assert late.any()
    assert days.start[1, late] == pytest.approx(days.end[0, late] + 20)
    assert (days.start[1, ~late] == 570).all()


def test_a_second_shift_begins_when_the_first_is_done() -> None:
    seeds = [seed for seed in range(30) if _has_two_routes(*generate(seed))]
    problem, plan = generate(seeds[0])
    course = course_of(problem, plan)
    wild = Variation(travel=Spread(own=3.0), service=Spread(own=3.0))
    days = run(course, draw(problem, course, wild, trials=500, seed=3))
    for route in course.routes:
        if route.after_route >= 0:
            assert (days.ready[route.first] >= days.done[route.after_route]).all()


def _has_two_routes(problem: Problem, plan: Solution) -> bool:
    people = [problem.shift_by_id[one.shift_id][0].id for one in plan.routes]
    return len(set(people)) < len(people)


def test_nobody_knocks_earlier_than_is_accepted() -> None:
    problem, plan = alone(495, 540)
    course = course_of(problem, plan)
    assert release(course.stops[0], 0) == 500
    assert release(course.stops[0], 3) == 497
    assert release(course.stops[0], 20) == 495
    for one in (
        replace(problem.visits[0], locked_start=500),
        replace(problem.visits[0], preferred_start=500),
    ):
        wished = replace(problem, visits=(one,))
        assert release(course_of(wished, plan).stops[0], 20) == 500
    later = replace(problem.visits[0], windows=(TimeWindow(400, 410), TimeWindow(498, 540)))
    stop = course_of(replace(problem, visits=(later,)), plan).stops[0]
    assert release(stop, 20) == 498


def test_knocking_early_can_only_help() -> None:
    problem, plan = generate(4, visits=20)
    held, early = (
        simulate(problem, plan, trials=500, variation=ROUGH, early_minutes=minutes)
        for minutes in (0, 15)
    )
    assert sum(one.mean_delay_minutes for one in early.visits) < sum(
        one.mean_delay_minutes for one in held.visits
    )


def test_fragile_spots_are_those_where_the_chance_falls() -> None:
    problem, plan = generate(7, visits=20)
    odds = simulate(problem, plan, trials=400, variation=ROUGH)
    falls = [one.fall for one in odds.fragile]
    assert falls == sorted(falls, reverse=True)
    assert falls[-1] > 0
    assert all(one.slack_minutes >= 0 for one in odds.fragile)


def test_the_same_seed_gives_the_same_odds_and_no_plan_gives_none() -> None:
    problem, plan = generate(1)
    one, same, other = (simulate(problem, plan, trials=50, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one != other
    empty = simulate(problem, Solution(()), trials=3)
    assert empty == Robustness(3, 1.0, 1.0, (), (), ())


def test_what_cannot_be_simulated_is_refused() -> None:
    problem, plan = alone()
    with pytest.raises(ProblemError, match="trials must be at least 1"):
        simulate(problem, plan, trials=0)
    with pytest.raises(ProblemError, match="early_minutes"):
        simulate(problem, plan, early_minutes=-1)
    with pytest.raises(ProblemError, match="spread: own"):
        Spread(own=-0.1)
    wrong = replace(plan.routes[0].stops[0], part=1)
    with pytest.raises(SolutionError, match="visit V part 1 of shift C/day"):
        simulate(problem, Solution((replace(plan.routes[0], stops=(wrong,)),)))
    with pytest.raises(SolutionError, match="shift nobody"):
        simulate(problem, Solution((replace(plan.routes[0], shift_id="nobody"),)))
