"""Each section once, small, where what it needs is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks import cold_start, meal_rounds, published, town
from benchmarks.instances import town_day
from benchmarks.machine import ROOT
from benchmarks.modes import SHORT
from benchmarks.rows import Measured
from benchmarks.sections import SECTIONS
from solver.engine import Engine
from tests.solver.published_samples import HHCRSP, UHHC, with_change

needs_vroom = pytest.mark.skipif(
    not find_spec("vroom"),
    reason="pyvroom is in the benchmark group only; `make bench` installs it",
)
needs_pyvrp = pytest.mark.skipif(
    not find_spec("pyvrp"), reason="pyvrp is in the benchmark group only; `make bench` installs it"
)


def test_names_are_those_of_the_jobs() -> None:
    assert len({one.name for one in SECTIONS}) == len(SECTIONS)
    for section in SECTIONS:
        jobs = list(section.jobs(SHORT))
        assert jobs
        assert {job.section for job in jobs} == {section.name}
        assert len({job.key for job in jobs}) == len(jobs)


# As made up, nobody may serve p1: both its parts need somebody, and it forbids all but one.
LENIENT = with_change(
    UHHC, lambda one: one["metadata"]["cost_components"].update(caregiver_preferences=5)
)


def test_a_published_plan_that_does_not_verify_has_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(UHHC), encoding="utf-8")
    assert "p1" in published.plan_published("uhhc", str(path), 0.3, 1).fault


@pytest.mark.parametrize(("style", "document"), [("uhhc", LENIENT), ("hhcrsp", HHCRSP)])
def test_published_instances(style: str, document: object, tmp_path: Path) -> None:
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    measured = published.plan_published(style, str(path), 0.3, 1)
    assert measured.fault == ""
    assert measured.cost > 0


@pytest.mark.parametrize("engine", ["hybrid", "ortools"])
@pytest.mark.parametrize("doubles", [True, False])
def test_town(engine: Engine, doubles: bool) -> None:
    measured = town.plan_town(16, 6, doubles, engine, 0.3, 1)
    check_day(measured)


def check_day(measured: Measured) -> None:
    assert measured.fault == ""
    assert 0 < measured.facts["served_cost"] <= measured.cost


@needs_vroom
@pytest.mark.parametrize("doubles", [True, False])
def test_town_with_vroom(doubles: bool) -> None:
    check_day(town.plan_town_with_vroom(40, 10, doubles, 1.0, 1))


@needs_vroom
def test_vroom_refuses_doubles_and_gets_them_halved() -> None:
    from benchmarks.vroom_peer import plan_vroom, relaxed  # noqa: PLC0415 - not always installed

    day = town_day(40, 10, seed=1)
    with pytest.raises(ValueError, match="two parts"):
        plan_vroom(day, 1.0)
    easier = relaxed(day)
    assert len(easier.visits) == 42
    assert sum(one.drop_cost or 0 for one in easier.visits) == sum(
        one.drop_cost or 0 for one in day.visits
    )


@pytest.mark.parametrize("engine", ["hybrid", "ortools"])
def test_meals(engine: str) -> None:
    measured = meal_rounds.plan_meals(12, engine, 0.3, 1)
    assert measured.fault == ""
    assert measured.cost > 0


@needs_pyvrp
def test_meals_with_pyvrp() -> None:
    measured = meal_rounds.plan_meals_with_pyvrp(12, 0.3, 1)
    assert measured.fault == ""
    assert len(measured.unserved) < 12


def test_the_table_is_made_without_the_peers_too() -> None:
    # a development environment has none of them, whatever this one happens to have
    blocked = "import sys; sys.modules.update(pyvrp=None, vroom=None); import benchmarks.__main__"
    subprocess.run([sys.executable, "-c", blocked], cwd=ROOT, check=True)


@pytest.mark.parametrize(("patients", "seconds"), [(10, 6), (25, 15), (26, 60), (400, 60)])
def test_small_published_days_get_less_than_a_minute(patients: int, seconds: float) -> None:
    assert published.hhcrsp_seconds(patients) == pytest.approx(seconds)


def test_cold_start_counts_kernels_compiled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    took = iter([30.0, 1.0, 3.0, 2.0])

    def pretend(problem: Path, cache: Path) -> float:
        assert json.loads(problem.read_text(encoding="utf-8"))
        seconds = next(took)
        (cache / f"{min(seconds, 29):.0f}.nbc").touch()
        return seconds

    monkeypatch.setattr(cold_start, "_command", pretend)
    measured = cold_start.start_cold("meals", 3)
    assert measured.facts == {
        "empty_seconds": 30.0,
        "filled_seconds": 2.0,
        "kernels": 1.0,
        "compiled_again": 3.0,
    }


def test_cold_start_runs_the_product_s_command(tmp_path: Path) -> None:
    problem = tmp_path / "problem.json"
    problem.write_text(json.dumps(cold_start._document("visits")), encoding="utf-8")
    filled = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    assert cold_start._command(problem, filled) > 0
    assert json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["routes"]
