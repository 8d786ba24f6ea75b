"""The problem refuses to contradict itself, in one sentence that names the item."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from solver.errors import ProblemError, SolverError
from solver.objective import Term, Weights
from solver.problem import (
    Break,
    Caregiver,
    Dependency,
    Gap,
    Part,
    Problem,
    Shift,
    SkillHeld,
    SkillNeed,
    TimeWindow,
    Visit,
)
from solver.verify import verify
from tests.solver.generate import generate


def visit(**changes: Any) -> Visit:
    given: dict[str, Any] = {
        "id": "V12",
        "place": 1,
        "parts": (Part(30),),
        "windows": (TimeWindow(480, 540),),
        **changes,
    }
    return Visit(**given)


def shift(**changes: Any) -> Shift:
    given: dict[str, Any] = {"id": "S1", "start": 480, "end": 960, "start_place": 0, "end_place": 0}
    return Shift(**{**given, **changes})


def caregiver(**changes: Any) -> Caregiver:
    given: dict[str, Any] = {"id": "C1", "shifts": (shift(),), "mode": "foot", **changes}
    return Caregiver(**given)


def problem(**changes: Any) -> Problem:
    given: dict[str, Any] = {
        "visits": (visit(),),
        "caregivers": (caregiver(),),
        "travel": {"foot": [[0, 5], [5, 0]]},
        "weights": Weights(),
        **changes,
    }
    return Problem(**given)


TWO = (Part(30), Part(20))

BAD: dict[str, Any] = {
    "visit V12: window 2 ends (540) before it starts (600)": lambda: visit(
        windows=(TimeWindow(400, 420), TimeWindow(600, 540))
    ),
    "visit V12: window 2 does not lie later than window 1": lambda: visit(
        windows=(TimeWindow(400, 500), TimeWindow(400, 520))
    ),
    "visit V12: it has no time window": lambda: visit(windows=()),
    "visit V12: start of window 1 must be at least 0, not -5": lambda: visit(
        windows=(TimeWindow(-5, 10),)
    ),
    "visit V12: it has 3 parts where 1 or 2 are possible": lambda: visit(parts=(Part(1),) * 3),
    "visit V12: it has 0 parts where 1 or 2 are possible": lambda: visit(parts=()),
    "visit V12: duration of part 1 must be at least 0, not -1": lambda: visit(parts=(Part(-1),)),
    "visit V12: duration of part 1 must be a whole number, not 1.5 (float)": lambda: visit(
        parts=(Part(1.5),)  # type: ignore[arg-type]  # wrong on purpose
    ),
    "visit V12: drop_cost must be at least 0, not -2": lambda: visit(drop_cost=-2),
    "visit V12: setup must be at least 0, not -2": lambda: visit(setup=-2),
    "visit V12: priority must be a whole number, not True (bool)": lambda: visit(priority=True),
    "visit V12: familiarity with C1 is 101, above 100": lambda: visit(familiarity={"C1": 101}),
    "visit V12: a single part cannot be synchronised": lambda: visit(sync=Gap()),
    "visit V12: 2 locked caregivers stand for 1 part(s)": lambda: visit(
        locked_caregivers=("C1", "C2")
    ),
    "visit V12: both parts are locked to caregiver C1": lambda: visit(
        parts=TWO, locked_caregivers=("C1", "C1")
    ),
    "visit '': the id must be a non-empty text": lambda: visit(id=""),
    "skill bath: level must be at least 0, not -1": lambda: SkillNeed("bath", -1),
    "skill bath: valid_until must be a whole number, not '9' (str)": lambda: SkillHeld(
        "bath",
        0,
        "9",  # type: ignore[arg-type]  # wrong on purpose
    ),
    "gap: maximum 3 is below minimum 4": lambda: Gap(4, 3),
    "shift S1: it has no end": lambda: shift(end=None),
    "shift S1: it ends (400) before it starts (480)": lambda: shift(end=400),
    "shift S1: maximum_overtime must be at least 0, not -1": lambda: shift(maximum_overtime=-1),
    "shift S1: a rest of 31 does not fit into 700 to 730": lambda: shift(
        rest=Break(earliest=700, latest_end=730, duration=31)
    ),
    "caregiver C1: shifts S1 and S2 overlap": lambda: caregiver(
        shifts=(shift(), shift(id="S2", start=900, end=1000))
    ),
    "caregiver C1: maximum_work must be at least 0, not -1": lambda: caregiver(maximum_work=-1),
    "weights: lateness must be at least 0, not -1": lambda: Weights(lateness=-1),
    "visit V12: the id is used twice": lambda: problem(visits=(visit(), visit())),
    "caregiver C1: the id is used twice": lambda: problem(
        caregivers=(caregiver(), caregiver(shifts=()))
    ),
    "shift S1: the id is used twice": lambda: problem(caregivers=(caregiver(), caregiver(id="C2"))),
    "caregiver C1: no travel matrix for mode 'boat'": lambda: problem(
        caregivers=(caregiver(mode="boat"),)
    ),
    "visit V12: place 2 is outside the travel matrix of 2 places": lambda: problem(
        visits=(visit(place=2),)
    ),
    "shift S1: end_place 7 is outside the travel matrix of 2 places": lambda: problem(
        caregivers=(caregiver(shifts=(shift(end_place=7),)),)
    ),
    "visit V12: refused_caregivers has unknown 'C9'": lambda: problem(
        visits=(visit(refused_caregivers=frozenset({"C1", "C9"})),)
    ),
    "visit V12: familiarity has unknown 'C9'": lambda: problem(
        visits=(visit(familiarity={"C9": 3}),)
    ),
    "visit V12: locked_caregivers has unknown 'C9'": lambda: problem(
        visits=(visit(locked_caregivers=("C9",)),)
    ),
    "dependency V12 -> V13: visit V13 is unknown": lambda: problem(
        dependencies=(Dependency("V12", "V13", Gap()),)
    ),
    "dependency V12 -> V13 -> V12: the chain returns to where it began": lambda: problem(
        visits=(visit(), visit(id="V13")),
        dependencies=(Dependency("V12", "V13", Gap()), Dependency("V13", "V12", Gap())),
    ),
    "travel matrix 'foot': the shape (2, 3) is not square": lambda: problem(
        travel={"foot": [[0, 1, 2], [1, 0, 2]]}
    ),
    "travel matrix 'foot': the value -4 at row 1, column 0 is negative": lambda: problem(
        travel={"foot": [[0, 1], [-4, 0]]}
    ),
    "travel matrix 'foot': the value 1.5 at row 0, column 1 is not a whole number of ticks": (
        lambda: problem(travel={"foot": [[0, 1.5], [4, 0]]})
    ),
    "travel matrix 'foot': the value nan at row 0, column 1 is not a number": lambda: problem(
        travel={"foot": [[0, float("nan")], [4, 0]]}
    ),
    "travel matrix 'foot': the value 3000000000 at row 0, column 1 exceeds 2147483647": (
        lambda: problem(travel={"foot": [[0, 3_000_000_000], [4, 0]]})
    ),
    "travel: the matrices differ in size ({'foot': 2, 'bicycle': 1})": lambda: problem(
        travel={"foot": [[0, 1], [4, 0]], "bicycle": [[0]]}
    ),
    "problem: ticks_per_minute must be at least 1, not 0": lambda: problem(ticks_per_minute=0),
}


@pytest.mark.parametrize("sentence", BAD)
def test_bad_values_are_refused_in_one_sentence(sentence: str) -> None:
    with pytest.raises(ProblemError) as caught:
        BAD[sentence]()
    assert str(caught.value) == sentence
    assert isinstance(caught.value, SolverError)
    assert isinstance(caught.value, ValueError)


def test_costs_that_64_bits_cannot_hold_are_refused() -> None:
    with pytest.raises(ProblemError, match=r"weights: a plan could cost .* more than 64 bits hold"):
        problem(weights=Weights(lateness=2**60))


def test_a_long_chain_of_dependencies_is_no_cycle() -> None:
    visits = tuple(visit(id=f"V{number}") for number in range(3000))
    ties = [Dependency(f"V{number}", f"V{number + 1}", Gap()) for number in range(2999)]
    ties += [Dependency(f"V{number}", f"V{number + 2}", Gap()) for number in range(2998)]
    assert len(problem(visits=visits, dependencies=tuple(ties)).dependencies) == 5997


def test_matrices_are_read_only_and_shared_when_they_already_are() -> None:
    made = problem(travel={"foot": np.array([[0, 5], [5, 0]], dtype=np.int64)})
    matrix = made.travel["foot"]
    assert matrix.dtype == np.int32
    with pytest.raises(ValueError, match="read-only"):
        matrix[0, 1] = 3
    assert replace(made, name="again").travel["foot"] is matrix


def test_the_callers_matrix_stays_his_own() -> None:
    mine = np.array([[0, 5], [5, 0]], dtype=np.int32)
    made = problem(travel={"foot": mine})
    mine[0, 1] = 99
    assert made.travel["foot"][0, 1] == 5


def test_lookups_find_by_id() -> None:
    made = problem()
    assert made.visit_by_id["V12"] is made.visits[0]
    assert made.caregiver_by_id["C1"] is made.caregivers[0]
    assert made.shift_by_id["S1"] == (made.caregivers[0], made.caregivers[0].shifts[0])


def test_a_problem_travels_to_another_process_unchanged() -> None:
    made, _ = generate(3)
    assert made.horizon > 0  # a cached value, which must not travel
    again = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own bytes
    assert again == made
    assert "horizon" not in vars(again)
    assert not again.travel["foot"].flags.writeable


def test_problems_differ_where_a_matrix_does() -> None:
    assert problem() == problem()
    assert problem() != problem(travel={"foot": [[0, 6], [5, 0]]})
    assert problem() != "a problem"


def test_bounds_hold_for_a_plan() -> None:
    for seed in range(10):
        made, plan = generate(seed)
        terms = verify(made, plan).terms
        assert all(terms[term] <= made.bound(term) for term in Term)
