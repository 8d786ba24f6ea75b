"""Reasons: each code on a day that deserves it, and no proof that brute force can refute."""

from __future__ import annotations

import numpy as np
import pytest

from solver.explain import Explanation, Reason, dearer_than_dropping, explain, shortest_from
from solver.problem import Break, Caregiver, Gap, Problem, Shift, SkillHeld, TimeWindow, Visit
from solver.solution import Proof
from solver.tasks import tabulate
from tests.solver.small import STANDARD, caregiver, day, visit
from tests.solver.tiny import least_lost, tiny

EARLY = (TimeWindow(480, 520),)


def reason(one: Visit, *people: Caregiver, **weights: int | None) -> Explanation:
    return explain(tabulate(day([one], list(people), **weights)), 0)


NURSE = caregiver("nurse", "nurse")
RESTING = caregiver("C", shift={"rest": Break(earliest=480, latest_end=540, duration=60)})


@pytest.mark.parametrize(
    ("one", "people", "code"),
    [
        (visit("V", 1, "bath"), [NURSE], Reason.NO_CAREGIVER_WITH_SKILL),
        (visit("V", 1, "bath", "nurse"), [NURSE], Reason.NO_CAREGIVER_WITH_SKILL),
        (
            visit("V", 1, "nurse"),
            [caregiver("C", "nurse", level=0)],
            Reason.NO_CAREGIVER_WITH_SKILL,
        ),
        (
            visit("V", 1, "nurse"),
            [caregiver("C", skills=(SkillHeld("nurse", 1, valid_until=500),))],
            Reason.SKILL_EXPIRED,
        ),
        (visit("V", required_tags=frozenset({"female"})), [NURSE], Reason.TAGS_UNMET),
        (
            visit("V", refused_caregivers=frozenset({"nurse"})),
            [NURSE],
            Reason.REFUSED_OR_NOT_ALLOWED,
        ),
        (visit("V", only_caregivers=frozenset()), [NURSE], Reason.REFUSED_OR_NOT_ALLOWED),
        (visit("V", windows=(TimeWindow(970, 990),)), [NURSE], Reason.NO_SHIFT_IN_WINDOW),
        (visit("V", minutes=490), [NURSE], Reason.NO_SHIFT_IN_WINDOW),
        (visit("V", locked_start=470), [NURSE], Reason.NO_SHIFT_IN_WINDOW),
        (visit("V", 5, windows=EARLY), [NURSE], Reason.TOO_FAR),
        (visit("V", 5, minutes=400), [NURSE], Reason.TOO_FAR),
        (visit("V", 5), [caregiver("C", maximum_work=120)], Reason.TOO_FAR),
        (visit("V", 1, windows=EARLY), [RESTING], Reason.ALONE_INFEASIBLE),
        (visit("V", parts=2), [NURSE], Reason.PAIR_NEEDS_TWO),
        (
            visit("V", 1, parts=2, sync=Gap(), windows=EARLY),
            [NURSE, caregiver("late", shift={"start": 600})],
            Reason.PAIR_NEEDS_TWO,
        ),
    ],
)
def test_each_code_is_proved_on_its_day(one: Visit, people: list[Caregiver], code: Reason) -> None:
    found = reason(one, *people)
    assert (found.reason, found.proof) == (code, Proof.IMPOSSIBLE)
    assert found.detail.endswith(".")
    assert found.facts
    entry = found.unserved()
    assert (entry.visit_id, entry.reason, entry.proof) == ("V", code.value, Proof.IMPOSSIBLE)


@pytest.mark.parametrize(
    ("one", "people"),
    [
        (visit("V", 1, "nurse"), [NURSE]),
        (visit("V", 4, windows=EARLY), [NURSE]),
        (visit("V", 5), [caregiver("C", maximum_work=130)]),
        (visit("V", 1, windows=(TimeWindow(480, 550),)), [RESTING]),
        (visit("V", parts=2), [NURSE, caregiver("B")]),
        (
            visit("V", 1, parts=2, sync=Gap(90, 150), windows=(TimeWindow(480, 700),)),
            [NURSE, caregiver("late", shift={"start": 600})],
        ),
        (visit("V", 7, late_is_hard=False, windows=EARLY), [NURSE]),
        (visit("V", 1, preferred_caregivers=frozenset({"nurse"})), [NURSE]),
    ],
)
def test_nothing_is_proved_where_an_empty_day_would_do(one: Visit, people: list[Caregiver]) -> None:
    found = reason(one, *people)
    assert (found.reason, found.proof) == (Reason.NOT_FOUND_IN_TIME, Proof.NOT_FOUND)
    assert least_lost(day([one], people))[1] == {"V"}


def test_a_forbidden_term_forbids_the_caregiver() -> None:
    one = visit("V", 1, preferred_caregivers=frozenset({"B"}))
    people = [caregiver("A"), caregiver("B", shift={"start": 950})]
    assert reason(one, *people, preference=1).proof is Proof.NOT_FOUND
    assert reason(one, *people, preference=None).reason is Reason.NO_SHIFT_IN_WINDOW
    assert reason(one, people[0], caregiver("B", tags=frozenset())).proof is Proof.NOT_FOUND


def test_the_figures_are_there_for_another_language() -> None:
    found = reason(visit("V", 5, windows=EARLY), caregiver("A"), caregiver("B"))
    assert found.facts == {"travel": 100, "shifts": 2, "part": 0, "opens": 480, "closes": 520}
    found = reason(visit("V", 1, "bath"), NURSE)
    assert found.facts == {"part": 0, "caregivers": 1, "skill": "bath", "level": 1}


def test_a_shorter_way_round_or_a_saved_setup_is_no_proof() -> None:
    travel = np.full((3, 3), 100, dtype=np.int32)
    np.fill_diagonal(travel, 0)
    travel[0, 1], travel[1, 2] = 10, 10  # by way of place 1 it is near
    people = (Caregiver(id="C", shifts=(Shift(id="S", **STANDARD),), mode="walk"),)
    far = visit("V", 2, windows=(TimeWindow(480, 510),))
    roundabout = Problem(
        visits=(far,), caregivers=people, travel={"walk": travel}, weights=day([], []).weights
    )
    assert explain(tabulate(roundabout), 0).proof is Proof.NOT_FOUND
    assert shortest_from(travel, 0).tolist() == [0, 10, 20]

    needs_setup = visit("V", 1, windows=(TimeWindow(480, 495),), setup=10, building="house")
    neighbour = visit("N", 1, building="house")
    alone, together = day([needs_setup], list(people)), day([needs_setup, neighbour], list(people))
    assert explain(tabulate(alone), 0).proof is Proof.IMPOSSIBLE
    assert explain(tabulate(together), 0).proof is Proof.NOT_FOUND


def test_dearer_than_dropping_names_both_prices() -> None:
    found = dearer_than_dropping(visit("V"), 120, 100)
    assert (found.reason, found.proof) == (Reason.DEARER_THAN_DROPPING, Proof.NOT_FOUND)
    assert found.facts == {"price": 120, "drop_cost": 100}


@pytest.mark.parametrize("seed", range(30))
def test_brute_force_confirms_every_proof(seed: int) -> None:
    """Where ways are metric and nothing is linked, what no plan serves is proved, too."""
    metric = seed % 3 > 0
    problem = tiny(seed, visits=3, caregivers=2, links=seed % 2 == 0, metric=metric)
    table = tabulate(problem)
    _, possible = least_lost(problem)
    for number, one in enumerate(problem.visits):
        proved = explain(table, number).proof is Proof.IMPOSSIBLE
        assert not (proved and one.id in possible)
        if metric:
            assert proved or one.id in possible
