"""Elders with their priority groups and their latest assessment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from eldercare.exchange.kinds.columns import (
    chosen,
    code,
    day,
    degrees,
    flag,
    listed,
    parse_words,
    phone,
    text,
    whole,
    write_listed,
)
from eldercare.exchange.kinds.kind import Column, Fields, Kind, Part
from eldercare.exchange.kinds.words import END_REASON, GROUP, LIVING, SEX
from eldercare.exchange.values import parse_date, parse_text
from eldercare.registry.tables import Assessment, Community, Elder, ElderGroup

_GROUPS = (
    ("group", parse_words(GROUP), lambda value: GROUP[value][0]),
    ("from_on", parse_date, date.isoformat),
    ("until_on", parse_date, date.isoformat),
)


def _group_rows(line: Fields) -> Sequence[dict[str, Any]]:
    groups = line["groups"]
    return [{"elder_id": line["id"], **item} for item in groups] if groups else ()


def _group_cells(rows: Sequence[Fields]) -> dict[str, Any]:
    ordered = sorted(rows, key=lambda row: (row["from_on"], row["group"].value))
    return {"groups": ordered or None}


_ASSESSMENT = ("assessed_on", "score", "level")


def _assessment_rows(line: Fields) -> Sequence[dict[str, Any]]:
    on, score, level = line["assessed_on"], line["score"], line["level"]
    if on is None and score is None and level is None:
        return ()
    return [{"elder_id": line["id"], "assessed_on": on, "score": score, "level": level}]


def _assessment_cells(rows: Sequence[Fields]) -> dict[str, Any]:
    if not rows:
        return dict.fromkeys(_ASSESSMENT)
    latest = max(rows, key=lambda row: row["assessed_on"])
    return {name: latest[name] for name in _ASSESSMENT}


KIND = Kind(
    name="elders",
    zh="老年人",
    en="elders",
    model=Elder,
    columns=(
        code("id", "老年人编号", "elder id", required=True, aliases=("编号",), example="E000001"),
        text("name", "姓名", "name", 40, required=True, aliases=("老人姓名",), example="周桂兰"),
        chosen("sex", "性别", "sex", SEX, required=True),
        day(
            "birth_on",
            "出生日期",
            "birth date",
            required=True,
            aliases=("出生年月日", "生日"),
            example="1940-03-05",
        ),
        Column(
            "id_number",
            "身份证号",
            "id number",
            parse_text(40),
            aliases=("身份证号码", "公民身份号码"),
            is_field=False,
            is_personal=True,
            hint="18位；空着不改动已存的号码",
        ),
        code(
            "community_code",
            "社区编码",
            "community code",
            40,
            required=True,
            aliases=("社区", "社区（村）", "社区名称"),
            refers=Community,
            example="320411001001",
            hint="12位编码，或唯一的社区名称",
        ),
        text(
            "address",
            "地址",
            "address",
            120,
            required=True,
            aliases=("家庭住址", "住址"),
            example="某路1号",
        ),
        text("building", "小区楼栋", "building", 60, aliases=("楼栋",)),
        phone("phone", "电话", "phone", aliases=("联系电话", "手机")),
        degrees("longitude", "经度", "longitude", hint="WGS-84"),
        degrees("latitude", "纬度", "latitude", hint="WGS-84"),
        flag("position_is_estimated", "位置为估计", "position is estimated"),
        chosen("living_arrangement", "居住方式", "living arrangement", LIVING, required=True),
        text("language", "语言", "language", 20, example="mandarin"),
        day("registered_on", "登记日期", "registered on", required=True),
        day("ended_on", "退出日期", "ended on", example=""),
        chosen("end_reason", "退出原因", "end reason", END_REASON, example=""),
        text("care_note", "照护提示", "care note", 200),
        Column(
            "groups",
            "重点人群",
            "priority groups",
            listed(_GROUPS),
            write_listed(_GROUPS),
            is_field=False,
            is_personal=True,
            example="低保:2020-01-01",
            hint="类别:起始日:终止日，多项用分号隔开",
        ),
        day(
            "assessed_on",
            "评估日期",
            "assessed on",
            is_field=False,
            is_personal=True,
            example="2020-06-01",
        ),
        whole("score", "评估得分", "score", is_field=False, is_personal=True, example="70"),
        whole("level", "能力等级", "level", is_field=False, is_personal=True, example="1"),
    ),
    parts=(
        Part(ElderGroup, ("groups",), "elder_id", "id", _group_rows, _group_cells),
        Part(Assessment, _ASSESSMENT, "elder_id", "id", _assessment_rows, _assessment_cells),
    ),
    sealed="id_number",
)
