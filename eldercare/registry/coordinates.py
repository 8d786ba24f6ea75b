"""Positions in the three systems used on Chinese maps, and distances between them.

GPS speaks WGS-84. Domestic maps shift it: GCJ-02 by an undisclosed rule, of which a sum of waves on
the Krasovsky ellipsoid is the published approximation, good to some metres; BD-09 once more. Source
of the formulas: Wikipedia, "Restrictions on geographic data in China". Everything here takes and
gives (longitude, latitude) in degrees.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import StrEnum

Degrees = tuple[float, float]
"""Longitude, latitude."""

EARTH_RADIUS_METRES = 6_371_008.8
KRASOVSKY_METRES = 6_378_245.0
KRASOVSKY_ECCENTRICITY_SQUARED = 0.00669342162296594323
BAIDU_TURN = math.pi * 3000 / 180
BAIDU_SHIFT = (0.0065, 0.006)
MUCH_TOO_SMALL = 1e-9
"""Degrees, a tenth of a millimetre: an inverse is not looked for more exactly than that."""
ROUNDS = 20


class CoordinateSystem(StrEnum):
    """In which system a position was given."""

    WGS_84 = "wgs84"
    """GPS receivers, OpenStreetMap, this product."""
    GCJ_02 = "gcj02"
    """Amap, Tencent and every domestic map but Baidu's."""
    BD_09 = "bd09"
    """Baidu."""


def to_wgs84(longitude: float, latitude: float, system: CoordinateSystem) -> Degrees:
    """The position in WGS-84; what was given in it stays untouched."""
    if system is CoordinateSystem.WGS_84:
        return longitude, latitude
    if system is CoordinateSystem.BD_09:
        longitude, latitude = bd09_to_gcj02(longitude, latitude)
    return gcj02_to_wgs84(longitude, latitude)


def from_wgs84(longitude: float, latitude: float, system: CoordinateSystem) -> Degrees:
    """A WGS-84 position in another system."""
    if system is CoordinateSystem.WGS_84:
        return longitude, latitude
    shifted = wgs84_to_gcj02(longitude, latitude)
    return gcj02_to_bd09(*shifted) if system is CoordinateSystem.BD_09 else shifted


def wgs84_to_gcj02(longitude: float, latitude: float) -> Degrees:
    """Shift a true position as domestic maps do."""
    east, north = longitude - 105.0, latitude - 35.0
    ripple = 20.0 * (math.sin(6.0 * east * math.pi) + math.sin(2.0 * east * math.pi)) * 2.0 / 3.0
    root = math.sqrt(abs(east))
    d_latitude = -100.0 + 2.0 * east + 3.0 * north + 0.2 * north**2 + 0.1 * east * north
    d_latitude += 0.2 * root + ripple + _waves(north, 160.0, 320.0)
    d_longitude = 300.0 + east + 2.0 * north + 0.1 * east**2 + 0.1 * east * north
    d_longitude += 0.1 * root + ripple + _waves(east, 150.0, 300.0)
    phi = math.radians(latitude)
    magic = 1 - KRASOVSKY_ECCENTRICITY_SQUARED * math.sin(phi) ** 2
    meridian = KRASOVSKY_METRES * (1 - KRASOVSKY_ECCENTRICITY_SQUARED) / magic**1.5
    parallel = KRASOVSKY_METRES / math.sqrt(magic) * math.cos(phi)
    return (
        longitude + math.degrees(d_longitude / parallel),
        latitude + math.degrees(d_latitude / meridian),
    )


def _waves(value: float, long: float, longest: float) -> float:
    """The ripples along one axis, in metres."""
    quick = 20.0 * math.sin(value * math.pi) + 40.0 * math.sin(value / 3.0 * math.pi)
    slow = long * math.sin(value / 12.0 * math.pi) + longest * math.sin(value / 30.0 * math.pi)
    return (quick + slow) * 2.0 / 3.0


def gcj02_to_wgs84(longitude: float, latitude: float) -> Degrees:
    """Back to the true position, found round by round: the one whose shift is what was given."""
    return _inverse(wgs84_to_gcj02, longitude, latitude)


def gcj02_to_bd09(longitude: float, latitude: float) -> Degrees:
    """Shift a GCJ-02 position once more, as Baidu does."""
    radius = math.hypot(longitude, latitude) + 0.00002 * math.sin(latitude * BAIDU_TURN)
    angle = math.atan2(latitude, longitude) + 0.000003 * math.cos(longitude * BAIDU_TURN)
    return (
        radius * math.cos(angle) + BAIDU_SHIFT[0],
        radius * math.sin(angle) + BAIDU_SHIFT[1],
    )


def bd09_to_gcj02(longitude: float, latitude: float) -> Degrees:
    """Back from Baidu's system."""
    return _inverse(gcj02_to_bd09, longitude, latitude)


def _inverse(
    shift: Callable[[float, float], Degrees], longitude: float, latitude: float
) -> Degrees:
    x, y = longitude, latitude
    for _ in range(ROUNDS):
        there = shift(x, y)
        wrong = (there[0] - longitude, there[1] - latitude)
        x, y = x - wrong[0], y - wrong[1]
        if max(map(abs, wrong)) < MUCH_TOO_SMALL:
            break
    return x, y


def metres_between(one: Degrees, other: Degrees) -> float:
    """Great-circle distance."""
    (x1, y1), (x2, y2) = (map(math.radians, place) for place in (one, other))
    half = math.sin((y2 - y1) / 2) ** 2
    half += math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * EARTH_RADIUS_METRES * math.asin(math.sqrt(half))
