"""What is measured and what came of it: jobs, rows, and the JSON-lines file that keeps rows.

A row is written as soon as it is known, so a run can be interrupted and resumed; the table is
rendered from the rows alone (`benchmarks.rendering`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

Key = tuple[str, str, str, int, float]

WHOLE_SECTION = "whole section"
"""The item of a job that stands for all of a section's, where none of them can be measured."""


class Status(StrEnum):
    """How a measurement ended; only a DONE row has a figure."""

    DONE = "done"
    INVALID = "invalid"
    """The checker refuses the plan."""
    CRASHED = "crashed"
    """The process ended, raised or had to be stopped."""
    LEFT_OUT = "left out"
    """What it needs is not on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a process reports: `cost` in the section's unit, wall seconds of the planning alone.

    `fault` is the checker's first complaint, empty where there is none.
    """

    cost: float
    seconds: float
    unserved: tuple[str, ...] = ()
    facts: Mapping[str, float] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One measurement to make, or to leave out where `missing` says why.

    `limit_seconds` is what the engine is given. `work` is a function of a module, so that a fresh
    process can be told to call it with `arguments`; `facts` are known beforehand (sizes, published
    costs) and end in the row, so that the table needs nothing but rows.
    """

    section: str
    item: str
    engine: str
    seed: int
    limit_seconds: float
    work: Callable[..., Measured] | None = None
    arguments: tuple[Any, ...] = ()
    facts: Mapping[str, float] = field(default_factory=dict)
    missing: str = ""

    @property
    def key(self) -> Key:
        """What makes two measurements the same one."""
        return (self.section, self.item, self.engine, self.seed, self.limit_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A measurement that was made; memory in MiB, the largest sum over the process and its own."""

    section: str
    item: str
    engine: str
    seed: int
    limit_seconds: float
    status: Status
    note: str = ""
    cost: float | None = None
    used_seconds: float | None = None
    peak_mib: float | None = None
    unserved: tuple[str, ...] = ()
    facts: Mapping[str, float] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What makes two measurements the same one."""
        return (self.section, self.item, self.engine, self.seed, self.limit_seconds)

    @property
    def is_final(self) -> bool:
        """Whether measuring again would only repeat it; a crash or a lack may be gone by then."""
        return self.status in {Status.DONE, Status.INVALID}


def row_of(job: Job, status: Status, note: str = "", peak_mib: float | None = None) -> Row:
    """A row without a figure."""
    return Row(
        section=job.section,
        item=job.item,
        engine=job.engine,
        seed=job.seed,
        limit_seconds=job.limit_seconds,
        status=status,
        note=note,
        peak_mib=peak_mib,
        facts=dict(job.facts),
    )


def measured_row(job: Job, measured: Measured, peak_mib: float) -> Row:
    """The row of a plan; one that does not verify has no figure."""
    if measured.fault:
        return row_of(job, Status.INVALID, measured.fault, peak_mib)
    return replace(
        row_of(job, Status.DONE, peak_mib=peak_mib),
        cost=measured.cost,
        used_seconds=round(measured.seconds, 3),
        unserved=measured.unserved,
        facts={**job.facts, **measured.facts},
    )


@dataclass(frozen=True, slots=True)
class Log:
    """Everything a rows file holds: the runs that wrote it and the last row of each measurement."""

    runs: tuple[Mapping[str, Any], ...]
    rows: tuple[Row, ...]

    @property
    def final(self) -> frozenset[Key]:
        """Measurements that need not be made again."""
        return frozenset(row.key for row in self.rows if row.is_final)


def append(path: Path, entry: Row | Mapping[str, Any]) -> None:
    """Add a row, or the head of a run, to the file; made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"row": asdict(entry)} if isinstance(entry, Row) else {"run": dict(entry)}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(document, ensure_ascii=False) + "\n")


def read(path: Path) -> Log:
    """What the file holds; an unfinished last line, left by an interruption, is skipped.

    Raises:
        ValueError: another line is no row and no run.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    runs: list[Mapping[str, Any]] = []
    rows: dict[Key, Row] = {}
    for number, line in enumerate(lines, 1):
        try:
            document = json.loads(line)
            if "run" in document:
                runs.append(document["run"])
                continue
            row = _row(document["row"])
        except (ValueError, KeyError, TypeError) as error:
            if number == len(lines):
                break
            raise ValueError(f"{path.name}: line {number} is no row of a benchmark") from error
        rows[row.key] = row
    return Log(tuple(runs), tuple(rows.values()))


def mend_tail(path: Path) -> None:
    """Cut off a line that an interruption left unfinished, so that the next starts on its own."""
    if path.exists() and (text := path.read_bytes()) and not text.endswith(b"\n"):
        path.write_bytes(text[: text.rfind(b"\n") + 1])


def _row(document: dict[str, Any]) -> Row:
    given = {**document, "status": Status(document["status"])}
    return Row(**{**given, "unserved": tuple(given["unserved"])})


def grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by item, in the order in which items first appear."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.item, []).append(row)
    return groups
