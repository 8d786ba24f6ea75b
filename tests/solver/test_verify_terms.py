"""Worked examples: every term of the cost, counted by hand on a tiny day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from solver.objective import Term, Weights
from solver.problem import (
    Break,
    Caregiver,
    Part,
    Problem,
    Shift,
    TimeWindow,
    Visit,
    WindowMet,
)
from solver.solution import Proof, Rest, Route, Solution, Stop, Unserved
from solver.verify import Rule, verify

# Places: 0 the centre, 1 and 2 homes. Ten minutes from the centre, four from home to home.
TRAVEL = {"foot": [[0, 10, 10], [10, 0, 4], [10, 4, 0]]}


def day(rest: Break | None = None, **changes: Any) -> Problem:
    """Two caregivers from 480 to 720; visits A (30) at home 1, B (20) at home 2, both soft."""
    people = tuple(
        Caregiver(
            id=name,
            mode="foot",
            shifts=(
                Shift(
                    id=f"{name}1",
                    start=480,
                    end=720,
                    start_place=0,
                    end_place=0,
                    rest=rest,
                    maximum_overtime=None,
                ),
            ),
        )
        for name in ("K", "L")
    )
    a = Visit(
        id="A", place=1, parts=(Part(30),), windows=(TimeWindow(490, 520),), late_is_hard=False
    )
    b = Visit(
        id="B", place=2, parts=(Part(20),), windows=(TimeWindow(500, 560),), late_is_hard=False
    )
    given: dict[str, Any] = {
        "visits": (a, b),
        "caregivers": people,
        "travel": TRAVEL,
        "weights": Weights(),
        **changes,
    }
    return Problem(**given)


def changed(problem: Problem, visit_id: str, **changes: Any) -> Problem:
    visits = tuple(replace(v, **changes) if v.id == visit_id else v for v in problem.visits)
    return replace(problem, visits=visits)


# K leaves at 490, is at A 500-530, walks 4, waits at B from 534 to 540, leaves at 560.
PLAN = Solution(
    (Route("K1", 490, (Stop("A", 0, 500, 500, 530), Stop("B", 0, 534, 540, 560)), 570),)
)


def terms(problem: Problem, plan: Solution = PLAN) -> dict[str, int]:
    report = verify(problem, plan)
    assert report.violations == ()
    return {term.value: value for term, value in report.terms.items()}


def test_a_plain_day() -> None:
    assert terms(day()) == {
        "travel": 10 + 4 + 10,
        "waiting": 6,
        "lateness": 0,
        "highest_lateness": 0,
        "overtime": 0,
        "largest_idle": 240,  # L stays at the centre
        "unserved": 0,
        "missed_break": 0,
        "preference": 0,
        "continuity": 0,
        "start_deviation": 0,
        "caregivers_used": 1,
        "balance": 37,  # K works 24 + 50 = 74, L 0, the mean is 37
    }


def test_balance_looks_back_and_rounds_down_once() -> None:
    problem = day()
    people = (problem.caregivers[0], replace(problem.caregivers[1], past_workload=99))
    assert terms(replace(problem, caregivers=people))["balance"] == 12  # (2 * 99 - 173) // 2


def test_waiting_before_the_first_stop_is_free_but_idle() -> None:
    early = (Route("K1", 480, (Stop("A", 0, 490, 500, 530), Stop("B", 0, 534, 540, 560)), 570),)
    alone = replace(day(), caregivers=day().caregivers[:1])
    assert terms(alone, Solution(early))["waiting"] == 6
    assert terms(alone, Solution(early))["largest_idle"] == terms(alone)["largest_idle"] == 166


@pytest.mark.parametrize(("met", "late"), [(WindowMet.AT_START, 0), (WindowMet.AT_END, 10)])
def test_lateness_of_start_or_end(met: WindowMet, late: int) -> None:
    problem = day(window_met=met)
    assert terms(problem)["lateness"] == late  # A ends at 530, its window at 520
    assert terms(problem)["highest_lateness"] == late


def test_lateness_against_the_latest_window_that_has_begun() -> None:
    two = (TimeWindow(400, 420), TimeWindow(500, 505), TimeWindow(600, 700))
    problem = changed(changed(day(), "A", windows=two), "B", windows=two)
    assert terms(problem)["lateness"] == 0 + 35
    assert terms(problem)["highest_lateness"] == 35


def test_overtime_and_its_limit() -> None:
    problem = day()
    short = replace(problem.caregivers[0].shifts[0], end=565)
    people = (replace(problem.caregivers[0], shifts=(short,)), problem.caregivers[1])
    assert terms(replace(problem, caregivers=people))["overtime"] == 5


def test_unserved_costs_its_price() -> None:
    problem = changed(day(), "B", drop_cost=70)
    plan = Solution(
        (Route("K1", 490, (Stop("A", 0, 500, 500, 530),), 540),),
        (Unserved("B", "no_room", Proof.NOT_FOUND),),
    )
    assert terms(problem, plan)["unserved"] == 70


def test_preference_continuity_and_start() -> None:
    problem = changed(
        day(),
        "A",
        preferred_caregivers=frozenset({"L"}),
        familiarity={"K": 30, "L": 90},
        preferred_start=515,
    )
    problem = changed(problem, "B", familiarity={"L": 100}, preferred_caregivers=frozenset({"K"}))
    found = terms(problem)
    assert (found["preference"], found["continuity"]) == (1, 70 + 100)
    assert found["start_deviation"] == 15


NOON = Break(earliest=530, latest_end=600, duration=5, miss_cost=40)


def test_missed_break_counts_where_there_are_stops() -> None:
    assert terms(day(NOON))["missed_break"] == 40
    assert terms(day(replace(NOON, due_without_stops=True)))["missed_break"] == 80


@pytest.mark.parametrize(
    ("arrival", "rest", "waiting"),
    [
        (535 + 4, Rest(1, 530, 535), 1),  # at A's home, before walking on
        (534, Rest(1, 534, 539), 1),  # at B's home
        (534, Rest(1, 534, 540), 1),  # longer than owed: the rest of it is waiting
        (534, Rest(1, 535, 540), 1),
    ],
)
def test_a_break_between_stops_replaces_waiting(arrival: int, rest: Rest, waiting: int) -> None:
    stops = (Stop("A", 0, 500, 500, 530), Stop("B", 0, arrival, 540, 560))
    found = terms(day(NOON), Solution((Route("K1", 490, stops, 570, rest),)))
    assert (found["waiting"], found["missed_break"]) == (waiting, 0)
    alone = replace(day(NOON), caregivers=day(NOON).caregivers[:1])
    plan = Solution((Route("K1", 490, stops, 570, rest),))
    assert terms(alone, plan)["largest_idle"] == 240 - 24 - 50 - 5


@pytest.mark.parametrize(
    ("rest", "return_at", "waiting"),
    [
        (Rest(2, 560, 565), 575, 6),  # at B's home
        (Rest(2, 562, 567), 577, 8),
        (Rest(2, 570, 575), 575, 6),  # back at the centre
        (Rest(2, 573, 578), 578, 9),
    ],
)
def test_a_break_around_the_return(rest: Rest, return_at: int, waiting: int) -> None:
    plan = Solution((replace(PLAN.routes[0], return_at=return_at, rest=rest),))
    assert terms(day(NOON), plan)["waiting"] == waiting


@pytest.mark.parametrize(
    ("departure", "arrival", "rest"),
    [
        (490, 500, Rest(0, 482, 487)),  # at the centre, before leaving
        (484, 494, Rest(0, 494, 499)),  # at A's home
    ],
)
def test_a_break_before_the_first_stop_costs_no_waiting(
    departure: int, arrival: int, rest: Rest
) -> None:
    breakfast = Break(earliest=480, latest_end=500, duration=5, miss_cost=40)
    first = Stop("A", 0, arrival, 500, 530)
    plan = Solution((Route("K1", departure, (first, PLAN.routes[0].stops[1]), 570, rest),))
    found = terms(day(breakfast), plan)
    assert (found["waiting"], found["missed_break"]) == (6, 0)


def test_setup_is_saved_next_door_only() -> None:
    problem = changed(changed(day(), "A", building="7", setup=3), "B", building="7", setup=6)
    plan = (Route("K1", 487, (Stop("A", 0, 497, 500, 530), Stop("B", 0, 534, 534, 554)), 564),)
    assert terms(problem, Solution(plan))["waiting"] == 0
    assert terms(problem, Solution(plan))["balance"] == (24 + 50 + 3) // 2
    apart = changed(problem, "B", building="8")
    assert [one.rule for one in verify(apart, Solution(plan)).violations] == [Rule.SETUP_TIME]


def test_no_building_saves_no_setup() -> None:
    problem = changed(changed(day(), "A", setup=3), "B", setup=6)
    plan = (Route("K1", 487, (Stop("A", 0, 497, 500, 530), Stop("B", 0, 534, 540, 560)), 570),)
    assert terms(problem, Solution(plan))["balance"] == (24 + 50 + 9) // 2


def test_swapped_stops_are_out_of_order() -> None:
    swapped = Solution((replace(PLAN.routes[0], stops=PLAN.routes[0].stops[::-1]),))
    assert Rule.ORDER in {one.rule for one in verify(day(), swapped).violations}


def test_weights_price_terms() -> None:
    weights = Weights(travel=2, waiting=3, largest_idle=1, caregivers_used=100)
    report = verify(day(weights=weights), PLAN)
    assert report.cost[Term.TRAVEL] == 48
    assert report.total == 48 + 18 + 240 + 100


def test_an_empty_day() -> None:
    report = verify(day(visits=(), caregivers=()), Solution(()))
    assert report.feasible
    assert report.total == 0


def test_a_forbidden_break_cannot_be_missed_by_an_idle_shift_that_owes_it() -> None:
    owed = Break(earliest=530, latest_end=600, duration=5, due_without_stops=True)
    found = verify(day(owed), Solution(())).violations
    missed = [one.item for one in found if one.rule is Rule.BREAK_MISSED]
    assert missed == ["shift K1", "shift L1"]
