"""Caregivers with their qualifications."""

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
    phone,
    text,
    write_listed,
)
from eldercare.exchange.kinds.kind import Column, Fields, Kind, Part
from eldercare.exchange.kinds.words import SEX, TRAVEL
from eldercare.exchange.values import parse_date, parse_integer, parse_text
from eldercare.registry.tables import Caregiver, CaregiverQualification, Qualification, Town

_HELD = (
    ("qualification_code", parse_text(40), str),
    ("level", parse_integer, str),
    ("obtained_on", parse_date, date.isoformat),
    ("expires_on", parse_date, date.isoformat),
)


def _rows(line: Fields) -> Sequence[dict[str, Any]]:
    return [
        {"caregiver_id": line["id"], **item, "level": item["level"] or 0}
        for item in line["qualifications"] or ()
    ]


def _cells(rows: Sequence[Fields]) -> dict[str, Any]:
    ordered = sorted(rows, key=lambda row: (row["qualification_code"], row["obtained_on"]))
    return {"qualifications": ordered or None}


KIND = Kind(
    name="caregivers",
    zh="护理员",
    en="caregivers",
    model=Caregiver,
    columns=(
        code("id", "护理员编号", "caregiver id", required=True, aliases=("编号",), example="C001"),
        text("name", "姓名", "name", 40, required=True, example="李芳"),
        chosen("sex", "性别", "sex", SEX, required=True),
        phone("phone", "电话", "phone", aliases=("联系电话", "手机")),
        code(
            "town_code",
            "镇（街道）编码",
            "town code",
            40,
            required=True,
            aliases=("镇（街道）", "街道", "镇"),
            refers=Town,
            example="320411001000",
        ),
        code("care_centre_id", "服务中心编号", "care centre id"),
        degrees("base_longitude", "出发点经度", "base longitude", required=True, example="119.97"),
        degrees("base_latitude", "出发点纬度", "base latitude", required=True, example="31.83"),
        chosen("travel_mode", "出行方式", "travel mode", TRAVEL, required=True),
        text("languages", "语言", "languages", 80, example="mandarin"),
        day("hired_on", "入职日期", "hired on", required=True),
        day("left_on", "离职日期", "left on", example=""),
        Column(
            "qualifications",
            "资质",
            "qualifications",
            listed(_HELD),
            write_listed(_HELD),
            is_field=False,
            refers=Qualification,
            example="care_worker:3:2018-05-01; health_certificate:0:2020-03-01:2021-03-01",
            hint="资质:等级:取得日:到期日，多项用分号隔开",
        ),
    ),
    parts=(Part(CaregiverQualification, ("qualifications",), "caregiver_id", "id", _rows, _cells),),
)
