"""What happened at visits."""

from __future__ import annotations

from eldercare.care.tables import ServiceRecord, ServiceType
from eldercare.exchange.kinds.columns import chosen, code, day, instant
from eldercare.exchange.kinds.kind import Kind
from eldercare.exchange.kinds.words import OUTCOME

KIND = Kind(
    name="service-records",
    zh="服务记录",
    en="service records",
    model=ServiceRecord,
    columns=(
        code("id", "记录编号", "record id", 48, required=True, aliases=("编号",), example="V1/1"),
        code("visit_id", "服务编号", "visit id", 40, required=True, example="V1"),
        code("elder_id", "老年人编号", "elder id", required=True, example="E000001"),
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
        code("caregiver_id", "护理员编号", "caregiver id", example="C001"),
        day("on", "日期", "date", required=True),
        instant("started_at", "签到时间", "started at", example="2020-09-17 08:30"),
        instant("ended_at", "签退时间", "ended at", example="2020-09-17 09:30"),
        chosen("outcome", "结果", "outcome", OUTCOME, required=True),
    ),
)
