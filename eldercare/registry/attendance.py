"""Which part of a shift a worker is there for, absences taken off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session, col

from eldercare.registry.workers import Shift
from eldercare.registry.working_time import Absence

AbsencesOf = Mapping[str, Sequence[Absence]]
"""Absences by id of the caregiver or rider."""


def absences_between(session: Session, from_on: date, until_on: date) -> AbsencesOf:
    """The absences of everybody that hold on some day from a date up to before another."""
    statement = select(Absence).where(
        col(Absence.from_on) < until_on,
        or_(col(Absence.until_on).is_(None), col(Absence.until_on) > from_on),
    )
    found: defaultdict[str, list[Absence]] = defaultdict(list)
    for row in session.scalars(statement.order_by(col(Absence.id))):
        found[row.caregiver_id or row.rider_id or ""].append(row)
    return found


def present_part(shift: Shift, absences: AbsencesOf) -> Shift | None:
    """The shift, or a copy cut to the longest part the worker is there for; None: not at all.

    A route belongs to one shift, so an absence in the middle costs the shorter of the two parts:
    where both are to be planned, the shift is split by hand. A break that no longer fits is left
    out.
    """
    free = [(shift.start_minutes, shift.end_minutes)]
    for absence in absences.get(shift.caregiver_id or shift.rider_id or "", ()):
        if absence.from_on <= shift.on and (
            absence.until_on is None or shift.on < absence.until_on
        ):
            free = _without(free, absence)
    if not free:
        return None
    start, end = max(free, key=lambda part: (part[1] - part[0], -part[0]))
    if (start, end) == (shift.start_minutes, shift.end_minutes):
        return shift
    return _cut(shift, start, end)


def _without(free: list[tuple[int, int]], absence: Absence) -> list[tuple[int, int]]:
    if absence.start_minutes is None or absence.end_minutes is None:
        return []
    away = (absence.start_minutes, absence.end_minutes)
    parts = [
        part
        for start, end in free
        for part in ((start, min(end, away[0])), (max(start, away[1]), end))
    ]
    return [(start, end) for start, end in parts if start < end]


def _cut(shift: Shift, start: int, end: int) -> Shift:
    """A copy that no session knows: the row itself stays as it is."""
    part = Shift(**(shift.model_dump() | {"start_minutes": start, "end_minutes": end}))
    first, last = shift.break_earliest_minutes, shift.break_latest_end_minutes
    if first is not None and last is not None:
        part.break_earliest_minutes = max(first, start)
        part.break_latest_end_minutes = min(last, end)
        if part.break_latest_end_minutes - part.break_earliest_minutes < shift.break_minutes:
            part.break_earliest_minutes = part.break_latest_end_minutes = None
            part.break_minutes = 0
    return part
