"""Estimate the positions of the communities whose coordinates are not known.

Only the known points of this folder and the area of each town go in; no boundary file does.
Run ``python -m seed_data.estimate_positions`` to rewrite ``communities.csv``; the result is the
same on every run. The method is described in docs/decisions.
"""

import csv
import math
from collections.abc import Iterable
from pathlib import Path

from seed_data import path

Point = tuple[float, float]  # metres east and north of the origin
Row = dict[str, str]

ORIGIN_LONGITUDE, ORIGIN_LATITUDE = 119.89, 31.93
METRES_PER_DEGREE_NORTH = 110_900.0
METRES_PER_DEGREE_EAST = 111_320.0 * math.cos(math.radians(ORIGIN_LATITUDE))

STEP_METRES = 150.0
REACH_STEP_METRES = 100.0
SETTLED_SHARE_OF_AREA = 0.68  # the rest of a town is river, fields and industry at its rim
SHOULDER_METRES = 1_500.0  # density halves at this distance from the town's urban points
ROUNDS = 60
MIN_URBAN_METRES = 400.0
MIN_RURAL_METRES = 900.0

# Our own rough points (longitude, latitude) of places across the border. A place nearer to one of
# them than to every known point of a town does not count as that town's.
NEIGHBOURS: dict[str, Point] = {
    "新闸": (119.905, 31.806),
    "新闸以北": (119.889, 31.841),
    "五星": (119.929, 31.805),
    "老城区以北": (119.957, 31.803),
    "红梅": (119.987, 31.799),
    "红梅以西": (119.973, 31.798),
    "青龙以南": (120.010, 31.817),
    "青龙": (120.008, 31.838),
    "青龙以北": (120.002, 31.848),
    "东青": (119.996, 31.859),
    "吕城": (119.784, 31.846),
    "吕城以南": (119.780, 31.830),
    "邹区": (119.820, 31.792),
    "长江南岸西段": (119.905, 32.050),
    "长江南岸中段": (119.955, 32.005),
    "长江南岸东段": (120.008, 31.962),
}


def to_metres(longitude: float, latitude: float) -> Point:
    """Return metres east and north of the origin for WGS-84 degrees."""
    return (
        (longitude - ORIGIN_LONGITUDE) * METRES_PER_DEGREE_EAST,
        (latitude - ORIGIN_LATITUDE) * METRES_PER_DEGREE_NORTH,
    )


def to_degrees(point: Point) -> Point:
    """Return WGS-84 longitude and latitude, rounded to five decimals (about one metre)."""
    return (
        round(point[0] / METRES_PER_DEGREE_EAST + ORIGIN_LONGITUDE, 5),
        round(point[1] / METRES_PER_DEGREE_NORTH + ORIGIN_LATITUDE, 5),
    )


def read_rows(name: str) -> list[Row]:
    """Read one CSV of this folder."""
    with path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(file_path: Path, rows: list[Row]) -> None:
    """Write rows as UTF-8 CSV with Unix line ends; the first row gives the columns."""
    with file_path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _position(row: Row) -> Point:
    return to_metres(float(row["longitude"]), float(row["latitude"]))


def _nearest(point: Point, others: Iterable[Point]) -> float:
    return min(math.dist(point, other) for other in others)


def _lattice(anchors: list[Point], reach: float) -> list[Point]:
    columns = [round(p[0] / STEP_METRES) for p in anchors]
    rows = [round(p[1] / STEP_METRES) for p in anchors]
    margin = math.ceil(reach / STEP_METRES) + 1
    return [
        (x * STEP_METRES, y * STEP_METRES)
        for y in range(min(rows) - margin, max(rows) + margin + 1)
        for x in range(min(columns) - margin, max(columns) + margin + 1)
    ]


def settled_cell(town: Row, own: list[Point], others: list[Point]) -> list[Point]:
    """Return lattice points of a town: nearer to its own known points than to any other place's.

    The reach around the known points grows until the cell covers the settled share of the area.
    """
    wanted = float(town["area_km2"]) * 1e6 * SETTLED_SHARE_OF_AREA / STEP_METRES**2
    furthest = 6_000.0
    candidates = []
    for point in _lattice(own, furthest):
        near = _nearest(point, own)
        if near < furthest and near < _nearest(point, others):
            candidates.append((near, point))
    candidates.sort()
    return [point for _, point in candidates[: round(wanted)]]


def _spread(cell: list[Point], density: list[float], fixed: list[Point], count: int) -> list[Point]:
    """Choose starting points one by one, each the furthest from all before, dense parts first."""
    chosen: list[Point] = []
    nearest = [_nearest(p, fixed) if fixed else math.inf for p in cell]
    for _ in range(count):
        best = max(range(len(cell)), key=lambda i: (nearest[i] * math.sqrt(density[i]), -i))
        chosen.append(cell[best])
        nearest = [min(d, math.dist(p, cell[best])) for d, p in zip(nearest, cell, strict=True)]
    return chosen


def _relax(
    cell: list[Point], density: list[float], fixed: list[Point], free: list[Point]
) -> list[Point]:
    """Move every free point to the weighted centre of what is nearest to it (Lloyd)."""
    for _ in range(ROUNDS):
        points = fixed + free
        sums = [[0.0, 0.0, 0.0] for _ in points]
        for place, weight in zip(cell, density, strict=True):
            owner = min(range(len(points)), key=lambda i: (math.dist(place, points[i]), i))
            total = sums[owner]
            total[0] += weight
            total[1] += weight * place[0]
            total[2] += weight * place[1]
        free = [
            (s[1] / s[0], s[2] / s[0]) if s[0] else point
            for s, point in zip(sums[len(fixed) :], free, strict=True)
        ]
    return free


def _ring(row: Row) -> int:
    """Order of communities from the centre outwards: town, fringe, village, industrial park."""
    if row["is_quasi"] == "true":
        return 3
    return {"111": 0, "121": 0, "112": 1, "122": 1}.get(row["urban_rural_class"], 2)


def place_town(town: Row, rows: list[Row], own: list[Point], others: list[Point]) -> None:
    """Give every row of one town without a known position an estimated one."""
    missing = sorted(
        (row for row in rows if row["position_is_estimated"] == "true"),
        key=lambda row: (_ring(row), row["code"]),
    )
    known = [row for row in rows if row["position_is_estimated"] == "false"]
    fixed = [_position(row) for row in known]
    urban = [_position(town)] + [_position(row) for row in known if row["urban"] == "true"]
    cell = settled_cell(town, own, others)

    def away(point: Point) -> float:
        return _nearest(point, urban)

    density = [1.0 / (1.0 + away(point) / SHOULDER_METRES) for point in cell]
    free = _relax(cell, density, fixed, _spread(cell, density, fixed, len(missing)))
    for row, point in zip(missing, sorted(free, key=lambda p: (away(p), p)), strict=True):
        longitude, latitude = to_degrees(point)
        row["longitude"], row["latitude"] = f"{longitude:.5f}", f"{latitude:.5f}"


def too_close(rows: list[Row]) -> list[tuple[str, str, int]]:
    """Return pairs of communities, one of them estimated, nearer than their minimum."""
    pairs = []
    for i, a in enumerate(rows):
        for b in rows[:i]:
            if "true" not in (a["position_is_estimated"], b["position_is_estimated"]):
                continue
            rural = "false" in (a["urban"], b["urban"])
            metres = math.dist(_position(a), _position(b))
            if metres < (MIN_RURAL_METRES if rural else MIN_URBAN_METRES):
                pairs.append((b["code"], a["code"], round(metres)))
    return pairs


def estimate(towns: list[Row], communities: list[Row]) -> list[Row]:
    """Return the communities with every missing position estimated.

    Raises ValueError when two of them end up nearer than their minimum distance.
    """
    towns = [town for town in towns if town["kind"] != "district"]
    anchors = {town["code"]: [_position(town)] for town in towns}
    for row in communities:
        if row["position_is_estimated"] == "false" and not row["position_note"]:
            anchors[row["town_code"]].append(_position(row))
    for town in towns:
        code = town["code"]
        others = [p for other, points in anchors.items() if other != code for p in points]
        others += [to_metres(*point) for point in NEIGHBOURS.values()]
        rows = [row for row in communities if row["town_code"] == code]
        place_town(town, rows, anchors[code], others)
    if pairs := too_close(communities):
        raise ValueError(f"positions too close together (code, code, metres): {pairs}")
    return communities


def main() -> None:
    """Rewrite ``communities.csv`` in place."""
    write_rows(
        path("communities.csv"), estimate(read_rows("towns.csv"), read_rows("communities.csv"))
    )


if __name__ == "__main__":
    main()
