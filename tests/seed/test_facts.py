"""The facts and modelled figures of seed_data hold together."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from shapely import Polygon, contains_xy, get_coordinates
from shapely.geometry import shape

from seed_data import path
from seed_data.allocate_population import ELDERS_IN_BASE_YEAR, YEARS, allocate, share_out
from seed_data.draw_geometry import draw
from seed_data.estimate_positions import Row, estimate, read_rows, too_close

OUTLINE = Path(__file__).parents[3] / "shared" / "data" / "xinbei_boundary_wgs84.geojson"
WEST, SOUTH, EAST, NORTH = 119.74, 31.79, 120.03, 32.07  # the district's bounding box, rounded out
CONTRACT_TARGETS = {
    "home_service": "0.10",
    "meal_urban": "1.00",
    "meal_rural": "0.60",
    "centre_urban": "0.90",
    "centre_rural": "0.50",
    "nursing_beds": "0.60",
    "social_beds": "0.80",
    "medical_care_institutions": "0.60",
    "rehab_urban": "0.50",
    "rehab_rural": "0.50",
    "family_doctor": "0.75",
    "priority_groups_served": "",
}
FILES = sorted(file.name for file in path("towns.csv").parent.glob("*.csv"))


@pytest.fixture(scope="module")
def towns() -> list[Row]:
    return read_rows("towns.csv")


@pytest.fixture(scope="module")
def communities() -> list[Row]:
    return read_rows("communities.csv")


@pytest.fixture(scope="module")
def population() -> list[Row]:
    return read_rows("population.csv")


def position(row: Row) -> tuple[float, float]:
    return float(row["longitude"]), float(row["latitude"])


@pytest.mark.parametrize("name", FILES)
def test_every_table_is_plain_utf8_and_full_in_every_row(name: str) -> None:
    content = path(name).read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    rows = read_rows(name)
    assert rows
    assert all(None not in row and None not in row.values() for row in rows)


@pytest.mark.parametrize("name", FILES)
def test_every_table_and_column_is_in_the_data_dictionary(name: str) -> None:
    dictionary = path("README.md").read_text(encoding="utf-8")
    missing = [word for word in [name, *read_rows(name)[0]] if f"`{word}`" not in dictionary]
    assert missing == []


def test_an_unknown_file_is_refused_with_its_name() -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere\.csv"):
        path("nowhere.csv")


def test_counts_are_the_official_ones(towns: list[Row], communities: list[Row]) -> None:
    assert Counter(row["kind"] for row in towns) == {"district": 1, "street": 5, "town": 5}
    assert Counter(row["kind"] for row in communities) == {"community": 89, "village": 58}
    lived_in = Counter(row["urban"] for row in communities if row["is_quasi"] == "false")
    assert lived_in == {"true": 103, "false": 37}


def test_codes_are_unique_and_parents_exist(towns: list[Row], communities: list[Row]) -> None:
    codes = [row["code"] for row in towns + communities]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 12 and code.startswith("320411") for code in codes)
    district, *others = towns
    assert {town["parent_code"] for town in others} == {district["code"]}
    assert {row["town_code"] for row in communities} == {town["code"] for town in others}
    assert all(row["code"][:9] == row["town_code"][:9] for row in communities)


def test_urban_follows_the_class(communities: list[Row]) -> None:
    for row in communities:
        assert row["urban"] == {"1": "true", "2": "false"}[row["urban_rural_class"][0]], row


def test_known_positions_say_so(communities: list[Row]) -> None:
    sources = Counter((row["position_source"], row["position_is_estimated"]) for row in communities)
    assert sources == {("adcode", "false"): 39, ("estimated", "true"): 108}


def test_positions_lie_in_the_bounding_box_and_differ(
    towns: list[Row], communities: list[Row]
) -> None:
    for row in towns + communities:
        longitude, latitude = position(row)
        assert WEST < longitude < EAST, row
        assert SOUTH < latitude < NORTH, row
    for rows in (towns, communities):
        assert len({position(row) for row in rows}) == len(rows)


def test_estimated_positions_keep_their_distance(communities: list[Row]) -> None:
    assert too_close(communities) == []
    moved = [dict(row) for row in communities]
    estimated = next(row for row in moved if row["position_is_estimated"] == "true")
    estimated |= {name: moved[0][name] for name in ("longitude", "latitude")}
    assert too_close(moved)


def test_positions_lie_inside_the_published_outline(communities: list[Row]) -> None:
    if not OUTLINE.is_file():
        pytest.skip(f"the published outline is not at hand: no {OUTLINE.name} in ../shared/data")
    outline = shape(json.loads(OUTLINE.read_text(encoding="utf-8"))["features"][0]["geometry"])
    outside = [row["name_zh"] for row in communities if not contains_xy(outline, *position(row))]
    assert outside == []


def test_estimating_again_gives_the_same_positions(
    towns: list[Row], communities: list[Row]
) -> None:
    blank = [
        row | ({"longitude": "", "latitude": ""} if row["position_is_estimated"] == "true" else {})
        for row in communities
    ]
    assert estimate(towns, blank) == communities


def test_population_is_what_the_formula_gives(
    communities: list[Row], population: list[Row]
) -> None:
    again = allocate(read_rows("town_population.csv"), communities, read_rows("age_structure.csv"))
    assert again == population


def test_population_has_every_community_every_year(
    communities: list[Row], population: list[Row]
) -> None:
    keys = [(row["year"], row["community_code"]) for row in population]
    assert sorted(keys) == sorted((str(y), row["code"]) for y in YEARS for row in communities)
    assert {row["is_estimated"] for row in population} == {"true"}


def test_population_adds_to_the_district_and_grows(population: list[Row]) -> None:
    totals = [sum(int(r["aged_60"]) for r in population if r["year"] == str(y)) for y in YEARS]
    assert totals[-1] == ELDERS_IN_BASE_YEAR == 165_000
    assert all(before < after for before, after in pairwise(totals))


def test_population_ages_are_nested_and_parks_are_empty(
    communities: list[Row], population: list[Row]
) -> None:
    quasi = {row["code"] for row in communities if row["is_quasi"] == "true"}
    assert len(quasi) == 7
    for row in population:
        aged_60, aged_65, aged_80 = (int(row[f"aged_{age}"]) for age in (60, 65, 80))
        if row["community_code"] in quasi:
            assert aged_60 == aged_65 == aged_80 == float(row["living_alone_share"]) == 0
        else:
            assert 0 < aged_80 < aged_65 < aged_60
            assert 0.05 < float(row["living_alone_share"]) < 0.20


def test_registered_residents_add_to_the_district() -> None:
    rows = read_rows("town_population.csv")
    assert sum(int(row["registered_2020"]) for row in rows) == 630_000


def test_share_out_keeps_the_total_and_gives_the_larger_weight_more() -> None:
    assert share_out(10, {"a": 1.0, "b": 1.0, "c": 1.0}) == {"a": 4, "b": 3, "c": 3}
    assert share_out(7, {"a": 3.0, "b": 0.5}) == {"a": 6, "b": 1}


def test_age_structure_adds_to_one_and_keeps_the_known_shares() -> None:
    shares = [(int(r["age_from"]), float(r["share"])) for r in read_rows("age_structure.csv")]
    assert sum(share for _, share in shares) == pytest.approx(1, abs=1e-9)
    assert sum(share for age, share in shares if age < 70) == pytest.approx(0.5719, abs=5e-6)
    assert sum(share for age, share in shares if age >= 90) == pytest.approx(0.0184, abs=5e-6)


@pytest.mark.parametrize("name", ["ability_by_age.csv", "living_by_age.csv"])
def test_shares_by_age_add_to_one_for_the_bands_of_the_structure(name: str) -> None:
    rows = read_rows(name)
    bands = {row["age_from"] for row in read_rows("age_structure.csv")}
    assert {row["age_from"] for row in rows} == bands
    for row in rows:
        shares = [float(v) for key, v in row.items() if key not in ("age_from", "status")]
        assert sum(shares) == pytest.approx(1, abs=1e-9), row


def test_every_target_of_the_contract_is_here() -> None:
    rows = read_rows("targets.csv")
    assert {row["code"]: row["target"] for row in rows} == CONTRACT_TARGETS
    for row in rows:
        assert "2018–2020" in row["plan_title"]
        assert row["plan_section"]
        assert row["numerator_zh"] != row["denominator_zh"]


def test_services_name_known_qualifications_and_ordered_minutes() -> None:
    levels = {row["code"]: int(row["maximum_level"]) for row in read_rows("qualifications.csv")}
    for row in read_rows("services.csv"):
        shortest, usual, longest = (
            int(row[f"{name}_minutes"]) for name in ("minimum", "default", "maximum")
        )
        assert 0 < shortest <= usual <= longest, row
        assert int(row["qualification_level"]) <= levels[row["qualification_code"]], row
        assert row["alternative_qualification_code"] in {"", *levels}, row
        for window in row["usual_windows"].split(";"):
            opens, closes = window.split("-")
            assert "06:00" <= opens < closes <= "20:00", row


def test_qualification_levels_are_named_from_one_to_the_highest() -> None:
    named = Counter(row["qualification_code"] for row in read_rows("qualification_levels.csv"))
    levels = {row["code"]: int(row["maximum_level"]) for row in read_rows("qualifications.csv")}
    assert named == {code: highest for code, highest in levels.items() if highest}


def test_plan_priority_groups_are_the_plans_three() -> None:
    rows = read_rows("priority_groups.csv")
    first = {row["code"] for row in rows if row["is_plan_priority"] == "true"}
    assert first == {"wubao", "shidu", "poor_disabled"}
    assert [int(row["rank"]) for row in rows] == list(range(1, len(rows) + 1))


def test_entitlements_never_fall_with_need_nor_overlap() -> None:
    rows = read_rows("entitlements.csv")
    keys = [(r["valid_from"], r["group_code"], int(r["care_level"])) for r in rows]
    assert len(set(keys)) == len(keys)
    assert {group for _, group, _ in keys} == {r["code"] for r in read_rows("priority_groups.csv")}
    minutes = {key: int(r["minutes_per_month"]) for key, r in zip(keys, rows, strict=True)}
    for (start, group, level), value in minutes.items():
        assert value <= minutes.get((start, group, level + 1), value), (start, group, level)
    until = {row["valid_from"]: row["valid_until"] for row in rows}
    assert until == {"2018-01-01": "2019-12-31", "2020-01-01": ""}


def test_levels_cover_every_score_once_and_items_add_to_the_highest() -> None:
    bands = [
        range(int(row["minimum_score"]), int(row["maximum_score"]) + 1)
        for row in read_rows("care_levels.csv")
    ]
    assert sorted(score for band in bands for score in band) == list(range(91))
    items = read_rows("assessment_items.csv")
    assert len(items) == 26
    assert sum(int(item["maximum_score"]) for item in items) == 90


def test_baseline_starts_at_the_known_shares_and_moves_forward() -> None:
    rows = read_rows("facilities_baseline.csv")
    assert len({(row["key"], row["on"]) for row in rows}) == len(rows)
    first = {row["key"]: float(row["value"]) for row in rows if row["on"] == "2017-12-31"}
    known = {
        "centre_urban_share": 0.60,
        "centre_rural_share": 0.349,
        "meal_urban_share": 0.50,
        "nursing_beds_share": 0.4585,
    }
    assert first | known == first
    assert all("2017" in row["source"] for row in rows if row["status"] == "fact")
    for before, after in pairwise(row for row in rows if row["on"]):
        if before["key"] == after["key"]:
            assert before["on"] < after["on"]
            assert float(before["value"]) <= float(after["value"]), after
    for row in rows:
        assert row["status"] in {"fact", "modelled", "assumed"}
        if row["unit"].startswith("share"):
            assert 0 < float(row["value"]) < 1, row


def features(name: str) -> list[dict[str, Any]]:
    text = path(f"geometry/{name}").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["features"]
    return found


def test_drawn_shapes_hold_their_points(communities: list[Row]) -> None:
    land = shape(features("district.geojson")[0]["geometry"])
    assert isinstance(land, Polygon)
    cell_of = {
        f["properties"]["code"]: shape(f["geometry"]) for f in features("communities.geojson")
    }
    assert set(cell_of) == {row["code"] for row in communities}
    for row in communities:
        assert contains_xy(land, *position(row)), row
        assert contains_xy(cell_of[row["code"]], *position(row)), row
    shapes = [*cell_of.values(), land]
    assert all(geometry.is_valid for geometry in shapes)
    assert sum(cell.area for cell in cell_of.values()) == pytest.approx(land.area, rel=1e-3)


def test_drawing_again_gives_the_same_shapes(towns: list[Row], communities: list[Row]) -> None:
    for name, drawn in draw(towns, communities).items():
        for kept, again in zip(features(name), drawn, strict=True):
            assert kept["properties"] == again["properties"]
            before, after = shape(kept["geometry"]), shape(again["geometry"])
            assert before.symmetric_difference(after).area < 1e-3 * before.area


def test_schematic_lines_are_marked_and_near_the_district() -> None:
    lines = features("schematic.geojson")
    assert {f["properties"]["kind"] for f in lines} == {"water", "road", "railway"}
    for feature in lines:
        assert feature["properties"]["schematic"] is True
        for longitude, latitude in get_coordinates(shape(feature["geometry"])):
            assert WEST - 0.05 < longitude < EAST + 0.05, feature
            assert SOUTH - 0.05 < latitude < NORTH + 0.05, feature
