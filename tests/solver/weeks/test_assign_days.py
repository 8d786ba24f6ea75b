"""Days of a week: the best of all where all can be tried, right everywhere, told where not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from solver.errors import ProblemError
from solver.weeks import (
    LeftReason,
    WeekNeed,
    WeekPlan,
    WeekProblem,
    WeekWeights,
    assign_days,
    check_week,
    week_cost,
)
from solver.weeks import assigning as entry
from tests.solver.weeks.weeks import cheapest, random_week

ROOMY = (600,) * 7


def need(name: str, visits: int = 1, minutes: int = 60, **fields: Any) -> WeekNeed:
    for key in {"allowed_days", "fixed_days", "last_days"} & fields.keys():
        fields[key] = frozenset(fields[key])
    return WeekNeed(id=name, visits=visits, minutes=minutes, **fields)


def week(*needs: WeekNeed, capacity: tuple[int, ...] = ROOMY, **fields: Any) -> WeekProblem:
    return WeekProblem(needs=needs, capacity=capacity, **fields)


def assigned(request: WeekProblem) -> WeekPlan:
    plan = assign_days(request)
    assert check_week(request, plan) == []
    assert plan.proved
    return plan


@pytest.mark.parametrize("seed", range(80))
def test_no_plan_of_a_tiny_week_is_cheaper(seed: int) -> None:
    request = random_week(seed, needs=3, days=5, load=(0.7, 1.0, 1.6)[seed % 3])
    assert assigned(request).cost == cheapest(request)


@pytest.mark.parametrize("load", [0.8, 1.0, 1.4])
def test_groups_of_a_larger_week_are_right_and_better_than_one_by_one(
    load: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry, "WHOLE", 0)
    monkeypatch.setattr(entry, "TOGETHER", 40)
    request = random_week(5, needs=120, days=7, load=load)
    start = entry._start(request)
    plan = assign_days(request, work=0.2, seed=3)
    assert check_week(request, plan) == []
    assert plan.cost < start.cost()
    assert assign_days(request, work=0.2, seconds=600, seed=3) == plan


def test_twice_a_week_is_not_on_consecutive_days() -> None:
    days = sorted(assigned(week(need("A", 2, least_distance=2))).days["A"])
    assert len(days) == 2
    assert days[1] - days[0] >= 2
    tight = assigned(week(need("A", 2, least_distance=3, allowed_days={1, 2, 4})))
    assert tight.days["A"] == {1, 4}


def test_a_distance_longer_than_the_week_allows_one_day_whichever() -> None:
    plan = assigned(week(need("A", 2, least_distance=10, allowed_days={0, 1})))
    assert len(plan.days["A"]) == 1
    assert [(one.visits, one.reason) for one in plan.left_out] == [(1, LeftReason.NO_ALLOWED_DAYS)]


def test_last_weeks_days_stay_unless_they_are_full() -> None:
    mine = need("A", 2, last_days={1, 4})
    assert assigned(week(mine)).days["A"] == {1, 4}
    full = (600, 30, 600, 600, 600, 600, 600)
    assert len(assigned(week(mine, capacity=full)).days["A"] - {4}) == 1
    assert assigned(week(mine, capacity=full)).days["A"] != {1, 4}


def test_a_better_week_may_move_somebody_where_that_pays() -> None:
    needs = [need(name, last_days={0}, zone="Z") for name in "AB"]
    needs.append(need("C", last_days={1}, zone="Z"))
    weights = WeekWeights(moved=10, zone_day=30, balance=0)
    together = assigned(week(*needs, weights=weights))
    assert set(together.days.values()) == {frozenset({0})}
    held = assigned(week(*needs, weights=replace(weights, moved=40)))
    assert held.days["C"] == {1}


def test_fixed_days_stay_whatever_else_is_said() -> None:
    given = need("A", 3, fixed_days={2, 3}, allowed_days={5}, least_distance=2)
    plan = assigned(week(given, need("B", fixed_days={2}), apart=frozenset({("A", "B")})))
    assert plan.days == {"A": {2, 3, 5}, "B": {2}}
    full = assigned(week(given, need("B", allowed_days={2}), capacity=(60, 60, 60, 60, 60, 60, 60)))
    assert full.days["A"] == {2, 3, 5}
    assert full.days["B"] == set()


def test_work_is_spread_as_the_days_hold_it() -> None:
    request = week(*(need(f"N{n}", minutes=30) for n in range(8)), capacity=(240, 120, 120))
    plan = assigned(replace(request, weights=WeekWeights(zone_day=0)))
    counts = [sum(day in days for days in plan.days.values()) for day in range(3)]
    assert counts == [4, 2, 2]


def test_needs_kept_apart_never_meet() -> None:
    pair = frozenset({("A", "B")})
    request = week(need("A", 1, zone="Z"), need("B", 1, zone="Z"), apart=pair)
    plan = assigned(request)
    assert not plan.days["A"] & plan.days["B"]
    same = [need("A", allowed_days={1}), need("B", allowed_days={1})]
    plan = assigned(week(*same, apart=pair))
    assert [one.reason for one in plan.left_out] == [LeftReason.KEPT_APART]


def test_the_urgent_are_served_where_not_all_can_be() -> None:
    needs = [need("A", 2, priority=0), need("B", 2, priority=2), need("C", 2, priority=1)]
    plan = assigned(week(*needs, capacity=(60, 60, 60, 0)))
    assert len(plan.days["B"]) == 2
    assert len(plan.days["C"]) == 1
    told = {one.need_id: (one.visits, one.reason) for one in plan.left_out}
    assert told == {"A": (2, LeftReason.CAPACITY), "C": (1, LeftReason.CAPACITY)}
    assert "need A: 2 of 2 visits have no day: no day it may have holds 60 minutes more" in {
        one.detail for one in plan.left_out
    }


def test_a_scarce_skill_has_room_of_its_own() -> None:
    needs = [need("A", skill="nurse"), need("B", skill="nurse"), need("C", skill="bath")]
    nurses = {"nurse": (60, 0, 0, 0, 0, 0, 0)}
    plan = assigned(week(*needs, skill_capacity=nurses))
    assert [one.reason for one in plan.left_out] == [LeftReason.CAPACITY]
    assert len(plan.days["C"]) == 1


def test_what_cannot_be_is_told_and_the_others_have_their_week() -> None:
    never = need("A", 4, allowed_days={0, 1, 2}, least_distance=2)
    nowhere = need("B", 2, allowed_days=())
    plan = assigned(week(never, nowhere, need("C", 5)))
    assert plan.days == {"A": {0, 2}, "B": frozenset(), "C": plan.days["C"]}
    assert len(plan.days["C"]) == 5
    told = {one.need_id: (one.visits, one.reason) for one in plan.left_out}
    assert told == {
        "A": (2, LeftReason.NO_ALLOWED_DAYS),
        "B": (2, LeftReason.NO_ALLOWED_DAYS),
    }
    assert plan.left_out[0].detail == (
        "need A: 2 of 4 visits can have no day: its allowed days, at least 2 apart, are only 2"
    )


def test_a_week_without_needs_or_without_capacity_is_a_week() -> None:
    assert assign_days(week()) == WeekPlan({}, (), 0)
    plan = assigned(week(need("A"), capacity=(0, 0)))
    assert plan.days == {"A": frozenset()}


def test_a_bound_that_leaves_no_search_still_gives_a_week() -> None:
    request = random_week(9, needs=60, days=7)
    plan = assign_days(request, work=1e-9)
    assert check_week(request, plan) == []
    assert any(plan.days.values())
    with pytest.raises(ProblemError, match="bounds"):
        assign_days(request, work=0)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"needs": (need("A"), need("A"))}, "need A: the id is used twice"),
    ({"capacity": ()}, "it has 0 days"),
    ({"capacity": (1,) * 15}, "it has 15 days"),
    ({"capacity": (1, -1)}, "capacity of day 1"),
    ({"skill_capacity": {"nurse": (1,)}}, "skill nurse: 1 days have a capacity, of 7"),
    ({"needs": (need("A", fixed_days={7}),)}, "fixed_days has 7, not a day from 0 to 6"),
    ({"apart": frozenset({("A", "B")})}, "need B is unknown"),
    ({"apart": frozenset({("A", "A")})}, "no neighbour of itself"),
]


@pytest.mark.parametrize(("fields", "sentence"), BAD)
def test_a_week_that_contradicts_itself_is_refused(fields: dict[str, Any], sentence: str) -> None:
    given: dict[str, Any] = {"needs": (need("A"),), "capacity": ROOMY, **fields}
    with pytest.raises(ProblemError, match=re.escape(sentence)):
        WeekProblem(**given)


def test_a_need_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ProblemError, match="2 days are fixed where 1 are needed"):
        need("A", 1, fixed_days={1, 2})
    with pytest.raises(ProblemError, match="minutes must be at least 1"):
        need("A", minutes=0)
    with pytest.raises(ProblemError, match="moved"):
        WeekWeights(moved=-1)


def broken(plan: WeekPlan, name: str, days: set[int]) -> WeekPlan:
    return replace(plan, days={**plan.days, name: frozenset(days)})


def test_the_checker_finds_every_way_to_break_a_week() -> None:
    request = week(
        need("A", 2, allowed_days={0, 2, 3, 5}, least_distance=2, skill="nurse"),
        need("B", 1, fixed_days={1}),
        need("C", 1, 560),
        need("D", 9),
        apart=frozenset({("A", "B")}),
        skill_capacity={"nurse": (60, 60, 60, 60, 60, 0, 60)},
        capacity=(600,) * 6 + (60,),
    )
    plan = assigned(request)
    found = {
        "A has day 4": broken(plan, "A", {0, 4}),
        "closer than 2": broken(plan, "A", {2, 3}),
        "lacks its fixed day 1": broken(plan, "B", {2}),
        "has 3 days for 2": broken(plan, "A", {0, 2, 5}),
        "not what is told": broken(plan, "A", {0}),
        "kept apart": broken(plan, "A", {1, 3}),
        "the week has": broken(plan, "C", {6}),
        "skill nurse has": broken(plan, "A", {3, 5}),
        "outside the week": broken(plan, "D", set(range(8))),
        "is said to cost": replace(plan, cost=plan.cost + 1),
        "told to have no allowed day": replace(plan, left_out=()),
        "exactly the needs": replace(plan, days={}),
    }
    for sentence, wrong in found.items():
        assert any(sentence in text for text in check_week(request, wrong)), sentence


def test_the_checker_finds_room_for_whoever_is_left_out() -> None:
    request = week(need("A"), need("B"), capacity=(60, 0))
    plan = assigned(request)
    (left,) = plan.left_out
    empty = WeekPlan(
        dict.fromkeys(plan.days, frozenset()),
        (left, replace(left, need_id="A" if left.need_id == "B" else "B")),
        0,
    )
    empty = replace(empty, cost=week_cost(request, empty))
    assert any("would have room" in text for text in check_week(request, empty))
