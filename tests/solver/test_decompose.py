"""A district in shards: everybody served who can be, whatever happens to the workers."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.district import district_day, run_district
from solver.decompose import DistrictProgress, ProcessPool, solve_district
from solver.decompose.jobs import Job, first_plan, improved_plan
from solver.decompose.running import Batch
from solver.errors import EngineError
from solver.explain import Reason
from solver.mend import faults
from solver.problem import Problem, SkillNeed
from solver.solution import Proof, Solution
from solver.verify import verify
from tests.solver.generate import generate

# Far more than needed: searches end by iterations.
PLENTY = 600.0
ITERATIONS = 40


class Here(Executor):
    """Runs at once, in this thread."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*args, **kwargs))
        except Exception as fault:  # noqa: BLE001 - as any executor, for the one who asks
            future.set_exception(fault)
        return future


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPool]:
    with ProcessPool(2) as pool:
        yield pool


def small_district(seed: int = 1) -> Problem:
    return district_day(90, 20, seed=seed)


def solved(problem: Problem, executor: Executor | None = None, **options: Any) -> Solution:
    given: dict[str, Any] = {"shard_visits": 30, "iterations": ITERATIONS, "workers": 2, **options}
    return solve_district(problem, time_limit=PLENTY, executor=executor or Here(), **given)


def assert_whole(problem: Problem, solution: Solution) -> None:
    """No fault, and every part of every visit in one stop, or the visit listed once."""
    assert faults(verify(problem, solution)) == []
    stops = Counter((s.visit_id, s.part) for route in solution.routes for s in route.stops)
    left = Counter(one.visit_id for one in solution.unserved)
    wanted = Counter(
        (one.id, part)
        for one in problem.visits
        if one.id not in left
        for part in range(len(one.parts))
    )
    assert stops == wanted
    assert all(count == 1 for count in left.values())


def test_a_small_district_is_served_whole_and_gets_better() -> None:
    problem = small_district()
    heard: list[DistrictProgress] = []
    solution = solved(problem, progress=heard.append)
    assert_whole(problem, solution)
    assert solution.unserved == ()
    assert [one.phase for one in heard] == ["first", "shards", "seams", "seams", "done"]
    costs = [one.cost for one in heard]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < costs[0]
    assert costs[-1] == verify(problem, solution).total


def test_the_executor_changes_nothing(processes: ProcessPool) -> None:
    problem = small_district(2)
    expected = solved(problem, Here())
    assert solved(problem, processes) == expected
    with ThreadPoolExecutor(2) as threads:
        assert solved(problem, threads) == expected


@pytest.mark.parametrize("seed", range(6))
def test_random_days_with_every_field_keep_every_rule(seed: int) -> None:
    problem, _ = generate(seed, visits=40, caregivers=9)
    solution = solved(problem, shard_visits=12, iterations=20)
    assert_whole(problem, solution)


def test_what_nobody_can_serve_never_empties_the_plan_and_is_proved() -> None:
    problem = small_district(1)
    first, *others = problem.visits
    part = replace(first.parts[0], skills=(SkillNeed("surgery"),))
    impossible = replace(first, parts=(part,), sync=None)
    problem = replace(problem, visits=(impossible, *others))
    solution = solved(problem)
    assert_whole(problem, solution)
    (left,) = solution.unserved
    assert (left.reason, left.proof) == (Reason.NO_CAREGIVER_WITH_SKILL, Proof.IMPOSSIBLE)
    assert verify(problem, solution).feasible


def test_what_a_shard_lacks_is_not_impossible() -> None:
    """One nurse in the district, several shards with patients of hers: nothing false is claimed."""
    problem = small_district(4)
    nurse = replace(problem.caregivers[0], skills=())
    few = (problem.caregivers[1], *(replace(one, skills=()) for one in problem.caregivers[2:]))
    problem = replace(problem, caregivers=(nurse, *few))
    solution = solved(problem)
    assert_whole(problem, solution)
    assert solution.routes
    assert {one.proof for one in solution.unserved} >= {Proof.NOT_FOUND}


def test_groups_are_not_mixed_at_first() -> None:
    problem = small_district(5)
    groups = {one.id: "east" if number % 2 else "west" for number, one in enumerate(problem.visits)}
    assert_whole(problem, solved(problem, groups=groups))


def test_stop_leaves_a_plan() -> None:
    problem = small_district(6)
    heard: list[DistrictProgress] = []
    solution = solved(problem, progress=heard.append, stop=lambda: bool(heard))
    assert_whole(problem, solution)
    assert [one.phase for one in heard] == ["first", "done"]
    assert heard[0].served > 0


def test_an_empty_day_is_planned(processes: ProcessPool) -> None:
    problem = small_district()
    assert solved(replace(problem, visits=())) == Solution(())
    alone = solved(replace(problem, caregivers=()))
    assert len(alone.unserved) == len(problem.visits)


@pytest.mark.parametrize(
    "wrong",
    [{"time_limit": 0}, {"time_limit": 1, "shard_visits": 0}, {"time_limit": 1, "engine": "x"}],
)
def test_senseless_options_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(EngineError):
        solve_district(small_district(), **wrong)


class Deadly(Executor):
    """Kills the worker process that takes certain shards."""

    def __init__(self, pool: ProcessPool, dies: Callable[[str], bool]) -> None:
        self.pool, self.dies, self.deaths = pool, dies, 0

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.dies(args[0].problem.name):
            self.deaths += 1
            return self.pool.submit(os._exit, 1)
        return self.pool.submit(work, *args, **kwargs)


def test_a_worker_that_dies_loses_only_its_shards_improvement() -> None:
    problem = small_district(7)
    with ProcessPool(2) as pool:
        deadly = Deadly(pool, lambda name: name == "shard 1 of round 1")
        steps: list[DistrictProgress] = []
        solution = solved(problem, deadly, progress=steps.append)
        assert deadly.deaths == 2  # beside others, and again alone
    assert_whole(problem, solution)
    assert steps[1].cost < steps[0].cost  # the other shards got better in that very round


def test_first_plans_are_made_here_where_every_worker_dies() -> None:
    problem = small_district(8)
    with ProcessPool(2) as pool:
        steps: list[DistrictProgress] = []
        solution = solved(problem, Deadly(pool, lambda _: True), progress=steps.append)
    assert_whole(problem, solution)
    assert steps[0].served > 80


def test_an_executor_that_is_gone_leaves_the_first_plan() -> None:
    problem = small_district(9)
    gone = ThreadPoolExecutor(1)
    gone.shutdown()
    assert_whole(problem, solved(problem, gone))


def test_a_fault_in_one_shard_reaches_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = small_district(10)

    def faulty(job: Job) -> Solution:
        if job.problem.name.startswith("shard 0"):
            raise MemoryError
        return improved_plan(job)

    monkeypatch.setattr("solver.decompose.rounds.improved_plan", faulty)
    steps: list[DistrictProgress] = []
    assert_whole(problem, solved(problem, progress=steps.append))
    assert steps[-1].cost < steps[0].cost


def test_a_wrong_answer_is_not_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = small_district(11)
    monkeypatch.setattr("solver.decompose.rounds.improved_plan", lambda _: Solution(()))
    steps: list[DistrictProgress] = []
    solution = solved(problem, progress=steps.append)
    assert_whole(problem, solution)
    assert steps[-1].cost == steps[0].cost


def test_a_worker_that_hangs_is_left_and_ended() -> None:
    problem = small_district(12)
    job = Job(problem, None, PLENTY)
    with ProcessPool(1) as pool:
        hanging = pool.submit(_sleep)
        batch = Batch(pool, 2, first_plan, lambda _n, _b: job, iter([False, True]).__next__)
        assert batch.run(1) == {}
        pool.renew()
        assert hanging.cancelled() or hanging.exception() is not None
        assert pool.submit(abs, -1).result() == 1


def _sleep() -> None:
    threading.Event().wait()


def test_the_benchmark_tells_when_a_plan_stood() -> None:
    run = run_district(
        small_district(13), time_limit=PLENTY, executor=Here(), shard_visits=30, iterations=5
    )
    assert run.served + run.unserved == run.visits
    assert run.served == run.steps[-1].served
    assert run.violations == 0
    assert 0 < run.first_seconds <= run.seconds
    assert run.peak_megabytes > 0
