"""JSON in and out: exact round trips, and errors that name the place."""

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
from solver.verify import verify
from tests.solver.generate import generate
from tests.solver.published_samples import HHCRSP, UHHC, lunch, service


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
        lambda one: uhhc.read_solution(one, uhhc.read_problem(UHHC)),
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
