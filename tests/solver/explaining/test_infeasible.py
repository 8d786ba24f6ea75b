"""Groups without room: refuted by exhaustive search, and never said where some plan has room."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import pytest

from solver.explain import Explanation, Reason, explain
from solver.explaining.fixes import smallest_fixes
from solver.explaining.infeasible import explain_beside
from solver.explaining.remedies import Kind
from solver.problem import Break, Caregiver, Dependency, Gap, Problem, TimeWindow, Visit
from solver.solution import Proof, Rest, Route, Solution, Stop, Unserved
from solver.tasks import tabulate
from solver.verify import Rule, verify
from tests.solver.brute_force import MUST, best_plan
from tests.solver.explaining.plans import constructed
from tests.solver.explaining.test_fixes import is_true
from tests.solver.small import caregiver, day, visit
from tests.solver.tiny import tiny
from tests.solver.tiny_days import product_day

Day = Callable[[int], Problem]
TRIES = 15


def metric(seed: int) -> Problem:
    """Every field, locks, pairs and dependencies among them."""
    return tiny(seed, visits=5, caregivers=2)


def roundabout(seed: int) -> Problem:
    """The same where a way round may be shorter than the direct one."""
    return tiny(seed, visits=5, caregivers=2, metric=False)


def crowded(seed: int) -> Problem:
    """A product day on which all visits are wanted at about the same time."""
    problem = product_day(seed)
    visits = tuple(
        replace(one, windows=(TimeWindow(25, 28 + seed % 7),), locked_start=None, late_is_hard=True)
        for one in problem.visits
    )
    return replace(problem, visits=visits, name=f"crowded day {seed}")


def can_serve(problem: Problem, wanted: Collection[str]) -> bool:
    """Whether any plan at all serves these visits, all plans tried."""
    visits = (replace(one, drop_cost=None if one.id in wanted else 0) for one in problem.visits)
    return best_plan(replace(problem, visits=tuple(visits)))[1] < MUST


def judged(problem: Problem) -> list[str]:
    """What became of each unserved visit of a constructed plan; every claim is tried out."""
    plan, table, found = constructed(problem), tabulate(problem), []
    served = {stop.visit_id for route in plan.routes for stop in route.stops}
    for number, one in enumerate(problem.visits):
        if one.id in served:
            continue
        if explain(table, number).proof is Proof.IMPOSSIBLE:
            assert not can_serve(problem, {one.id})
            found.append("alone")
            continue
        beside = explain_beside(table, plan, number)
        ranked = {
            other.id
            for other in problem.visits
            if other.id in served and (other.drop_cost or 0) >= (one.drop_cost or 0)
        }
        if beside is None:
            found.append("servable" if can_serve(problem, ranked | {one.id}) else "open")
            continue
        group = members(beside)
        assert group <= ranked
        assert not can_serve(problem, group | {one.id}), (problem.name, one.id)
        assert can_serve(problem, group), "the others have room without it"
        found.append("beside")
        if not verify(problem, plan).violations:
            helped(problem, plan, one.id)
    return found


def helped(problem: Problem, plan: Solution, name: str) -> None:
    """Every fix offered is true, and none says that nothing need change."""
    for fix in smallest_fixes(problem, plan, name, tries=TRIES):
        is_true(problem, plan, name, fix)
        assert fix.remedy.kind is not Kind.SERVE_ANYWAY


def members(found: Explanation) -> set[str]:
    """The other visits of a certificate."""
    assert (found.reason, found.proof) == (Reason.GROUP_INFEASIBLE, Proof.IMPOSSIBLE)
    names = [one for one in str(found.facts["group"]).split(", ") if one]
    assert found.facts["visits"] == len(names)
    return set(names)


@pytest.mark.parametrize(
    ("make", "least"), [(product_day, 4), (metric, 4), (roundabout, 4), (crowded, 15)]
)
def test_on_three_hundred_days_every_group_is_refuted_by_exhaustive_search(
    make: Day, least: int
) -> None:
    found = [one for seed in range(75) for one in judged(make(seed))]
    assert found.count("beside") >= least
    assert found.count("alone") + found.count("beside") >= 40


@pytest.mark.soak
@pytest.mark.parametrize("make", [product_day, metric, roundabout, crowded])
def test_so_on_two_thousand_days(make: Day) -> None:
    found = [one for seed in range(1_000, 1_500) for one in judged(make(seed))]
    assert found.count("beside") >= 25
    assert found.count("servable") >= 1


SHARP = (TimeWindow(480 + 20, 480 + 20),)
A, B = caregiver("A", "bath"), caregiver("B", "bath")
OTHER = caregiver("other")


def beside(problem: Problem, name: str = "V", **more: float) -> Explanation | None:
    """The certificate for a visit beside all others, which insertion serves."""
    rest = tuple(one for one in problem.visits if one.id != name)
    ties = tuple(one for one in problem.dependencies if name not in {one.before, one.after})
    plan = constructed(replace(problem, visits=rest, dependencies=ties))
    assert not plan.unserved
    number = [one.id for one in problem.visits].index(name)
    return explain_beside(tabulate(problem), plan, number, **more)


def sharp(name: str, place: int = 1, **more: Any) -> Visit:
    """A bath that must begin at 08:20."""
    return visit(name, place, "bath", **{"windows": SHARP, **more})


def test_three_at_the_same_minute_are_too_many_for_two() -> None:
    many = [visit(f"W{number}", 1, windows=(TimeWindow(480, 900),)) for number in range(4)]
    problem = day([sharp("V"), sharp("X", 2), sharp("Y"), *many], [A, B, OTHER])
    found = beside(problem)
    assert found is not None
    assert members(found) == {"X", "Y"}, "who does not matter is not named"
    assert (found.facts["names"], found.facts["caregivers"]) == ("A, B", 2)
    assert found == beside(problem), "the same answer again"
    assert beside(day([sharp("V"), sharp("X", 2), *many], [A, B, OTHER])) is None
    assert beside(problem, work=0.0) is None, "not found in the time given is no proof"


def test_it_is_said_only_beside_visits_of_the_same_or_higher_rank() -> None:
    for dear, is_said in ((500, False), (1_000, True), (2_000, True), (None, True)):
        others = [sharp(name, drop_cost=dear) for name in ("X", "Y")]
        found = beside(day([sharp("V"), *others], [A, B]))
        assert (found is not None) is is_said, dear
    assert beside(day([sharp("V", drop_cost=None), sharp("X"), sharp("Y")], [A, B])) is None


@pytest.mark.parametrize(
    ("one", "other", "people", "ties"),
    [
        (sharp("V"), sharp("X", 1, windows=(TimeWindow(520, 529),)), [A], ()),
        (sharp("V"), sharp("X", 4, windows=(TimeWindow(540, 559),)), [A], ()),
        (sharp("V"), sharp("X", parts=2), [A, B], ()),
        (sharp("V", parts=2), sharp("X"), [A, B], ()),
        (
            sharp("V"),
            sharp("X", windows=(TimeWindow(700, 700),)),
            [caregiver("A", "bath", maximum_work=79)],
            (),
        ),
        (
            sharp("V"),
            sharp("X", windows=(TimeWindow(550, 550),)),
            [
                caregiver(
                    "A",
                    "bath",
                    shift={"rest": Break(earliest=500, latest_end=575, duration=21)},
                )
            ],
            (),
        ),
        (sharp("V"), sharp("X"), [A, B], (Dependency("V", "X", Gap(5, 60)),)),
    ],
)
def test_each_rule_of_the_relaxation_refutes(
    one: Visit, other: Visit, people: list[Caregiver], ties: tuple[Dependency, ...]
) -> None:
    found = beside(day([one, other], people, *ties))
    assert found is not None
    assert members(found) == {"X"}


@pytest.mark.parametrize(
    ("one", "other", "people", "ties"),
    [
        (sharp("V"), sharp("X", 1, windows=(TimeWindow(520, 530),)), [A], ()),
        (sharp("V"), sharp("X", 4, windows=(TimeWindow(540, 560),)), [A], ()),
        (sharp("V"), sharp("X", parts=2), [A, B, caregiver("C", "bath")], ()),
        (
            sharp("V"),
            sharp("X", windows=(TimeWindow(700, 700),)),
            [caregiver("A", "bath", maximum_work=80)],
            (),
        ),
        (
            sharp("V"),
            sharp("X", windows=(TimeWindow(550, 550),)),
            [
                caregiver(
                    "A",
                    "bath",
                    shift={"rest": Break(earliest=500, latest_end=575, duration=20)},
                )
            ],
            (),
        ),
        (
            sharp("V"),
            sharp("X", windows=(TimeWindow(505, 505),)),
            [A, B],
            (Dependency("V", "X", Gap(5, 60)),),
        ),
    ],
)
def test_with_a_little_more_room_nothing_is_said(
    one: Visit, other: Visit, people: list[Caregiver], ties: tuple[Dependency, ...]
) -> None:
    assert beside(day([one, other], people, *ties)) is None


def test_a_plan_that_breaks_rules_proves_nothing() -> None:
    """Two at once by one caregiver, by an override: they have no room even without the visit."""
    problem = day([visit("V", windows=(TimeWindow(700, 900),)), sharp("X"), sharp("Y")], [A])
    stops = tuple(Stop(name, 0, 490, 500, 530) for name in ("X", "Y"))
    plan = Solution((Route("A/day", 480, stops, 540),))
    assert explain_beside(tabulate(problem), plan, 0) is None


def test_what_is_impossible_by_itself_is_not_blamed_on_others() -> None:
    problem = day([visit("V", 1, "nurse", windows=SHARP), sharp("X")], [A])
    assert beside(problem) is None


def test_a_setup_may_come_before_a_rest_at_the_door() -> None:
    """There at 08:10, ready at 08:12, at rest until 08:20: the bath begins in time."""
    rest = Break(earliest=492, latest_end=505, duration=8)
    one, later = caregiver("A", "bath", shift={"rest": rest}), TimeWindow(531, 560)
    bath = sharp("V", windows=(TimeWindow(500, 500),), setup=2)
    problem = day([bath, visit("X", 1, "bath", windows=(later,), setup=2)], [one])
    table = tabulate(problem)
    assert explain(table, 0).proof is Proof.NOT_FOUND
    stops = (Stop("V", 0, 490, 500, 530), Stop("X", 0, 530, 532, 562))
    plan = Solution((Route("A/day", 480, stops, 572, Rest(0, 492, 500)),))
    assert verify(problem, plan).violations == ()
    only = replace(plan, routes=(replace(plan.routes[0], stops=stops[1:]),))
    assert explain_beside(table, only, 0) is None
    claims = tuple(Unserved(name, "alone_infeasible", Proof.IMPOSSIBLE) for name in ("V", "X"))
    found = verify(problem, Solution((), claims)).violations
    assert [one.item for one in found if one.rule is Rule.FALSE_PROOF] == ["visit V", "visit X"]


def test_the_day_on_which_that_was_not_known_is_judged_well() -> None:
    assert judged(crowded(1081))[0] == "servable"
