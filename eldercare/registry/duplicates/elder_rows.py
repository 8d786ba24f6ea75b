"""The two elders of a merge, held for it, and the session made to forget what moved under it."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from eldercare.errors import FieldProblem, InvalidInput
from eldercare.registry.admission.tables import table_of
from eldercare.registry.duplicates.holders import holders
from eldercare.registry.people import Elder
from eldercare.registry.queries import get_elder


def lock_elders(session: Session, one_id: str, other_id: str) -> tuple[Elder, Elder]:
    """Both rows as they are stored now, locked until the transaction ends, in the order asked.

    Raises NotFound for an unknown elder, InvalidInput where both are the same.
    """
    if one_id == other_id:
        reason = f"{one_id} is one row already: name two elders"
        raise InvalidInput(
            f"the merge was refused: {reason}",
            code="same_elder",
            fields=[FieldProblem("/drop", reason, code="same_elder")],
        )
    session.flush()
    # In order of id, so that two merges of the same elders wait and do not block each other.
    statement = (
        select(Elder)
        .where(col(Elder.id).in_((one_id, other_id)))
        .order_by(col(Elder.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    session.scalars(statement).all()
    return get_elder(session, one_id), get_elder(session, other_id)


def forget_rows(session: Session) -> None:
    """Detach rows loaded before they changed hands: their keys may no longer be stored."""
    moved = {holder.table for holder in holders()}
    for row in list(session):
        if isinstance(row, Elder):
            session.expire(row)
        elif isinstance(row, SQLModel) and table_of(type(row)) in moved:
            session.expunge(row)
