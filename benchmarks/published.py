"""Published instances: UHHC at half the published mean seconds, HHCRSP at a minute or less.

The instances are data of others and no part of the project: they are read from
`shared/benchmarks` beside the checkout, or from the folder that BENCHMARK_INSTANCES names. Where
there is none, the sections are left out, and the table says so.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from benchmarks.machine import ROOT
from benchmarks.modes import Mode
from benchmarks.planning import planned
from benchmarks.rows import WHOLE_SECTION, Job, Measured
from solver.formats.documents import FORMATS, read_json

HHCRSP_SECONDS = 60.0
# Small instances get less than the minute that the target allows: more would show nothing.
HHCRSP_SECONDS_A_PATIENT, SMALL_PATIENTS = 0.6, 25
# Small, middling and large, of every family; one with many double services.
UHHC_SAMPLE = {"i-116", "i-083", "i-164"}
HHCRSP_SAMPLE = {
    "mankowska/InstanzCPLEX_HCSRP_10_1",
    "mankowska/InstanzCPLEX_HCSRP_50_1",
    "mankowska/InstanzVNS_HCSRP_200_1",
    "italian/instance_010-milan-r15-p76-s2-sim17.7-seq13.7",
    "kummer/HHCRSP_50_10_60_0.4_C_RC",
}


def folder() -> Path:
    """Where the published instances are, or would be."""
    given = os.environ.get("BENCHMARK_INSTANCES")
    return Path(given) if given else ROOT.parent / "shared" / "benchmarks"


def plan_published(style: str, path: str, seconds: float, seed: int) -> Measured:
    """Our plan of one instance file, priced in the published unit."""
    form = FORMATS[style]
    problem = form.read_problem(read_json(Path(path)))
    return planned(problem, "hybrid", seconds, seed, form.total)


def uhhc_jobs(mode: Mode) -> Iterable[Job]:
    """Every UHHC instance (a sample: three) at half its published mean seconds."""
    for row in _reference("uhhc"):
        name = row["instance"]
        if not mode.sample or name in UHHC_SAMPLE:
            facts = {
                "patients": float(row["patients"]),
                "best": float(row["best_of_10"]),
                "mean": float(row["mean_of_10"]),
            }
            yield from _jobs("uhhc", name, mode, float(row["mean_seconds"]) / 2, facts)
    yield from _absence("uhhc")


def hhcrsp_jobs(mode: Mode) -> Iterable[Job]:
    """Every HHCRSP instance (a sample: a handful) for a minute, small ones for less."""
    for row in _reference("hhcrsp"):
        name = f"{row['family']}/{row['instance']}"
        if not mode.sample or name in HHCRSP_SAMPLE:
            facts = {"patients": float(row["patients"]), "best": float(row["best_cost"])}
            yield from _jobs("hhcrsp", name, mode, hhcrsp_seconds(int(row["patients"])), facts)
    yield from _absence("hhcrsp")


def hhcrsp_seconds(patients: int) -> float:
    """Seconds that an HHCRSP instance gets: a minute, or 0.6 a patient where these are few."""
    if patients > SMALL_PATIENTS:
        return HHCRSP_SECONDS
    return HHCRSP_SECONDS_A_PATIENT * patients


def _reference(style: str) -> list[dict[str, str]]:
    path = folder() / style / "reference.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _absence(style: str) -> list[Job]:
    if (folder() / style / "reference.csv").is_file():
        return []
    why = (
        "the published instances are not on this machine; "
        "put them beside the checkout as shared/benchmarks or name their folder in "
        "BENCHMARK_INSTANCES"
    )
    return [
        Job(
            section=style,
            item=WHOLE_SECTION,
            engine="hybrid",
            seed=0,
            limit_seconds=0,
            missing=why,
        )
    ]


def _jobs(
    style: str, name: str, mode: Mode, full_seconds: float, facts: dict[str, float]
) -> Iterable[Job]:
    path = folder() / style / "instances" / f"{name}.json"
    seconds = mode.limit(full_seconds)
    for seed in range(1, mode.seeds + 1):
        yield Job(
            section=style,
            item=name,
            engine="hybrid",
            seed=seed,
            limit_seconds=seconds,
            work=plan_published,
            arguments=(style, str(path), seconds, seed),
            facts=facts,
        )
