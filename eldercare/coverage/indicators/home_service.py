"""How many of those who live at home are reached by home visits."""

from __future__ import annotations

from eldercare.care.tables import ServiceRecord
from eldercare.coverage.definition import Indicator, Words
from eldercare.coverage.elders import HOME_DWELLING_ELDERS, visited_at_home
from eldercare.coverage.indicators.plan import ELDER_CARE_GOALS

HOME_SERVICE = Indicator(
    code="home_service",
    name=Words(zh="居家上门服务覆盖率", en="Elders at home reached by home visits"),
    numerator=Words(
        zh="回溯期内至少完成过一次上门服务的居家老年人",
        en="of these, elders with at least one delivered home visit in the look-back interval",
    ),
    denominator=Words(
        zh="在册60岁及以上、未入住养老机构的老年人",
        en="registered elders aged 60 or more who live at home, not in an institution",
    ),
    stratum=Words(zh="居家老年人", en="home-dwelling elders"),
    missing=Words(zh="本区域没有居家老年人", en="no elder lives at home here"),
    source=ELDER_CARE_GOALS,
    population=HOME_DWELLING_ELDERS,
    counted=visited_at_home,
    records=(ServiceRecord,),
)
