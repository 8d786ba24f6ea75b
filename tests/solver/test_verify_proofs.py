"""A claim of impossibility falls exactly where some start on some empty day serves the visit."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from solver.explain import explain
from solver.objective import Weights
from solver.problem import (
    Break,
    Caregiver,
    Gap,
    Part,
    Problem,
    Shift,
    SkillHeld,
    SkillNeed,
    TimeWindow,
    Visit,
    WindowMet,
)
from solver.solution import Proof, Solution, Unserved
from solver.tasks import tabulate
from solver.verify import Rule, verify
from solver.verify.day import read_day
from solver.verify.proofs import _able, _anybody
from solver.verify.rules import check_day
from solver.verify.terms import Account, check_terms, count_terms
from solver.verify.times import timeline

HORIZON = 70
SEEDS = range(100)


def tight_day(seed: int) -> Problem:
    """One visit that just about can, or cannot, be served by two caregivers."""
    rng = Random(seed)
    people = tuple(_caregiver(rng, name) for name in ("K", "L"))
    visit = _visit(rng)
    near = rng.randint(1, 5)
    far = rng.randint(1, min(7, near + 4))  # a detour is never shorter
    matrix = np.array([[0, near, 4], [near, 0, far], [4, far, 0]], dtype=np.int32)
    return Problem(
        visits=(visit,),
        caregivers=people,
        travel={"foot": matrix},
        window_met=rng.choice((WindowMet.AT_START, WindowMet.AT_START, WindowMet.AT_END)),
        weights=Weights(
            overtime=rng.choice((0, 0, None)),
            lateness=rng.choice((1, None)),
            missed_break=rng.choice((1, None)),
        ),
    )


def _caregiver(rng: Random, name: str) -> Caregiver:
    start = rng.randint(5, 20)
    rest = None
    if rng.random() < 0.6:
        earliest, length = rng.randint(5, 35), rng.randint(2, 6)
        latest_end = earliest + length + rng.randint(0, 15)
        rest = Break(
            earliest=earliest,
            latest_end=latest_end,
            duration=length,
            miss_cost=rng.choice((None, None, 4)),
        )
    shift = Shift(
        id=f"{name}1",
        start=start,
        end=start + rng.randint(14, 36),
        start_place=0,
        end_place=rng.choice((0, 2)),
        rest=rest,
        maximum_overtime=rng.choice((0, 0, 3)),
    )
    skills = (SkillHeld("bath", rng.randint(0, 2), rng.choice((None, rng.randint(20, 50)))),)
    limit = rng.choice((None, rng.randint(8, 20)))
    return Caregiver(id=name, shifts=(shift,), mode="foot", skills=skills, maximum_work=limit)


def _visit(rng: Random) -> Visit:
    need = (SkillNeed("bath", rng.randint(0, 2)),) if rng.random() < 0.4 else ()
    parts = (Part(rng.randint(3, 9), need), Part(rng.randint(3, 9)))[: rng.randint(1, 2)]
    opens = rng.randint(5, 40)
    windows = [TimeWindow(opens, opens + rng.randint(0, 14))]
    if rng.random() < 0.3:
        windows.append(TimeWindow(opens + 16, opens + 20))
    least = rng.randint(0, 6)
    gap = rng.choice((None, Gap(), Gap(least, least + rng.randint(0, 4)), Gap(least, None)))
    return Visit(
        id="V",
        place=1,
        parts=parts,
        windows=tuple(windows),
        sync=gap if len(parts) == 2 else None,
        setup=rng.choice((0, 0, 2)),
        locked_start=rng.choice((None, None, None, opens + 2)),
        late_is_hard=rng.random() < 0.9,
        refused_caregivers=frozenset({"K"} if rng.random() < 0.1 else ()),
        drop_cost=9,
    )


def by_trying_everything(problem: Problem) -> bool:
    """Every start of every part, with the break wherever it can be."""
    visit = problem.visits[0]
    able = [list(_able(problem, visit, number)) for number in range(len(visit.parts))]
    options = [
        [one for start in range(HORIZON) for one in _anybody(problem, visit, number, start, who)]
        for number, who in enumerate(able)
    ]
    plans = (
        [(route,) for _, route in options[0]]
        if len(options) == 1
        else [(a, b) for one, a in options[0] for two, b in options[1] if one is not two]
    )
    for routes in plans:
        day, found = read_day(problem, Solution(routes))
        lines = [timeline(problem, tour) for tour in day.tours]
        terms = count_terms(Account(day, tuple(lines)))
        if not [*found, *check_day(day, lines), *check_terms(problem, terms)]:
            return True
    return False


def is_refuted(problem: Problem) -> bool:
    claim = Solution((), (Unserved("V", "no_room", Proof.IMPOSSIBLE),))
    rules = {one.rule for one in verify(problem, claim).violations}
    assert rules <= {Rule.FALSE_PROOF, Rule.BREAK_MISSED}
    return Rule.FALSE_PROOF in rules


@pytest.mark.parametrize("seed", SEEDS)
def test_a_claim_falls_where_any_start_would_serve(seed: int) -> None:
    problem = tight_day(seed)
    assert is_refuted(problem) == by_trying_everything(problem)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_engine_claims_impossible_exactly_where_the_check_agrees(seed: int) -> None:
    problem = tight_day(seed)
    proof = explain(tabulate(problem), 0).proof
    assert (proof is Proof.IMPOSSIBLE) != is_refuted(problem)


def test_the_days_are_of_both_kinds() -> None:
    possible = sum(is_refuted(tight_day(seed)) for seed in SEEDS)
    assert len(SEEDS) // 5 < possible < 4 * len(SEEDS) // 5
