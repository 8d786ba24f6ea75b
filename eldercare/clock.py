"""Instants as people in the district read them: the date, and minutes after midnight."""

from __future__ import annotations

from datetime import date, datetime

from eldercare.settings import TIME_ZONE


def local_date(instant: datetime) -> date:
    """The date in the district."""
    return instant.astimezone(TIME_ZONE).date()


def local_minutes(instant: datetime) -> int:
    """Minutes after midnight in the district."""
    local = instant.astimezone(TIME_ZONE)
    return local.hour * 60 + local.minute


def clock(minutes: int) -> str:
    """Minutes after midnight as HH:MM (25:10 is after the following midnight)."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
