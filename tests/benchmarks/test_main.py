"""The command: what it measures, keeps, resumes and refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.modes import FULL, SHORT, Mode
from benchmarks.rows import Job, Row, Status, append, read
from benchmarks.sections import SECTIONS, Section
from tests.benchmarks.made_up import job
from tests.benchmarks.test_rendering import judge

Run = Callable[..., int]


def jobs(mode: Mode) -> Iterable[Job]:
    """One job for each seed."""
    return [job(section="made up", seed=seed, work=len) for seed in range(1, mode.seeds + 1)]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seeds that were measured; nothing else is."""
    seeds: list[int] = []

    def measure(one: Job) -> Row:
        seeds.append(one.seed)
        return Row(
            section=one.section,
            item=one.item,
            engine=one.engine,
            seed=one.seed,
            limit_seconds=one.limit_seconds,
            status=Status.DONE,
            cost=50.0,
        )

    monkeypatch.setattr(command, "measure", measure)
    monkeypatch.setattr(command, "compile_kernels", lambda: None)
    monkeypatch.setattr(command, "SECTIONS", (Section("made up", "Made up", jobs, judge),))
    return seeds


@pytest.fixture
def run(tmp_path: Path, measured: list[int]) -> Run:
    """The command with its files in a temporary folder."""

    def run(*arguments: str) -> int:
        places = ["--rows", str(tmp_path / "rows.jsonl"), "-o", str(tmp_path / "table.md")]
        return command.main([*arguments, *places])

    return run


def test_rows_and_table_are_written(
    run: Run, measured: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--mode", "full", "--seeds", "2") == 0
    assert measured == [1, 2]
    assert len(read(tmp_path / "rows.jsonl").rows) == 2
    text = (tmp_path / "table.md").read_text(encoding="utf-8")
    assert "Made with `python -m benchmarks --mode full --seeds 2` on" in text
    assert str(tmp_path) not in text
    assert "| Made up | cheap | some | met |" in capsys.readouterr().out


def test_a_resumed_run_measures_only_what_is_missing(
    run: Run, measured: list[int], tmp_path: Path
) -> None:
    run("--mode", "full", "--seeds", "2")
    rows = tmp_path / "rows.jsonl"
    append(rows, replace(read(rows).rows[0], status=Status.CRASHED, cost=None))
    measured.clear()
    assert run("--mode", "full", "--seeds", "4", "--resume") == 0
    assert measured == [1, 3, 4]
    assert [row.status for row in read(rows).rows] == [Status.DONE] * 4


def test_without_resume_everything_begins_anew(
    run: Run, measured: list[int], tmp_path: Path
) -> None:
    run("--seeds", "2")
    run("--seeds", "1")
    assert measured == [1, 2, 1]
    assert len(read(tmp_path / "rows.jsonl").rows) == 1


def test_rows_at_other_limits_are_not_gone_on_with(
    run: Run, measured: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    run("--mode", "full", "--seeds", "1")
    assert run("--mode", "full", "--scale", "0.5", "--resume") == 2
    assert "rows.jsonl is of mode full at 1 times the limits" in capsys.readouterr().err
    assert measured == [1]


def test_rendering_again_measures_nothing(run: Run, measured: list[int], tmp_path: Path) -> None:
    run("--seeds", "1")
    (tmp_path / "table.md").unlink()
    measured.clear()
    assert run("--render") == 0
    assert measured == []
    assert "Made up" in (tmp_path / "table.md").read_text(encoding="utf-8")


def test_nothing_can_be_rendered_without_rows(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--render") == 2
    assert "there are no rows" in capsys.readouterr().err
    assert not (tmp_path / "table.md").exists()


def test_an_interruption_keeps_the_rows(
    run: Run, measured: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = vars(command)["measure"]  # the pretended one

    def interrupted(one: Job) -> Row:
        if one.seed == 2:
            raise KeyboardInterrupt
        row: Row = measure(one)
        return row

    monkeypatch.setattr(command, "measure", interrupted)
    assert run("--seeds", "3") == 130
    assert [row.seed for row in read(tmp_path / "rows.jsonl").rows] == [1]
    monkeypatch.setattr(command, "measure", measure)
    assert run("--seeds", "3", "--resume") == 0
    assert measured == [1, 2, 3]


@pytest.mark.parametrize(
    "wrong", [("--seeds", "0"), ("--scale", "2"), ("--scale", "x"), ("--only", "nothing")]
)
def test_usage(run: Run, wrong: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(*wrong)
    assert stopped.value.code == 2


def test_the_command_that_is_named_is_the_shortest() -> None:
    def named(mode: Mode, *sections: Section) -> str:
        order = command.Order(mode, sections or SECTIONS, Path("r"), Path("t"), resume=False)
        return str(command.head(order)["command"])

    assert named(FULL) == "make bench MODE=full"
    assert named(SHORT) == "make bench MODE=short"
    assert named(FULL, *SECTIONS[-1:]) == "python -m benchmarks --mode full --only 'cold start'"


def test_limits_of_modes() -> None:
    assert FULL.limit(6.8) == 6.8
    assert SHORT.limit(60) == 10
    assert SHORT.limit(3) == 1
    assert FULL.is_judged
    assert not SHORT.is_judged
