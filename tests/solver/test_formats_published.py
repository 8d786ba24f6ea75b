"""The checker reproduces every published cost, component by component."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from solver.formats import hhcrsp, uhhc
from solver.objective import Term
from solver.verify import Rule, verify

FOLDER = Path(__file__).parents[3] / "shared" / "benchmarks"
UHHC = sorted(path.stem for path in FOLDER.glob("uhhc/instances/*.json"))
HHCRSP = sorted(
    f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("hhcrsp/instances/*/*.json")
)
# Published with truncated windows: one to three services start a minute early.
EARLY = {"000": 1, "004": 1, "008": 1, "018": 3, "020": 1, "024": 1}

needs_benchmarks = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="the public benchmark instances are not at ../shared/benchmarks beside the checkout",
)


def load(path: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / path).read_text(encoding="utf-8"))
    return document


def each(names: list[str]) -> list[Any]:
    """The names, or one that says why there are none."""
    return list(names) or [pytest.param("none", marks=needs_benchmarks)]


@needs_benchmarks
def test_all_published_plans_are_there() -> None:
    assert (len(UHHC), len(HHCRSP)) == (12, 64)


@pytest.mark.parametrize("name", each(UHHC))
def test_uhhc_costs_and_round_trip(name: str) -> None:
    problem = uhhc.read_problem(load(f"uhhc/instances/{name}.json"))
    published = load(f"uhhc/solutions/{name}.json")
    solution = uhhc.read_solution(published, problem)
    report = verify(problem, solution)
    assert report.violations == ()
    assert report.total == published["cost"]["objective"]
    components = uhhc.components(problem, report.cost)
    assert components == {key: published["cost_components"].get(key, 0) for key in components}
    assert sum(components.values()) == sum(published["cost_components"].values())

    written = uhhc.write_solution(problem, solution, report.cost)
    assert written["cost"] == published["cost"]
    assert sorted(written["global_ordering"]) == sorted(
        {one["patient"] for route in published["routes"] for one in route.get("locations", ())}
    )
    assert locations(written) == locations(published)
    assert uhhc.read_solution(written, problem) == solution


def locations(document: dict[str, Any]) -> dict[str, list[Any]]:
    """Locations by caregiver, in the order of time."""
    return {
        route["caregiver_id"]: sorted(
            (one.get("start_time", one.get("arrival_time")), json.dumps(one, sort_keys=True))
            for one in route.get("locations", ())
        )
        for route in document["routes"]
    }


def agrees(ticks: int, stated: str, divisor: int = 1) -> bool:
    """Whether an exact value, rounded to the six digits of the table, is the stated one."""
    exact = Decimal(ticks) / hhcrsp.PER_MINUTE / divisor
    given = Decimal(stated)
    half_a_digit = Decimal(10) ** (given.adjusted() - 5) / 2 if given else Decimal(0)
    return abs(exact - given) <= half_a_digit


@pytest.mark.parametrize("name", each(HHCRSP))
def test_hhcrsp_costs_and_round_trip(name: str) -> None:
    problem = hhcrsp.read_problem(load(f"hhcrsp/instances/{name}.json"))
    published = load(f"hhcrsp/solutions/{name}.json")
    solution = hhcrsp.read_solution(published, problem)
    report = verify(problem, solution)
    with (FOLDER / "hhcrsp/reference.csv").open(encoding="utf-8") as file:
        row = next(
            one for one in csv.DictReader(file) if f"{one['family']}/{one['instance']}" == name
        )
    assert agrees(report.terms[Term.TRAVEL], row["distance"])
    assert agrees(report.terms[Term.LATENESS], row["total_tardiness"])
    assert agrees(report.terms[Term.HIGHEST_LATENESS], row["max_tardiness"])
    assert agrees(report.total, row["best_cost"], divisor=3)
    assert hhcrsp.total(report.cost) == pytest.approx(float(row["best_cost"]), rel=1e-5)

    early = EARLY.get(name.removeprefix("italian/instance_")[:3], 0) if "italian" in name else 0
    assert [one.rule for one in report.violations] == [Rule.EARLY] * early

    written = hhcrsp.write_solution(problem, solution, report.cost)
    assert locations(written) == locations(published)
    assert hhcrsp.read_solution(written, problem) == solution
