"""Rows are kept as they come and read back whole, interruptions included."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.rows import Measured, Status, append, grouped, measured_row, mend_tail, read, row_of
from tests.benchmarks.made_up import invalid, job, row


def test_rows_and_runs_come_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rows.jsonl"
    rows = [row("a", unserved=("p1", "p2")), invalid("b")]
    append(path, {"mode": "short"})
    for one in rows:
        append(path, one)
    log = read(path)
    assert log.runs == ({"mode": "short"},)
    assert log.rows == tuple(rows)


def test_the_last_row_of_a_measurement_counts(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    append(path, row(status=Status.CRASHED, cost=None))
    append(path, row(cost=5.0))
    append(path, row(seed=2))
    assert [(one.seed, one.cost) for one in read(path).rows] == [(1, 5.0), (2, 100.0)]


def test_only_figures_and_refusals_are_final(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    for number, status in enumerate(Status):
        append(path, row(status=status, seed=number))
    kept = [Status.DONE, Status.INVALID]
    assert {key[3] for key in read(path).final} == {list(Status).index(one) for one in kept}


def test_a_missing_file_is_empty(tmp_path: Path) -> None:
    assert read(tmp_path / "none.jsonl").rows == ()


def test_an_unfinished_line_is_forgotten_and_the_next_stands_alone(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    append(path, row("a"))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"row": {"section": "uh')
    assert [one.item for one in read(path).rows] == ["a"]
    mend_tail(path)
    append(path, row("b"))
    assert [one.item for one in read(path).rows] == ["a", "b"]


def test_another_broken_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("nonsense\n", encoding="utf-8")
    append(path, row("a"))
    with pytest.raises(ValueError, match="line 1 is no row"):
        read(path)


def test_a_refused_plan_has_no_figure() -> None:
    made = measured_row(job(), Measured(cost=7, seconds=1, fault="too early"), 50.0)
    assert (made.status, made.cost, made.used_seconds) == (Status.INVALID, None, None)
    assert made.note == "too early"


def test_facts_known_before_stay_beside_those_measured() -> None:
    given = job(facts={"best": 9.0})
    made = measured_row(given, Measured(cost=7, seconds=1, facts={"served_cost": 6.0}), 50.0)
    assert made.facts == {"best": 9.0, "served_cost": 6.0}
    assert made.key == given.key
    assert row_of(given, Status.CRASHED).facts == {"best": 9.0}


def test_items_keep_their_order() -> None:
    rows = [row("b"), row("a"), row("b", seed=2)]
    assert {item: len(runs) for item, runs in grouped(rows).items()} == {"b": 2, "a": 1}
    assert list(grouped(rows)) == ["b", "a"]
