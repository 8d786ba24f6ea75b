from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eldercare.registry.coordinates import (
    CoordinateSystem,
    from_wgs84,
    metres_between,
    to_wgs84,
    wgs84_to_gcj02,
)

in_province = st.tuples(st.floats(116.3, 122.0), st.floats(30.7, 35.2))


@given(place=in_province, system=st.sampled_from(CoordinateSystem))
def test_there_and_back_is_within_a_metre(
    place: tuple[float, float], system: CoordinateSystem
) -> None:
    assert metres_between(to_wgs84(*from_wgs84(*place, system), system), place) < 1


@given(place=in_province)
def test_domestic_maps_are_some_hundred_metres_off(place: tuple[float, float]) -> None:
    assert 300 < metres_between(place, wgs84_to_gcj02(*place)) < 700
    baidu = from_wgs84(*place, CoordinateSystem.BD_09)
    assert 500 < metres_between(wgs84_to_gcj02(*place), baidu) < 1500


def test_wgs84_stays_untouched() -> None:
    assert to_wgs84(119.97, 31.83, CoordinateSystem.WGS_84) == (119.97, 31.83)


def test_a_known_point_of_the_district_is_converted() -> None:
    """新北区 as published in GCJ-02 (Vonng/adcode, CC BY 4.0) and its WGS-84 position."""
    found = to_wgs84(119.971697, 31.830427, CoordinateSystem.GCJ_02)
    assert found == pytest.approx((119.966961, 31.832491), abs=2e-5)


def test_distances_are_those_of_the_globe() -> None:
    assert metres_between((119.97, 31.0), (119.97, 32.0)) == pytest.approx(111_195, abs=1)
    assert metres_between((119.97, 31.83), (119.97, 31.83)) == 0
