"""Labels of tours against simulation; checkpoints; what the repair of a plan promises."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from benchmarks.instances import TownDay
from solver.compatibility import LAST
from solver.construct import insert_all, never, repair, urgency
from solver.insertion import best_placement, options, place
from solver.objective import Term
from solver.plan import Plan, last_start, next_start
from solver.problem import Problem
from solver.tasks import TaskTable, tabulate
from tests.solver.tiny import checked, tiny


def earliest_return(table: TaskTable, vehicle: int, tour: list[int]) -> int | None:
    """The earliest return by plain simulation of every place of the rest (None: impossible)."""
    one = table.vehicles[vehicle]
    places = [one.shift.start_place, *(table.place[t] for t in tour), one.shift.end_place]
    before_or_after = range(2 * (len(tour) + 1))
    returns = []
    for choice in before_or_after if one.rest else [None]:
        now: int | None = one.shift.start
        for leg in range(len(tour) + 1):
            if now is not None and choice == 2 * leg:
                now = rested(table, vehicle, now)
            now = None if now is None else now + one.travel[places[leg]][places[leg + 1]]
            if now is not None and choice == 2 * leg + 1:
                now = rested(table, vehicle, now)
            if leg < len(tour) and now is not None:
                now = served(table, vehicle, tour, leg, now)
        if now is not None and now <= one.last_return:
            returns.append(now)
    return min(returns, default=None)


def rested(table: TaskTable, vehicle: int, now: int) -> int | None:
    rest = table.vehicles[vehicle].rest
    assert rest is not None
    end = max(now, rest.earliest) + rest.duration
    return end if end <= rest.latest_end else None


def served(table: TaskTable, vehicle: int, tour: list[int], leg: int, now: int) -> int | None:
    task = tour[leg]
    ready = now + table.setup_between(tour[leg - 1] if leg else -1, task)
    allowed = [max(a, ready) for a, b in table.starts_for(task, vehicle) if ready <= b]
    return min(allowed) + table.duration[task] if allowed else None


@pytest.mark.parametrize("seed", range(60))
def test_labels_agree_with_simulation(seed: int) -> None:
    table = tabulate(tiny(seed, visits=4, links=False, metric=seed % 2 == 0))
    for vehicle, one in enumerate(table.vehicles):
        for tour in itertools.permutations(range(len(table.place)), 3):
            plan = Plan(table)
            plan.give_up_rest(vehicle, rests=one.rest is not None)
            plan.load([list(tour) if v == vehicle else [] for v in range(len(table.vehicles))])
            label = plan.tours[vehicle].free_rested[-1]
            expected = earliest_return(table, vehicle, list(tour))
            assert (label if label <= one.last_return else None) == expected


@pytest.mark.parametrize("seed", range(40))
def test_insertions_are_offered_exactly_where_the_tour_stays_feasible(seed: int) -> None:
    table = tabulate(tiny(seed, visits=4, links=False))
    for vehicle, one in enumerate(table.vehicles):
        for tour in itertools.permutations(range(3), 2):
            plan = Plan(table)
            plan.load([list(tour) if v == vehicle else [] for v in range(len(table.vehicles))])
            if not plan.is_feasible(vehicle):
                continue
            for task in set(range(4)) - set(tour):
                if vehicle not in table.allowed[task]:
                    continue
                offered = {o.position for o in options(plan, task, None, (vehicle,))}
                assert offered == {
                    position
                    for position in range(3)
                    if _feasible_after(table, vehicle, tour, task, position, plan)
                }, one.shift.id


def _feasible_after(
    table: TaskTable, vehicle: int, tour: tuple[int, ...], task: int, position: int, now: Plan
) -> bool:
    plan = Plan(table)
    plan.give_up_rest(vehicle, rests=now.tours[vehicle].rests)
    longer = [*tour[:position], task, *tour[position:]]
    plan.load([longer if v == vehicle else [] for v in range(len(table.vehicles))])
    return plan.is_feasible(vehicle)


def test_starts_snap_into_several_windows() -> None:
    windows = ((10, 20), (40, 50))
    assert [next_start(windows, at) for at in (0, 15, 21, 50)] == [10, 15, 40, 50]
    assert next_start(windows, 51) > LAST
    assert [last_start(windows, at) for at in (10, 30, 45, 99)] == [10, 20, 45, 50]
    assert last_start(windows, 9) < 0


def snapshot(plan: Plan) -> list[object]:
    tours = [(t.tasks, t.rests, t.free, t.free_rested, t.late, t.late_rested) for t in plan.tours]
    return [tours, plan.starts, plan.vehicle_of, plan.work, plan.frozen]


def test_a_checkpoint_brings_everything_back() -> None:
    table = tabulate(TownDay(visits=40, caregivers=6, seed=3).problem())
    plan = Plan(table)
    insert_all(plan, range(30))
    before = str(snapshot(plan))
    saved = plan.checkpoint()
    rng = np.random.default_rng(1)
    for visit in rng.permutation(40)[:15].tolist():
        plan.remove_visit(visit)
    insert_all(plan, range(25, 40))
    plan.give_up_rest(2, rests=False)
    assert str(snapshot(plan)) != before
    plan.restore(saved)
    assert str(snapshot(plan)) == before


@pytest.mark.parametrize("seed", range(120))
def test_every_constructed_plan_is_accepted_by_the_checker(seed: int) -> None:
    problem = tiny(seed, visits=5 + seed % 6, caregivers=2 + seed % 3, metric=seed % 5 > 0)
    plan = Plan(tabulate(problem))
    left = repair(plan)
    report = checked(problem, plan)
    assert report.violations == ()
    assert report.terms[Term.UNSERVED] == sum(problem.visits[one].drop_cost or 0 for one in left)


def scarce(seed: int) -> Problem:
    """Far more visits than caregivers can give."""
    return TownDay(visits=60, caregivers=4, seed=seed, pair_share=0.1).problem()


@pytest.mark.parametrize("seed", range(4))
def test_no_visit_is_left_out_where_one_less_urgent_could_make_room(seed: int) -> None:
    problem = scarce(seed)
    table = tabulate(problem)
    plan = Plan(table)
    left = repair(plan)
    assert left
    assert checked(problem, plan).feasible
    for visit in left:
        saved = plan.checkpoint()
        lighter = [
            one
            for one in range(len(problem.visits))
            if plan.is_served(one) and urgency(table, one) < urgency(table, visit)
        ]
        for one in lighter:
            plan.remove_visit(one)
            assert best_placement(plan, visit) is None, (visit, one)
            plan.restore(saved)


def test_a_rest_with_a_price_is_given_up_for_a_dearer_visit() -> None:
    for seed in range(400):
        problem = tiny(seed, visits=3, caregivers=1, links=False)
        plan = Plan(tabulate(problem))
        repair(plan)
        given_up = [
            tour
            for tour, one in zip(plan.tours, plan.table.vehicles, strict=True)
            if tour.tasks and one.rest is not None and not tour.rests
        ]
        if given_up:
            report = checked(problem, plan)
            assert report.feasible
            assert report.terms[Term.MISSED_BREAK] == 50 * len(given_up)
            return
    pytest.fail("no problem of 400 was worth a rest")


def test_stopping_keeps_what_was_done() -> None:
    problem = TownDay(visits=40, caregivers=8, seed=1).problem()
    asked = itertools.count()
    plan = Plan(tabulate(problem))
    left = repair(plan, lambda: next(asked) >= 20)
    assert 20 <= len(left) < 40
    assert checked(problem, plan).feasible
    assert not never()


def test_placing_is_what_the_placement_said() -> None:
    problem = TownDay(visits=30, caregivers=6, seed=5).problem()
    plan = Plan(tabulate(problem))
    for visit in range(30):
        before = checked(problem, plan)
        best = best_placement(plan, visit)
        if best is None:
            continue
        place(plan, best)
        after = checked(problem, plan)
        assert after.cost[Term.TRAVEL] - before.cost[Term.TRAVEL] == best.price
