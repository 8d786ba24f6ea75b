"""The district day in the table: when a complete plan stands, the end, and the memory it takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.district import district_day, run_district
from benchmarks.findings import Findings, Miss, Verdict, failures, number
from benchmarks.modes import Mode
from benchmarks.rows import Job, Measured, Row

SECONDS, FIRST_TARGET_SECONDS, MEMORY_TARGET_MIB = 290.0, 30.0, 4096
"""The whole of it, checks after the search included, is to end within five minutes."""
TARGET_SECONDS = 300.0
VISITS, CAREGIVERS = 5_000, 700


def plan_district(visits: int, caregivers: int, seconds: float, seed: int) -> Measured:
    """Our plan; facts: seconds to the first verified plan and to one that leaves nobody out."""
    run = run_district(district_day(visits, caregivers, seed=seed), time_limit=seconds, seed=seed)
    facts = {
        "first_seconds": run.first_seconds,
        "first_unserved": float(run.visits - run.first_served),
        "first_cost": float(run.first_cost),
    }
    if run.complete_seconds is not None:
        facts["complete_seconds"] = run.complete_seconds
    return Measured(
        cost=run.cost,
        seconds=run.seconds,
        unserved=tuple(str(one) for one in range(run.unserved)),
        facts=facts,
        fault=f"{run.violations} violations" if run.violations else "",
    )


def jobs(mode: Mode) -> Iterable[Job]:
    """One day for each seed; a sample: a tenth of it."""
    share = 10 if mode.sample else 1
    for seed in range(1, mode.seeds + 1):
        yield Job(
            section="district",
            item=f"{VISITS // share} visits, {CAREGIVERS // share} caregivers",
            engine="hybrid",
            seed=seed,
            limit_seconds=mode.limit(SECONDS),
            work=plan_district,
            arguments=(VISITS // share, CAREGIVERS // share, mode.limit(SECONDS), seed),
        )


def judge(rows: Sequence[Row]) -> Findings:
    """First complete plan, end and memory, each against its target; the worst seed counts."""
    return Findings(
        (
            _verdict(rows, "complete_seconds", FIRST_TARGET_SECONDS, "a complete plan"),
            _limit(rows, [row.used_seconds for row in rows], TARGET_SECONDS, "s", "ended"),
            _limit(rows, [row.peak_mib for row in rows], MEMORY_TARGET_MIB, "MiB", "memory"),
        ),
        (
            "seed",
            "first plan, s",
            "left out by it",
            "complete, s",
            "end, s",
            "left out",
            "memory, MiB",
        ),
        tuple(
            (
                str(row.seed),
                number(row.facts.get("first_seconds"), 1),
                number(row.facts.get("first_unserved")),
                number(row.facts.get("complete_seconds"), 1),
                number(row.used_seconds, 1),
                str(len(row.unserved)) if row.cost is not None else failures([row]),
                number(row.peak_mib),
            )
            for row in rows
        ),
    )


def _verdict(rows: Sequence[Row], fact: str, target: float, name: str) -> Verdict:
    return _limit(rows, [row.facts.get(fact) for row in rows], target, "s", name)


def _limit(
    rows: Sequence[Row], values: Sequence[float | None], target: float, unit: str, name: str
) -> Verdict:
    misses = tuple(
        Miss(f"{name}, seed {row.seed}", failures([row]) or f"{number(value, 1)} {unit}")
        for row, value in zip(rows, values, strict=True)
        if value is None or value > target
    )
    worst = max((value for value in values if value is not None), default=None)
    return Verdict(
        f"{name}: {number(worst, 1)} {unit} at most",
        f"{name} within {target:g} {unit}",
        misses,
        is_measured=bool(rows),
    )
