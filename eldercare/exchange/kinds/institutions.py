"""Residential institutions with their beds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from eldercare.exchange.kinds.columns import (
    chosen,
    code,
    day,
    degrees,
    listed,
    parse_words,
    text,
    write_listed,
)
from eldercare.exchange.kinds.kind import Column, Fields, Kind, Part
from eldercare.exchange.kinds.words import BED, OPERATOR
from eldercare.exchange.values import parse_date, parse_integer
from eldercare.registry.tables import BedGroup, Community, Institution

_BEDS = (
    ("kind", parse_words(BED), lambda value: BED[value][0]),
    ("operator", parse_words(OPERATOR), lambda value: OPERATOR[value][0]),
    ("beds", parse_integer, str),
    ("from_on", parse_date, date.isoformat),
    ("until_on", parse_date, date.isoformat),
)


def _rows(line: Fields) -> Sequence[dict[str, Any]]:
    return [{"institution_id": line["id"], **item} for item in line["beds"] or ()]


def _cells(rows: Sequence[Fields]) -> dict[str, Any]:
    ordered = sorted(
        rows, key=lambda row: (row["kind"].value, row["operator"].value, row["from_on"])
    )
    return {"beds": ordered or None}


KIND = Kind(
    name="institutions",
    zh="养老机构",
    en="institutions",
    model=Institution,
    columns=(
        code("id", "机构编号", "institution id", required=True, aliases=("编号",), example="I01"),
        text("name", "名称", "name", 80, required=True, example="某养老院", aliases=("机构名称",)),
        code(
            "community_code",
            "社区编码",
            "community code",
            40,
            required=True,
            aliases=("社区", "社区（村）", "社区名称"),
            refers=Community,
            example="320411001001",
        ),
        degrees("longitude", "经度", "longitude", required=True, example="119.97"),
        degrees("latitude", "纬度", "latitude", required=True, example="31.83"),
        chosen("operator", "运营性质", "operator", OPERATOR, required=True),
        day("medical_care_since", "医养结合日期", "medical care since"),
        day("opened_on", "启用日期", "opened on", required=True),
        day("closed_on", "停用日期", "closed on", example=""),
        Column(
            "beds",
            "床位",
            "beds",
            listed(_BEDS),
            write_listed(_BEDS),
            is_field=False,
            example="护理型:公办:60:2018-01-01",
            hint="床位类型:运营性质:张数:起始日:终止日，多项用分号隔开",
        ),
    ),
    parts=(Part(BedGroup, ("beds",), "institution_id", "id", _rows, _cells),),
)
