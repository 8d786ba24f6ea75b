"""Keeps the answer "not the same person", so that a pair is not asked about for ever."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from eldercare.accounts.audit import record
from eldercare.errors import NotFound
from eldercare.registry import admit
from eldercare.registry.queries import get_elder
from eldercare.registry.same_person import DuplicateDismissal


def dismiss_duplicate(
    session: Session,
    one_id: str,
    other_id: str,
    *,
    on: date,
    now: datetime,
    by: str,
    reason: str = "",
) -> DuplicateDismissal:
    """Store that two elders are two persons; again changes nothing.

    Raises NotFound for an unknown elder, InvalidInput where both are the same.
    """
    first, second = sorted((one_id, other_id))
    for elder_id in (first, second):
        get_elder(session, elder_id)
    known = session.get(DuplicateDismissal, (first, second))
    if known is not None:
        return known
    dismissal = DuplicateDismissal(
        first_id=first, second_id=second, dismissed_at=now, dismissed_by=by, reason=reason
    )
    admit.add(session, dismissal, on=on)
    record(
        session,
        at=now,
        user_name=by,
        action="elder.dismiss_duplicate",
        subject=f"elder/{first}",
        after={"other": second, "reason": reason},
    )
    return dismissal


def withdraw_dismissal(
    session: Session, one_id: str, other_id: str, *, now: datetime, by: str
) -> None:
    """Ask about a pair again; raises NotFound where it was not dismissed."""
    first, second = sorted((one_id, other_id))
    known = session.get(DuplicateDismissal, (first, second))
    if known is None:
        raise NotFound(
            f"{first} and {second} were not called two persons", code="dismissal_not_found"
        )
    before = {"other": second, "reason": known.reason, "by": known.dismissed_by}
    session.delete(known)
    record(
        session,
        at=now,
        user_name=by,
        action="elder.withdraw_dismissal",
        subject=f"elder/{first}",
        before=before,
    )
