"""Travel times from straight-line distance: works anywhere, needs no map, and is the default.

minutes = ceil(metres x detour / speed + overhead), 0 within the same place. The figures below are
planning values of an ordinary Chinese town; a deployment that has measured its own passes its own
`ModeProfile`s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from solver.travel import MinuteMatrix, Positions

# Mean radius of the earth (IUGG); against the ellipsoid less than 0.5 % off, in town no minute.
EARTH_RADIUS_METRES = 6_371_008.8
# Two positions this near are one place: the precision of a hand-placed map marker.
SAME_PLACE_METRES = 1.0
# Rows of the matrix computed at once are chosen so that temporaries stay below about 32 MB.
CELLS_AT_ONCE = 1_000_000
# Rounding up must not turn 5.0000000001 minutes of float noise into 6.
ROUNDING_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class ModeProfile:
    """Speed of a travel mode, detour against the straight line, fixed time for each leg."""

    kilometres_per_hour: float
    detour: float
    overhead_minutes: float

    def __post_init__(self) -> None:
        if not (self.kilometres_per_hour > 0 and self.detour >= 1 and self.overhead_minutes >= 0):
            raise ValueError(
                "A travel mode needs a speed above 0 km/h, a detour of at least 1 and an overhead"
                f" of at least 0 minutes; got {self.kilometres_per_hour}, {self.detour} and"
                f" {self.overhead_minutes}."
            )


# Speeds are door to door in mixed town traffic, traffic lights included, not top speeds: a
# pedestrian of working age walks 4.5 km/h; e-bikes are limited to 25 km/h by law and average
# about 18. Detour: road over straight-line distance lies between 1.2 and 1.5 in towns; walkers
# cut through compounds, cars obey one-way streets and canals. Overhead: stairs for everyone,
# unlocking and parking for the rest.
MODES: Mapping[str, ModeProfile] = MappingProxyType(
    {
        "walk": ModeProfile(kilometres_per_hour=4.5, detour=1.3, overhead_minutes=1.0),
        "bicycle": ModeProfile(kilometres_per_hour=12.0, detour=1.3, overhead_minutes=2.0),
        "e_bike": ModeProfile(kilometres_per_hour=18.0, detour=1.35, overhead_minutes=2.0),
        "car": ModeProfile(kilometres_per_hour=28.0, detour=1.4, overhead_minutes=4.0),
    }
)


@dataclass(frozen=True, slots=True)
class CrowFly:
    """A `TravelProvider` that needs nothing but positions; see the module for the formula."""

    modes: Mapping[str, ModeProfile] = field(default_factory=lambda: MODES)

    def matrix(self, positions: Positions, mode: str) -> MinuteMatrix:
        """Whole minutes between all places; symmetric; shapes and errors as in `TravelProvider`.

        Detours shorter than the direct way occur by rounding only: of up to one minute.
        """
        profile = self.modes.get(mode)
        if profile is None:
            known = ", ".join(sorted(self.modes))
            raise ValueError(f"Travel mode '{mode}' is unknown; use one of: {known}.")
        radians = np.radians(checked(positions))
        count = len(radians)
        minutes = np.zeros((count, count), dtype=np.int32)
        rows = max(1, CELLS_AT_ONCE // max(1, count))
        for first in range(0, count, rows):
            block = slice(first, first + rows)
            minutes[block] = _minutes(haversine(radians[block], radians), profile)
        return minutes


def checked(positions: Positions) -> Positions:
    """The positions as floats; a ValueError names the first row that is not a position."""
    points = np.asarray(positions, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(
            f"Positions must have shape (n, 2): longitude, latitude; got {points.shape}."
        )
    good = (np.abs(points[:, 0]) <= 180) & (np.abs(points[:, 1]) <= 90)
    if not good.all():
        row = int(np.flatnonzero(~good)[0])
        raise ValueError(
            f"Position {row} is not a longitude and latitude in degrees: {points[row].tolist()};"
            " longitude must lie in -180..180 and latitude in -90..90."
        )
    return points


def haversine(origins: Positions, destinations: Positions) -> NDArray[np.float64]:
    """Great-circle metres, shape (m, n), from origins (m, 2) to destinations (n, 2).

    Rows are longitude, latitude in radians.
    """
    lon = origins[:, None, 0] - destinations[None, :, 0]
    lat = origins[:, None, 1] - destinations[None, :, 1]
    cosines = np.cos(origins[:, 1])[:, None] * np.cos(destinations[:, 1])[None, :]
    chord = np.sin(lat / 2) ** 2 + cosines * np.sin(lon / 2) ** 2
    metres: NDArray[np.float64] = (
        2 * EARTH_RADIUS_METRES * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    )
    return metres


def _minutes(metres: NDArray[np.float64], profile: ModeProfile) -> MinuteMatrix:
    metres_per_minute = profile.kilometres_per_hour * 1000 / 60
    exact = metres * (profile.detour / metres_per_minute) + profile.overhead_minutes
    whole = np.ceil(exact - ROUNDING_SLACK).astype(np.int32)
    whole[metres < SAME_PLACE_METRES] = 0
    return whole
