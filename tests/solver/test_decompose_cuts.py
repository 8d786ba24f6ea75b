"""Cuts of a day: everybody in exactly one shard, nobody lost, pieces that fit together again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.district import district_day
from solver.decompose.bisection import bisected
from solver.decompose.partition import Seams, first_cut
from solver.decompose.pieces import Shard, cut_out
from solver.decompose.positions import positions
from solver.decompose.standing import Standing, standing_of
from solver.mend import faults
from solver.objective import Term
from solver.problem import Dependency, Gap, Problem
from solver.solution import Solution
from solver.verify import verify
from tests.solver.generate import generate
from tests.solver.small import caregiver, day, visit

# Terms that are sums over routes or visits; the others are maxima or compare caregivers.
SUMS = set(Term) - {Term.HIGHEST_LATENESS, Term.LARGEST_IDLE, Term.BALANCE}

seeds = st.integers(0, 10_000)
sizes = st.integers(1, 9)


def assert_each_once(problem: Problem, shards: Sequence[Shard]) -> None:
    visits = Counter(one for shard in shards for one in shard.visits)
    people = Counter(one for shard in shards for one in shard.caregivers)
    assert visits == Counter(range(len(problem.visits)))
    assert people == Counter(range(len(problem.caregivers)))


def random_day(seed: int) -> tuple[Problem, Standing]:
    problem, solution = generate(seed, visits=14 + seed % 13, caregivers=4 + seed % 5)
    return problem, standing_of(problem, solution)


@given(seeds, sizes, st.integers(1, 4))
def test_the_first_cut_has_everybody_once_and_keeps_what_is_tied(
    seed: int, shard_visits: int, labels: int
) -> None:
    problem, _ = random_day(seed)
    groups = {one.id: str(number % labels) for number, one in enumerate(problem.visits)}
    shards = first_cut(problem, positions(problem), shard_visits, groups)
    assert_each_once(problem, shards)
    home = {one: index for index, shard in enumerate(shards) for one in shard.visits}
    number = {one.id: index for index, one in enumerate(problem.visits)}
    for tie in problem.dependencies:
        assert home[number[tie.before]] == home[number[tie.after]]
    for index, visit_ in enumerate(problem.visits):
        mine = {problem.caregivers[one].id for one in shards[home[index]].caregivers}
        assert mine.issuperset(visit_.locked_caregivers or ())
        if visit_.only_caregivers:
            assert mine & visit_.only_caregivers


@given(seeds, sizes, seeds)
def test_pieces_of_any_cut_hold_the_plan_and_fit_together_again(
    seed: int, shard_visits: int, turn: int
) -> None:
    problem, standing = random_day(seed)
    seams = Seams(problem, positions(problem), shard_visits)
    shards = seams.cut(standing, np.random.default_rng(turn))
    assert_each_once(problem, shards)
    pieces = [cut_out(standing, shard) for shard in shards]
    free = Counter(
        one.id for piece in pieces for one in piece.problem.visits if piece.held.get(one.id) != 1
    )
    assert free == Counter(one.id for one in problem.visits)
    parts = Counter(
        (one.id, piece.held.get(one.id, number))
        for piece in pieces
        for one in piece.problem.visits
        for number in range(len(one.parts))
    )
    assert parts == Counter(
        (one.id, number) for one in problem.visits for number in range(len(one.parts))
    )
    together = Standing(problem, {})
    for piece in pieces:
        assert faults(verify(piece.problem, piece.start)) == []
        together = together.with_routes(piece.shifts(), piece.routes(piece.start))
    assert together.routes == standing.routes


@given(seeds, sizes, seeds)
def test_the_pieces_cost_what_the_day_costs(seed: int, shard_visits: int, turn: int) -> None:
    problem, standing = random_day(seed)
    shards = Seams(problem, positions(problem), shard_visits).cut(
        standing, np.random.default_rng(turn)
    )
    pieces = [cut_out(standing, shard) for shard in shards]
    whole = verify(problem, standing.solution()).terms
    split = [verify(piece.problem, piece.start).terms for piece in pieces]
    for term in SUMS:
        assert sum(one[term] for one in split) == whole[term], term


@given(seeds, sizes, seeds)
def test_emptied_pieces_leave_a_day_that_breaks_no_rule(
    seed: int, shard_visits: int, turn: int
) -> None:
    """Whatever one piece does, the others need not know: here every second one drops its visits."""
    problem, standing = random_day(seed)
    shards = Seams(problem, positions(problem), shard_visits).cut(
        standing, np.random.default_rng(turn)
    )
    found = standing
    for index, shard in enumerate(shards):
        piece = cut_out(standing, shard)
        if index % 2 == 0:
            fixed = {one.id for one in piece.problem.visits if one.id in piece.held}
            kept = [
                one
                for one in piece.start.routes
                if fixed.intersection(stop.visit_id for stop in one.stops)
                or any(len(piece.problem.visit_by_id[s.visit_id].parts) > 1 for s in one.stops)
            ]
            found = found.with_routes(piece.shifts(), piece.routes(Solution(tuple(kept))))
    assert faults(verify(problem, found.solution())) == []


def test_unserved_visits_are_offered_to_one_shard_after_the_other() -> None:
    problem = district_day(120, 20, seed=3)
    standing = Standing(problem, {})
    seams = Seams(problem, positions(problem), 30)
    homes = set()
    for _ in range(4):
        shards = seams.cut(standing, np.random.default_rng(1))
        (home,) = [shard for shard in shards if 0 in shard.visits]
        homes.add(home.caregivers)
    assert len(homes) > 1


def test_clusters_are_balanced_and_have_the_skills_they_need() -> None:
    problem = district_day(1_200, 170, seed=5)
    shards = first_cut(problem, positions(problem), 100)
    assert len(shards) == 12
    for shard in shards:
        assert 70 <= len(shard.visits) <= 130
        levels = [problem.caregivers[one].skills[0].level for one in shard.caregivers]
        wanted = [part.skills[0].level for v in shard.visits for part in problem.visits[v].parts]
        assert len(levels) >= 8
        assert max(levels) >= max(wanted)


def test_neighbours_are_together() -> None:
    problem = district_day(600, 90, seed=2)
    points = positions(problem)
    shards = first_cut(problem, points, 75)
    places = [[problem.visits[one].place for one in shard.visits] for shard in shards]
    matrix = problem.travel["e_bike"]
    inside = np.mean([matrix[np.ix_(mine, mine)].mean() for mine in places])
    everywhere = matrix[:600, :600].mean()
    assert inside < everywhere / 2


@pytest.mark.parametrize("pieces", [1, 2, 3, 7])
@pytest.mark.parametrize("turned", [False, True])
def test_bisection_balances_weight(pieces: int, turned: bool) -> None:
    rng = np.random.default_rng(4)
    points, weights = rng.normal(size=(200, 3)) * 100, rng.uniform(1, 3, 200)
    labels = bisected(points, weights, pieces, rng if turned else None)
    loads = np.bincount(labels, weights, minlength=pieces)
    assert len(loads) == pieces
    assert loads.min() > weights.sum() / pieces * (0.3 if turned else 0.9)


def test_more_pieces_than_points_are_empty() -> None:
    labels = bisected(np.zeros((2, 1)), np.ones(2), 5)
    assert len(set(labels.tolist())) == 2


def test_strangers_cost_as_much_in_a_piece_as_in_the_day() -> None:
    known = visit("A", 1, preferred_caregivers=frozenset({"far"}), familiarity={"far": 80})
    problem = day([known], [caregiver("near"), caregiver("far")], preference=9)
    piece = cut_out(Standing(problem, {}), Shard((0,), (0,)))
    alone = piece.problem.visits[0]
    assert [one.id for one in piece.problem.caregivers] == ["near", "absent"]
    assert piece.problem.caregivers[1].shifts == ()
    assert alone.preferred_caregivers == {"absent"}
    assert alone.familiarity == {"absent": 0}


def test_a_visit_waits_where_what_it_depends_on_is_elsewhere() -> None:
    tie = Dependency("A", "B", Gap(10, 60))
    problem = day([visit("A"), visit("B")], [caregiver("one"), caregiver("two")], tie)
    piece = cut_out(Standing(problem, {}), Shard((1,), (1,)))
    assert piece.problem.visits[0].only_caregivers == frozenset()
    assert piece.problem.dependencies == ()
