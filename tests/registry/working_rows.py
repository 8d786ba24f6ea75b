"""Rows of working time for tests: every field has a plausible value."""

from __future__ import annotations

from datetime import date
from typing import Any

from eldercare.registry.tables import Absence, Refusal, RefusedBy, ShiftPattern
from tests.registry.rows import LONG_AGO

WORKING_DAYS = "12345"


def pattern(id: str, **fields: Any) -> ShiftPattern:  # noqa: A002 - the column's own name
    """A shift from 8:00 to 17:00 on every working day of caregiver c1."""
    given: dict[str, Any] = {
        "caregiver_id": "c1",
        "weekdays": WORKING_DAYS,
        "anchor_on": LONG_AGO,
        "start_minutes": 480,
        "end_minutes": 1020,
        "from_on": LONG_AGO,
    } | fields
    return ShiftPattern(id=id, **given)


def absence(**fields: Any) -> Absence:
    """Caregiver c1 is away from 17 September 2020 for a day."""
    given: dict[str, Any] = {
        "caregiver_id": "c1",
        "from_on": date(2020, 9, 17),
        "until_on": date(2020, 9, 18),
    } | fields
    return Absence(**given)


def refusal(elder_id: str, caregiver_id: str, **fields: Any) -> Refusal:
    """The elder does not want the caregiver, for good."""
    given: dict[str, Any] = {
        "by": RefusedBy.ELDER,
        "from_on": LONG_AGO,
        "reason": "沟通不畅",
    } | fields
    return Refusal(elder_id=elder_id, caregiver_id=caregiver_id, **given)
