"""Warnings of qualifications that run out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from eldercare.errors import InvalidInput
from eldercare.registry.qualifications import expiring_qualifications
from eldercare.registry.tables import CaregiverQualification
from tests.registry.rows import LONG_AGO, caregiver, places, put, qualification

ON = date(2020, 9, 17)
DAY = timedelta(days=1)


def held(
    caregiver_id: str, code: str, expires_on: date | None, obtained: int = 0
) -> CaregiverQualification:
    return CaregiverQualification(
        caregiver_id=caregiver_id,
        qualification_code=code,
        obtained_on=LONG_AGO + obtained * DAY,
        expires_on=expires_on,
    )


@pytest.fixture
def staff(session: Session) -> Session:
    put(session, *places(), qualification(), qualification("nurse", name="护士"))
    put(session, *(caregiver(f"c{number}") for number in range(1, 5)))
    put(session, caregiver("gone", left_on=ON))
    return session


def test_what_runs_out_soon_or_ran_out_lately_is_told_most_urgent_first(staff: Session) -> None:
    put(
        staff,
        held("c1", "care_worker", ON + 30 * DAY),
        held("c1", "nurse", ON + 31 * DAY),
        held("c2", "nurse", ON - 30 * DAY),
        held("c2", "care_worker", ON - 31 * DAY),
        held("c3", "nurse", ON),
        held("c4", "nurse", None),
        held("gone", "nurse", ON),
    )
    found = expiring_qualifications(staff, ON, 30)
    assert [(one.caregiver.id, one.qualification.code, one.days_left) for one in found] == [
        ("c2", "nurse", -30),
        ("c3", "nurse", 0),
        ("c1", "care_worker", 30),
    ]


def test_a_renewed_qualification_counts_by_its_latest_end(staff: Session) -> None:
    put(
        staff,
        held("c1", "nurse", ON + DAY),
        held("c1", "nurse", ON + 900 * DAY, obtained=9),
        held("c2", "nurse", ON + DAY),
        held("c2", "nurse", None, obtained=9),
        held("c3", "nurse", ON - 9 * DAY),
        held("c3", "nurse", ON + 2 * DAY, obtained=9),
    )
    found = expiring_qualifications(staff, ON, 30)
    assert [(one.caregiver.id, one.expires_on) for one in found] == [("c3", ON + 2 * DAY)]
    with pytest.raises(InvalidInput, match="-1 is below 0"):
        expiring_qualifications(staff, ON, -1)
