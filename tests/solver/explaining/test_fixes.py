"""Fixes: applied, each is served with nobody lost; each kind on a day that needs it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.errors import ProblemError
from solver.explaining.fixes import Fix, smallest_fixes
from solver.explaining.remedies import Kind
from solver.problem import Caregiver, Problem, TimeWindow, Visit
from solver.replanning.disturbance import appointments
from solver.solution import Proof, Solution, Unserved
from solver.verify import verify
from tests.solver.explaining.plans import constructed
from tests.solver.small import caregiver, day, visit
from tests.solver.tiny_days import product_day

TRIES = 60


def is_true(problem: Problem, plan: Solution, name: str, fix: Fix) -> None:
    changed = fix.apply(problem)
    report = verify(changed, fix.plan)
    assert report.violations == (), fix.remedy
    assert fix.added_cost == report.total - verify(problem, plan).total
    now = appointments(changed, fix.plan)
    assert {name, *appointments(problem, plan)} <= now.keys()


def test_every_fix_of_tiny_days_is_served() -> None:
    kinds: set[Kind] = set()
    for seed in range(60):
        problem = product_day(seed)
        plan = constructed(problem)
        if verify(problem, plan).violations:
            continue
        for one in plan.unserved:
            found = smallest_fixes(problem, plan, one.visit_id, most=9, tries=TRIES)
            for fix in found:
                is_true(problem, plan, one.visit_id, fix)
                kinds.add(fix.remedy.kind)
            assert [fix.remedy.size for fix in found] == sorted(fix.remedy.size for fix in found)
    assert len(kinds) >= 5


def fixes(one: Visit, *people: Caregiver, **weights: int | None) -> dict[Kind, Fix]:
    problem = day([one], list(people), **weights)
    plan = constructed(problem)
    assert plan.unserved
    found = smallest_fixes(problem, plan, "V", most=9, tries=200)
    for fix in found:
        is_true(problem, plan, "V", fix)
    kinds: dict[Kind, Fix] = {}
    for fix in found:
        kinds.setdefault(fix.remedy.kind, fix)
    return kinds


A = caregiver("A", "bath")


def test_a_window_is_widened_by_the_fewest_minutes() -> None:
    found = fixes(visit("V", 3, windows=(TimeWindow(480, 492),)), A)
    assert found[Kind.WIDEN_LATER].remedy.minutes == 20, "it can begin at 510, 18 minutes later"
    found = fixes(visit("V", 3, windows=(TimeWindow(908, 950),)), A)
    assert found[Kind.WIDEN_EARLIER].remedy.minutes == 10, "it must begin at 900"
    assert found[Kind.OVERTIME].remedy.minutes == 10
    assert found[Kind.SHIFT_LATER].remedy.minutes == 10


def test_a_shift_begins_earlier_and_overtime_that_was_forbidden_is_for_one_only() -> None:
    found = fixes(visit("V", 3, windows=(TimeWindow(480, 492),)), A)
    assert found[Kind.SHIFT_EARLIER].remedy.minutes == 20
    other = caregiver("B", shift={"maximum_overtime": 60, "end": 500})
    found = fixes(visit("V", 3, windows=(TimeWindow(905, 950),)), A, other, overtime=None)
    fix = found[Kind.OVERTIME]
    assert (fix.remedy.caregiver, fix.remedy.minutes) == ("A", 5)
    changed = fix.apply(day([visit("V")], [A, other], overtime=None))
    assert [s.maximum_overtime for c in changed.caregivers for s in c.shifts] == [5, 0]


@pytest.mark.parametrize(
    ("one", "people", "kind", "caregiver_id"),
    [
        (visit("V", 1, "nurse"), [A], Kind.ADD_SKILL, "A"),
        (visit("V", refused_caregivers=frozenset({"A"})), [A], Kind.LIFT_REFUSAL, "A"),
        (visit("V", only_caregivers=frozenset()), [A], Kind.LIFT_REFUSAL, "A"),
        (visit("V", 1, "nurse"), [A], Kind.MORE_SHIFT, "further"),
        (visit("V", parts=2), [A], Kind.MORE_SHIFT, "further"),
        (visit("V", locked_start=470), [A], Kind.RELEASE_START, ""),
        (
            visit("V", 1, "bath", locked_caregivers=("B",)),
            [A, caregiver("B")],
            Kind.RELEASE_CAREGIVER,
            "",
        ),
    ],
)
def test_each_kind_helps_where_it_must(
    one: Visit, people: list[Caregiver], kind: Kind, caregiver_id: str
) -> None:
    assert fixes(one, *people)[kind].remedy.caregiver == caregiver_id


def test_a_preference_matters_only_where_it_is_forbidden_to_break() -> None:
    one = visit("V", preferred_caregivers=frozenset({"B"}))
    late = caregiver("B", shift={"start": 950})
    assert Kind.DROP_PREFERENCE in fixes(one, A, late, preference=None)


def test_what_fits_as_the_day_is_needs_nothing_else() -> None:
    problem = day([visit("V", 2, drop_cost=5)], [A])
    plan = Solution((), (Unserved("V", "dearer_than_dropping", Proof.NOT_FOUND),))
    (fix,) = smallest_fixes(problem, plan, "V", tries=5)
    is_true(problem, plan, "V", fix)
    assert (fix.remedy.kind, fix.remedy.size, fix.added_cost) == (Kind.SERVE_ANYWAY, 0, 35)


def test_who_else_is_moved_is_told() -> None:
    stays = visit("W", 1, minutes=60, windows=(TimeWindow(490, 600),))
    tight = visit("V", 1, minutes=60, windows=(TimeWindow(490, 500),))
    problem = day([stays, tight], [A])
    alone = constructed(replace(problem, visits=(stays,)))
    plan = replace(alone, unserved=(Unserved("V", "no_room", Proof.NOT_FOUND),))
    (fix,) = smallest_fixes(problem, plan, "V", tries=5)
    assert [(one.visit_id, one.was.start, one.now.start) for one in fix.disturbed] == [
        ("W", 490, 550)
    ]


def test_tries_bound_the_work_and_a_served_visit_is_refused() -> None:
    problem = day([visit("V", 1, "nurse")], [A])
    plan = constructed(problem)
    assert smallest_fixes(problem, plan, "V", tries=0) == ()
    assert smallest_fixes(problem, plan, "V", seconds=-1.0) == ()
    with pytest.raises(ProblemError, match="not among"):
        smallest_fixes(problem, plan, "X")
    served = day([visit("V")], [A])
    with pytest.raises(ProblemError, match="nothing to mend"):
        smallest_fixes(served, constructed(served), "V")
