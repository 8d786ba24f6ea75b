"""From weekly shift patterns to the shifts of dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlmodel import Session, col

from eldercare.errors import InvalidInput
from eldercare.registry import admit
from eldercare.registry.attendance import absences_between, present_part
from eldercare.registry.workers import Caregiver, Rider, Shift
from eldercare.registry.working_time import ShiftPattern

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeShifts:
    """What became of the shifts that patterns ask for; ids are those of `shift_id`."""

    made: tuple[str, ...]
    existing: int
    """Stored before, edited by hand since or not: left as they are."""
    absent: tuple[str, ...]
    beside: tuple[str, ...]
    """Not made because the worker has another shift at that time."""


def shift_id(pattern_id: str, on: date) -> str:
    """Id of the shift that a pattern gives on a date, the same every time."""
    return f"{pattern_id}.{on:%Y%m%d}"


def make_shifts(session: Session, from_on: date, until_on: date, *, on: date) -> MadeShifts:
    """Store the shifts that patterns ask for from a date up to before another, where missing.

    A shift that is there already is never touched: what was edited by hand stays so, and a pattern
    that changes tells on shifts not made yet. Nobody gets a shift on a day of absence; one that is
    shortened by hours of absence is made whole, and plans leave the hours out. Asked again, it
    makes nothing, or what has become possible meanwhile. Raises InvalidInput for a range that is
    empty or longer than a year.
    """
    days = (until_on - from_on).days
    if not 0 < days <= LONGEST_DAYS:
        raise InvalidInput(
            f"{from_on} up to before {until_on} is {days} days: give 1 to {LONGEST_DAYS}"
        )
    absences = absences_between(session, from_on, until_on)
    stored = list(
        session.scalars(select(Shift).where(col(Shift.on) >= from_on, col(Shift.on) < until_on))
    )
    known = {shift.id for shift in stored}
    busy: dict[tuple[str, date], list[Shift]] = {}
    for shift in stored:
        busy.setdefault((_worker_id(shift), shift.on), []).append(shift)
    made: list[Shift] = []
    absent, beside, existing = [], [], 0
    for shift in _asked_for(session, from_on, until_on):
        others = busy.setdefault((_worker_id(shift), shift.on), [])
        if shift.id in known:
            existing += 1
        elif present_part(shift, absences) is None:
            absent.append(shift.id)
        elif any(_meet(shift, other) for other in others):
            beside.append(shift.id)
        else:
            made.append(shift)
            others.append(shift)
    admit.add_all(session, made, on=on)
    return MadeShifts(
        made=tuple(shift.id for shift in made),
        existing=existing,
        absent=tuple(absent),
        beside=tuple(beside),
    )


def _worker_id(row: Shift | ShiftPattern) -> str:
    return row.caregiver_id or row.rider_id or ""


def _meet(one: Shift, other: Shift) -> bool:
    return one.start_minutes < other.end_minutes and other.start_minutes < one.end_minutes


def _asked_for(session: Session, from_on: date, until_on: date) -> Iterator[Shift]:
    """Shifts of every pattern and date, by pattern and then by date; the session knows none."""
    statement = select(ShiftPattern).where(
        col(ShiftPattern.from_on) < until_on,
        or_(col(ShiftPattern.until_on).is_(None), col(ShiftPattern.until_on) > from_on),
    )
    patterns = sorted(session.scalars(statement), key=lambda row: row.id)
    workers: dict[str, Caregiver | Rider] = {one.id: one for one in session.scalars(select(Rider))}
    workers |= {one.id: one for one in session.scalars(select(Caregiver))}
    for pattern in patterns:
        worker = workers[_worker_id(pattern)]
        ends = [end for end in (until_on, pattern.until_on, worker.left_on) if end is not None]
        first = max(from_on, pattern.from_on, worker.hired_on)
        for offset in range((min(ends) - first).days):
            day = first + timedelta(days=offset)
            if _falls_on(pattern, day):
                yield _shift(pattern, day)


def _falls_on(pattern: ShiftPattern, on: date) -> bool:
    weeks = (_monday(on) - _monday(pattern.anchor_on)).days // 7
    return weeks % pattern.every_weeks == 0 and str(on.isoweekday()) in pattern.weekdays


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _shift(pattern: ShiftPattern, on: date) -> Shift:
    return Shift(
        id=shift_id(pattern.id, on),
        on=on,
        caregiver_id=pattern.caregiver_id,
        rider_id=pattern.rider_id,
        start_minutes=pattern.start_minutes,
        end_minutes=pattern.end_minutes,
        break_earliest_minutes=pattern.break_earliest_minutes,
        break_latest_end_minutes=pattern.break_latest_end_minutes,
        break_minutes=pattern.break_minutes,
    )
