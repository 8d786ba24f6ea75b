"""The small tools of chance: exact sums, exact shares, and independence of order."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eldercare.care.recurrence import occurs_on
from eldercare.care.tables import PlanItem
from eldercare.errors import InvalidInput
from eldercare.seeding import reading
from eldercare.seeding.plans import Plan, anchor_of
from eldercare.seeding.reading import FileRow, rows_of
from eldercare.seeding.sources import Baseline
from eldercare.seeding.streams import by_row, shared_out, spread, stream, weighted_order
from eldercare.seeding.workload import RHYTHMS, WEEKS, Rhythm

WEIGHTS = st.lists(st.floats(0, 1_000), min_size=1, max_size=30)
ALL_RHYTHMS = [rhythm for choices in RHYTHMS.values() for rhythm in choices]


@given(WEIGHTS, st.integers(0, 10_000))
def test_what_is_shared_out_adds_up_and_is_fair(weights: list[float], total: int) -> None:
    parts = shared_out(weights, total)
    assert parts.min() >= 0
    if sum(weights) > 0:
        assert parts.sum() == total
        exact = np.array(weights) / sum(weights) * total
        assert np.all(np.abs(parts - exact) < 1 + 1e-6)
    else:
        assert parts.sum() == 0


@given(WEIGHTS.filter(lambda weights: sum(weights) > 1e-6), st.integers(0, 2_000))
def test_spread_frequencies_are_as_exact_as_whole_numbers_allow(
    weights: list[float], count: int
) -> None:
    found = np.bincount(spread(stream(1, "t"), weights, count), minlength=len(weights))
    exact = np.array(weights) / sum(weights) * count
    assert found.sum() == count
    assert np.all(np.abs(found - exact) <= 1 + 1e-6)


def test_a_stream_belongs_to_its_seed_table_and_place_alone() -> None:
    numbers = {
        key: tuple(stream(*key).random(3))
        for key in [(1, "elder", "A"), (1, "elder", "B"), (1, "shift", "A"), (2, "elder", "A")]
    }
    assert len(set(numbers.values())) == len(numbers)
    assert tuple(stream(1, "elder", "A").random(3)) == numbers[1, "elder", "A"]


def test_by_row_follows_each_rows_shares() -> None:
    shares = np.tile([[0.0, 1.0, 3.0]], (40_000, 1))
    found = np.bincount(by_row(stream(1, "t"), shares), minlength=3) / 40_000
    assert found == pytest.approx([0, 0.25, 0.75], abs=0.01)


def test_heavy_ones_mostly_come_first_and_weightless_ones_last() -> None:
    order = weighted_order(stream(1, "t"), [0, 1, 1_000_000, 0, 1_000])
    assert order[0] == 2
    assert set(order[-2:].tolist()) == {0, 3}
    assert sorted(order.tolist()) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("rhythm", ALL_RHYTHMS, ids=str)
def test_a_rhythms_mask_is_what_the_plan_item_says(rhythm: Rhythm) -> None:
    """The four weeks from the date's Monday on, by the seed's mask and by the recurrence rule."""
    on = date(2020, 9, 17)
    plan = Plan(0, "P1", date(2019, 11, 27), None, 0)
    item = PlanItem(
        id="I1",
        care_plan_id="P1",
        service_type_code="x",
        minutes=30,
        weekdays=rhythm.days,
        every_weeks=rhythm.every,
        anchor_on=anchor_of(plan, rhythm, on),
        window_start_minutes=0,
        window_end_minutes=0,
    )
    monday = date(2020, 9, 14).toordinal()
    due = [occurs_on(item, date.fromordinal(monday + day)) for day in range(7 * WEEKS)]
    assert due == [bool(value) for value in rhythm.mask()]
    assert sum(due) == rhythm.visits_in_four_weeks


def test_a_path_is_a_straight_line_between_its_points() -> None:
    first, last = date(2018, 1, 1), date(2018, 1, 11)
    path = Baseline({"share": [(first.toordinal(), 0.2), (last.toordinal(), 0.4)]})
    assert path.value("share", date(2018, 1, 6)) == pytest.approx(0.3)
    assert path.value("share", date(2010, 1, 1)) == pytest.approx(0.2)
    assert path.value("share", date(2030, 1, 1)) == pytest.approx(0.4)
    # Of ten: two at once, the third when 2.5 is passed, the fourth when 3.5 is.
    arrivals = path.arrivals("share", 10, first, last)
    assert [day.day for day in arrivals] == [1, 1, 4, 9]


def test_a_bad_cell_is_named_by_file_row_and_column() -> None:
    row = FileRow("towns.csv", 3, {"area": "wide", "open": "yes", "on": "17.9.", "count": "1.5"})
    for read in (
        lambda: row.number_of("area"),
        lambda: row.truth("open"),
        lambda: row.day_or_none("on"),
        lambda: row.whole("count"),
        lambda: row.text("name"),
    ):
        with pytest.raises(InvalidInput, match=r"seed_data/towns\.csv, row 3, column \w+: "):
            read()


def test_a_missing_file_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput, match=r"no_such\.csv") as caught:
        list(reading.rows_of("no_such.csv"))
    assert caught.value.code == "seed_file_missing"
    assert next(rows_of("towns.csv")).number == 2
