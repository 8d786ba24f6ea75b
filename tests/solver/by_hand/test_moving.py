"""A visit moved by hand: it is where it was wanted, and the others keep caregivers and rules."""

from __future__ import annotations

from random import Random

from solver.by_hand import Wish, placed, swapped, without
from solver.by_hand.working import Working
from solver.problem import Problem
from solver.solution import Solution
from solver.verify import Rule, verify

PEOPLE = {Rule.SKILL_MISSING, Rule.SKILL_LEVEL, Rule.TAG_MISSING, Rule.CAREGIVER_REFUSED}


def carers(problem: Problem, plan: Solution) -> dict[tuple[str, int], str]:
    return {
        (stop.visit_id, stop.part): problem.shift_by_id[route.shift_id][0].id
        for route in plan.routes
        for stop in route.stops
    }


def starts(plan: Solution) -> dict[tuple[str, int], int]:
    return {(s.visit_id, s.part): s.start for route in plan.routes for s in route.stops}


def test_putting_a_visit_where_it_is_moves_nobody(day: tuple[Problem, Solution]) -> None:
    problem, plan = day
    before = carers(problem, plan)
    for visit in problem.visits[:20]:
        if (visit.id, 0) not in before:
            continue
        mine = tuple(before[visit.id, part] for part in range(len(visit.parts)))
        wish = Wish(visit.id, mine, starts(plan)[visit.id, 0])
        found = placed(Working(problem, plan), wish).solution()
        assert not verify(problem, found).violations
        assert starts(found) == starts(plan)


def test_random_moves_keep_the_others_with_their_caregivers(day: tuple[Problem, Solution]) -> None:
    problem, plan = day
    rng, before, clean = Random(1), carers(problem, plan), 0
    for _ in range(40):
        visit = rng.choice(problem.visits)
        if visit.id not in {one for one, _ in before}:
            continue
        people = rng.sample([one.id for one in problem.caregivers], len(visit.parts))
        wish = Wish(visit.id, tuple(people))
        found = placed(Working(problem, plan), wish)
        after = carers(problem, found.solution())
        expected = before | {(visit.id, part): who for part, who in enumerate(people)}
        assert after == expected
        broken = verify(problem, found.solution()).violations
        assert bool(found.trouble()) == bool([one for one in broken if one.rule not in PEOPLE])
        clean += not broken
    assert clean > 5


def test_a_start_that_is_asked_for_is_kept(day: tuple[Problem, Solution]) -> None:
    problem, plan = day
    rng, before = Random(2), carers(problem, plan)
    for _ in range(40):
        visit = rng.choice([one for one in problem.visits if len(one.parts) == 1])
        if (visit.id, 0) not in before:
            continue
        window = visit.windows[0]
        start = rng.randint(window.start - 60, window.end + 60)
        wish = Wish(visit.id, (before[visit.id, 0],), start)
        found = placed(Working(problem, plan), wish).solution()
        assert starts(found)[visit.id, 0] == start
        rules = {one.rule for one in verify(problem, found).violations}
        if start > window.end:
            assert Rule.LATE in rules
        if start < window.start:
            assert Rule.EARLY in rules


def test_what_is_kept_and_what_has_begun_stays(day: tuple[Problem, Solution]) -> None:
    problem, plan = day
    rng, before, noon = Random(3), starts(plan), 12 * 60
    people = carers(problem, plan)
    for _ in range(30):
        visit = rng.choice([one for one in problem.visits if len(one.parts) == 1])
        if before.get((visit.id, 0), 0) < noon:
            continue
        who = rng.choice(problem.caregivers).id
        working = Working(problem, plan, earliest=noon)
        after = starts(placed(working, Wish(visit.id, (who,))).solution())
        assert all(after[key] == start for key, start in before.items() if start < noon)
        assert after[visit.id, 0] >= noon
    assert people


def test_two_visits_exchange_caregivers(day: tuple[Problem, Solution]) -> None:
    problem, plan = day
    rng, before = Random(4), carers(problem, plan)
    singles = sorted(one for one, part in before if (one, 1) not in before and part == 0)
    for _ in range(30):
        one, other = rng.sample(singles, 2)
        mine, theirs = before[one, 0], before[other, 0]
        told = starts(plan)
        found = swapped(
            Working(problem, plan),
            Wish(one, (theirs,), told[other, 0]),
            Wish(other, (mine,), told[one, 0]),
        )
        expected = before | {(one, 0): theirs, (other, 0): mine}
        assert carers(problem, found.solution()) == expected


def test_a_visit_taken_out_leaves_the_others(day: tuple[Problem, Solution]) -> None:
    problem, plan = day
    visit = next(iter(starts(plan)))[0]
    found = without(Working(problem, plan), visit).solution()
    assert not verify(problem, found).violations
    left = {key: start for key, start in starts(plan).items() if key[0] != visit}
    assert starts(found) == left
    assert visit in {one.visit_id for one in found.unserved}
