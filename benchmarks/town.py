"""The town day: 500 visits, 70 caregivers, breaks, one visit in twenty for two at a time.

Engines side by side at equal wall time. Each seed is a day of its own. VROOM's model has no
two-person visits: on the day as it is it plans a relaxation (both halves at any time, by anybody);
on the same day with one person for each visit all three plan the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from statistics import median

from benchmarks.findings import (
    OURS,
    Findings,
    Miss,
    Verdict,
    failures,
    gap,
    keeps_time,
    number,
    percent,
)
from benchmarks.instances import town_day
from benchmarks.modes import Mode
from benchmarks.planning import planned
from benchmarks.rows import Job, Measured, Row, Status, grouped
from solver.engine import Engine
from solver.problem import Problem

SECONDS = 60.0
VISITS, CAREGIVERS = 500, 70
PLAIN, VROOM, RELAXED = "ortools", "pyvroom", "pyvroom, relaxed"
TARGET_PERCENT = -15.0
REMARKS = (
    f"`{RELAXED}` plans an easier day: the halves of a two-person visit may come at any time.",
    "The whole cost has the prices of unserved visits in it.",
    "The hybrid and VROOM may use every core; OR-Tools' routing search has one thread.",
)


def single(problem: Problem) -> Problem:
    """The same day with one caregiver for each visit."""
    visits = tuple(replace(one, parts=one.parts[:1], sync=None) for one in problem.visits)
    return replace(problem, visits=visits, name=f"{problem.name}-single")


def plan_town(
    visits: int, caregivers: int, doubles: bool, engine: Engine, seconds: float, seed: int
) -> Measured:
    """Our plan of a town day, or of its variant without doubles; one seed for day and search."""
    day = town_day(visits, caregivers, seed=seed)
    return planned(day if doubles else single(day), engine, seconds, seed)


def plan_town_with_vroom(
    visits: int, caregivers: int, doubles: bool, seconds: float, seed: int
) -> Measured:
    """VROOM's plan of the relaxed day, or of the variant without doubles."""
    from benchmarks.vroom_peer import plan_vroom, relaxed  # noqa: PLC0415 - in the benchmark group only

    day = town_day(visits, caregivers, seed=seed)
    return plan_vroom(relaxed(day) if doubles else single(day), seconds)


def jobs(mode: Mode, visits: int = VISITS, caregivers: int = CAREGIVERS) -> Iterable[Job]:
    """Both variants of each day, by every engine."""
    seconds = mode.limit(SECONDS)
    missing = "" if find_spec("vroom") else "pyvroom is not installed; `make bench` installs it"
    for seed in range(1, mode.seeds + 1):
        for doubles in (True, False):
            item = f"day {seed}" if doubles else f"day {seed} without doubles"
            for engine in (OURS, PLAIN):
                yield Job(
                    section="town",
                    item=item,
                    engine=engine,
                    seed=seed,
                    limit_seconds=seconds,
                    work=plan_town,
                    arguments=(visits, caregivers, doubles, engine, seconds, seed),
                )
            yield Job(
                section="town",
                item=item,
                engine=RELAXED if doubles else VROOM,
                seed=seed,
                limit_seconds=seconds,
                work=None if missing else plan_town_with_vroom,
                arguments=(visits, caregivers, doubles, seconds, seed),
                missing=missing,
            )


def judge(rows: Sequence[Row]) -> Findings:
    """Medians over days of the ratios to plain OR-Tools and, on single visits, to VROOM.

    Compared is what the served visits cost. The prices of dropped ones are left out, for they would
    flatter whoever drops fewer; who serves more has the longer way.
    """
    groups = {item: {row.engine: row for row in runs} for item, runs in grouped(rows).items()}
    whole = {item: runs for item, runs in groups.items() if VROOM not in runs}
    alone = {item: runs for item, runs in groups.items() if VROOM in runs}
    return Findings(
        (
            _cheaper(whole),
            _serves(groups),
            keeps_time(rows),
            Verdict(
                f"without doubles {_median(alone, PLAIN)} to plain OR-Tools, "
                f"{_median(alone, VROOM)} to VROOM"
            ),
        ),
        (
            "day",
            "engine",
            "limit, s",
            "cost of what is served / plain OR-Tools",
            "whole cost / plain OR-Tools",
            "unserved",
            "time used / limit",
            "peak, MiB",
        ),
        tuple(_line(row, runs.get(PLAIN)) for runs in groups.values() for row in runs.values()),
        REMARKS,
    )


def _served_gap(runs: dict[str, Row], other: str) -> float | None:
    ours, theirs = runs.get(OURS), runs.get(other)
    if not ours or not theirs or ours.cost is None or theirs.cost is None:
        return None
    return gap(ours.facts["served_cost"], theirs.facts["served_cost"])


def _median(groups: dict[str, dict[str, Row]], other: str) -> str:
    gaps = [_served_gap(runs, other) for runs in groups.values()]
    known = [value for value in gaps if value is not None]
    return percent(median(known)) if known and len(known) == len(gaps) else "–"


def _cheaper(groups: dict[str, dict[str, Row]]) -> Verdict:
    gaps = {item: _served_gap(runs, PLAIN) for item, runs in groups.items()}
    known = [value for value in gaps.values() if value is not None]
    figure = f"median {_median(groups, PLAIN)} to plain OR-Tools over {len(groups)} days"
    is_met = bool(known) and len(known) == len(gaps) and median(known) <= TARGET_PERCENT
    misses = () if is_met else (Miss("median", figure),)
    return Verdict(figure, "15 % cheaper than plain OR-Tools", misses, is_measured=bool(groups))


def _serves(groups: dict[str, dict[str, Row]]) -> Verdict:
    """A visit that OR-Tools serves and the hybrid does not is a miss, by name."""
    misses = []
    for item, runs in groups.items():
        ours, theirs = runs.get(OURS), runs.get(PLAIN)
        if not ours or ours.status is not Status.DONE:
            misses.append(Miss(item, failures([ours]) if ours else "not measured"))
        elif theirs and theirs.status is Status.DONE:
            lost = sorted(set(ours.unserved) - set(theirs.unserved))
            if lost:
                misses.append(Miss(item, f"{len(lost)} not served: {', '.join(lost[:5])}"))
    return Verdict(
        f"on {len(groups) - len(misses)} of {len(groups)} days",
        "serves every visit that plain OR-Tools serves",
        tuple(misses),
        is_measured=bool(groups),
    )


def _line(row: Row, plain: Row | None) -> tuple[str, ...]:
    if row.status is not Status.DONE:
        cells = (failures([row]), "–", "–", "–", number(row.peak_mib))
        return (row.item, row.engine, f"{row.limit_seconds:g}", *cells)
    served = whole = None
    if plain and plain.status is Status.DONE and row.cost is not None and plain.cost:
        served = row.facts["served_cost"] / plain.facts["served_cost"]
        whole = row.cost / plain.cost
    used = None if row.used_seconds is None else row.used_seconds / row.limit_seconds
    return (
        row.item,
        row.engine,
        f"{row.limit_seconds:g}",
        number(served, 3),
        number(whole, 3),
        str(len(row.unserved)),
        number(used, 2),
        number(row.peak_mib),
    )
