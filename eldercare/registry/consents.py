"""What elders agreed to, and whom to call about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from eldercare.accounts.audit import record
from eldercare.clock import local_date
from eldercare.errors import NotFound
from eldercare.registry import admit
from eldercare.registry.as_of import holds
from eldercare.registry.kin import Consent, ConsentKind, ElderContact
from eldercare.registry.people import Elder
from eldercare.registry.queries import get_elder


def give_consent(
    session: Session,
    elder_id: str,
    kind: ConsentKind,
    from_on: date,
    given_by: str,
    *,
    now: datetime,
    by: str,
) -> Consent:
    """Note an agreement from a date on; raises NotFound, InvalidInput where one holds already."""
    get_elder(session, elder_id)
    consent = Consent(elder_id=elder_id, kind=kind, from_on=from_on, given_by=given_by)
    admit.add(session, consent, on=local_date(now))
    _tell(session, "consent.give", consent, now, by, None)
    return consent


def withdraw_consent(
    session: Session, elder_id: str, kind: ConsentKind, on: date, *, now: datetime, by: str
) -> Consent:
    """The agreement no longer holds from a date on; what was done under it stays lawful.

    Raises NotFound where none holds.
    """
    given = select(Consent).where(col(Consent.elder_id) == elder_id, col(Consent.kind) == kind)
    consent = session.scalars(given.where(col(Consent.until_on).is_(None))).first()
    if consent is None:
        raise NotFound(
            f"elder {elder_id} has no agreement to {kind.value} that could be withdrawn",
            code="no_consent",
        )
    today = local_date(now)
    admit.change(session, consent, {"until_on": on}, on=today)
    _tell(session, "consent.withdraw", consent, now, by, {"until_on": None})
    return consent


def agreed_to(kind: ConsentKind, on: date) -> ColumnElement[bool]:
    """Whether an elder's agreement holds on a date; for statements on `Elder`."""
    own = (col(Consent.elder_id) == col(Elder.id), col(Consent.kind) == kind)
    return select(1).where(*own, holds(Consent, on)).correlate(Elder).exists()


def consents_on(session: Session, elder_id: str, on: date) -> frozenset[ConsentKind]:
    """What an elder agrees to on a date."""
    kinds = select(col(Consent.kind)).where(col(Consent.elder_id) == elder_id, holds(Consent, on))
    return frozenset(session.scalars(kinds))


def contacts_of(
    session: Session, elder_id: str, *, in_emergency: bool = False
) -> list[ElderContact]:
    """Whom to call about an elder, in order; `in_emergency` leaves out who is not for that."""
    statement = select(ElderContact).where(col(ElderContact.elder_id) == elder_id)
    if in_emergency:
        statement = statement.where(col(ElderContact.is_emergency))
    return list(session.scalars(statement.order_by(col(ElderContact.rank), col(ElderContact.id))))


def _tell(
    session: Session,
    action: str,
    consent: Consent,
    now: datetime,
    by: str,
    before: dict[str, Any] | None,
) -> None:
    record(
        session,
        at=now,
        user_name=by,
        action=action,
        subject=f"elder/{consent.elder_id}",
        before=before,
        after=consent.model_dump(exclude={"given_by"}),
    )
