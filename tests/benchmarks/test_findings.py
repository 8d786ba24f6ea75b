"""Gaps, medians and how they are written."""

from __future__ import annotations

from math import inf

import pytest

from benchmarks.findings import (
    Miss,
    Verdict,
    failures,
    gap,
    gap_to,
    mean,
    middle,
    number,
    percent,
    resources,
)
from benchmarks.rows import Status
from tests.benchmarks.made_up import invalid, row


@pytest.mark.parametrize(
    ("cost", "reference", "expected"),
    [(110, 100, 10.0), (90, 100, -10.0), (100, 100, 0.0), (0, 0, 0.0), (5, 0, inf)],
)
def test_a_gap_is_percent_above_the_reference(
    cost: float, reference: float, expected: float
) -> None:
    assert gap(cost, reference) == pytest.approx(expected)


def test_seeds_become_their_median_never_their_best() -> None:
    runs = [row(seed=seed, cost=cost) for seed, cost in enumerate((90.0, 130.0, 121.0), 1)]
    assert middle(runs) == 121
    assert gap_to(runs, "best") == pytest.approx(10)


def test_an_item_with_an_invalid_seed_has_no_figure() -> None:
    runs = [row(seed=1), invalid(seed=2), row(seed=3)]
    assert middle(runs) is None
    assert gap_to(runs, "best") is None
    assert failures(runs) == "INVALID (seed 2: visit p1: it starts too early)"


def test_what_is_unknown_is_none() -> None:
    assert middle([]) is None
    assert gap_to([row()], "worst ever") is None
    assert mean([]) is None
    assert mean([1, 3]) == 2


def test_texts() -> None:
    assert percent(-2.449) == "-2.4 %"
    assert percent(0.96) == "+1.0 %"
    assert percent(None) == number(None) == "–"
    assert number(1.2345, 2) == "1.23"
    assert failures([row()]) == ""
    lacking = row(status=Status.LEFT_OUT, cost=None, note="not installed")
    assert failures([lacking]) == "left out (seed 1: not installed)"


def test_resources_are_the_largest_of_the_seeds() -> None:
    runs = [row(seed=1), row(seed=2, used_seconds=12.0, peak_mib=300.4), invalid(seed=3)]
    runs[2] = invalid(seed=3, used_seconds=None, peak_mib=None)
    assert resources(runs) == ("3", "1.20", "300")


def test_a_verdict_is_met_where_nothing_missed() -> None:
    assert Verdict("x", "y").is_met
    assert not Verdict("x", "y", (Miss("i-1", "+1.0 %"),)).is_met
