"""What becomes of an elder: in hospital, died, gone from the district; ahead or taken back.

Moves inside the district: `registry.moves`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from eldercare.accounts.audit import record
from eldercare.care import admit
from eldercare.care.ending import Journal, end_rows, restore_rows
from eldercare.care.tables import MealRecord, Outcome, Pause, ServiceRecord, StatusChange
from eldercare.clock import local_date
from eldercare.errors import Conflict, FieldProblem, InvalidInput, NotFound
from eldercare.registry.elder_lock import lock_elder
from eldercare.registry.homes import PositionOutcome
from eldercare.registry.people import EndReason
from eldercare.registry.position_tasks import close_tasks
from eldercare.registry.to_review import ToReview

HOSPITAL = "hospital"
"""`Pause.reason` of a stay in hospital."""


@dataclass(frozen=True, slots=True)
class StatusReport:
    """How many rows ended or were restored, and what somebody is to look at."""

    rows: int
    to_review: tuple[ToReview, ...] = ()


def plan_hospital_stay(
    session: Session,
    elder_id: str,
    from_on: date,
    until_on: date | None = None,
    *,
    now: datetime,
    by: str,
) -> Pause:
    """Visits and meals stop on a date and start again on another (None: until told).

    Raises NotFound, InvalidInput where another pause holds then or the elder has left.
    """
    elder = lock_elder(session, elder_id)
    if elder.ended_on is not None and from_on >= elder.ended_on:
        reason = f"{from_on}: elder {elder_id} left the registry on {elder.ended_on}"
        raise _refused("the stay", "/from_on", reason, "elder_ended")
    pause = Pause(elder_id=elder_id, from_on=from_on, until_on=until_on, reason=HOSPITAL)
    admit.add(session, pause, on=local_date(now))
    stay = {"from_on": from_on, "until_on": until_on}
    _tell(session, "elder.hospital", elder_id, now, by, {}, stay)
    return pause


def end_hospital_stay(
    session: Session, elder_id: str, until_on: date, *, now: datetime, by: str
) -> Pause | None:
    """Visits and meals start again on a date; a stay that was to begin then or later is called off.

    The stay may end earlier or later than planned. Returns None where it was called off. Raises
    NotFound where no stay goes on or is planned.
    """
    lock_elder(session, elder_id)
    today = local_date(now)
    goes_on = or_(col(Pause.until_on).is_(None), col(Pause.until_on) > min(today, until_on))
    statement = select(Pause).where(
        col(Pause.elder_id) == elder_id, col(Pause.reason) == HOSPITAL, goes_on
    )
    pause = session.scalars(statement.order_by(col(Pause.from_on)).limit(1)).first()
    if pause is None:
        raise NotFound(
            f"elder {elder_id} has no stay in hospital that goes on or is planned", code="no_stay"
        )
    before = {"from_on": pause.from_on, "until_on": pause.until_on}
    if until_on <= pause.from_on:
        session.delete(pause)
        session.flush()
        _tell(session, "elder.hospital_called_off", elder_id, now, by, before, {})
        return None
    admit.change(session, pause, {"until_on": until_on}, on=today)
    _tell(session, "elder.hospital_end", elder_id, now, by, before, {"until_on": until_on})
    return pause


def record_death(
    session: Session, elder_id: str, on: date, *, now: datetime, by: str
) -> StatusReport:
    """The elder died on a date, the first one without care; plans, meals and contracts end on it.

    Raises NotFound, InvalidInput for a date to come, Conflict where the elder has left already.
    """
    if on > local_date(now):
        reason = f"{on} lies in the future, after {local_date(now)}: correct the date"
        raise _refused("the death", "/on", reason, "in_the_future")
    return _end(session, elder_id, on, EndReason.DIED, now, by)


def record_move_out(
    session: Session, elder_id: str, on: date, *, now: datetime, by: str
) -> StatusReport:
    """The elder leaves the district; `on`, past or to come, is the first day away.

    Raises NotFound, Conflict where the elder has left already.
    """
    return _end(session, elder_id, on, EndReason.MOVED, now, by)


def take_back_end(session: Session, elder_id: str, *, now: datetime, by: str) -> StatusReport:
    """A death or move entered by mistake: the elder is registered again, with what had ended.

    Rows changed since stay as they are and are told. Raises NotFound where no end was recorded,
    Conflict where the elder's row was changed since.
    """
    elder = lock_elder(session, elder_id)
    changes = select(StatusChange).where(
        col(StatusChange.elder_id) == elder_id, col(StatusChange.undone_at).is_(None)
    )
    change = session.scalars(changes.order_by(col(StatusChange.id).desc()).limit(1)).first()
    if change is None:
        raise NotFound(f"no end of elder {elder_id} was recorded", code="no_end")
    if (elder.ended_on, elder.end_reason) != (change.on, change.kind):
        raise Conflict(
            f"elder {elder_id} was changed since, ended_on is {elder.ended_on}: mend the row",
            code="changed_since",
        )
    today = local_date(now)
    admit.change(session, elder, {"ended_on": None, "end_reason": None}, on=today)
    restored, to_review = restore_rows(session, Journal.read(change.journal), today)
    change.undone_at, change.undone_by = now, by
    session.add(change)
    before = {"ended_on": change.on, "end_reason": change.kind}
    after = {"rows": restored, "to_review": [one.zh for one in to_review]}
    _tell(session, "elder.end_taken_back", elder_id, now, by, before, after)
    return StatusReport(restored, tuple(to_review))


def _end(
    session: Session, elder_id: str, on: date, kind: EndReason, now: datetime, by: str
) -> StatusReport:
    elder = lock_elder(session, elder_id)
    if elder.ended_on is not None:
        raise Conflict(
            f"elder {elder_id} left the registry on {elder.ended_on}: take that back first",
            code="elder_ended",
        )
    today = local_date(now)
    admit.change(session, elder, {"ended_on": on, "end_reason": kind}, on=today)
    journal = end_rows(session, elder_id, on, today)
    close_tasks(session, elder_id, PositionOutcome.MOVED, today)
    change = StatusChange(
        elder_id=elder_id, kind=kind, on=on, at=now, by=by, journal=journal.as_json()
    )
    session.add(change)
    session.flush()
    report = StatusReport(journal.rows, tuple(_contradictions(session, elder_id, on)))
    after = {"ended_on": on, "end_reason": kind, "rows": report.rows}
    _tell(session, "elder.end", elder_id, now, by, {"ended_on": None}, after)
    return report


def _contradictions(session: Session, elder_id: str, on: date) -> Iterator[ToReview]:
    """What is said to have been delivered to somebody who had left."""
    tables: tuple[type[ServiceRecord | MealRecord], ...] = (ServiceRecord, MealRecord)
    for table in tables:
        delivered = select(func.count()).where(
            col(table.elder_id) == elder_id,
            col(table.on) > on,
            col(table.outcome) == Outcome.DELIVERED,
        )
        count = session.scalar(delivered) or 0
        if count:
            zh, en = ("上门", "visits") if table is ServiceRecord else ("助餐", "meals")
            yield ToReview(
                f"{on} 之后记有已完成的{zh} {count} 次，请核对记录或日期",
                f"{en} recorded as delivered after {on}: {count}; check them or the date",
            )


def _refused(what: str, pointer: str, reason: str, code: str) -> InvalidInput:
    fields = [FieldProblem(pointer, reason, code=code)]
    return InvalidInput(f"{what} was refused: {reason}", fields=fields)


def _tell(
    session: Session,
    action: str,
    elder_id: str,
    now: datetime,
    by: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    record(
        session,
        at=now,
        user_name=by,
        action=action,
        subject=f"elder/{elder_id}",
        before=before,
        after=after,
    )
