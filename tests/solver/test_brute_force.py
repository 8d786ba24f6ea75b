"""The engine's long search against the proved best of tiny days, and the reference against itself.

The reference is held from both sides: what it finds must be accepted and priced alike by the
checker, and the search, which shares nothing with it, must never find anything better.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from solver.engine import solve
from solver.objective import Weights
from solver.problem import Break, Caregiver, Part, Problem, Shift, TimeWindow, Visit
from solver.solution import Proof, Rest, Route, Solution, Stop, Unserved
from solver.verify import Report, verify
from tests.solver.brute_force import MUST, NotProvedError, best_plan
from tests.solver.small import caregiver, day, visit
from tests.solver.tiny_days import product_day, tiny_day

DAYS = 120
ITERATIONS = 500
Day = Callable[[int], Problem]


def long_run(problem: Problem) -> Solution:
    """What the engine finds when it is given plenty."""
    return solve(problem, time_limit=600.0, iterations=ITERATIONS, seed=1, threads=1)


def worth(report: Report) -> tuple[int, int]:
    return len(report.violations), report.total


def beaten(make: Day, seeds: range) -> list[int]:
    """Seeds of the days on which the reference has a better plan than the search."""
    found = []
    for seed in seeds:
        problem = make(seed)
        best, cost = best_plan(problem)
        report = verify(problem, best)
        assert report.violations == (), (seed, report.violations)
        assert report.total == cost, seed
        reached = worth(verify(problem, long_run(problem)))
        assert reached >= worth(report), f"{problem.name}: the reference is not complete"
        if reached > worth(report):
            found.append(seed)
    return found


@pytest.mark.parametrize("make", [tiny_day, product_day])
def test_brute_force_never_beats_the_engine_and_is_never_beaten(make: Day) -> None:
    assert beaten(make, range(DAYS)) == []


@pytest.mark.soak
@pytest.mark.parametrize("make", [tiny_day, product_day])
def test_so_on_a_thousand_days(make: Day) -> None:
    assert beaten(make, range(1_000, 2_000)) == []


def micro(seed: int) -> Problem:
    """Two visits, one shift and a rest within a dozen ticks: every plan can be written out."""
    rng = np.random.default_rng(seed)
    travel = rng.integers(0, 3, (3, 3)).astype(np.int32)
    np.fill_diagonal(travel, 0)
    rest = None
    if seed % 3:
        begin = int(rng.integers(0, 5))
        length = int(rng.integers(1, 3))
        miss = 7 if seed % 2 else None
        rest = Break(earliest=begin, latest_end=begin + length + 3, duration=length, miss_cost=miss)
    who = Caregiver(
        id="C",
        mode="walk",
        past_workload=int(rng.integers(0, 9)),
        shifts=(
            Shift(
                id="C/0", start=1, end=9, start_place=2, end_place=2, rest=rest, maximum_overtime=2
            ),
        ),
    )
    weights = {
        name: int(rng.integers(0, 4))
        for name in ("travel", "waiting", "lateness", "overtime", "largest_idle", "start_deviation")
    }
    return Problem(
        visits=tuple(_micro_visit(rng, number) for number in range(2)),
        caregivers=(who,),
        travel={"walk": travel},
        weights=Weights(**weights),
        name=f"micro {seed}",
    )


def _micro_visit(rng: np.random.Generator, number: int) -> Visit:
    opens = int(rng.integers(1, 7))
    windows = [TimeWindow(opens, opens + int(rng.integers(0, 2)))]
    if rng.random() < 0.4:
        windows.append(TimeWindow(opens + 3, opens + 4))
    return Visit(
        id=f"V{number}",
        place=number,
        parts=(Part(int(rng.integers(1, 3))),),
        windows=tuple(windows),
        drop_cost=int(rng.choice([6, 30])),
        late_is_hard=bool(rng.random() < 0.4),
        preferred_start=opens + 1 if rng.random() < 0.4 else None,
        setup=int(rng.integers(0, 2)),
    )


def every_plan(problem: Problem) -> Iterator[Solution]:
    """All plans of a micro problem whose times are whole ticks and whose stops are in order."""
    shift = problem.caregivers[0].shifts[0]
    travel = problem.travel["walk"]
    last = shift.end + 2
    names = [one.id for one in problem.visits]
    for count in range(len(names) + 1):
        for order in itertools.permutations(names, count):
            missing = tuple(Unserved(n, "x", Proof.NOT_FOUND) for n in names if n not in order)
            if not order:
                yield Solution((), missing)
                continue
            for starts in itertools.combinations(range(shift.start, last), count):
                for rest in _every_rest(shift, count):
                    for departure in range(shift.start, starts[0] + 1):
                        for at_end in {False, rest is not None and rest.before == count}:
                            stops, done = _drive(problem, travel, order, starts, rest, departure)
                            back = rest.end if at_end and rest else done
                            yield Solution(
                                (Route(shift.id, departure, stops, back, rest),), missing
                            )


def _every_rest(shift: Shift, count: int) -> Iterator[Rest | None]:
    yield None
    if (owed := shift.rest) is not None:
        for before in range(count + 1):
            for start in range(owed.earliest, owed.latest_end - owed.duration + 1):
                yield Rest(before, start, start + owed.duration)


def _drive(
    problem: Problem,
    travel: np.ndarray,
    order: tuple[str, ...],
    starts: tuple[int, ...],
    rest: Rest | None,
    departure: int,
) -> tuple[tuple[Stop, ...], int]:
    """Stops with the arrivals that follow, and the return without a rest at the end place."""
    place, free, stops = 2, departure, list[Stop]()
    for position, (name, start) in enumerate(zip(order, starts, strict=True)):
        one = problem.visit_by_id[name]
        arrival = free + int(travel[place, one.place])
        if rest and rest.before == position > 0 and rest.start < arrival:
            arrival = rest.end + int(travel[place, one.place])
        stops.append(Stop(name, 0, arrival, start, start + one.parts[0].duration))
        place, free = one.place, start + one.parts[0].duration
    if rest and rest.before == len(order):
        free = rest.end
    return tuple(stops), free + int(travel[place, 2])


@pytest.mark.parametrize("seed", range(60))
def test_the_reference_is_the_best_of_all_plans_written_out(seed: int) -> None:
    problem = micro(seed)
    reports = (verify(problem, one) for one in every_plan(problem))
    assert best_plan(problem)[1] == min(one.total for one in reports if one.feasible)


def test_a_visit_that_must_be_served_and_cannot_costs_far_more_than_any_day() -> None:
    problem = day([visit("V", 1, "bath", drop_cost=None)], [caregiver("C")])
    best, cost = best_plan(problem)
    assert best.routes == ()
    assert cost == MUST


def test_a_problem_too_large_to_be_searched_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.solver.brute_force.MOST_WORK", 0.0)
    with pytest.raises(NotProvedError):
        best_plan(tiny_day(5))
