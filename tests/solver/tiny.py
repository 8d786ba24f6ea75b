"""Tiny random problems that use every field, and the most visits any plan of them can serve."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from solver.compatibility import FAR
from solver.objective import Term, Weights
from solver.plan import Plan
from solver.problem import (
    Break,
    Caregiver,
    Dependency,
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
from solver.retime import timed_routes
from solver.solution import Proof, Route, Solution, Stop, Unserved
from solver.tasks import TaskTable, tabulate
from solver.verify import Report, Rule, verify

SKILLS = ("bath", "nurse")
ABOUT_PEOPLE = {
    Rule.SKILL_MISSING,
    Rule.SKILL_LEVEL,
    Rule.TAG_MISSING,
    Rule.CAREGIVER_REFUSED,
    Rule.CAREGIVER_NOT_ALLOWED,
    Rule.LOCKED_CAREGIVER,
}


def tiny(
    seed: int, *, visits: int = 4, caregivers: int = 2, links: bool = True, metric: bool = True
) -> Problem:
    """A random problem in which any field may be set; ids are V0.., C0.., shifts C0/0...

    `links` allows two-person visits and dependencies; `metric` makes detours never shorter.
    """
    rng = np.random.default_rng(seed)
    places = visits + caregivers
    travel = rng.integers(2, 30, (places, places)).astype(np.int32)
    np.fill_diagonal(travel, 0)
    for via in range(places if metric else 0):
        travel = np.minimum(travel, travel[:, via, None] + travel[None, via, :])
    slow = travel * 2
    people = tuple(_caregiver(rng, number, visits + number) for number in range(caregivers))
    needs = tuple(_visit(rng, number, caregivers, links=links) for number in range(visits))
    chains: tuple[Dependency, ...] = ()
    if links and visits > 1 and rng.random() < 0.3:
        chains = (Dependency("V0", "V1", Gap(int(rng.integers(0, 60)), 300)),)
    return Problem(
        visits=needs,
        caregivers=people,
        travel={"e_bike": travel, "walk": slow},
        weights=Weights(
            travel=1,
            waiting=int(rng.integers(0, 2)),
            lateness=5,
            overtime=3,
            preference=10,
            continuity=1,
            start_deviation=int(rng.integers(0, 2)),
            caregivers_used=int(rng.integers(0, 2)) * 20,
        ),
        window_met=WindowMet.AT_END if rng.random() < 0.2 else WindowMet.AT_START,
        dependencies=chains,
        name=f"tiny-{seed}",
    )


def _caregiver(rng: np.random.Generator, number: int, base: int) -> Caregiver:
    start = int(rng.integers(0, 200))
    shifts = [_shift(rng, f"C{number}/0", start, start + int(rng.integers(100, 300)), base)]
    if rng.random() < 0.25:
        again = shifts[0].end + int(rng.integers(30, 60))  # clear of any overtime
        shifts.append(_shift(rng, f"C{number}/1", again, again + 150, base))
    return Caregiver(
        id=f"C{number}",
        shifts=tuple(shifts),
        mode="walk" if rng.random() < 0.2 else "e_bike",
        skills=tuple(
            SkillHeld(
                name,
                int(rng.integers(1, 3)),
                int(rng.integers(100, 500)) if rng.random() < 0.2 else None,
            )
            for name in SKILLS
            if rng.random() < 0.8
        ),
        tags=frozenset({"female"} if rng.random() < 0.7 else {"male"}),
        maximum_work=int(rng.integers(80, 250)) if rng.random() < 0.2 else None,
    )


def _shift(rng: np.random.Generator, name: str, start: int, end: int, base: int) -> Shift:
    rest = None
    if rng.random() < 0.5:
        earliest = start + int(rng.integers(-20, 60))
        rest = Break(
            earliest=max(0, earliest),
            latest_end=max(0, earliest) + int(rng.integers(30, 120)),
            duration=int(rng.integers(10, 31)),
            miss_cost=50 if rng.random() < 0.4 else None,
        )
    return Shift(
        id=name,
        start=start,
        end=end,
        start_place=base,
        end_place=base,
        rest=rest,
        maximum_overtime=int(rng.choice([0, 0, 30])),
    )


def _visit(rng: np.random.Generator, number: int, caregivers: int, *, links: bool) -> Visit:
    two = links and rng.random() < 0.3
    need = (SkillNeed(str(rng.choice(SKILLS)), 1),) if rng.random() < 0.5 else ()
    opens = int(rng.integers(0, 350))
    windows = [TimeWindow(opens, opens + int(rng.integers(0, 150)))]
    if rng.random() < 0.3:
        again = windows[0].end + int(rng.integers(10, 60))
        windows.append(TimeWindow(again, again + 40))
    sync = None
    if two and rng.random() < 0.8:
        least = int(rng.choice([0, 0, 10]))
        sync = Gap(least, least + int(rng.choice([0, 20])))
    someone = f"C{int(rng.integers(0, caregivers))}"
    return Visit(
        id=f"V{number}",
        place=number,
        parts=tuple(Part(int(rng.integers(5, 50)), need) for _ in range(2 if two else 1)),
        windows=tuple(windows),
        sync=sync,
        drop_cost=int(rng.choice([50_000, 50_000, 200_000])),  # dearer than any lateness
        late_is_hard=bool(rng.random() < 0.8),
        preferred_start=opens + 20 if rng.random() < 0.3 else None,
        preferred_caregivers=frozenset({someone} if rng.random() < 0.2 else ()),
        refused_caregivers=frozenset({someone} if rng.random() < 0.15 else ()),
        familiarity={someone: 70} if rng.random() < 0.3 else {},
        required_tags=frozenset({"female"} if rng.random() < 0.2 else ()),
        locked_caregivers=(someone,) if not two and rng.random() < 0.1 else None,
        locked_start=opens + 5 if rng.random() < 0.1 else None,
        building="B" if rng.random() < 0.3 else "",
        setup=int(rng.choice([0, 0, 5])),
    )


def least_lost(problem: Problem) -> tuple[int, set[str]]:
    """Brute force: the least drop cost any plan loses, and the visits that some plan serves.

    Every assignment of parts to shifts in every order is timed and checked; for 4 visits or fewer.
    """
    table = tabulate(problem)
    able = _able(problem, table)
    lost = [sum(one.drop_cost or 0 for one in problem.visits)]
    possible: set[str] = set()
    for count in range(1, len(problem.visits) + 1):
        for chosen in itertools.combinations(range(len(problem.visits)), count):
            plans = _plans(table, able, chosen)
            report = next((one for one in map(_checker(problem), plans) if one.feasible), None)
            if report is not None:
                lost.append(report.terms[Term.UNSERVED])
                possible |= {problem.visits[one].id for one in chosen}
    return min(lost), possible


def _checker(problem: Problem) -> Callable[[Plan], Report]:
    """Checks a plan; those whose tours cannot be driven at all are not even timed."""
    nothing = Report(False, (), {}, {}, 0)  # noqa: FBT003 - the verdict is its first field

    def check(plan: Plan) -> Report:
        hopeless = any(tour.tasks and tour.free_rested[-1] >= FAR for tour in plan.tours)
        return nothing if hopeless else checked(problem, plan)

    return check


def _able(problem: Problem, table: TaskTable) -> list[list[int]]:
    """Vehicles by task whose caregiver the checker accepts for it, times left aside."""
    found = []
    for task, visit in enumerate(table.visit_of):
        stop = Stop(problem.visits[visit].id, table.part_of[task], 0, 0, 0)
        routes = [Route(one.shift.id, 0, (stop,), 0) for one in table.vehicles]
        reports = [verify(problem, Solution((route,))) for route in routes]
        found.append(
            [
                vehicle
                for vehicle, report in enumerate(reports)
                if not {one.rule for one in report.violations} & ABOUT_PEOPLE
            ]
        )
    return found


def _plans(table: TaskTable, able: list[list[int]], visits: tuple[int, ...]) -> Iterator[Plan]:
    """Every plan of exactly these visits: all vehicles, all orders, rests taken or given up."""
    tasks = [task for visit in visits for task in table.tasks_of_visit[visit]]
    vehicles = range(len(table.vehicles))
    for owners in itertools.product(*(able[task] for task in tasks)):
        tours = [[t for t, v in zip(tasks, owners, strict=True) if v == one] for one in vehicles]
        for orders in itertools.product(*(itertools.permutations(tour) for tour in tours)):
            yield from _with_rests(table, orders)


def _with_rests(table: TaskTable, orders: tuple[tuple[int, ...], ...]) -> Iterator[Plan]:
    choices = [
        (True, False) if one.rest and not one.rest_is_mandatory else (one.rest is not None,)
        for one in table.vehicles
    ]
    for rests in itertools.product(*choices):
        plan = Plan(table)
        for vehicle, rested in enumerate(rests):
            plan.give_up_rest(vehicle, rests=rested)
        plan.load(orders)
        yield plan


def checked(problem: Problem, plan: Plan) -> Report:
    """The checker's report on a plan, whatever is not in it listed as unserved."""
    left = (Unserved(problem.visits[one].id, "x", Proof.NOT_FOUND) for one in plan.unserved())
    return verify(problem, Solution(timed_routes(plan), tuple(left)))
