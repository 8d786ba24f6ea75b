"""What kind of beds institutions have, and who runs them."""

from __future__ import annotations

from eldercare.coverage.definition import Indicator, Words
from eldercare.coverage.indicators.plan import ELDER_CARE_GOALS, HAPPY_AGEING
from eldercare.coverage.institutions import BEDS, nursing, run_by_society

ALL_BEDS = Words(zh="在业养老机构的全部床位", en="all beds of institutions open on the date")
STRATUM = Words(zh="养老机构床位", en="beds of institutions")
NO_BEDS = Words(zh="本区域没有养老机构床位", en="no institution has a bed here")

NURSING_BEDS = Indicator(
    code="nursing_beds",
    name=Words(zh="护理型床位占比", en="Nursing beds among the beds of institutions"),
    numerator=Words(zh="其中的护理型床位", en="of these, nursing beds"),
    denominator=ALL_BEDS,
    stratum=STRATUM,
    missing=NO_BEDS,
    source=ELDER_CARE_GOALS,
    population=BEDS,
    counted=nursing,
)
SOCIAL_BEDS = Indicator(
    code="social_beds",
    name=Words(zh="社会力量床位占比", en="Beds run by non-state bodies"),
    numerator=Words(
        zh="其中由社会力量举办或运营的床位", en="of these, beds run by non-state bodies"
    ),
    denominator=ALL_BEDS,
    stratum=STRATUM,
    missing=NO_BEDS,
    source=HAPPY_AGEING,
    population=BEDS,
    counted=run_by_society,
)
