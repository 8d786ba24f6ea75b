"""In how many communities elders can get meal assistance."""

from __future__ import annotations

from eldercare.coverage.communities import RURAL_COMMUNITIES, URBAN_COMMUNITIES, has_meals
from eldercare.coverage.definition import Indicator, Words
from eldercare.coverage.indicators.plan import (
    HAPPY_AGEING,
    INHABITED_RURAL,
    INHABITED_URBAN,
    NO_RURAL,
    NO_URBAN,
    RURAL_STRATUM,
    URBAN_STRATUM,
)

SERVED_BY_A_SITE = Words(
    zh="其中当日有营业中的助餐点供餐的社区",
    en="of these, communities that an open meal site serves on the date",
)

MEAL_URBAN = Indicator(
    code="meal_urban",
    name=Words(zh="城镇社区助餐覆盖率", en="Urban communities with meal assistance"),
    numerator=SERVED_BY_A_SITE,
    denominator=INHABITED_URBAN,
    stratum=URBAN_STRATUM,
    missing=NO_URBAN,
    source=HAPPY_AGEING,
    population=URBAN_COMMUNITIES,
    counted=has_meals,
)
MEAL_RURAL = Indicator(
    code="meal_rural",
    name=Words(zh="农村社区助餐覆盖率", en="Rural communities with meal assistance"),
    numerator=SERVED_BY_A_SITE,
    denominator=INHABITED_RURAL,
    stratum=RURAL_STRATUM,
    missing=NO_RURAL,
    source=HAPPY_AGEING,
    population=RURAL_COMMUNITIES,
    counted=has_meals,
)
