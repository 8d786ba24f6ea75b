"""The lunch of the whole district: 20,000 lunches, about 6,000 of them brought, on two threads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.findings import Findings, Miss, Verdict, failures, number
from benchmarks.meals import DISTRICT_LUNCHES, district
from benchmarks.modes import Mode
from benchmarks.rows import Job, Measured, Row

SECONDS, TARGET_SECONDS = 60.0, 120.0
RIDERS = {"riders of one kitchen each": False, "riders of every kitchen": True}


def plan_lunch(shared_riders: bool, seconds: float, lunches: int) -> Measured:
    """Our plan; the facts say how many orders are brought."""
    found = district(seconds=seconds, shared_riders=shared_riders, lunches=lunches)
    return Measured(
        cost=found.cost,
        seconds=found.wall_seconds,
        unserved=tuple(str(one) for one in range(found.undelivered)),
        facts={"delivered": float(found.delivered)},
    )


def jobs(mode: Mode) -> Iterable[Job]:
    """Both kinds of riders, one seed; a sample: a tenth of the lunches."""
    lunches = DISTRICT_LUNCHES // (10 if mode.sample else 1)
    for item, shared in RIDERS.items():
        seconds = mode.limit(SECONDS)
        yield Job(
            section="lunches",
            item=item,
            engine="hybrid",
            seed=1,
            limit_seconds=seconds,
            work=plan_lunch,
            arguments=(shared, seconds, lunches),
        )


def judge(rows: Sequence[Row]) -> Findings:
    """Done within two minutes on the wall, nobody left without lunch."""
    slow = [
        Miss(row.item, failures([row]) or f"{number(row.used_seconds)} s")
        for row in rows
        if row.used_seconds is None or row.used_seconds > TARGET_SECONDS
    ]
    hungry = [Miss(row.item, f"{len(row.unserved)} not brought") for row in rows if row.unserved]
    longest = max((row.used_seconds for row in rows if row.used_seconds is not None), default=None)
    return Findings(
        (
            Verdict(
                f"longest {number(longest)} s",
                f"{DISTRICT_LUNCHES:,} lunches within {TARGET_SECONDS:g} s",
                tuple(slow),
                is_measured=bool(rows),
            ),
            Verdict(
                f"{sum(len(row.unserved) for row in rows)} not brought",
                "every order is brought",
                tuple(hungry),
                is_measured=bool(rows),
            ),
        ),
        ("riders", "brought", "cost", "seconds in all", "memory, MiB"),
        tuple(
            (
                row.item,
                number(row.facts.get("delivered")),
                number(row.cost),
                number(row.used_seconds, 1),
                number(row.peak_mib),
            )
            for row in rows
        ),
        ("Seconds from the problem to the checked plan; the search has half of the target.",),
    )
