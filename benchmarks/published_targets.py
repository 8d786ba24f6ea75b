"""The targets of the published instances."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from benchmarks.findings import (
    Findings,
    Miss,
    Verdict,
    failures,
    gap,
    gap_to,
    keeps_time,
    mean,
    middle,
    number,
    percent,
    resources,
)
from benchmarks.rows import Row, grouped

LARGE, SMALL = 100, 75
# The table of published costs has six digits; what agrees with them is equal.
EQUAL_PERCENT = 0.001
COLUMNS = ("instance", "patients", "limit, s", "seeds", "time used / limit", "peak, MiB")


def judge_uhhc(rows: Sequence[Row]) -> Findings:
    """Medians against the best and the mean of ten published runs."""
    groups = grouped(rows)
    to_best = {item: gap_to(runs, "best") for item, runs in groups.items()}
    to_mean = {item: gap_to(runs, "mean") for item, runs in groups.items()}
    average = mean(value for value in to_mean.values() if value is not None)
    verdicts = (
        _verdict(
            _worst(to_best),
            "each below the published best of 10",
            groups,
            to_best,
            lambda value: value < 0,
        ),
        _mean_verdict(to_best, -10.0, "mean 10 % below the published best of 10"),
        keeps_time(rows),
        Verdict(f"{percent(average)} on average to the published mean of 10"),
    )
    return Findings(
        verdicts,
        (*COLUMNS, "median cost", "to best of 10", "to mean of 10", "worst seed to best"),
        tuple(
            (*_start(item, runs), percent(to_best[item]), percent(to_mean[item]), _spread(runs))
            for item, runs in groups.items()
        ),
        ("Costs of ours are medians over seeds, those of others are published.",),
    )


def judge_hhcrsp(rows: Sequence[Row]) -> Findings:
    """Medians against the best published cost, by size."""
    groups = grouped(rows)
    gaps = {item: gap_to(runs, "best") for item, runs in groups.items()}
    patients = {item: runs[0].facts.get("patients", 0.0) for item, runs in groups.items()}
    large = {item: value for item, value in gaps.items() if patients[item] >= LARGE}
    small = {item: value for item, value in gaps.items() if patients[item] <= SMALL}
    verdicts = (
        _mean_verdict(large, -1.5, f"mean -1.5 % to the published best from {LARGE} patients on"),
        _verdict(_worst(gaps), "none worse than +0.5 %", groups, gaps, lambda value: value <= 0.5),
        _verdict(
            _worst(small),
            f"equal to the published best or better up to {SMALL} patients",
            groups,
            small,
            lambda value: value <= EQUAL_PERCENT,
        ),
        keeps_time(rows),
    )
    return Findings(
        verdicts,
        (*COLUMNS, "median cost", "to published best", "worst seed to best"),
        tuple(
            (*_start(item, runs), percent(gaps[item]), _spread(runs))
            for item, runs in groups.items()
        ),
    )


def _verdict(
    figure: str,
    target: str,
    groups: Mapping[str, Sequence[Row]],
    gaps: Mapping[str, float | None],
    is_good: Callable[[float], bool],
) -> Verdict:
    """A target that every item has to reach; an item without a figure does not."""
    misses = []
    for item, value in gaps.items():
        if value is None or not is_good(value):
            misses.append(Miss(item, failures(groups[item]) or percent(value)))
    return Verdict(figure, target, tuple(misses), is_measured=bool(gaps))


def _mean_verdict(gaps: Mapping[str, float | None], bound: float, target: str) -> Verdict:
    """A target of the mean over items; what has no figure keeps it from being met."""
    known = [value for value in gaps.values() if value is not None]
    figure = f"{percent(mean(known))} over {len(known)} of {len(gaps)} instances"
    is_met = len(known) == len(gaps) and bool(known) and sum(known) / len(known) <= bound
    misses = () if is_met else (Miss("mean", figure),)
    return Verdict(figure, target, misses, is_measured=bool(gaps))


def _worst(gaps: Mapping[str, float | None]) -> str:
    known = {item: value for item, value in gaps.items() if value is not None}
    if not known:
        return "worst –"
    item = max(known, key=lambda one: known[one])
    return f"worst {percent(known[item])} ({item})"


def _start(item: str, runs: Sequence[Row]) -> tuple[str, ...]:
    patients = number(runs[0].facts.get("patients"))
    limit = f"{runs[0].limit_seconds:g}"
    return (item, patients, limit, *resources(runs), failures(runs) or number(middle(runs), 1))


def _spread(runs: Sequence[Row]) -> str:
    """The worst seed, so that a median hides nothing."""
    costs = [row.cost for row in runs if row.cost is not None]
    best = runs[0].facts.get("best")
    return percent(gap(max(costs), best)) if costs and best is not None else "–"
