"""Refusals and preferred areas as of a date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from eldercare.registry.tables import CaregiverArea, RefusedBy
from eldercare.registry.wishes import preferred_communities, refused_caregivers
from tests.registry.rows import (
    COMMUNITY,
    OTHER_COMMUNITY,
    caregiver,
    elder,
    places,
    put,
)
from tests.registry.working_rows import refusal

ON = date(2020, 9, 17)
DAY = timedelta(days=1)


@pytest.fixture
def staff(session: Session) -> Session:
    put(session, *places())
    put(session, elder("e1"), elder("e2"))
    put(session, *(caregiver(f"c{number}") for number in range(1, 5)))
    return session


def test_refusals_of_both_sides_hold_from_their_day_up_to_before_their_end(staff: Session) -> None:
    put(
        staff,
        refusal("e1", "c1", from_on=ON),
        refusal("e1", "c2", by=RefusedBy.CAREGIVER, until_on=ON),
        refusal("e2", "c3", by=RefusedBy.CAREGIVER),
    )
    everybody = ["e1", "e2"]
    assert refused_caregivers(staff, everybody, ON - DAY) == {"e1": {"c2"}, "e2": {"c3"}}
    assert refused_caregivers(staff, everybody, ON) == {"e1": {"c1"}, "e2": {"c3"}}
    assert refused_caregivers(staff, ["e1"], ON) == {"e1": {"c1"}}


def test_areas_by_caregiver(staff: Session) -> None:
    for code in (COMMUNITY, OTHER_COMMUNITY):
        put(staff, CaregiverArea(caregiver_id="c1", community_code=code))
    put(staff, CaregiverArea(caregiver_id="c2", community_code=COMMUNITY))
    found = preferred_communities(staff, ["c1", "c3"])
    assert found == {"c1": {COMMUNITY, OTHER_COMMUNITY}}
