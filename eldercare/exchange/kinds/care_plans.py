"""Care plans: a line is one item, with the columns of its plan repeated.

A plan that has no items stands in a line whose cells of the item are all empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eldercare.care.tables import CarePlan, PlanItem, ServiceType
from eldercare.exchange.kinds.columns import chosen, clock, code, day, parse_words, weekdays, whole
from eldercare.exchange.kinds.kind import Column, Fields, Kind, Part
from eldercare.exchange.kinds.words import HOLIDAY, SEX
from eldercare.registry.tables import Sex

_PLAN = {
    "elder_id": "elder_id",
    "plan_from_on": "from_on",
    "plan_until_on": "until_on",
    "entitled_minutes_per_month": "entitled_minutes_per_month",
}
"""The plan's columns, and its fields."""
_sex = parse_words(SEX)


def _rows(line: Fields) -> Sequence[dict[str, Any]]:
    fields = {field: line[column] for column, field in _PLAN.items() if column in line}
    return [{"id": line["care_plan_id"], **fields}]


def _cells(rows: Sequence[Fields]) -> dict[str, Any]:
    (plan,) = rows
    return {column: plan[field] for column, field in _PLAN.items()}


KIND = Kind(
    name="care-plans",
    zh="照护计划",
    en="care plans",
    model=PlanItem,
    columns=(
        code(
            "id",
            "计划项编号",
            "item id",
            required=True,
            example="P1-1",
            hint="计划还没有计划项时，计划项各列都空着，只填计划",
        ),
        code("care_plan_id", "计划编号", "care plan id", required=True, example="P1"),
        code(
            "elder_id", "老年人编号", "elder id", required=True, is_field=False, example="E000001"
        ),
        day("plan_from_on", "计划起始日", "plan from", required=True, is_field=False),
        day("plan_until_on", "计划终止日", "plan until", is_field=False, example=""),
        whole(
            "entitled_minutes_per_month",
            "每月可享分钟",
            "entitled minutes per month",
            is_field=False,
            example="1800",
        ),
        code(
            "service_type_code",
            "服务项目",
            "service type",
            40,
            required=True,
            refers=ServiceType,
            example="bath",
            hint="代码或唯一的名称",
        ),
        whole("minutes", "时长分钟", "minutes", required=True, example="60"),
        whole("people", "人数", "people", example="1"),
        weekdays("weekdays", "星期", "weekdays", required=True),
        whole("every_weeks", "每几周", "every weeks", example="1"),
        day("anchor_on", "起算日", "anchor date", required=True),
        clock("window_start_minutes", "最早开始", "window start", required=True, example="08:00"),
        clock("window_end_minutes", "最晚开始", "window end", required=True, example="10:00"),
        code("preferred_caregiver_id", "首选护理员", "preferred caregiver id"),
        Column(
            "required_sex",
            "要求性别",
            "required sex",
            lambda cell: _sex(cell).value,
            lambda value: SEX[Sex(value)][0],
        ),
        chosen("holiday_rule", "节假日规则", "holiday rule", HOLIDAY),
    ),
    parts=(
        Part(
            CarePlan,
            ("care_plan_id", *_PLAN),
            "id",
            "care_plan_id",
            _rows,
            _cells,
            optional=("plan_until_on", "entitled_minutes_per_month"),
            may_stand_alone=True,
            titles={"id": "care_plan_id"} | {field: column for column, field in _PLAN.items()},
        ),
    ),
)
