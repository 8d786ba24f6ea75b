"""JSON in and out: exact round trips, errors that name the place, and the published formats' rules.

The published formats are also proved on the public instances, in `test_formats_published`.
"""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.errors import FormatError, ProblemError
from solver.formats import hhcrsp, native, uhhc
from solver.formats.documents import detect, read_json
from solver.objective import Term
from solver.problem import Gap, TimeWindow, WindowMet
from solver.solution import Rest
from solver.verify import Rule, verify
from tests.solver.generate import generate


@given(st.integers(0, 10_000))
@settings(max_examples=50, deadline=None)
def test_native_round_trip_is_exact(seed: int) -> None:
    problem, plan = generate(seed)
    text = json.dumps(native.write_problem(problem))
    again = native.read_problem(json.loads(text))
    assert again == problem
    document = json.loads(json.dumps(native.write_solution(problem, plan, {})))
    assert native.read_solution(document, problem) == plan
    assert verify(again, plan) == verify(problem, plan)


def broken(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = native.write_problem(generate(1)[0])
    change(document)
    return document


BAD_NATIVE: dict[str, Callable[[dict[str, Any]], object]] = {
    "problem: 'format' is 'xinbei-visits/9', not 'xinbei-visits/1'": lambda one: one.update(
        format="xinbei-visits/9"
    ),
    "problem: 'kind' is 'solution', not 'problem'": lambda one: one.update(kind="solution"),
    "problem: the field 'weights' is missing": lambda one: one.pop("weights"),
    "problem: the field 'wait' is unknown": lambda one: one.update(wait=3),
    "problem.visits[0].place: '1' is not a whole number": lambda one: one["visits"][0].update(
        place="1"
    ),
    "problem.visits[0].place: True is not a whole number": lambda one: one["visits"][0].update(
        place=True
    ),
    "problem.visits[0].windows[0].end: 540.5 is not a whole number": lambda one: one["visits"][0][
        "windows"
    ][0].update(end=540.5),
    "problem.visits[0].windows: {} is not a list": lambda one: one["visits"][0].update(windows={}),
    "problem.visits: 3 is not a list": lambda one: one.update(visits=3),
    "problem.caregivers[1]: 'Li' is not an object": lambda one: one["caregivers"].__setitem__(
        1, "Li"
    ),
    "problem.window_met: 'noon' is not one of at_service_start, at_service_end": (
        lambda one: one.update(window_met="noon")
    ),
    "problem.travel.foot: the rows of the matrix differ in length": lambda one: one["travel"][
        "foot"
    ][0].pop(),
    "problem.travel.foot[0][1]: 'x' is not a number": lambda one: one["travel"]["foot"][
        0
    ].__setitem__(1, "x"),
    "problem.name: None is not a text": lambda one: one.update(name=None),
    "problem.visits[0].late_is_hard: 1 is not true or false": lambda one: one["visits"][0].update(
        late_is_hard=1
    ),
}


@pytest.mark.parametrize("sentence", BAD_NATIVE)
def test_bad_native_documents_name_the_place(sentence: str) -> None:
    with pytest.raises(FormatError) as caught:
        native.read_problem(broken(BAD_NATIVE[sentence]))
    assert str(caught.value) == sentence


def test_contradictions_in_a_document_are_the_problems_errors() -> None:
    document = broken(lambda one: one["visits"][0].update(windows=[{"start": 9, "end": 3}]))
    with pytest.raises(ProblemError, match="visit V0: window 1 ends \\(3\\) before it starts"):
        native.read_problem(document)


def test_files_that_are_no_json_say_where(tmp_path: Path) -> None:
    path = tmp_path / "day.json"
    with pytest.raises(FormatError, match=r"day.json: it cannot be read \(No such file"):
        read_json(path)
    path.write_text('{"visits": [1,}', encoding="utf-8")
    with pytest.raises(FormatError, match=r"it is not JSON \(line 1, column 15"):
        read_json(path)
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(FormatError, match="it holds no JSON object"):
        read_json(path)
    path.write_bytes("新北".encode("gb18030"))
    with pytest.raises(FormatError, match="it is not UTF-8 text"):
        read_json(path)


# A made-up UHHC day: one office, two patients, three caregivers.
UHHC: dict[str, Any] = {
    "metadata": {
        "time_window_met": "at_service_end",
        "cost_components": {"travel_time": 2, "total_tardiness": "HARD", "missed_lunch_break": 9},
    },
    "distances": [[0, 10, 10], [10, 0, 4], [10, 4, 0]],
    "terminal_points": [{"id": "d0", "distance_matrix_index": 0}],
    "services": [{"id": "s0", "default_duration": 15}, {"id": "s1", "default_duration": 5}],
    "caregivers": [
        {
            "id": name,
            "abilities": ["s0", "s1"],
            "departing_point": "d0",
            "arrival_point": "d0",
            "working_shift": {"start": 100, "end": 400},
            "lunch_break": name != "c3",
        }
        for name in ("c1", "c2", "c3")
    ],
    "patients": [
        {
            "id": "p1",
            "required_services": [{"service": "s0"}, {"service": "s1", "duration": 7}],
            "distance_matrix_index": 1,
            "time_windows": [{"start": 200, "end": 300}, {"start": 100, "end": 150}],
            "synchronization": {"type": "sequential", "distance": {"min": 5, "max": 20}},
            "preferred_caregivers": ["c1"],
            "incompatible_caregivers": ["c3"],
        },
        {
            "id": "p2",
            "required_services": [{"service": "s1"}],
            "distance_matrix_index": 2,
            "time_windows": [{"start": 100, "end": 390}],
            "optional": True,
        },
    ],
    "lunch_breaks": {"start": 180, "end": 360, "min_duration": 30},
}


def with_change(document: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> Any:
    other = copy.deepcopy(document)
    change(other)
    return other


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


def service(patient: str, name: str, start: int, end: int) -> dict[str, Any]:
    return {"patient": patient, "service": name, "arrival_time": start, "departure_time": end}


def lunch(patient: str, start: int) -> dict[str, Any]:
    return {
        "patient": patient,
        "service": "lunch_break",
        "start_time": start,
        "end_time": start + 30,
    }


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


HHCRSP: dict[str, Any] = {
    "central_offices": [{"id": "d"}],
    "services": [{"id": "s1", "default_duration": 14.0}],
    "distances": [[0.0, 3.605], [3.605, 0.0]],
    "caregivers": [{"id": "c1", "abilities": ["s1"]}, {"id": "c2", "abilities": ["s1"]}],
    "patients": [
        {
            "id": "p1",
            "time_window": [154.99999999999997, 200.0],
            "required_caregivers": [{"service": "s1"}, {"service": "s1", "duration": 3.5}],
            "synchronization": {"type": "simultaneous"},
        }
    ],
}


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
        {"caregiver_id": "c2", "locations": [service("p1", "s1", 155, 158.5)]},  # type: ignore[arg-type]
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


def test_formats_are_told_apart() -> None:
    assert detect(UHHC) == "uhhc"
    assert detect(HHCRSP) == "hhcrsp"
    assert detect(native.write_problem(generate(1)[0])) == "native"
    with pytest.raises(FormatError, match="it is in none of the formats native, uhhc, hhcrsp"):
        detect({"routes": []})


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path into a JSON value."""
    if isinstance(value, dict):
        inner = [place for key, one in value.items() for place in places(one, (*path, key))]
    elif isinstance(value, list):
        inner = [
            place for number, one in enumerate(value) for place in places(one, (*path, number))
        ]
    else:
        inner = []
    return [path, *inner] if path else inner


junk: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0, 7, 2.5, 10**30, float("nan"), "", "x", [], {}, [[]], [3], {"id": "x"}]
)
READERS: list[tuple[Callable[[dict[str, Any]], Any], dict[str, Any]]] = [
    (native.read_problem, native.write_problem(generate(5, visits=3, caregivers=2, places=3)[0])),
    (uhhc.read_problem, UHHC),
    (hhcrsp.read_problem, HHCRSP),
    (
        lambda one: uhhc.read_solution(one, uhhc_problem()),
        {
            "routes": [
                {
                    "caregiver_id": "c1",
                    "locations": [service("p2", "s1", 264, 269), lunch("p2", 200)],
                }
            ]
        },
    ),
    (
        lambda one: hhcrsp.read_solution(one, hhcrsp.read_problem(HHCRSP)),
        {"routes": [{"caregiver_id": "c1", "locations": [service("p1", "s1", 155, 169)]}]},
    ),
]


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_a_document_damaged_anywhere_is_refused_or_read_but_never_crashes(data: Any) -> None:
    read, document = data.draw(st.sampled_from(READERS))
    damaged = copy.deepcopy(document)
    place = data.draw(st.sampled_from(places(document)))
    holder = damaged
    for step in place[:-1]:
        holder = holder[step]
    if isinstance(holder, dict) and data.draw(st.booleans()):
        del holder[place[-1]]
    else:
        holder[place[-1]] = data.draw(junk)
    with contextlib.suppress(FormatError, ProblemError):
        read(damaged)
