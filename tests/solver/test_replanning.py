"""A day under way: what has begun stays, promises are kept, no more are disturbed than may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from solver.errors import ProblemError
from solver.explain import Reason
from solver.objective import Weights
from solver.problem import Break, Caregiver, Part, Problem, Shift, TimeWindow, Visit
from solver.replanning import Replanned, appointments, remainder, replan
from solver.replanning import events as happens
from solver.replanning.disturbance import is_kept
from solver.replanning.events import Happened, coming_late
from solver.solution import Proof, Rest, Route, Solution, Stop
from solver.verify import Rule, verify
from tests.solver.generate import generate

TOLERANCE = 30
SEEDS = range(40)


def stops_of(plan: Solution) -> dict[tuple[str, int], tuple[str, Stop]]:
    return {(s.visit_id, s.part): (r.shift_id, s) for r in plan.routes for s in r.stops}


def middle(plan: Solution, rng: Random) -> int:
    starts = sorted(stop.start for route in plan.routes for stop in route.stops)
    return starts[rng.randrange(len(starts))] if starts else 0


def happen(day: Problem, plan: Solution, now: int, rng: Random) -> Happened:
    """Something that may happen at `now`; what cannot happen then becomes a sick caregiver."""
    stops = [stop for route in plan.routes for stop in route.stops]
    stop = rng.choice(stops)
    caregiver = rng.choice(day.caregivers).id
    visit = replace(
        day.visits[0],
        id="new",
        elder="new",
        windows=(TimeWindow(now, now + 240 * day.ticks_per_minute),),
        locked_caregivers=None,
        locked_start=None,
        only_caregivers=None,
    )
    ways = [
        lambda: happens.sick(day, plan, caregiver, now),
        lambda: happens.cancelled(day, plan, stop.visit_id, now),
        lambda: happens.no_show(day, plan, stop.visit_id, now),
        lambda: happens.overrun(day, plan, stop.visit_id, rng.choice([5, 20, 60])),
        lambda: happens.needed(day, plan, visit),
    ]
    try:
        return rng.choice(ways)()
    except ProblemError:
        return happens.sick(day, plan, caregiver, now)


def case(seed: int) -> tuple[Problem, Solution, Happened, int, int | None]:
    rng = Random(seed)
    day, plan = generate(seed)
    now = middle(plan, rng)
    return day, plan, happen(day, plan, now, rng), now, rng.choice([0, 1, 3, None])


def mended(happened: Happened, now: int, most: int | None) -> Replanned:
    return replan(
        happened.day,
        happened.plan,
        now=now,
        gone=happened.gone,
        most_disturbed=most,
        rounds=2,
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_a_replanned_day_keeps_what_it_must(seed: int) -> None:
    keeps_what_it_must(seed)


@pytest.mark.soak
def test_five_hundred_replanned_days_keep_what_they_must() -> None:
    for seed in range(1_000, 1_500):
        keeps_what_it_must(seed)
        breaks_only_what_had_begun(seed)


def keeps_what_it_must(seed: int) -> None:
    _, _, happened, now, most = case(seed)
    left = remainder(happened.day, happened.plan, now, gone=happened.gone)
    found = mended(happened, now, most)
    after = stops_of(found.solution)
    for shift_id, one in left.begun.items():
        for stop in one.stops:
            assert after[stop.visit_id, stop.part] == (shift_id, stop), "what has begun stays"
    before, now_told = (appointments(happened.day, one) for one in (happened.plan, found.solution))
    begun = {stop.visit_id for one in left.begun.values() for stop in one.stops}
    moved = {
        visit.elder or visit.id
        for visit in happened.day.visits
        if visit.id in before
        and visit.id in now_told
        and visit.id not in begun
        and not is_kept(before[visit.id], now_told[visit.id], TOLERANCE)
    }
    assert moved <= {one.elder for one in found.disturbed}
    assert most is None or len({one.elder for one in found.disturbed}) <= most


def test_nobody_is_on_the_way_alone_or_before_her_service_ends() -> None:
    looked_at = 0
    for seed in range(300):
        _, _, happened, now, _ = case(seed)
        begun = remainder(happened.day, happened.plan, now, gone=happened.gone).begun
        given = {(stop.visit_id, stop.part) for one in begun.values() for stop in one.stops}
        for one in begun.values():
            for number, stop in enumerate(one.stops):
                if stop.start <= now:
                    continue
                looked_at += 1
                parts = happened.day.visit_by_id[stop.visit_id].parts
                assert all((stop.visit_id, part) in given for part in range(len(parts))), seed
                assert number == 0 or one.stops[number - 1].end <= stop.start, seed
    assert looked_at > 20


def test_who_is_known_to_go_later_keeps_her_visits_and_gets_no_later_one() -> None:
    for seed in range(100):
        day, plan = generate(seed)
        for route in plan.routes:
            who, shift = day.shift_by_id[route.shift_id]
            until = route.return_at
            known = happens.leaving(day, plan, who.id, until)
            left = next(one for one in known.caregiver_by_id[who.id].shifts if one.id == shift.id)
            assert left.end == min(until, shift.end)
            assert verify(known, plan).violations == (), seed


@pytest.mark.parametrize("seed", SEEDS)
def test_only_what_had_begun_may_break_a_rule(seed: int) -> None:
    breaks_only_what_had_begun(seed)


def breaks_only_what_had_begun(seed: int) -> None:
    _, _, happened, now, most = case(seed)
    left = remainder(happened.day, happened.plan, now, gone=happened.gone)
    found = mended(happened, now, most)
    begun = {f"shift {shift_id}" for shift_id in left.begun}
    begun |= {f"visit {s.visit_id}" for one in left.begun.values() for s in one.stops}
    begun |= {f"visit {s.visit_id} part {s.part}" for one in left.begun.values() for s in one.stops}
    told = verify(happened.day, found.solution).violations
    unmet = {Rule.MANDATORY_UNSERVED, Rule.FORBIDDEN_COST}
    assert [one for one in told if one.rule not in unmet and one.item not in begun] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_every_visit_is_in_the_plan_or_named_as_left_out(seed: int) -> None:
    _, _, happened, now, most = case(seed)
    left = remainder(happened.day, happened.plan, now, gone=happened.gone)
    found = mended(happened, now, most)
    served = {stop.visit_id for route in found.solution.routes for stop in route.stops}
    unserved = {one.visit_id for one in found.solution.unserved}
    assert served | unserved == set(happened.day.visit_by_id)
    assert served & unserved <= set(left.part), "only the other half of a half-begun visit"


@pytest.mark.parametrize("seed", SEEDS[:20])
def test_where_nothing_happened_nobody_is_disturbed_who_may_not_be(seed: int) -> None:
    day, plan = generate(seed)
    now = middle(plan, Random(seed))
    found = replan(day, plan, now=now, most_disturbed=0, rounds=0)
    assert found.disturbed == ()
    assert found.withdrawn == ()
    before, after = appointments(day, plan), appointments(day, found.solution)
    assert {one for one in before if one not in after} == set()


def test_who_has_begun_does_not_come_late_any_more() -> None:
    day, plan = generate(1)
    stop = first_stop(plan)
    shift_id = stops_of(plan)[stop.visit_id, stop.part][0]
    caregiver = day.shift_by_id[shift_id][0].id
    with pytest.raises(ProblemError, match="has begun"):
        happens.late_start(day, plan, caregiver, stop.start + 60, stop.start)


@pytest.mark.parametrize("seed", SEEDS[:20])
def test_who_was_told_on_the_phone_is_disturbed_by_need_only(seed: int) -> None:
    day, plan = generate(seed)
    now = middle(plan, Random(seed))
    everybody = set(day.visit_by_id)
    found = replan(day, plan, now=now, phoned=everybody, rounds=4)
    assert found.disturbed == ()


def test_the_same_call_gives_the_same_plan() -> None:
    _, _, happened, now, _ = case(7)
    assert mended(happened, now, 3) == mended(happened, now, 3)


@pytest.mark.parametrize("seed", [7, 93, 119])
def test_what_the_search_proved_of_held_promises_counts_as_no_broken_rule(seed: int) -> None:
    """While it searches, nobody may come to what is withdrawn, and it proves so."""
    _, _, happened, now, most = case(seed)
    found = mended(happened, now, most)
    assert found.withdrawn
    assert found.violations == 0
    told = {one.visit_id: one for one in found.solution.unserved}
    for one in found.withdrawn:
        assert told[one].proof is Proof.NOT_FOUND
        assert told[one].reason == Reason.WOULD_DISTURB_TOO_MANY.value


def first_stop(plan: Solution) -> Stop:
    return min((s for route in plan.routes for s in route.stops), key=lambda stop: stop.start)


def test_what_has_begun_cannot_be_called_off() -> None:
    day, plan = generate(1)
    stop = first_stop(plan)
    with pytest.raises(ProblemError, match="has begun"):
        happens.cancelled(day, plan, stop.visit_id, stop.start)
    gone = happens.cancelled(day, plan, stop.visit_id, stop.start - 1)
    assert stop.visit_id not in gone.day.visit_by_id
    assert (stop.visit_id, stop.part) not in stops_of(gone.plan)


def test_nobody_is_missing_before_the_visit_is_due() -> None:
    day, plan = generate(1)
    stop = first_stop(plan)
    with pytest.raises(ProblemError, match="not due yet"):
        happens.no_show(day, plan, stop.visit_id, stop.start - 1)
    waited = happens.no_show(day, plan, stop.visit_id, stop.start + 5)
    assert stops_of(waited.plan)[stop.visit_id, stop.part][1].end == stop.start + 5
    told_late = happens.no_show(day, plan, stop.visit_id, stop.end + 100)
    assert stops_of(told_late.plan)[stop.visit_id, stop.part][1].end == stop.end


def test_an_overrun_is_longer() -> None:
    day, plan = generate(1)
    stop = first_stop(plan)
    with pytest.raises(ProblemError, match="is none"):
        happens.overrun(day, plan, stop.visit_id, 0)
    longer = happens.overrun(day, plan, stop.visit_id, 20)
    end = stop.end + 20 * day.ticks_per_minute
    assert stops_of(longer.plan)[stop.visit_id, stop.part][1].end == end


@pytest.mark.parametrize("call", [happens.sick, happens.late_start])
def test_a_stranger_is_refused(call: Callable[..., Happened]) -> None:
    day, plan = generate(1)
    extra = (600, 600) if call is happens.late_start else (600,)
    with pytest.raises(ProblemError, match="nobody"):
        call(day, plan, "nobody", *extra)


def test_an_unknown_visit_is_refused_and_a_known_one_is_not_needed_twice() -> None:
    day, plan = generate(1)
    with pytest.raises(ProblemError, match="not among the visits"):
        happens.cancelled(day, plan, "nothing", 0)
    with pytest.raises(ProblemError, match="planned on this day already"):
        happens.needed(day, plan, day.visits[0])


def test_who_comes_late_begins_late() -> None:
    day, plan = generate(1)
    caregiver = day.shift_by_id[plan.routes[0].shift_id][0]
    shift = caregiver.shifts[0]
    until = shift.start + 30 * day.ticks_per_minute
    late = happens.late_start(day, plan, caregiver.id, until, shift.start)
    found = replan(late.day, late.plan, now=shift.start, rounds=0)
    mine = [one for one in found.solution.routes if one.shift_id == shift.id]
    assert all(route.departure >= until for route in mine)


@pytest.mark.parametrize(("until", "is_owed"), [(750, True), (751, False), (900, False)])
def test_who_comes_when_the_hours_of_rest_are_over_owes_none(until: int, is_owed: bool) -> None:
    """A rest of 60 minutes by half past one can still begin at half past twelve."""
    rest = Break(earliest=660, latest_end=810, duration=60)
    shift = Shift(id="s", start=480, end=1020, start_place=0, end_place=0, rest=rest)
    (late,) = coming_late(Caregiver(id="c", shifts=(shift,), mode="walk"), until).shifts
    assert late.start == until
    assert late.rest == (rest if is_owed else None)


def test_who_comes_late_keeps_her_break_and_everybody_she_can_still_reach() -> None:
    rest = Break(earliest=660, latest_end=810, duration=60)
    shift = Shift(id="s", start=480, end=1020, start_place=0, end_place=0, rest=rest)
    window = (TimeWindow(480, 1000),)
    visits = tuple(
        Visit(id=one, place=1, parts=(Part(60),), windows=window, drop_cost=900, elder=one)
        for one in "abc"
    )
    day = Problem(
        visits=visits,
        caregivers=(Caregiver(id="c", shifts=(shift,), mode="walk"),),
        travel={"walk": np.array([[0, 5], [5, 0]], dtype=np.int32)},
        weights=Weights(travel=1, unserved=1),
    )
    starts = {"a": 590, "b": 650, "c": 770}
    stops = tuple(
        Stop(one, 0, 710 if one == "c" else start, start, start + 60)
        for one, start in starts.items()
    )
    plan = Solution((Route("s", 585, stops, 835, Rest(2, 710, 770)),))
    assert verify(day, plan).violations == ()
    late = happens.late_start(day, plan, "c", 560, 480)
    found = replan(late.day, late.plan, now=480, rounds=0)
    assert found.kept == 3
    assert found.disturbed == ()
    assert verify(late.day, found.solution).violations == ()
