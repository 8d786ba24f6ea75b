"""The proof of small days: the model says what the checker says, and finds what others miss."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from solver import engine, exact
from solver.exact import searching
from solver.exact.searching import Found, is_small
from solver.exact.terms import UNAVOIDABLE, penalty
from solver.improve import improve
from solver.objective import Term
from solver.problem import Break, Problem, Shift, TimeWindow
from solver.solution import Proof, Solution, Unserved
from solver.verify import Report, Rule, verify
from tests.solver.generate import generate
from tests.solver.small import caregiver, day, visit
from tests.solver.tiny import tiny

# Far more than needed: searches end by the proof, or by their work.
PLENTY, WORK = 600.0, 20.0


def proved(problem: Problem) -> tuple[Solution, Report]:
    """The best plan and the checker's report, the model's objective held against it."""
    assert is_small(problem)
    found = searching.search(problem, None, WORK, PLENTY, 0, None)
    assert found is not None
    assert found.proved
    report = verify(problem, found.plan)
    assert {one.rule for one in report.violations} <= searching.UNAVOIDABLE
    assert found.objective == report.total + penalty(problem) * len(report.violations)
    return found.plan, report


def better(problem: Problem, start: Solution | None, **given: Any) -> Solution | None:
    limits: dict[str, Any] = {"deterministic_limit": WORK, "seconds": PLENTY, "seed": 0}
    return exact.exact(problem, start=start, **(limits | given))


def pressed(problem: Problem, seed: int) -> Problem:
    """The same day with every term priced, or forbidden now and then, and rests of every kind."""
    rng = np.random.default_rng(seed)
    weights = {
        term.value: None if rng.random() < 0.08 else int(rng.integers(0, 5))
        for term in Term
        if rng.random() < 0.7
    }
    people = []
    for one in problem.caregivers:
        shifts = []
        for shift in one.shifts:
            rest, over = shift.rest, [None, 0, 40][int(rng.integers(0, 3))]
            if rest is not None and rest.miss_cost is not None:
                rest = replace(rest, due_without_stops=bool(rng.random() < 0.5))
            shifts.append(replace(shift, rest=rest, maximum_overtime=over))
        past = int(rng.integers(0, 60))
        people.append(replace(one, shifts=tuple(shifts), past_workload=past))
    visits = tuple(
        replace(one, late_is_hard=bool(rng.random() < 0.3), drop_cost=[None, 20, 900][number % 3])
        for number, one in enumerate(problem.visits)
    )
    return replace(
        problem,
        visits=visits,
        caregivers=tuple(people),
        weights=replace(problem.weights, **weights),
    )


@pytest.mark.parametrize("seed", range(40))
def test_the_objective_is_the_checkers_total(seed: int) -> None:
    problem = tiny(seed, visits=3 + seed % 4, caregivers=2 + seed % 2, metric=seed % 3 > 0)
    proved(problem)
    proved(pressed(problem, seed))


@pytest.mark.parametrize("seed", range(20))
def test_days_with_a_valid_plan_are_solved_at_no_more_than_its_cost(seed: int) -> None:
    problem, known = generate(seed, visits=4, caregivers=2, places=6)
    _, report = proved(problem)
    before = verify(problem, known)
    assert before.violations == ()
    assert (len(report.violations), report.total) <= (0, before.total)
    found = better(problem, known)
    assert (found is None) == (report.total == before.total)
    assert found is None or verify(problem, found).total == report.total


@pytest.mark.parametrize("seed", range(20))
def test_the_search_never_finds_a_better_plan(seed: int) -> None:
    """Of the forbidden terms the search may break more than the model does without a start."""
    problem = pressed(tiny(seed, visits=4, caregivers=2), seed)
    _, best = proved(problem)
    found = improve(problem, None, time_limit=None, iterations=500, chains=1)
    long = verify(problem, found)
    faults = {one.rule for one in long.violations} - searching.UNAVOIDABLE
    broken = {one.item for one in long.violations if one.rule is Rule.FORBIDDEN_COST}
    if not faults and broken <= UNAVOIDABLE:
        assert (len(best.violations), best.total) <= (len(long.violations), long.total)
    if (final := better(problem, found)) is not None:
        report = verify(problem, final)
        assert (len(report.violations), report.total) < (len(long.violations), long.total)
        assert {one.rule for one in report.violations} <= searching.UNAVOIDABLE | faults


def test_the_best_plan_is_not_beaten_by_itself() -> None:
    problem = tiny(3)
    best, _ = proved(problem)
    assert better(problem, best) is None


def test_waiting_on_purpose_between_two_windows_pays() -> None:
    """At once both starts are late for the first window; half an hour later neither is."""
    windows = (TimeWindow(480, 485), TimeWindow(540, 600))
    shift = {"start": 490, "end": 900}
    late = visit("V", 1, windows=windows, late_is_hard=False, drop_cost=5_000)
    other = visit("W", 2, windows=(TimeWindow(570, 600),))
    problem = day([late, other], [caregiver("C", shift=shift)], lateness=10, waiting=1)
    plan, report = proved(problem)
    assert [stop.start for stop in plan.routes[0].stops] == [540, 580]
    assert report.terms[Term.LATENESS] == 0
    assert report.total == 40


def test_giving_up_a_rest_pays() -> None:
    rest = Break(earliest=500, latest_end=560, duration=30, miss_cost=50)
    needs = [
        visit(name, 1, windows=(TimeWindow(start, start),), minutes=20)
        for name, start in (("V", 500), ("W", 522))
    ]
    problem = day(needs, [caregiver("C", shift={"rest": rest, "end": 560})])
    _, report = proved(problem)
    assert report.terms[Term.UNSERVED] == 0
    assert report.terms[Term.MISSED_BREAK] == 50
    cheap = replace(problem, visits=(needs[0], replace(needs[1], drop_cost=10)))
    plan, report = proved(cheap)
    assert [one.visit_id for one in plan.unserved] == ["W"]
    assert report.terms[Term.MISSED_BREAK] == 0


def test_overtime_runs_into_the_next_shift_where_that_is_not_used() -> None:
    shifts = tuple(
        Shift(id=name, start=a, end=b, start_place=0, end_place=0, maximum_overtime=120)
        for name, a, b in (("early", 480, 540), ("late", 540, 900))
    )
    first = visit("V", 1, minutes=60, windows=(TimeWindow(490, 490),))
    second = visit("W", 1, minutes=10, windows=(TimeWindow(560, 600),))
    plan, report = proved(day([first, second], [caregiver("C", shifts=shifts)]))
    assert report.terms[Term.UNSERVED] == 0
    assert sorted(route.return_at for route in plan.routes) in ([560, 590], [580])


def test_what_must_be_served_and_cannot_leaves_the_rest_planned() -> None:
    impossible = visit("V", 1, "bath", drop_cost=None)
    problem = day([impossible, visit("W", 2)], [caregiver("C")])
    plan, report = proved(problem)
    assert [one.visit_id for one in plan.unserved] == ["V"]
    assert [one.rule for one in report.violations] == [Rule.MANDATORY_UNSERVED]
    assert [stop.visit_id for stop in plan.routes[0].stops] == ["W"]
    assert better(problem, None) == plan


def test_it_repeats_exactly() -> None:
    problem = pressed(tiny(11, visits=6, caregivers=3), 11)
    start = Solution((), tuple(Unserved(one.id, "x", Proof.NOT_FOUND) for one in problem.visits))
    for limit in (0.02, WORK):
        assert len({better(problem, start, deterministic_limit=limit) for _ in range(3)}) == 1


def test_it_stops_when_asked_before_and_during_the_search() -> None:
    problem = tiny(2, visits=6, caregivers=3)
    assert better(problem, None, stop=lambda: True) is None
    asked = iter([False])
    found = better(problem, None, stop=lambda: next(asked, True))
    assert found is None or verify(problem, found).violations == ()
    assert better(problem, None, seconds=0.0) is None


def test_only_small_days_are_small() -> None:
    assert not is_small(day([], [caregiver("C")]))
    assert not is_small(day([visit("V")], []))
    twelve = [visit(f"V{number}") for number in range(12)]
    assert is_small(day(twelve, [caregiver("C")]))
    assert not is_small(day([*twelve, visit("W")], [caregiver("C")]))
    assert not is_small(day(twelve[:1], [caregiver("C")], travel=10**13))


def test_a_plan_the_checker_refuses_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = tiny(2)
    wrong = Found(Solution(()), 0, True)  # noqa: FBT003 - whether it is proved
    monkeypatch.setattr(searching, "search", lambda *_: wrong)
    assert better(problem, None) is None


def solved(problem: Problem, **given: Any) -> Solution:
    limits: dict[str, Any] = {"time_limit": PLENTY, "iterations": 50, "threads": 1}
    return engine.solve(problem, **(limits | given))


@pytest.mark.parametrize("seed", range(12))
def test_the_engine_ends_small_days_with_the_proof(seed: int) -> None:
    problem = tiny(seed, visits=4, caregivers=2)
    _, best = proved(problem)
    plan = solved(problem)
    report = verify(problem, plan)
    assert (len(report.violations), report.total) == (len(best.violations), best.total)
    assert all(one.detail for one in plan.unserved)
    assert solved(problem) == plan


def test_a_fault_of_the_proof_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no proof today")

    problem = tiny(1)
    with monkeypatch.context() as patched:
        patched.setattr(exact, "exact", broken)
        assert verify(problem, solved(problem)).violations == ()
    assert "the proof failed" in caplog.text


def test_a_run_apart_from_the_library_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Problem] = []
    monkeypatch.setattr(exact, "exact", lambda problem, **_: asked.append(problem))
    problem = tiny(1)
    assert solved(problem, isolate=True) == solved(problem, isolate=True)
    assert asked == []
    solved(problem)
    assert asked == [problem]
