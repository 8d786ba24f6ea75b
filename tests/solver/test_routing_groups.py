"""Cutting a day into groups: nothing lost, nothing twice, pairs across the cut kept whole."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmarks.instances import TownDay
from solver import engine
from solver.construct import insert_all, repair, reseat_linked
from solver.engine import solve
from solver.objective import Term
from solver.plan import Plan
from solver.routing import Scope, whole_day
from solver.routing_groups import groups_of
from solver.routing_run import Given, RoutingRun, improved
from solver.tasks import tabulate
from solver.verify import verify
from tests.solver.tiny import checked, tiny

PAIRED = TownDay(visits=80, caregivers=16, pair_share=0.3, seed=6)


def started(day: TownDay, *, visits: int | None = None) -> tuple[Plan, Scope]:
    """A constructed plan of a day (or its first visits), and what a model of it would hold."""
    plan = Plan(tabulate(day.problem()))
    insert_all(plan, range(visits or day.visits))
    return plan, whole_day(plan.table, plan.frozen, [tour.rests for tour in plan.tours])


@pytest.mark.parametrize("together", [10, 25, 60])
def test_every_task_and_every_caregiver_is_in_one_group(together: int) -> None:
    plan, day = started(PAIRED, visits=70)
    tours = [tour.tasks for tour in plan.tours]
    groups = groups_of(day, tours, together, np.random.default_rng(1))
    tasks = Counter(task for scope in groups for task in scope.tasks)
    assert set(tasks) == set(day.tasks)
    assert set(tasks.values()) == {1}
    vehicles = Counter(vehicle for scope in groups for vehicle in scope.vehicles)
    assert set(vehicles.values()) == {1}
    for scope in groups:
        mine = {task for vehicle in scope.vehicles for task in tours[vehicle]}
        assert mine <= set(scope.tasks)


def test_a_part_whose_other_part_is_elsewhere_is_barred_from_that_caregiver() -> None:
    plan, day = started(PAIRED)
    tours = [tour.tasks for tour in plan.tours]
    groups = groups_of(day, tours, 15, np.random.default_rng(1))
    crossing = 0
    for scope in groups:
        for task in scope.tasks:
            others = set(plan.table.tasks_of_visit[plan.table.visit_of[task]]) - set(scope.tasks)
            assert bool(others) == (task in scope.barred)
            crossing += len(others)
            for other in others:
                assert plan.vehicle_of[other] in scope.barred[task]
    assert crossing > 4


def test_a_small_day_stays_whole_and_an_empty_one_has_no_group() -> None:
    plan, day = started(PAIRED)
    rng = np.random.default_rng(1)
    assert groups_of(day, [tour.tasks for tour in plan.tours], 100, rng) == [day]
    empty = whole_day(tabulate(TownDay(visits=0, caregivers=2).problem()), {}, [True, True])
    assert groups_of(empty, [[], []], 100, rng) == []


@pytest.mark.parametrize("seed", range(3))
def test_turns_over_groups_gain_and_stay_valid(seed: int) -> None:
    plan, _ = started(PAIRED)
    before = checked(plan.table.problem, plan)
    gains: list[int] = []
    run = RoutingRun(seconds=60, branches=300, seed=seed, together=20)
    found = improved(plan.table, Given.of(plan), run, lambda: False, gains.append)
    assert found is not None
    after = Plan(plan.table)
    for task, start in found.frozen.items():
        after.freeze(task, start)
    after.load(found.tours)
    report = checked(plan.table.problem, after)
    assert report.violations == ()
    assert report.total == before.total - sum(gains)
    assert all(gain > 0 for gain in gains)


@pytest.mark.parametrize("seed", range(200, 216))
def test_random_days_verify_when_cut_very_small(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engine.TOGETHER, "ortools", 4)
    problem = tiny(seed, visits=12, caregivers=5)
    found = solve(problem, time_limit=60, branch_limit=50, engine="ortools")
    assert verify(problem, found).violations == ()


def test_linked_visits_find_better_times_and_never_worse() -> None:
    moved = 0
    for seed in range(6):
        problem = TownDay(visits=40, caregivers=9, pair_share=0.4, seed=seed).problem()
        plan = Plan(tabulate(problem))
        repair(plan)
        before = checked(problem, plan)
        reseat_linked(plan)
        after = checked(problem, plan)
        assert after.violations == ()
        assert after.cost[Term.UNSERVED] == before.cost[Term.UNSERVED]
        assert after.total <= before.total
        moved += before.total - after.total
    assert moved > 0
