"""The audit trail as it is read: the newest entry first, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from eldercare.accounts.tables import AuditEntry
from eldercare.errors import FieldProblem, InvalidInput
from eldercare.settings import TIME_ZONE


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """What the trail is narrowed by; both dates are days in the district and count in."""

    subject: str | None = None
    user_name: str | None = None
    action: str | None = None
    from_on: date | None = None
    to_on: date | None = None


def entries_of(
    session: Session, filters: AuditFilters, *, before: int | None = None, limit: int = 100
) -> tuple[list[AuditEntry], int | None]:
    """At most `limit` entries older than the entry `before`, and the number to go on before.

    Raises InvalidInput where the days are in the wrong order.
    """
    first, last = filters.from_on, filters.to_on
    if first is not None and last is not None and last < first:
        reason = f"{last} lies before from {first}: swap them"
        raise InvalidInput(reason, fields=[FieldProblem("/to", reason, code="ends_before_start")])
    statement = select(AuditEntry).where(*_conditions(filters))
    if before is not None:
        statement = statement.where(col(AuditEntry.id) < before)
    statement = statement.order_by(col(AuditEntry.id).desc()).limit(limit + 1)
    entries = list(session.scalars(statement))
    more = len(entries) > limit
    return entries[:limit], entries[limit - 1].id if more else None


def _conditions(filters: AuditFilters) -> list[ColumnElement[bool]]:
    found = [
        col(column) == value
        for column, value in (
            (AuditEntry.subject, filters.subject),
            (AuditEntry.user_name, filters.user_name),
            (AuditEntry.action, filters.action),
        )
        if value is not None
    ]
    if filters.from_on is not None:
        found.append(col(AuditEntry.at) >= _midnight(filters.from_on))
    if filters.to_on is not None:
        found.append(col(AuditEntry.at) < _midnight(filters.to_on + timedelta(days=1)))
    return found


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), TIME_ZONE)
