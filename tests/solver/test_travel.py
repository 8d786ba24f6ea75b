"""Crow-fly travel times: distances, rounding, errors, and computing in blocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.travel import TravelProvider
from solver.travel.crowfly import CELLS_AT_ONCE, MODES, CrowFly, ModeProfile, haversine

# Two points on the equator one degree apart: 2 pi R / 360.
DEGREE_METRES = 111_195.08
POINTS = st.lists(
    st.tuples(st.floats(119.7, 120.1), st.floats(31.8, 32.05)), min_size=1, max_size=8
)


def positions(rows: list[tuple[float, float]]) -> np.ndarray:
    return np.array(rows, dtype=np.float64).reshape(-1, 2)


def test_a_degree_on_the_equator_has_its_known_length() -> None:
    metres = haversine(np.radians([[0.0, 0.0]]), np.radians([[1.0, 0.0], [0.0, 1.0]]))
    assert metres[0] == pytest.approx([DEGREE_METRES, DEGREE_METRES], rel=1e-6)


def test_minutes_follow_speed_detour_and_overhead_and_round_up() -> None:
    provider = CrowFly({"train": ModeProfile(60.0, 1.0, 2.0)})
    minutes = provider.matrix(positions([(0.0, 0.0), (1.0, 0.0)]), "train")
    assert minutes.tolist() == [[0, 114], [114, 0]]  # 111.195 + 2, rounded up
    assert minutes.dtype == np.int32


def test_exact_minutes_are_not_rounded_up_by_float_noise() -> None:
    provider = CrowFly({"train": ModeProfile(DEGREE_METRES * 60 / 1000 / 10, 1.0, 0.0)})
    assert provider.matrix(positions([(0.0, 0.0), (0.0, 1.0)]), "train")[0, 1] in (10, 11)
    still = CrowFly({"still": ModeProfile(1e9, 1.0, 3.0)})
    assert still.matrix(positions([(0.0, 0.0), (0.001, 0.0)]), "still")[0, 1] in (3, 4)


def test_the_same_place_costs_nothing_even_with_an_overhead() -> None:
    minutes = CrowFly().matrix(positions([(119.97, 31.83), (119.97, 31.83)]), "car")
    assert minutes.tolist() == [[0, 0], [0, 0]]


def test_faster_modes_win_over_a_long_way_and_walking_over_a_short_one() -> None:
    far = positions([(119.90, 31.85), (119.98, 31.85)])
    slowest_first = ("walk", "bicycle", "e_bike", "car")
    by_mode = [int(CrowFly().matrix(far, mode)[0, 1]) for mode in slowest_first]
    assert by_mode == sorted(by_mode, reverse=True)
    near = positions([(119.9000, 31.85), (119.9005, 31.85)])
    assert CrowFly().matrix(near, "walk")[0, 1] < CrowFly().matrix(near, "car")[0, 1]


@given(POINTS, st.sampled_from(sorted(MODES)))
def test_times_are_symmetric_never_negative_and_detours_save_a_minute_at_most(
    rows: list[tuple[float, float]], mode: str
) -> None:
    minutes = CrowFly().matrix(positions(rows), mode)
    assert (minutes == minutes.T).all()
    assert (minutes >= 0).all()
    assert (np.diag(minutes) == 0).all()
    by_way_of = minutes[:, :, None] + minutes[None, :, :]  # i -> j -> k
    assert (minutes[:, None, :] - by_way_of <= 1).all()


def test_blocks_give_the_same_matrix_as_one_piece() -> None:
    count = 1100  # more than one block of rows
    assert count * count > CELLS_AT_ONCE
    rng = np.random.default_rng(3)
    points = np.column_stack([rng.uniform(119.7, 120.1, count), rng.uniform(31.8, 32.05, count)])
    whole = CrowFly().matrix(points, "e_bike")
    last = CrowFly().matrix(points[-5:], "e_bike")
    assert (whole[-5:, -5:] == last).all()
    assert (whole == whole.T).all()


def test_no_places_is_an_empty_matrix() -> None:
    assert CrowFly().matrix(positions([]), "walk").shape == (0, 0)


@pytest.mark.parametrize(
    ("rows", "mode", "said"),
    [
        ([(0.0, 0.0)], "rocket", "'rocket' is unknown; use one of: bicycle, car, e_bike, walk."),
        ([(0.0, 0.0), (31.8, 119.9)], "walk", "Position 1 is not a longitude and latitude"),
        ([(float("nan"), 0.0)], "walk", "Position 0 is not a longitude and latitude"),
    ],
)
def test_bad_input_is_named(rows: list[tuple[float, float]], mode: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        CrowFly().matrix(positions(rows), mode)


def test_bad_shapes_and_profiles_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        CrowFly().matrix(np.zeros((3, 3)), "walk")
    with pytest.raises(ValueError, match="speed above 0"):
        ModeProfile(0.0, 1.3, 1.0)


def test_it_is_a_provider() -> None:
    provider: TravelProvider = CrowFly()
    assert provider.matrix(positions([(0.0, 0.0)]), "walk").tolist() == [[0]]
