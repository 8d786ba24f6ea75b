"""Tiny random days in coarse ticks that press on every rule and term at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from solver.objective import Weights
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

SKILLS = ("bath", "nurse")


def tiny_day(seed: int) -> Problem:
    """Up to 5 visits and 3 shifts within about 60 ticks; ids are V0.., C0.., shifts C0/0...

    A caregiver's shifts are further apart than any overtime: the search knows that it may not run
    over into a next shift, which the rules do not say.
    """
    rng = np.random.default_rng(seed)
    visits, caregivers = int(rng.integers(2, 6)), int(rng.integers(1, 4))
    places = visits + caregivers
    travel = rng.integers(1, 9, (places, places)).astype(np.int32)
    np.fill_diagonal(travel, 0)
    people = tuple(_caregiver(rng, number, visits + number) for number in range(caregivers))
    needs = [_visit(rng, number, caregivers) for number in range(visits)]
    chains: tuple[Dependency, ...] = ()
    if rng.random() < 0.25:
        least = int(rng.integers(0, 15))
        most = None if rng.random() < 0.3 else least + int(rng.integers(0, 20))
        chains = (Dependency("V0", "V1", Gap(least, most)),)
    return Problem(
        visits=tuple(needs),
        caregivers=people,
        travel={"e_bike": travel, "walk": travel * 2},
        weights=_weights(rng),
        window_met=WindowMet.AT_END if rng.random() < 0.2 else WindowMet.AT_START,
        dependencies=chains,
        name=f"tiny day {seed}",
    )


def _weights(rng: np.random.Generator) -> Weights:
    def now_and_then(most: int, share: float = 0.5) -> int:
        return int(rng.integers(1, most)) if rng.random() < share else 0

    return Weights(
        travel=int(rng.integers(0, 4)),
        waiting=now_and_then(4),
        lateness=now_and_then(8, 0.8),
        highest_lateness=now_and_then(5, 0.3),
        overtime=now_and_then(6, 0.8),
        largest_idle=now_and_then(4, 0.3),
        missed_break=1,
        preference=now_and_then(20),
        continuity=now_and_then(2, 0.3),
        start_deviation=now_and_then(4, 0.4),
        caregivers_used=now_and_then(40, 0.3),
        balance=now_and_then(3, 0.3),
    )


def _caregiver(rng: np.random.Generator, number: int, base: int) -> Caregiver:
    start = int(rng.integers(0, 15))
    shifts = [_shift(rng, f"C{number}/0", start, start + int(rng.integers(25, 60)), base)]
    if rng.random() < 0.15:
        again = shifts[0].end + 10  # clear of any overtime
        shifts.append(_shift(rng, f"C{number}/1", again, again + 30, base))
    return Caregiver(
        id=f"C{number}",
        shifts=tuple(shifts),
        mode="walk" if rng.random() < 0.2 else "e_bike",
        skills=tuple(
            SkillHeld(name, 1, int(rng.integers(20, 60)) if rng.random() < 0.15 else None)
            for name in SKILLS
            if rng.random() < 0.85
        ),
        maximum_work=int(rng.integers(20, 50)) if rng.random() < 0.15 else None,
        past_workload=int(rng.integers(0, 20)),
    )


def _shift(rng: np.random.Generator, name: str, start: int, end: int, base: int) -> Shift:
    rest = None
    if rng.random() < 0.5:
        earliest = start + int(rng.integers(0, 20))
        length = int(rng.integers(2, 8))
        rest = Break(
            earliest=earliest,
            latest_end=earliest + length + int(rng.integers(0, 15)),
            duration=length,
            miss_cost=int(rng.integers(5, 60)) if rng.random() < 0.4 else None,
            due_without_stops=bool(rng.random() < 0.2),
        )
        if rest.miss_cost is None and rest.due_without_stops:
            rest = None  # nobody could keep such a rule on an empty day
    return Shift(
        id=name,
        start=start,
        end=end,
        start_place=base,
        end_place=base,
        rest=rest,
        maximum_overtime=int(rng.choice([0, 5, 10])),
    )


def _visit(rng: np.random.Generator, number: int, caregivers: int) -> Visit:
    two = caregivers > 1 and rng.random() < 0.3
    opens = int(rng.integers(0, 45))
    windows = [TimeWindow(opens, opens + int(rng.integers(0, 15)))]
    if rng.random() < 0.3:
        again = windows[0].end + int(rng.integers(3, 15))
        windows.append(TimeWindow(again, again + int(rng.integers(0, 10))))
    sync = None
    if two and rng.random() < 0.8:
        least = int(rng.choice([0, 0, 3]))
        sync = Gap(least, least + int(rng.choice([0, 0, 6])))
    someone = f"C{int(rng.integers(0, caregivers))}"
    need = (SkillNeed(str(rng.choice(SKILLS)), 1),) if rng.random() < 0.4 else ()
    return Visit(
        id=f"V{number}",
        place=number,
        parts=tuple(Part(int(rng.integers(1, 10)), need) for _ in range(2 if two else 1)),
        windows=tuple(windows),
        sync=sync,
        drop_cost=int(rng.choice([15, 60, 500])),
        late_is_hard=bool(rng.random() < 0.4),
        preferred_start=opens + int(rng.integers(0, 10)) if rng.random() < 0.35 else None,
        preferred_caregivers=frozenset({someone} if rng.random() < 0.2 else ()),
        refused_caregivers=frozenset({someone} if rng.random() < 0.1 else ()),
        familiarity={someone: 70} if rng.random() < 0.3 else {},
        locked_start=opens + 2 if rng.random() < 0.07 else None,
        building="B" if rng.random() < 0.3 else "",
        setup=int(rng.choice([0, 0, 2])),
    )


def product_day(seed: int) -> Problem:
    """The same day with the prices of the product: nobody is left out to save a few minutes.

    Travel, lateness, overtime and faces cost something; starts are free to wait, and wishes for one
    are not heard.
    """
    problem = tiny_day(seed)
    visits = tuple(
        replace(visit, drop_cost=100 * (visit.drop_cost or 0)) for visit in problem.visits
    )
    weights = Weights(travel=1, lateness=5, overtime=5, missed_break=1, preference=10, continuity=1)
    return replace(problem, visits=visits, weights=weights, name=f"product day {seed}")
