"""In how many communities a standardised home-care centre stands."""

from __future__ import annotations

from eldercare.coverage.communities import (
    RURAL_COMMUNITIES,
    URBAN_COMMUNITIES,
    has_standardised_centre,
)
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

WITH_A_CENTRE = Words(
    zh="其中当日设有运营中的标准化居家养老服务中心（站）的社区",
    en="of these, communities in which an open, standardised home-care centre stands on the date",
)

CENTRE_URBAN = Indicator(
    code="centre_urban",
    name=Words(
        zh="城镇标准化居家养老服务中心覆盖率", en="Urban communities with a standardised centre"
    ),
    numerator=WITH_A_CENTRE,
    denominator=INHABITED_URBAN,
    stratum=URBAN_STRATUM,
    missing=NO_URBAN,
    source=HAPPY_AGEING,
    population=URBAN_COMMUNITIES,
    counted=has_standardised_centre,
)
CENTRE_RURAL = Indicator(
    code="centre_rural",
    name=Words(
        zh="农村标准化居家养老服务中心覆盖率", en="Rural communities with a standardised centre"
    ),
    numerator=WITH_A_CENTRE,
    denominator=INHABITED_RURAL,
    stratum=RURAL_STRATUM,
    missing=NO_RURAL,
    source=HAPPY_AGEING,
    population=RURAL_COMMUNITIES,
    counted=has_standardised_centre,
)
