"""How soon a small plan is there: the whole command, with an empty and with a filled kernel cache.

Each command is a process of its own, `python -m solver solve`, so imports, reading, planning and
writing all count.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.findings import Findings, Miss, Verdict, failures, number
from benchmarks.instances import TownDay
from benchmarks.machine import ROOT
from benchmarks.meal_instances import meal_instance
from benchmarks.modes import Mode
from benchmarks.rows import Job, Measured, Row
from solver.formats import meals, native

# What the search itself may take; the rest of the command is the start.
SEARCH_SECONDS = 0.5
TARGET_SECONDS = 2.0
REPEATS = 3
SMALL = {"small day of visits": "visits", "small lunch round": "meals"}


def start_cold(kind: str, repeats: int) -> Measured:
    """Seconds of the command before and after its kernels are compiled (the median of repeats).

    The facts: `empty_seconds`, `filled_seconds`, and `compiled_again`, the number of kernels that
    later commands compiled although they had been compiled before.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "problem.json"
        path.write_text(json.dumps(_document(kind)), encoding="utf-8")
        cache = folder / "cache"
        cache.mkdir()
        empty = _command(path, cache)
        kernels = _kernels(cache)
        filled = median(_command(path, cache) for _ in range(repeats))
        again = len(_kernels(cache)) - len(kernels)
    return Measured(
        cost=filled,
        seconds=filled,
        facts={
            "empty_seconds": empty,
            "filled_seconds": filled,
            "kernels": float(len(kernels)),
            "compiled_again": float(again),
        },
    )


def _document(kind: str) -> dict[str, object]:
    if kind == "meals":
        return meals.write_problem(meal_instance(12, seed=1))
    return native.write_problem(TownDay(visits=12, caregivers=4, pair_share=0.1).problem())


def _kernels(cache: Path) -> set[Path]:
    return set(cache.rglob("*.nbc"))


def _command(problem: Path, cache: Path) -> float:
    """Seconds of one command; raises CalledProcessError where it fails."""
    kept = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    plan = problem.with_name("plan.json")
    options = ["--time-limit", str(SEARCH_SECONDS), "-o", str(plan)]
    begun = perf_counter()
    subprocess.run(  # noqa: S603 - the product's own command
        [sys.executable, "-m", "solver", "solve", str(problem), *options],
        env={**kept, "XDG_CACHE_HOME": str(cache)},
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return perf_counter() - begun


def jobs(mode: Mode) -> Iterable[Job]:
    """One measurement of each kind; there is nothing random in it."""
    for item, kind in SMALL.items():
        yield Job(
            section="cold start",
            item=item,
            engine="hybrid",
            seed=0,
            limit_seconds=SEARCH_SECONDS,
            work=start_cold,
            arguments=(kind, 1 if mode.sample else REPEATS),
        )


def judge(rows: Sequence[Row]) -> Findings:
    """The start is what the command takes beyond the search it was given."""
    starts = {row.item: _start(row) for row in rows}
    slow = [
        Miss(row.item, failures([row]) or _seconds(starts[row.item]))
        for row in rows
        if (start := starts[row.item]) is None or start > TARGET_SECONDS
    ]
    again = [
        Miss(row.item, failures([row]) or f"{row.facts['compiled_again']:.0f} compiled again")
        for row in rows
        if row.facts.get("compiled_again", 1) > 0
    ]
    longest = max((start for start in starts.values() if start is not None), default=None)
    return Findings(
        (
            Verdict(
                f"slowest {_seconds(longest)}",
                f"a small plan starts within {TARGET_SECONDS:g} s",
                tuple(slow),
                is_measured=bool(rows),
            ),
            Verdict(
                f"{len(again)} of {len(rows)} compiled again",
                "kernels compile once",
                tuple(again),
                is_measured=bool(rows),
            ),
        ),
        ("command", "empty cache, s", "filled cache, s", "search, s", "start, s", "kernels"),
        tuple(_line(row) for row in rows),
        ("Seconds of the whole command; the start is what remains of them without the search.",),
    )


def _start(row: Row) -> float | None:
    filled = row.facts.get("filled_seconds")
    return None if row.cost is None or filled is None else max(0.0, filled - row.limit_seconds)


def _seconds(value: float | None) -> str:
    return f"{number(value, 2)} s"


def _line(row: Row) -> tuple[str, ...]:
    empty, filled = row.facts.get("empty_seconds"), row.facts.get("filled_seconds")
    return (
        row.item,
        failures([row]) or number(empty, 2),
        number(filled, 2),
        number(row.limit_seconds, 2),
        number(_start(row), 2),
        number(row.facts.get("kernels")),
    )
