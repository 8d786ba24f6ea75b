"""Meal sites with the communities they serve."""

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
    text,
    whole,
    write_listed,
)
from eldercare.exchange.kinds.kind import Column, Fields, Kind, Part
from eldercare.exchange.kinds.words import SITE
from eldercare.exchange.values import parse_date, parse_text
from eldercare.registry.tables import Community, MealSite, MealSiteCommunity

_SERVED = (
    ("community_code", parse_text(40), str),
    ("since_on", parse_date, date.isoformat),
    ("until_on", parse_date, date.isoformat),
)


def _rows(line: Fields) -> Sequence[dict[str, Any]]:
    return [{"meal_site_id": line["id"], **item} for item in line["communities"] or ()]


def _cells(rows: Sequence[Fields]) -> dict[str, Any]:
    ordered = sorted(rows, key=lambda row: (row["community_code"], row["since_on"]))
    return {"communities": ordered or None}


KIND = Kind(
    name="meal-sites",
    zh="助餐点",
    en="meal sites",
    model=MealSite,
    columns=(
        code("id", "助餐点编号", "meal site id", required=True, aliases=("编号",), example="M01"),
        text("name", "名称", "name", 80, required=True, example="某助餐点"),
        chosen("kind", "类型", "kind", SITE, required=True, example="自办食堂"),
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
        whole("kitchen_capacity", "每日供餐能力", "kitchen capacity", example="200"),
        code("supplied_by_id", "供餐点编号", "supplied by id", hint="只分发的助餐点由谁供餐"),
        day("opened_on", "启用日期", "opened on", required=True),
        day("closed_on", "停用日期", "closed on", example=""),
        Column(
            "communities",
            "服务社区",
            "communities served",
            listed(_SERVED),
            write_listed(_SERVED),
            is_field=False,
            refers=Community,
            example="320411001001:2019-01-01",
            hint="社区:起始日:终止日，多项用分号隔开",
        ),
    ),
    parts=(Part(MealSiteCommunity, ("communities",), "meal_site_id", "id", _rows, _cells),),
)
