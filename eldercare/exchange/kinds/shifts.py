"""Shifts of caregivers and riders."""

from __future__ import annotations

from eldercare.exchange.kinds.columns import clock, code, day, whole
from eldercare.exchange.kinds.kind import Kind
from eldercare.registry.tables import Shift

KIND = Kind(
    name="shifts",
    zh="班次",
    en="shifts",
    model=Shift,
    columns=(
        code("id", "班次编号", "shift id", 40, required=True, aliases=("编号",), example="S1"),
        day("on", "日期", "date", required=True),
        code("caregiver_id", "护理员编号", "caregiver id", example="C001"),
        code("rider_id", "送餐员编号", "rider id", hint="护理员与送餐员只填一个"),
        clock("start_minutes", "开始时间", "start", required=True, example="08:00"),
        clock("end_minutes", "结束时间", "end", required=True, example="17:00"),
        clock("break_earliest_minutes", "休息最早开始", "break earliest", example="11:30"),
        clock("break_latest_end_minutes", "休息最晚结束", "break latest end", example="13:30"),
        whole("break_minutes", "休息分钟", "break minutes", example="60"),
    ),
)
