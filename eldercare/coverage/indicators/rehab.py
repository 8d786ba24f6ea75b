"""In how many communities elders have a place for rehabilitation activities."""

from __future__ import annotations

from eldercare.coverage.communities import (
    RURAL_COMMUNITIES,
    URBAN_COMMUNITIES,
    has_rehab_conditions,
    has_rehab_place,
)
from eldercare.coverage.definition import Indicator, Words
from eldercare.coverage.indicators.plan import (
    HAPPY_AGEING,
    INHABITED_URBAN,
    NO_URBAN,
    URBAN_STRATUM,
)

WITH_A_PLACE = Words(
    zh="其中当日有适合老年人的康复活动场所的社区",
    en="of these, communities in which an open rehabilitation activity place stands on the date",
)

REHAB_URBAN = Indicator(
    code="rehab_urban",
    name=Words(zh="城镇社区康复场所覆盖率", en="Urban communities with a rehabilitation place"),
    numerator=WITH_A_PLACE,
    denominator=INHABITED_URBAN,
    stratum=URBAN_STRATUM,
    missing=NO_URBAN,
    source=HAPPY_AGEING,
    population=URBAN_COMMUNITIES,
    counted=has_rehab_place,
)
REHAB_RURAL = Indicator(
    code="rehab_rural",
    name=Words(zh="农村社区康复场所覆盖率", en="Rural communities with a rehabilitation place"),
    numerator=WITH_A_PLACE,
    denominator=Words(
        zh="有居民且具备设置条件的农村社区",
        en="inhabited rural communities that have the conditions for such a place",
    ),
    stratum=Words(zh="具备条件的农村社区", en="rural communities with the conditions"),
    missing=Words(
        zh="本区域没有具备条件的农村社区", en="no rural community here has the conditions"
    ),
    source=HAPPY_AGEING,
    population=RURAL_COMMUNITIES.where(has_rehab_conditions),
    counted=has_rehab_place,
)
