"""How much of a caregiver's week is left on a date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.registry.attendance import absences_between, present_part
from eldercare.registry.queries import in_batches
from eldercare.registry.workers import Caregiver, Shift


def minutes_left_of_week(
    session: Session, caregivers: Iterable[Caregiver], on: date
) -> dict[str, int]:
    """Caregiver id → minutes that may still be worked on a date, at least 0.

    Shifts of the same week before the date count, Monday first, less breaks and absences.
    Caregivers without a weekly limit are left out.
    """
    limits = {
        one.id: one.maximum_minutes_per_week
        for one in caregivers
        if one.maximum_minutes_per_week is not None
    }
    monday = on - timedelta(days=on.weekday())
    worked: defaultdict[str, int] = defaultdict(int)
    absences = absences_between(session, monday, on)
    for batch in in_batches(limits):
        statement = select(Shift).where(
            col(Shift.caregiver_id).in_(batch), col(Shift.on) >= monday, col(Shift.on) < on
        )
        for shift in session.scalars(statement):
            part = present_part(shift, absences)
            if part is not None:
                worked[shift.caregiver_id or ""] += working_minutes(part)
    return {
        caregiver_id: max(0, limit - worked[caregiver_id])
        for caregiver_id, limit in sorted(limits.items())
    }


def working_minutes(shift: Shift) -> int:
    """Length of a shift less its break."""
    return shift.end_minutes - shift.start_minutes - shift.break_minutes
