"""Rows and jobs as a benchmark might have them, without measuring anything."""

from __future__ import annotations

import os
from typing import Any

from benchmarks.rows import Job, Measured, Row, Status


def row(item: str = "i-1", **fields: Any) -> Row:
    """A row that was measured; `cost=None` leaves the figure out."""
    given: dict[str, Any] = {
        "section": "uhhc",
        "engine": "hybrid",
        "seed": 1,
        "limit_seconds": 10.0,
        "status": Status.DONE,
        "cost": 100.0,
        "used_seconds": 9.0,
        "peak_mib": 200.0,
        "facts": {"patients": 50.0, "best": 110.0, "mean": 120.0},
    }
    return Row(item=item, **{**given, **fields})


def invalid(item: str = "i-1", **fields: Any) -> Row:
    return row(
        item, status=Status.INVALID, cost=None, note="visit p1: it starts too early", **fields
    )


def job(**fields: Any) -> Job:
    given: dict[str, Any] = {
        "section": "made up",
        "item": "i-1",
        "engine": "hybrid",
        "seed": 1,
        "limit_seconds": 1.0,
    }
    return Job(**{**given, **fields})


# Works of jobs: functions of a module, so that a fresh process finds them.


def succeed(cost: float) -> Measured:
    return Measured(cost=cost, seconds=0.5, unserved=("p1",), facts={"served_cost": cost - 1})


def refuse() -> Measured:
    return Measured(cost=1, seconds=0.5, fault="visit p1: it starts too early")


def fail() -> Measured:
    raise ValueError("no such instance\nand more that nobody reads in a table")


def crash() -> Measured:
    os._exit(3)


def hang() -> Measured:
    while True:
        pass
