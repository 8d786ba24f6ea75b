"""What is measured, in the order of the table.

A section is one line here. Its `jobs` says what to measure in a mode; its `judge` turns the rows
that came of it into verdicts and a table, purely, so that a table can be made again at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks import (
    cold_start,
    importing,
    lunches,
    meal_rounds,
    published,
    published_targets,
    through_the_day,
    town,
    whole_day,
)
from benchmarks.findings import Findings
from benchmarks.modes import Mode
from benchmarks.rows import Job, Row


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the benchmark by the name that `--only` takes."""

    name: str
    title: str
    jobs: Callable[[Mode], Iterable[Job]]
    judge: Callable[[Sequence[Row]], Findings]


SECTIONS = (
    Section("uhhc", "UHHC instances", published.uhhc_jobs, published_targets.judge_uhhc),
    Section("hhcrsp", "HHCRSP instances", published.hhcrsp_jobs, published_targets.judge_hhcrsp),
    Section("town", "The town day", town.jobs, town.judge),
    Section(
        "through the day", "The roster through the day", through_the_day.jobs, through_the_day.judge
    ),
    Section("meals", "Lunch rounds", meal_rounds.jobs, meal_rounds.judge),
    Section("district", "The district day", whole_day.jobs, whole_day.judge),
    Section("lunches", "20,000 lunches", lunches.jobs, lunches.judge),
    Section("import", "A ledger of elders", importing.jobs, importing.judge),
    Section("cold start", "Cold start", cold_start.jobs, cold_start.judge),
)
