"""Allocate the district's registered elders to communities, a modelled figure for each year.

Run ``python -m seed_data.allocate_population`` to rewrite ``population.csv``; the result is the
same on every run. Formula and sources are in the data dictionary (README.md of this folder).
"""

import hashlib
import math
from collections.abc import Mapping

from seed_data import path
from seed_data.estimate_positions import Row, read_rows, write_rows

BASE_YEAR = 2020
YEARS = (2017, 2018, 2019, 2020)
ELDERS_IN_BASE_YEAR = 165_000  # 63.0万 registered at 26.2 %
# Registered residents aged 60+ of the city in 万: its growth carries the district back in time.
CITY_2017, CITY_2022 = 87.53, 105.54

WEIGHT_BY_CLASS = {"111": 1.25, "121": 1.10, "112": 1.00, "122": 1.00, "220": 0.85}
NEW_ESTATE_SINCE, NEW_ESTATE_WEIGHT = 2018, 0.75  # people who move in are young
TILT_65 = {"111": 0.985, "121": 1.00, "112": 1.00, "122": 1.01, "220": 1.03}
TILT_80 = {"111": 0.93, "121": 1.00, "112": 1.00, "122": 1.03, "220": 1.10}
LIVING_ALONE_URBAN, LIVING_ALONE_RURAL = 0.102, 0.124


def draw(code: str, purpose: str, low: float, high: float) -> float:
    """Return a number in [low, high) that depends on the code and the purpose only."""
    digest = hashlib.sha256(f"{purpose}:{code}".encode()).digest()
    return low + (high - low) * int.from_bytes(digest[:6], "big") / 2**48


def share_out(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Split a total by weight into whole numbers that add up to it (largest remainder)."""
    whole = sum(weights.values())
    exact = {code: total * weight / whole for code, weight in weights.items()}
    shares = {code: int(value) for code, value in exact.items()}
    left = total - sum(shares.values())
    for code in sorted(exact, key=lambda c: (shares[c] - exact[c], c))[:left]:
        shares[code] += 1
    return shares


def elders_of_year(year: int) -> int:
    """Return the district's registered residents aged 60+ at the end of a year."""
    growth = math.log(CITY_2022 / CITY_2017) / 5
    return round(ELDERS_IN_BASE_YEAR * math.exp(growth * (year - BASE_YEAR)))


def share_aged(structure: list[Row], age_from: int) -> float:
    """Return the share of the 60+ who are at least so old."""
    return sum(float(row["share"]) for row in structure if int(row["age_from"]) >= age_from)


def _community_weight(row: Row) -> float:
    weight = WEIGHT_BY_CLASS[row["urban_rural_class"]]
    if int(row["listed_since"]) >= NEW_ESTATE_SINCE:
        weight *= NEW_ESTATE_WEIGHT
    return weight * draw(row["code"], "size", 0.75, 1.25)


def _aged_60(year: int, towns: list[Row], lived_in: list[Row]) -> dict[str, int]:
    town_weights = {
        t["town_code"]: float(t["registered_2020"]) * float(t["aged_share_2020"]) for t in towns
    }
    counts: dict[str, int] = {}
    for town, total in share_out(elders_of_year(year), town_weights).items():
        own = {r["code"]: _community_weight(r) for r in lived_in if r["town_code"] == town}
        counts |= share_out(total, own)
    return counts


def _older(
    aged_60: dict[str, int], lived_in: list[Row], share: float, tilt: dict[str, float], purpose: str
) -> dict[str, int]:
    weights = {
        row["code"]: aged_60[row["code"]]
        * tilt[row["urban_rural_class"]]
        * draw(row["code"], purpose, 0.96, 1.04)
        for row in lived_in
    }
    return share_out(round(share * sum(aged_60.values())), weights)


def _living_alone(row: Row) -> float:
    if row["is_quasi"] == "true":
        return 0.0
    base = LIVING_ALONE_URBAN if row["urban"] == "true" else LIVING_ALONE_RURAL
    return base + draw(row["code"], "alone", -0.02, 0.02)


def allocate(towns: list[Row], communities: list[Row], structure: list[Row]) -> list[Row]:
    """Return one row a year and community; industrial parks get zero."""
    lived_in = [row for row in communities if row["is_quasi"] == "false"]
    rows: list[Row] = []
    for year in YEARS:
        aged_60 = _aged_60(year, towns, lived_in)
        aged_65 = _older(aged_60, lived_in, share_aged(structure, 65), TILT_65, "aged 65")
        aged_80 = _older(aged_60, lived_in, share_aged(structure, 80), TILT_80, "aged 80")
        rows += [
            {
                "year": str(year),
                "community_code": row["code"],
                "aged_60": str(aged_60.get(row["code"], 0)),
                "aged_65": str(aged_65.get(row["code"], 0)),
                "aged_80": str(aged_80.get(row["code"], 0)),
                "living_alone_share": f"{_living_alone(row):.3f}",
                "is_estimated": "true",
            }
            for row in communities
        ]
    return rows


def main() -> None:
    """Write ``population.csv``."""
    rows = allocate(
        read_rows("town_population.csv"),
        read_rows("communities.csv"),
        read_rows("age_structure.csv"),
    )
    write_rows(path("communities.csv").with_name("population.csv"), rows)


if __name__ == "__main__":
    main()
