"""A measurement has a process of its own, and a fault of it is a row."""

from __future__ import annotations

import os

import pytest

from benchmarks import measuring
from benchmarks.measuring import measure, own_peak_mib, tree_mib
from benchmarks.rows import Status
from tests.benchmarks.made_up import crash, fail, hang, job, refuse, succeed


def test_a_plan_becomes_a_row() -> None:
    row = measure(job(work=succeed, arguments=(42.0,), facts={"best": 40.0}))
    assert (row.status, row.cost, row.used_seconds) == (Status.DONE, 42.0, 0.5)
    assert row.unserved == ("p1",)
    assert row.facts == {"best": 40.0, "served_cost": 41.0}
    assert row.peak_mib is not None
    assert row.peak_mib > 0


def test_a_refused_plan_is_invalid() -> None:
    row = measure(job(work=refuse))
    assert (row.status, row.cost) == (Status.INVALID, None)


def test_an_error_costs_its_row_only() -> None:
    row = measure(job(work=fail))
    assert (row.status, row.note) == (Status.CRASHED, "ValueError: no such instance")


def test_a_crash_costs_its_row_only() -> None:
    row = measure(job(work=crash))
    assert (row.status, row.note) == (Status.CRASHED, "the process ended (3)")


def test_what_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(measuring, "LEAVE_SECONDS", 0.1)
    row = measure(job(work=hang))
    assert row.status is Status.CRASHED
    assert "stopped" in row.note


def test_what_is_missing_starts_no_process() -> None:
    row = measure(job(missing="pyvroom is not installed"))
    assert (row.status, row.note) == (Status.LEFT_OUT, "pyvroom is not installed")


def test_memory_of_a_process() -> None:
    assert tree_mib(os.getpid()) > 0
    assert own_peak_mib() > 0
    assert tree_mib(2**22 + 1) == 0  # no such process
