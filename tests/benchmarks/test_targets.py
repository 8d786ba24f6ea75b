"""When a section's targets are met and what counts as a miss."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmarks import cold_start, meal_rounds, town
from benchmarks.findings import Verdict, keeps_time
from benchmarks.published_targets import judge_hhcrsp, judge_uhhc
from benchmarks.rows import Row, Status
from tests.benchmarks.made_up import invalid, row


def met(verdicts: Sequence[Verdict]) -> list[bool]:
    """Of each target but that of time, which has a test of its own."""
    return [one.is_met for one in verdicts if one.target and "limit of time" not in one.target]


def published(item: str, cost: float, patients: float = 50.0) -> Row:
    return row(item, cost=cost, facts={"patients": patients, "best": 100.0, "mean": 110.0})


def test_uhhc_is_met_below_each_best_and_well_below_on_average() -> None:
    found = judge_uhhc([published("a", 80.0), published("b", 99.0)])
    assert met(found.verdicts) == [True, True]
    assert found.lines[0][-3:] == ("-20.0 %", "-27.3 %", "-20.0 %")


def test_uhhc_equal_to_the_best_is_a_miss() -> None:
    found = judge_uhhc([published("a", 70.0), published("b", 100.0)])
    assert met(found.verdicts) == [False, True]
    assert [(miss.item, miss.figure) for miss in found.verdicts[0].misses] == [("b", "+0.0 %")]


def test_an_invalid_instance_misses_both_targets() -> None:
    found = judge_uhhc([published("a", 80.0), invalid("b", facts={"best": 100.0})])
    assert met(found.verdicts) == [False, False]
    assert "INVALID" in found.verdicts[0].misses[0].figure
    assert "over 1 of 2 instances" in found.verdicts[1].figure


def test_the_worst_seed_is_shown_beside_the_median() -> None:
    runs = [
        row(seed=seed, cost=cost, facts={"best": 100.0}) for seed, cost in ((1, 90.0), (2, 98.0))
    ]
    assert judge_uhhc(runs).lines[0][-3:] == ("-6.0 %", "–", "-2.0 %")


def test_hhcrsp_by_size() -> None:
    rows = [
        published("small", 100.0005),
        published("large", 98.0, 100),
        published("mid", 100.4, 80),
    ]
    assert met(judge_hhcrsp(rows).verdicts) == [True, True, True]
    rows = [published("small", 100.4, 75), published("large", 99.0, 100), published("mid", 101, 80)]
    found = judge_hhcrsp(rows)
    assert [[miss.item for miss in one.misses] for one in found.verdicts] == [
        ["mean"],
        ["mid"],
        ["small"],
        [],
    ]


def test_hhcrsp_without_large_instances_leaves_their_mean_unmeasured() -> None:
    found = judge_hhcrsp([published("small", 90.0)])
    assert [one.is_measured for one in found.verdicts] == [False, True, True, True]


def day(
    engine: str, served_cost: float, unserved: tuple[str, ...] = (), item: str = "day 1"
) -> Row:
    cost = served_cost + 1000 * len(unserved)
    facts = {"served_cost": served_cost}
    return row(item, section="town", engine=engine, cost=cost, unserved=unserved, facts=facts)


def test_the_town_day_compares_what_is_served() -> None:
    found = town.judge([day("hybrid", 84.0), day("ortools", 100.0, ("V1",))])
    assert met(found.verdicts) == [True, True]
    assert found.lines[0][2:6] == ("10", "0.840", "0.076", "0")
    found = town.judge([day("hybrid", 86.0), day("ortools", 100.0, ("V1",))])
    assert met(found.verdicts) == [False, True]


def test_a_visit_that_only_or_tools_serves_is_named() -> None:
    found = town.judge([day("hybrid", 80.0, ("V1", "V2")), day("ortools", 100.0, ("V2", "V3"))])
    assert met(found.verdicts) == [True, False]
    assert found.verdicts[1].misses[0].figure == "1 not served: V1"


def test_vroom_is_compared_where_its_model_allows() -> None:
    item = "day 1 without doubles"
    rows = [day("hybrid", 95.0, item=item), day("ortools", 100.0, item=item)]
    rows += [day("pyvroom", 98.0, item=item), day("hybrid", 80.0), day("ortools", 100.0)]
    rows += [day("pyvroom, relaxed", 70.0)]
    found = town.judge(rows)
    assert met(found.verdicts) == [True, True]
    assert "-5.0 % to plain OR-Tools, -3.1 % to VROOM" in found.verdicts[-1].figure


def test_a_town_day_without_a_peer_is_no_success() -> None:
    assert met(town.judge([day("hybrid", 80.0)]).verdicts) == [False, True]
    broken = invalid("day 1", section="town")
    assert met(town.judge([broken, day("ortools", 100.0)]).verdicts) == [False, False]


def meal(engine: str, cost: float | None, seed: int = 1) -> Row:
    status = Status.DONE if cost is not None else Status.LEFT_OUT
    return row(f"round {seed}", section="meals", engine=engine, cost=cost, seed=seed, status=status)


@pytest.mark.parametrize(("ours", "expected"), [(100.0, True), (101.0, False)])
def test_meals_are_not_worse_than_pyvrp(ours: float, expected: bool) -> None:
    found = meal_rounds.judge([meal("hybrid", ours), meal("pyvrp", 100.0), meal("ortools", 150.0)])
    assert met(found.verdicts) == [expected]
    assert found.lines[0][3] == f"{ours / 100:.3f}"


def test_without_pyvrp_nothing_is_judged() -> None:
    found = meal_rounds.judge([meal("hybrid", 100.0), meal("pyvrp", None)])
    assert not found.verdicts[0].is_measured


def start(filled: float, again: float = 0.0) -> Row:
    facts = {"empty_seconds": 30.0, "filled_seconds": filled, "compiled_again": again, "kernels": 9}
    return row("small day", section="cold start", cost=filled, limit_seconds=0.5, facts=facts)


def test_a_cold_start_is_what_remains_beside_the_search() -> None:
    assert met(cold_start.judge([start(2.5)]).verdicts) == [True, True]
    assert met(cold_start.judge([start(2.6)]).verdicts) == [False, True]
    assert met(cold_start.judge([start(1.0, again=2.0)]).verdicts) == [True, False]
    assert met(cold_start.judge([invalid("small day", facts={})]).verdicts) == [False, False]


def test_an_engine_that_takes_longer_is_named() -> None:
    late = row("b", seed=2, used_seconds=10.6)
    verdict = keeps_time([row("a", used_seconds=10.5), late, row(engine="pyvrp", used_seconds=40)])
    assert [(miss.item, miss.figure) for miss in verdict.misses] == [
        ("b, time", "seed 2: 1.06 of the limit")
    ]
    assert not keeps_time([invalid(used_seconds=None)]).is_measured
