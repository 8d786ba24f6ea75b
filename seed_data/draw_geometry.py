"""Draw the district's outline, the towns and the communities' cells from their points.

Only ``communities.csv`` and our own schematic bank of the Yangtze go in; no boundary file does. The
shapes serve orientation on a map, not measurement. Run ``python -m seed_data.draw_geometry`` to
rewrite ``geometry/``; the result is the same on every run.
"""

import json
from typing import Any

from shapely import (
    MultiPoint,
    Point,
    Polygon,
    get_coordinates,
    set_coordinates,
    unary_union,
    voronoi_polygons,
)
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from seed_data import path
from seed_data.estimate_positions import Row, read_rows, to_degrees, to_metres

GROW_METRES = 2_400.0  # how far land reaches around a community's point before shrinking back
SHRINK_METRES = 1_300.0
ROUND_METRES = 700.0  # corners sharper than this are rounded off
TOLERANCE_METRES = 60.0
BEYOND_METRES = 20_000.0


def point_of(row: Row) -> Point:
    """Return a row's position in metres."""
    return Point(to_metres(float(row["longitude"]), float(row["latitude"])))


def in_metres(geometry: BaseGeometry) -> BaseGeometry:
    """Return the geometry with WGS-84 degrees turned into metres."""
    return set_coordinates(geometry, [to_metres(x, y) for x, y in get_coordinates(geometry)])


def in_degrees(geometry: BaseGeometry) -> BaseGeometry:
    """Return the geometry with metres turned into WGS-84 degrees of five decimals."""
    return set_coordinates(geometry, [to_degrees((x, y)) for x, y in get_coordinates(geometry)])


def yangtze() -> BaseGeometry:
    """Return our own schematic river, in metres."""
    features = json.loads(path("geometry/schematic.geojson").read_text(encoding="utf-8"))
    river = next(f for f in features["features"] if f["properties"]["code"] == "yangtze")
    return in_metres(shape(river["geometry"]))


def outline(rows: list[Row]) -> Polygon:
    """Return the land around all communities as one smooth shape without holes, in metres."""
    land = unary_union([point_of(row).buffer(GROW_METRES) for row in rows])
    land = land.buffer(ROUND_METRES).buffer(-ROUND_METRES - SHRINK_METRES)
    land = land.buffer(-ROUND_METRES).buffer(ROUND_METRES).difference(yangtze())
    land = unary_union([land, *(point_of(row).buffer(SHRINK_METRES / 3) for row in rows)])
    land = land.simplify(TOLERANCE_METRES)
    if not isinstance(land, Polygon):
        raise TypeError(f"the outline fell apart into a {land.geom_type}; enlarge GROW_METRES")
    return Polygon(land.exterior)


def cells(rows: list[Row], land: Polygon) -> dict[str, BaseGeometry]:
    """Return for every community the land nearer to its point than to any other's, in metres."""
    points = [point_of(row) for row in rows]
    shares = voronoi_polygons(
        MultiPoint(points), extend_to=land.buffer(BEYOND_METRES), ordered=True
    )
    pairs = zip(rows, shares.geoms, strict=True)
    return {row["code"]: cell.intersection(land) for row, cell in pairs}


def _feature(geometry: BaseGeometry, **properties: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties | {"drawn": "own"},
        "geometry": mapping(in_degrees(geometry)),
    }


def draw(towns: list[Row], communities: list[Row]) -> dict[str, list[dict[str, Any]]]:
    """Return GeoJSON features by file name, in WGS-84 degrees."""
    land = outline(communities)
    cell_of = cells(communities, land)
    district = next(town for town in towns if town["kind"] == "district")
    town_features = []
    for town in towns:
        own = [cell_of[row["code"]] for row in communities if row["town_code"] == town["code"]]
        if own:
            area = unary_union(own)
            town_features.append(_feature(area, code=town["code"], name_zh=town["name_zh"]))
    return {
        "district.geojson": [_feature(land, code=district["code"], name_zh=district["name_zh"])],
        "towns.geojson": town_features,
        "communities.geojson": [
            _feature(
                cell_of[row["code"]],
                code=row["code"],
                name_zh=row["name_zh"],
                town_code=row["town_code"],
            )
            for row in communities
        ],
    }


def main() -> None:
    """Rewrite the drawn files of ``geometry/``."""
    folder = path("geometry/schematic.geojson").parent
    for name, features in draw(read_rows("towns.csv"), read_rows("communities.csv")).items():
        lines = ",\n".join(
            json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features
        )
        text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
