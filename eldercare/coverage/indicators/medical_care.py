"""How many institutions combine medical and elder care."""

from __future__ import annotations

from eldercare.coverage.definition import Indicator, Words
from eldercare.coverage.indicators.plan import HAPPY_AGEING
from eldercare.coverage.institutions import INSTITUTIONS, combines_medical_care

MEDICAL_CARE_INSTITUTIONS = Indicator(
    code="medical_care_institutions",
    name=Words(zh="医养结合机构占比", en="Institutions that combine medical and elder care"),
    numerator=Words(
        zh="其中当日已开展医养结合的机构",
        en="of these, institutions that combine medical and elder care on the date",
    ),
    denominator=Words(zh="在业养老机构", en="institutions open on the date"),
    stratum=Words(zh="养老机构", en="institutions"),
    missing=Words(zh="本区域没有养老机构", en="no institution is open here"),
    source=HAPPY_AGEING,
    population=INSTITUTIONS,
    counted=combines_medical_care,
)
