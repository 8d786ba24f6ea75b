"""Whether a position lies in the district, by the outline that the project drew itself."""

from __future__ import annotations

import json
import math
from functools import cache

from shapely import Point, Polygon, distance, prepare

from eldercare.registry.coordinates import EARTH_RADIUS_METRES, Degrees
from seed_data import path

MARGIN_METRES = 500.0
"""The outline is drawn around known points, not surveyed: only what lies further out is outside."""


def lies_in_district(longitude: float, latitude: float) -> bool:
    """Whether a WGS-84 position is inside the district or within the margin around it."""
    return bool(distance(_outline(), Point(_metres((longitude, latitude)))) <= MARGIN_METRES)


@cache
def _outline() -> Polygon:
    """The outline in metres."""
    document = json.loads(path("geometry/district.geojson").read_text(encoding="utf-8"))
    ring = document["features"][0]["geometry"]["coordinates"][0]
    outline = Polygon([_metres((x, y)) for x, y in ring])
    prepare(outline)
    return outline


def _metres(place: Degrees) -> Degrees:
    """East and north of the origin in metres; true to a thousandth over the district's 30 km."""
    longitude, latitude = place
    east = math.radians(longitude) * EARTH_RADIUS_METRES * math.cos(math.radians(31.9))
    return east, math.radians(latitude) * EARTH_RADIUS_METRES
