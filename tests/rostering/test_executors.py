"""Plans made by processes and by a real Dask cluster are the same; what is wrong is named."""

from __future__ import annotations

import importlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.district import district_day
from eldercare.cli.app import main
from eldercare.errors import InvalidInput
from eldercare.rostering.executors import crew_at
from solver.decompose import solve_district
from solver.verify import verify
from tests.rostering.cluster import local_cluster

ON = "2020-09-17"


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with local_cluster() as address:
        yield address


def eldercare(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["eldercare", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


def test_a_district_on_a_cluster_is_planned_as_on_processes(scheduler: str) -> None:
    problem = district_day(90, 20, seed=1)
    plans = []
    for address in (scheduler, "processes"):
        with crew_at(address) as crew:
            assert crew.workers >= 1
            plans.append(
                solve_district(
                    problem,
                    time_limit=600,
                    executor=crew.executor,
                    workers=2,
                    shard_visits=30,
                    iterations=20,
                )
            )
    assert plans[0] == plans[1]
    assert verify(problem, plans[0]).feasible


def test_the_command_plans_a_seeded_district_on_a_cluster(
    scheduler: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    database = ("--database", f"sqlite:///{tmp_path / 'district.db'}")
    assert eldercare(monkeypatch, *database, "seed", "--scale", "0.002", "--on", ON) == 0
    capsys.readouterr()
    options = ("--time-limit", "4", "--executor", scheduler)
    assert eldercare(monkeypatch, *database, "--json", "plan", ON, *options) == 0
    plan: dict[str, Any] = json.loads(capsys.readouterr().out)
    visits = plan["visits"]
    assert visits["required"] > 0
    assert visits["served"] > 0
    assert visits["served"] + visits["unserved"] == visits["required"]
    assert plan["violations"] == 0
    assert "engine_failed" not in {one["reason"] for one in plan["unserved"]}


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eldercare.rostering.executors.CONNECT_SECONDS", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(InvalidInput, match=f"127.0.0.1:{port}"), crew_at(f"tcp://127.0.0.1:{port}"):
        pass


def test_an_executor_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidInput, match="tcp://host:port"), crew_at("threads"):
        pass


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(InvalidInput, match=r"xinbei-eldercare\[cluster\]"), crew_at("tcp://x:1"):
        pass
