"""Which qualifications run out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.errors import InvalidInput
from eldercare.registry.as_of import started_not_ended
from eldercare.registry.ledger import lies_in
from eldercare.registry.ledgers import CAREGIVERS
from eldercare.registry.workers import Caregiver, CaregiverQualification, Qualification
from eldercare.settings import DISTRICT_CODE


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiringQualification:
    """A qualification to be renewed; `days_left` is 0 or less where it is no longer good."""

    caregiver: Caregiver
    qualification: Qualification
    expires_on: date
    days_left: int


def expiring_qualifications(
    session: Session, on: date, within_days: int, *, area_code: str = DISTRICT_CODE
) -> tuple[ExpiringQualification, ...]:
    """What runs out within so many days after a date, or has run out within as many before it.

    Of caregivers employed on the date; a qualification that was renewed counts by its latest end.
    The most urgent come first. Raises InvalidInput for a negative number of days, NotFound for an
    unknown area.
    """
    if within_days < 0:
        raise InvalidInput(f"within_days {within_days} is below 0: give 0 or more days")
    statement = (
        select(CaregiverQualification, Caregiver, Qualification)
        .join(Caregiver, col(Caregiver.id) == col(CaregiverQualification.caregiver_id))
        .join(
            Qualification,
            col(Qualification.code) == col(CaregiverQualification.qualification_code),
        )
        .where(
            started_not_ended(Caregiver.hired_on, Caregiver.left_on, on),
            lies_in(session, CAREGIVERS, area_code),
        )
    )
    ends: dict[tuple[str, str], tuple[date, Caregiver, Qualification]] = {}
    for held, caregiver, kind in session.execute(statement):
        key = (caregiver.id, kind.code)
        end = held.expires_on or date.max
        if key not in ends or end > ends[key][0]:
            ends[key] = (end, caregiver, kind)
    span = timedelta(days=within_days)
    found = [
        ExpiringQualification(
            caregiver=caregiver,
            qualification=kind,
            expires_on=end,
            days_left=(end - on).days,
        )
        for end, caregiver, kind in ends.values()
        if on - span <= end <= on + span
    ]
    return tuple(
        sorted(found, key=lambda one: (one.expires_on, one.caregiver.id, one.qualification.code))
    )
