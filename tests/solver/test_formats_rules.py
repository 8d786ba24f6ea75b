"""What the published formats say, on made-up days; `test_formats_published` has the real ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from solver.errors import FormatError
from solver.formats import hhcrsp, uhhc
from solver.objective import Term
from solver.problem import Gap, TimeWindow, WindowMet
from solver.solution import Rest
from solver.verify import Rule, verify
from tests.solver.published_samples import HHCRSP, UHHC, lunch, service, with_change


def test_uhhc_rules_become_the_problems() -> None:
    problem = uhhc.read_problem(UHHC)
    first, second = problem.visits
    assert problem.window_met is WindowMet.AT_END
    assert first.windows == (TimeWindow(100, 150), TimeWindow(200, 300))
    assert first.sync == Gap(5, 20)
    assert [part.duration for part in first.parts] == [15, 7]
    assert (first.drop_cost, second.drop_cost) == (None, 1)
    assert not first.late_is_hard
    assert first.preferred_caregivers == {"c1"}
    assert first.refused_caregivers == {"c3"}
    weights = problem.weights
    assert (weights.travel, weights.lateness, weights.missed_break) == (2, None, 9)
    assert (weights.preference, weights.unserved, weights.waiting) == (None, None, 0)
    rest = problem.caregivers[0].shifts[0].rest
    assert rest is not None
    assert (rest.earliest, rest.latest_end, rest.duration) == (180, 360, 30)
    assert problem.caregivers[2].shifts[0].rest is None
    assert problem.caregivers[0].shifts[0].maximum_overtime is None


def test_uhhc_lunch_is_compared_like_services() -> None:
    at_start = with_change(
        UHHC, lambda one: one["metadata"].update(time_window_met="at_service_start")
    )
    rest = uhhc.read_problem(at_start).caregivers[0].shifts[0].rest
    assert rest is not None
    assert rest.latest_end == 390


@pytest.mark.parametrize(
    ("at", "rest", "departure", "arrivals", "return_at"),
    [
        (lunch("d0", 180), Rest(0, 180, 210), 230, (240, 259), 279),
        (lunch("p1", 200), Rest(0, 200, 230), 190, (200, 259), 279),
        (lunch("p1", 260), Rest(1, 260, 290), 230, (240, 294), 309),
        (lunch("p2", 259), Rest(1, 259, 289), 230, (240, 259), 309),
        (lunch("p2", 300), Rest(2, 300, 330), 230, (240, 259), 340),
        (lunch("d0", 300), Rest(2, 300, 330), 230, (240, 259), 330),
    ],
)
def test_uhhc_lunch_at_every_place(
    at: dict[str, Any], rest: Rest, departure: int, arrivals: tuple[int, int], return_at: int
) -> None:
    start = 294 if rest.before == 1 else 264
    route = [service("p1", "s0", 240, 255), service("p2", "s1", start, start + 5)]
    if at["start_time"] == 260:
        route[0] = service("p1", "s0", 245, 260)
        departure, arrivals = 235, (245, 294)
    other = [service("p1", "s1", 250, 257)]
    document = {
        "routes": [
            {"caregiver_id": "c1", "locations": [*route, at]},
            {"caregiver_id": "c2", "locations": other},
        ]
    }
    problem = uhhc.read_problem(UHHC)
    solution = uhhc.read_solution(document, problem)
    first = solution.routes[0]
    assert first.rest == rest
    assert first.departure == departure
    assert tuple(stop.arrival for stop in first.stops) == arrivals
    assert first.return_at == return_at
    report = verify(problem, solution)
    assert {one.rule for one in report.violations} == {Rule.FORBIDDEN_COST}  # c2 is not preferred
    assert report.terms[Term.MISSED_BREAK] == 1  # c2's
    written = uhhc.write_solution(problem, solution, report.cost)
    assert uhhc.read_solution(written, problem) == solution
    assert written["cost_components"]["missed_lunch_break"] == 9


def test_uhhc_unused_caregivers_miss_their_lunch() -> None:
    report = verify(uhhc.read_problem(UHHC), uhhc.read_solution({"routes": []}, uhhc_problem()))
    assert report.terms[Term.MISSED_BREAK] == 2
    assert report.terms[Term.LARGEST_IDLE] == 300
    assert Rule.MANDATORY_UNSERVED in {one.rule for one in report.violations}


def uhhc_problem() -> Any:
    return uhhc.read_problem(UHHC)


BAD_UHHC: dict[str, Callable[[dict[str, Any]], object]] = {
    "cost_components: 'workload_balance' with weight 3 is not supported": (
        lambda one: one["metadata"]["cost_components"].update(workload_balance=3)
    ),
    "metadata: time_window_met 'noon' is unknown": lambda one: one["metadata"].update(
        time_window_met="noon"
    ),
    "patient p1: synchronization 'parallel' is unknown": lambda one: one["patients"][0].update(
        synchronization={"type": "parallel"}
    ),
    "patient p1: 'duration' is '7', not a number": lambda one: one["patients"][0][
        "required_services"
    ][1].update(duration="7"),
    "caregiver c1: terminal point 'd7' is unknown": lambda one: one["caregivers"][0].update(
        departing_point="d7"
    ),
    "caregiver c2: 'working_shift' is missing": lambda one: one["caregivers"][1].pop(
        "working_shift"
    ),
    "instance: 'patients' is not a list": lambda one: one.update(patients=3),
}


@pytest.mark.parametrize("sentence", BAD_UHHC)
def test_bad_uhhc_instances_name_the_item(sentence: str) -> None:
    with pytest.raises(FormatError) as caught:
        uhhc.read_problem(with_change(UHHC, BAD_UHHC[sentence]))
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("caregiver", "entries", "sentence"),
    [
        ("c9", [], "solution: caregiver 'c9' is not in the instance"),
        ("c1", [service("p9", "s0", 1, 2)], "solution: patient 'p9' is not in the instance"),
        ("c1", [service("p2", "s0", 1, 2)], "solution: patient p2 needs no service 's0'"),
        (
            "c1",
            [service("p2", "s1", 1, 2), lunch("p2", 3), lunch("p2", 40)],
            "route c1: it has 2 lunches where 1 is possible",
        ),
        ("c1", [{"patient": "p2", "service": "s1"}], "route c1: 'arrival_time' is missing"),
    ],
)
def test_bad_uhhc_solutions_name_the_item(
    caregiver: str, entries: list[Any], sentence: str
) -> None:
    document = {"routes": [{"caregiver_id": caregiver, "locations": entries}]}
    with pytest.raises(FormatError) as caught:
        uhhc.read_solution(document, uhhc_problem())
    assert str(caught.value) == sentence


def test_hhcrsp_keeps_three_decimals_and_mends_windows() -> None:
    problem = hhcrsp.read_problem(HHCRSP)
    assert problem.ticks_per_minute == 1000
    assert problem.visits[0].windows == (TimeWindow(155_000, 200_000),)
    assert [part.duration for part in problem.visits[0].parts] == [14_000, 3_500]
    assert problem.visits[0].sync == Gap(0, 0)
    assert problem.travel["road"][0, 1] == 3605


def test_hhcrsp_two_parts_of_one_service_go_to_two_caregivers() -> None:
    problem = hhcrsp.read_problem(HHCRSP)
    routes = [
        {"caregiver_id": "c1", "locations": [service("p1", "s1", 155, 169)]},
        {"caregiver_id": "c2", "locations": [service("p1", "s1", 155, 158.5)]},  # type: ignore[arg-type]  # a bare document
    ]
    solution = hhcrsp.read_solution({"routes": routes}, problem)
    assert [stop.part for route in solution.routes for stop in route.stops] == [0, 1]
    report = verify(problem, solution)
    assert report.violations == ()
    assert hhcrsp.components(problem, report.cost)["distance"] == 14.42
    assert hhcrsp.total(report.cost) == 4.807


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda one: one.update(central_offices=[]),
            "instance: it has 0 central offices where 1 is possible",
        ),
        (
            lambda one: one["patients"][0].update(time_window=[3]),
            "patient p1: 'time_window' is not [start, end]",
        ),
        (
            lambda one: one["patients"][0]["synchronization"].update(type="independent"),
            "patient p1: synchronization 'independent' is neither simultaneous nor sequential",
        ),
    ],
)
def test_bad_hhcrsp_instances_name_the_item(
    change: Callable[[dict[str, Any]], object], sentence: str
) -> None:
    with pytest.raises(FormatError) as caught:
        hhcrsp.read_problem(with_change(HHCRSP, change))
    assert str(caught.value) == sentence
