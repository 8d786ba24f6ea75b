"""The table says what was measured, what was not, and why a target was missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.findings import Findings, Miss, Verdict, failures, number
from benchmarks.rendering import UNNAMED, render, table
from benchmarks.rows import WHOLE_SECTION, Log, Row, Status
from benchmarks.sections import SECTIONS, Section
from tests.benchmarks.made_up import invalid, row

RUN: dict[str, Any] = {
    "mode": "full",
    "is_judged": True,
    "scale": 1.0,
    "seeds": 3,
    "sample": False,
    "command": "make bench MODE=full",
    "cores": 2,
    "versions": {"Python": "3.11.7", "ortools": "9.15"},
    "code": "abc1234",
}
SHORT = {**RUN, "mode": "short", "is_judged": False, "scale": 1 / 6, "sample": True}


def judge(rows: Sequence[Row]) -> Findings:
    """Misses above a cost of 100."""
    misses = tuple(Miss(one.item, "too dear") for one in rows if (one.cost or 999) > 100)
    lines = tuple((one.item, failures([one]) or number(one.cost)) for one in rows)
    return Findings((Verdict("some", "cheap", misses),), ("item", "cost"), lines, ("A remark.",))


UHHC = Section("uhhc", "Published", lambda mode: [], judge)  # noqa: ARG005 - measures nothing


def rendered(
    rows: Sequence[Row], run: dict[str, Any] = RUN, causes: dict[str, dict[str, str]] | None = None
) -> str:
    return render(Log((run,), tuple(rows)), (UHHC,), causes or {})


def test_the_head_names_command_cores_and_versions_and_no_machine() -> None:
    text = rendered([row()])
    assert (
        "Made with `make bench MODE=full` on 2 cores: Python 3.11.7, ortools 9.15; code abc1234."
    ) in text


def test_runs_that_differ_are_all_named() -> None:
    log = Log((RUN, RUN, {**RUN, "cores": 1, "code": ""}), (row(),))
    text = render(log, (UHHC,), {})
    assert text.count("Made with") == 2
    assert "on 1 core: Python 3.11.7, ortools 9.15." in text


def test_a_met_target() -> None:
    text = rendered([row(cost=90.0)])
    assert "| Published | cheap | some | met |" in text
    assert "Missed targets" not in text
    assert "| i-1 | 90 |" in text
    assert "A remark." in text


def test_every_miss_is_named_with_its_cause_or_the_lack_of_one() -> None:
    text = rendered(
        [row("i-1", cost=101.0), row("i-2", cost=102.0)], causes={"uhhc": {"i-1": "pairs are slow"}}
    )
    assert "| Published | cheap | some | **MISSED** |" in text
    assert "- uhhc, cheap: i-1 (too dear): pairs are slow" in text
    assert f"- uhhc, cheap: i-2 (too dear): {UNNAMED}" in text


def test_an_invalid_plan_is_a_row_and_no_figure() -> None:
    text = rendered([invalid()])
    assert "| i-1 | INVALID (seed 1: visit p1: it starts too early) |" in text
    assert "100" not in text.partition("## Published")[2]


def test_short_limits_are_named_and_judge_nothing() -> None:
    text = rendered([row(cost=101.0)], SHORT)
    assert "Mode `short`: limits are 0.167 times those of the targets, and only a sample" in text
    assert "| not judged |" in text
    assert "MISSED" not in text


def test_a_section_left_out_says_why() -> None:
    absent = row(WHOLE_SECTION, status=Status.LEFT_OUT, cost=None, note="no instances here")
    text = rendered([absent])
    assert "Left out: no instances here." in text
    assert "| Published | – | – | not measured |" in text


def test_a_lack_of_an_earlier_run_is_forgotten_once_there_are_rows() -> None:
    absent = row(WHOLE_SECTION, status=Status.LEFT_OUT, cost=None, note="no instances here")
    assert "no instances here" not in rendered([absent, row()])


def test_a_section_without_rows_is_not_measured() -> None:
    assert "Not measured in this run." in rendered([])


def test_rendering_is_pure() -> None:
    log = Log((RUN,), (row(), invalid("i-2")))
    assert render(log, SECTIONS, {}) == render(log, SECTIONS, {})


def test_a_bar_does_not_end_a_cell() -> None:
    assert table(("a",), [("x|y",)]).splitlines()[-1] == "| x\\|y |"
