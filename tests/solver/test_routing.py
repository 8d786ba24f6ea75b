"""The routing model rule by rule: what it must keep to, and what it is willing to pay for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from benchmarks.instances import TownDay
from solver import routing
from solver.construct import repair
from solver.objective import Term
from solver.plan import Plan
from solver.problem import Break, Caregiver, Gap, Problem, Shift, SkillHeld, TimeWindow
from solver.routing import build, is_modelled, whole_day
from solver.routing_search import SearchLimits, Sequences, search
from solver.tasks import tabulate
from tests.solver.small import STANDARD, caregiver, day, visit
from tests.solver.tiny import checked

LIMITS = SearchLimits(seconds=20, branches=400)
# A single service of half an hour fits anywhere in this one.
LUNCH = Break(earliest=690, latest_end=780, duration=30)


def routed(
    problem: Problem, frozen: Mapping[int, int] | None = None, **kwargs: Any
) -> dict[str, list[str]]:
    """Visits by caregiver's shift, in order, as the model serves them from nothing."""
    found = searched(problem, frozen, **kwargs)
    table = tabulate(problem)
    return {
        table.vehicles[vehicle].shift.id: [problem.visits[table.visit_of[t]].id for t in tour]
        for vehicle, tour in enumerate(found.tours)
        if tour
    }


def searched(problem: Problem, frozen: Mapping[int, int] | None = None, **kwargs: Any) -> Sequences:
    table = tabulate(problem)
    scope = whole_day(table, frozen or {}, [True] * len(table.vehicles))
    found = search(build(scope), LIMITS, **kwargs)
    assert found is not None
    return found


def test_skills_levels_tags_refusals_and_locks_choose_the_caregiver() -> None:
    people = [
        caregiver("plain"),
        caregiver("nurse", "nurse"),
        caregiver("woman", tags=frozenset({"female"})),
        caregiver("other"),
    ]
    visits = [
        visit("N", 1, "nurse"),
        visit("F", 2, required_tags=frozenset({"female"})),
        visit("R", 3, refused_caregivers=frozenset({"plain", "nurse", "woman"})),
        visit("O", 4, only_caregivers=frozenset({"plain"})),
        visit("L", 5, locked_caregivers=("woman",)),
    ]
    tours = {shift: set(names) for shift, names in routed(day(visits, people)).items()}
    assert tours == {
        "nurse/day": {"N"},
        "woman/day": {"F", "L"},
        "other/day": {"R"},
        "plain/day": {"O"},
    }


def test_a_level_too_low_or_a_skill_that_may_expire_in_the_day_is_not_used() -> None:
    low = caregiver("low", "nurse", level=1)
    expiring = caregiver("expiring", skills=(SkillHeld("nurse", 3, valid_until=700),))
    need = visit("N", 1, "nurse")
    assert routed(day([need], [expiring, low])) == {"low/day": ["N"]}
    assert not is_modelled(tabulate(day([need], [expiring])), 0)


def test_windows_with_a_hole_are_kept() -> None:
    holed = (TimeWindow(480, 500), TimeWindow(700, 710))
    block = visit("B", 1, windows=(TimeWindow(490, 490),), minutes=60, drop_cost=5_000)
    tours = routed(day([visit("H", 1, windows=holed), block], [caregiver("C")]))
    assert tours == {"C/day": ["B", "H"]}
    first_only = visit("H", 1, windows=holed[:1])
    assert routed(day([first_only, block], [caregiver("C")])) == {"C/day": ["B"]}


def test_the_way_home_must_fit_the_shift_unless_overtime_is_paid() -> None:
    late = visit("V", 3, windows=(TimeWindow(910, 910),))
    assert routed(day([late], [caregiver("C")], overtime=1)) == {}
    overtime = caregiver("C", shift={"maximum_overtime": 60})
    assert routed(day([late], [overtime], overtime=1)) == {"C/day": ["V"]}
    # 940 + 30 = 970 back: 10 of overtime, worth the drop cost at 1 but not at 200 a minute.
    assert routed(day([late], [overtime], overtime=200)) == {}


def test_a_rest_is_kept_free_and_may_lie_between_any_two_stops() -> None:
    through = visit("V", 0, windows=(TimeWindow(700, 700),), minutes=70)
    assert routed(day([through], [caregiver("C")])) == {"C/day": ["V"]}
    resting = caregiver("C", shift={"rest": LUNCH})
    assert routed(day([through], [resting])) == {}
    shorter = visit("V", 0, windows=(TimeWindow(720, 720),), minutes=30)
    assert routed(day([shorter], [resting])) == {"C/day": ["V"]}


def test_two_parts_go_to_two_caregivers_or_nowhere() -> None:
    pair = visit("P", 1, parts=2)
    frozen = {0: 600, 1: 600}
    assert routed(day([pair], [caregiver("A"), caregiver("B")]), frozen) == {
        "A/day": ["P"],
        "B/day": ["P"],
    }
    two_shifts = (
        Shift(id="A/am", start=480, end=720, start_place=0, end_place=0),
        Shift(id="A/pm", start=720, end=960, start_place=0, end_place=0),
    )
    alone = Caregiver(id="A", shifts=two_shifts, mode="walk")
    apart = visit("P", 1, parts=2, sync=Gap(200, 200))
    assert routed(day([apart], [alone]), {0: 600, 1: 800}) == {}
    assert len(routed(day([apart], [alone, caregiver("B")]), {0: 600, 1: 800})) == 2


def test_a_pair_is_given_up_whole_for_someone_more_urgent() -> None:
    pair = visit("P", 1, parts=2, drop_cost=1_001)
    urgent = visit("U", 1, windows=(TimeWindow(600, 600),), drop_cost=1_500)
    assert routed(day([pair, urgent], [caregiver("A"), caregiver("B")]), {0: 600, 1: 600}) in (
        {"A/day": ["U"]},
        {"B/day": ["U"]},
    )


def test_scarce_time_goes_to_the_dearest_and_what_must_be_served_comes_first() -> None:
    at = (TimeWindow(600, 600),)
    cheap, dear = visit("cheap", 1, windows=at), visit("dear", 7, windows=at, drop_cost=5_000)
    must = visit("must", 6, windows=at, drop_cost=None)
    assert routed(day([cheap, dear], [caregiver("C")])) == {"C/day": ["dear"]}
    assert routed(day([cheap, dear, must], [caregiver("C")])) == {"C/day": ["must"]}


def test_setup_is_saved_for_a_neighbour_from_the_same_building() -> None:
    def three(*buildings: str) -> Problem:
        at = [(TimeWindow(600, 600),), (TimeWindow(635, 635),)]
        visits = [
            visit(f"V{n}", 1, windows=at[n], setup=10, building=name)
            for n, name in enumerate(buildings)
        ]
        return day(visits, [caregiver("C")])

    assert routed(three("house", "house")) == {"C/day": ["V0", "V1"]}
    assert len(routed(three("house", "other"))["C/day"]) == 1
    assert len(routed(three("", ""))["C/day"]) == 1


def test_the_largest_work_bounds_a_day_over_several_shifts() -> None:
    def busy(limit: int | None) -> Problem:
        shifts = (
            Shift(id="C/am", start=480, end=720, start_place=0, end_place=0),
            Shift(id="C/pm", start=720, end=960, start_place=0, end_place=0),
        )
        people = [Caregiver(id="C", shifts=shifts, mode="walk", maximum_work=limit)]
        morning = visit("M", 1, windows=(TimeWindow(500, 600),))
        return day([morning, visit("E", 1, windows=(TimeWindow(800, 850),))], people)

    assert len(routed(busy(None))) == 2
    assert len(routed(busy(100))) == 2
    assert len(routed(busy(99))) == 1
    assert routed(busy(49)) == {}


@pytest.mark.parametrize("cells", [routing.PRICED_ARC_CELLS, 0])
def test_preference_and_continuity_choose_between_equals(
    cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "PRICED_ARC_CELLS", cells)
    people = [caregiver(name) for name in "ABC"]
    wished = visit("W", 1, preferred_caregivers=frozenset({"B"}))
    known = visit("K", 2, familiarity={"C": 80, "A": 10})
    tours = routed(day([wished, known], people, preference=500, continuity=10))
    assert tours == {"B/day": ["W"], "C/day": ["K"]}


def test_lateness_is_paid_for_only_where_it_may_be() -> None:
    soft = visit("S", 1, windows=(TimeWindow(600, 600),), late_is_hard=False)
    block = visit("B", 1, windows=(TimeWindow(600, 600),), drop_cost=9_000)
    assert routed(day([soft, block], [caregiver("C")], lateness=1)) == {"C/day": ["B", "S"]}
    assert routed(day([soft, block], [caregiver("C")], lateness=90)) == {"C/day": ["B"]}
    assert routed(day([soft, block], [caregiver("C")], lateness=None)) == {"C/day": ["B"]}


def test_a_wish_for_a_start_decides_the_order() -> None:
    early = visit("early", 2, preferred_start=500)
    late = visit("late", 1, preferred_start=800)
    tours = routed(day([late, early], [caregiver("C")], start_deviation=3))
    assert tours == {"C/day": ["early", "late"]}


def test_caregivers_used_and_waiting_have_their_price() -> None:
    visits = [visit("V0", 0), visit("V1", 0)]
    people = [caregiver("A"), caregiver("B", shift={"start_place": 0})]
    assert len(routed(day(visits, people, caregivers_used=50))) == 1
    early, late = (TimeWindow(500, 500),), (TimeWindow(900, 900),)
    apart = [visit("V0", 0, windows=early), visit("V1", 0, windows=late)]
    assert len(routed(day(apart, people, waiting=10))) == 2


def test_modes_travel_at_their_own_speed() -> None:
    far = visit("V", 7, windows=(TimeWindow(520, 520),))
    walking = day([far], [caregiver("C")])
    assert routed(walking) == {}
    fast = Problem(
        visits=walking.visits,
        caregivers=(Caregiver(id="D", shifts=(Shift(id="D/day", **STANDARD),), mode="car"),),
        travel={**walking.travel, "car": walking.travel["walk"] // 5},
        weights=walking.weights,
    )
    assert routed(fast) == {"D/day": ["V"]}


def test_a_given_plan_is_where_the_search_begins() -> None:
    problem = TownDay(visits=60, caregivers=10, seed=2).problem()
    table = tabulate(problem)
    plan = Plan(table)
    assert repair(plan) == []
    model = build(whole_day(table, plan.frozen, [True] * 10))
    heard: list[int] = []
    tours = [tour.tasks for tour in plan.tours]
    found = search(model, LIMITS, first=tours, on_solution=heard.append)
    assert found is not None
    assert heard[0] == checked(problem, plan).cost[Term.TRAVEL]
    assert heard[-1] == found.cost


def test_a_search_that_is_told_to_stop_stops() -> None:
    problem = TownDay(visits=60, caregivers=10, seed=2).problem()
    table = tabulate(problem)
    plan = Plan(table)
    repair(plan)
    model = build(whole_day(table, plan.frozen, [True] * 10))
    heard: list[int] = []
    found = search(
        model,
        SearchLimits(seconds=600),
        first=[tour.tasks for tour in plan.tours],
        on_solution=heard.append,
        stop=lambda: len(heard) >= 3,
    )
    assert found is not None
    assert heard == sorted(heard, reverse=True)


def test_nobody_and_nothing_are_no_error() -> None:
    assert searched(day([], [caregiver("C")])).tours == ((),)
