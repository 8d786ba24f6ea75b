"""One elder's row, held while a use case changes what hangs on it."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.registry.people import Elder
from eldercare.registry.queries import get_elder


def lock_elder(session: Session, elder_id: str) -> Elder:
    """The elder's row as stored now, locked until the transaction ends; raises NotFound."""
    session.flush()
    statement = select(Elder).where(col(Elder.id) == elder_id).with_for_update()
    session.scalars(statement.execution_options(populate_existing=True)).all()
    return get_elder(session, elder_id)
