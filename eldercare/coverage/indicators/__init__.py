"""Every indicator, one file each or one per family, in the order reports show them."""

from __future__ import annotations

from collections.abc import Iterable

from eldercare.coverage.definition import Indicator
from eldercare.coverage.indicators.beds import NURSING_BEDS, SOCIAL_BEDS
from eldercare.coverage.indicators.centres import CENTRE_RURAL, CENTRE_URBAN
from eldercare.coverage.indicators.family_doctor import FAMILY_DOCTOR
from eldercare.coverage.indicators.home_service import HOME_SERVICE
from eldercare.coverage.indicators.meals import MEAL_RURAL, MEAL_URBAN
from eldercare.coverage.indicators.medical_care import MEDICAL_CARE_INSTITUTIONS
from eldercare.coverage.indicators.priority_groups import PRIORITY_GROUPS_SERVED
from eldercare.coverage.indicators.rehab import REHAB_RURAL, REHAB_URBAN
from eldercare.errors import FieldProblem, NotFound

INDICATORS: tuple[Indicator, ...] = (
    HOME_SERVICE,
    MEAL_URBAN,
    MEAL_RURAL,
    CENTRE_URBAN,
    CENTRE_RURAL,
    NURSING_BEDS,
    SOCIAL_BEDS,
    MEDICAL_CARE_INSTITUTIONS,
    REHAB_URBAN,
    REHAB_RURAL,
    FAMILY_DOCTOR,
    PRIORITY_GROUPS_SERVED,
)

_BY_CODE = {indicator.code: indicator for indicator in INDICATORS}


def find_indicator(code: str) -> Indicator:
    """The indicator of a code; NotFound names the codes there are."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise NotFound(
            f"there is no indicator {code!r}; choose one of {', '.join(_BY_CODE)}",
            code="indicator_not_found",
            fields=[FieldProblem("/indicator", "unknown indicator code")],
        ) from None


def find_indicators(codes: Iterable[str] | None) -> tuple[Indicator, ...]:
    """The indicators of the codes in the order of `INDICATORS`, each once; None means all."""
    if codes is None:
        return INDICATORS
    wanted = {find_indicator(code).code for code in codes}
    return tuple(indicator for indicator in INDICATORS if indicator.code in wanted)
