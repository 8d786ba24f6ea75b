"""What was written about one elder: the entries of the audit trail that speak of the file."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, SQLModel, col

from eldercare.accounts.tables import AuditEntry
from eldercare.care.elder_file import ElderFile
from eldercare.registry.admission.tables import table_of
from eldercare.registry.kin import Consent, ElderContact
from eldercare.registry.ledger import key_text
from eldercare.registry.people import (
    Assessment,
    ElderGroup,
    FamilyDoctorContract,
    InstitutionStay,
)

_KEYED_BY_ELDER: tuple[type[SQLModel], ...] = (
    Assessment,
    Consent,
    ElderGroup,
    FamilyDoctorContract,
    InstitutionStay,
)
"""Tables whose keys begin with the elder's id."""


def history_of(
    session: Session, file: ElderFile, *, after: int = 0, before: int | None = None, limit: int = 50
) -> list[AuditEntry]:
    """Entries on a file, the newest first: those behind the entry `after`, older than `before`."""
    statement = select(AuditEntry).where(_speaks_of(file), col(AuditEntry.id) > after)
    if before is not None:
        statement = statement.where(col(AuditEntry.id) < before)
    return list(session.scalars(statement.order_by(col(AuditEntry.id).desc()).limit(limit)))


def last_entry(session: Session) -> int:
    """Number of the newest entry of the whole trail; 0 where there is none."""
    return session.scalar(select(func.max(col(AuditEntry.id)))) or 0


def _speaks_of(file: ElderFile) -> ColumnElement[bool]:
    elder_id = file.elder.id
    rows: list[SQLModel] = [*file.contacts, *file.pauses, *file.plans, *file.items, *file.meals]
    named = [f"{table_of(type(row)).name}/{key_text(row)}" for row in rows]
    subject = col(AuditEntry.subject)
    contact = f"{table_of(ElderContact).name}/"
    return or_(
        # Nothing but its last entry tells whose a removed contact was.
        and_(
            subject.startswith(contact, autoescape=True),
            col(AuditEntry.before)["elder_id"].as_string() == elder_id,
        ),
        subject.in_([f"elder/{elder_id}", *named]),
        *(
            subject.startswith(f"{table_of(table).name}/{elder_id},", autoescape=True)
            for table in _KEYED_BY_ELDER
        ),
    )
