"""Gaps, medians and verdicts: the arithmetic between rows and the table.

A gap is in percent above a reference: below zero is better than it. Several seeds become their
median; an item of which any measurement has no figure has none either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from statistics import median

from benchmarks.rows import Row, Status

OURS = "hybrid"
"""The engine whose figures are judged."""
OVERRUN = 1.05


@dataclass(frozen=True, slots=True)
class Miss:
    """What missed a target: an item (or the section's mean) and the figure it got."""

    item: str
    figure: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target of a section; without a `target` the figure is only reported."""

    figure: str
    target: str = ""
    misses: tuple[Miss, ...] = ()
    is_measured: bool = True

    @property
    def is_met(self) -> bool:
        """Whether nothing missed the target."""
        return not self.misses


@dataclass(frozen=True, slots=True)
class Findings:
    """What a section has to say: verdicts, a table, and remarks below it."""

    verdicts: tuple[Verdict, ...]
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...] = ()


def gap(cost: float, reference: float) -> float:
    """Percent of `cost` above `reference`; nothing above nothing is 0."""
    if reference == 0:
        return 0.0 if cost == 0 else inf
    return 100 * (cost / reference - 1)


def middle(rows: Sequence[Row]) -> float | None:
    """The median cost; None where there is no row, or one of them has no figure."""
    costs = [row.cost for row in rows if row.cost is not None]
    return median(costs) if rows and len(costs) == len(rows) else None


def gap_to(rows: Sequence[Row], fact: str) -> float | None:
    """Gap of the median cost to a figure known beforehand; None where either is missing."""
    cost = middle(rows)
    if cost is None or fact not in rows[0].facts:
        return None
    return gap(cost, rows[0].facts[fact])


def mean(values: Iterable[float]) -> float | None:
    """The mean; None of nothing."""
    given = list(values)
    return sum(given) / len(given) if given else None


def percent(value: float | None) -> str:
    """A gap as text, with its sign; a dash where there is none."""
    return "–" if value is None else f"{value:+.1f} %"


def number(value: float | None, digits: int = 0) -> str:
    """A figure as text; a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}"


def failures(rows: Iterable[Row]) -> str:
    """The first row without a figure as INVALID, CRASHED or left out, with its reason; or empty."""
    for row in rows:
        if row.status is not Status.DONE:
            name = row.status.value
            loud = name if row.status is Status.LEFT_OUT else name.upper()
            return f"{loud} (seed {row.seed}: {row.note})"
    return ""


def keeps_time(rows: Iterable[Row]) -> Verdict:
    """Whether our engine kept to its limits; otherwise none of its figures is at equal time."""
    shares = {
        (row.item, row.seed): row.used_seconds / row.limit_seconds
        for row in rows
        if row.engine == OURS and row.used_seconds is not None
    }
    misses = [
        Miss(f"{item}, time", f"seed {seed}: {share:.2f} of the limit")
        for (item, seed), share in shares.items()
        if share > OVERRUN
    ]
    longest = number(max(shares.values(), default=None), 2)
    target = f"keeps to the limit of time, {OVERRUN - 1:.0%} over at most"
    return Verdict(f"longest {longest} of it", target, tuple(misses), is_measured=bool(shares))


def resources(rows: Sequence[Row]) -> tuple[str, str, str]:
    """Seeds, the longest time used over the limit, and the largest memory in MiB."""
    shares = [row.used_seconds / row.limit_seconds for row in rows if row.used_seconds is not None]
    peaks = [row.peak_mib for row in rows if row.peak_mib is not None]
    return (
        str(len(rows)),
        number(max(shares, default=None), 2),
        number(max(peaks, default=None)),
    )
