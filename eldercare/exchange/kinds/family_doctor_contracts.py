"""Contracts with family doctors."""

from __future__ import annotations

from eldercare.exchange.kinds.columns import code, day, text
from eldercare.exchange.kinds.kind import Kind
from eldercare.registry.tables import FamilyDoctorContract

KIND = Kind(
    name="family-doctor-contracts",
    zh="家庭医生签约",
    en="family doctor contracts",
    model=FamilyDoctorContract,
    columns=(
        code("elder_id", "老年人编号", "elder id", required=True, example="E000001"),
        day("signed_on", "签约日期", "signed on", required=True),
        day("expires_on", "到期日期", "expires on", required=True, example="2021-09-17"),
        text("provider", "签约机构", "provider", 60, example="某社区卫生服务中心"),
    ),
)
