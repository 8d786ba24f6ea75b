"""What a map shows at first: the whole district or one town, from the shapes' own corners."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import seed_data

Bounds = tuple[tuple[float, float], tuple[float, float]]
"""South-west and north-east corner as (latitude, longitude)."""


def district_bounds() -> Bounds:
    """Corners of the district."""
    return _bounds("district")["320411000000"]


def town_bounds(code: str) -> Bounds:
    """Corners of a town; of the district where the town has no shape."""
    return _bounds("towns").get(code, district_bounds())


@cache
def _bounds(name: str) -> dict[str, Bounds]:
    document = json.loads(seed_data.path(f"geometry/{name}.geojson").read_text(encoding="utf-8"))
    return {
        feature["properties"]["code"]: _corners(feature["geometry"]["coordinates"])
        for feature in document["features"]
    }


def _corners(coordinates: Any) -> Bounds:
    points = list(_points(coordinates))
    longitudes, latitudes = zip(*points, strict=True)
    return (min(latitudes), min(longitudes)), (max(latitudes), max(longitudes))


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:
    if isinstance(coordinates[0], int | float):
        yield coordinates[0], coordinates[1]
        return
    for part in coordinates:
        yield from _points(part)
