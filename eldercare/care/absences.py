"""On which days an elder cannot be visited at home, for many elders and days at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from eldercare.care.tables import Pause
from eldercare.registry.queries import in_batches
from eldercare.registry.tables import Elder, InstitutionStay

Days = tuple[date, date | None]
"""From a day up to before another; None: without end."""


def absences(
    session: Session, elder_ids: Iterable[str], from_on: date, until_on: date
) -> dict[str, list[Days]]:
    """Elder id → what keeps visits away between two dates: not registered, paused, in a home.

    The same reasons as `expand_day` asks of one date; elders without any are absent.
    """
    found: defaultdict[str, list[Days]] = defaultdict(list)
    for batch in in_batches(elder_ids):
        for table in (Pause, InstitutionStay):
            columns: Any = table
            statement = select(columns.elder_id, columns.from_on, columns.until_on).where(
                columns.elder_id.in_(batch),
                columns.from_on < until_on,
                or_(columns.until_on.is_(None), columns.until_on > from_on),
            )
            for elder_id, first, last in session.execute(statement):
                found[elder_id].append((first, last))
        registered = select(col(Elder.id), col(Elder.registered_on), col(Elder.ended_on)).where(
            col(Elder.id).in_(batch),
            or_(col(Elder.registered_on) > from_on, col(Elder.ended_on).is_not(None)),
        )
        for elder_id, registered_on, ended_on in session.execute(registered):
            found[elder_id].append((date.min, registered_on))
            if ended_on is not None:
                found[elder_id].append((ended_on, None))
    return dict(found)


def lies_in(days: Days, on: date) -> bool:
    """Whether a date is one of the days."""
    return days[0] <= on and (days[1] is None or on < days[1])
