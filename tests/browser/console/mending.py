"""Things to mend in the small registry: positions, a double, an assessment, a certificate."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from eldercare.registry.homes import PositionReason, PositionTask
from eldercare.registry.tables import Assessment, CaregiverQualification
from tests.registry.rows import LONG_AGO, elder, put, qualification


def to_mend(session: Session) -> None:
    """Two positions, E1 once more as E10 and E6 as E12, an assessment and a certificate."""
    first = {
        "name": "周桂兰",
        "birth_on": date(1938, 3, 5),
        "address": "飞龙新苑12幢乙单元302室",
        "phone": "13800012345",
    }
    put(session, elder("E10", **first), qualification("nurse", name="护士"))
    # once more as one of another town
    put(session, elder("E12", name="别镇人", address="某路6号"))
    put(
        session,
        PositionTask(elder_id="E2", reason=PositionReason.MISSING, opened_on=date(2020, 9, 1)),
        PositionTask(
            elder_id="E6", reason=PositionReason.FAR_FROM_COMMUNITY, opened_on=date(2020, 9, 2)
        ),
        Assessment(elder_id="E2", assessed_on=date(2019, 9, 25), score=60, level=2),
        CaregiverQualification(
            caregiver_id="C1",
            qualification_code="nurse",
            obtained_on=LONG_AGO,
            expires_on=date(2020, 9, 20),
        ),
    )
