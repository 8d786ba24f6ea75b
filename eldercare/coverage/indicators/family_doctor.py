"""How many people of the key groups have a family doctor."""

from __future__ import annotations

from eldercare.coverage.definition import Indicator, Words
from eldercare.coverage.elders import ELDERS, aged_65_or_disabled, has_family_doctor
from eldercare.coverage.indicators.plan import MEDICAL_GOALS

FAMILY_DOCTOR = Indicator(
    code="family_doctor",
    name=Words(zh="重点人群家庭医生签约率", en="Key groups with a family doctor"),
    numerator=Words(
        zh="其中当日签约有效的老年人",
        en="of these, elders whose contract with a family doctor is good on the date",
    ),
    denominator=Words(
        zh="在册65岁及以上老年人，以及60–64岁中度及以上失能老年人",
        en="registered elders aged 65 or more, and those of 60 to 64 assessed level 2 or worse",
    ),
    stratum=Words(zh="重点人群", en="key groups"),
    missing=Words(zh="本区域没有重点人群", en="nobody of the key groups is registered here"),
    source=MEDICAL_GOALS,
    population=ELDERS.where(aged_65_or_disabled),
    counted=has_family_doctor,
)
