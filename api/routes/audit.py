"""The audit trail, for administrators: who wrote what, when, and what stood there before."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.edge import TEXT, Day, ReadSession, SignedIn
from api.paging import Cursor, Limit, PageOf, read_number, write_cursor
from api.problems import documented
from eldercare.accounts.audit_reading import AuditFilters, entries_of
from eldercare.accounts.permissions import Action, require

router = APIRouter(prefix="/audit", tags=["audit"])

_Word = Annotated[str | None, Query(max_length=80, pattern=TEXT)]


class AuditLine(BaseModel):
    """One write. `before` and `after` hold the fields it changed; null: there was no such row."""

    id: int = Field(description="counts from 1 without gaps")
    at: datetime
    user_name: str
    action: str
    subject: str = Field(description="table and key, such as elder/E1")
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    hash: str = Field(description="vouches for this entry and all before it")


@router.get("", responses=documented(401, 403, 422, 503))
def audit(
    session: ReadSession,
    user: SignedIn,
    *,
    subject: _Word = None,
    user_name: Annotated[str | None, Query(alias="user", max_length=40, pattern=TEXT)] = None,
    action: _Word = None,
    from_on: Annotated[Day | None, Query(alias="from", description="first day, local")] = None,
    to_on: Annotated[Day | None, Query(alias="to", description="last day, local")] = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> PageOf[AuditLine]:
    """Entries of the audit trail, the newest first; `eldercare audit verify` checks the chain."""
    require(user, Action.READ_AUDIT)
    filters = AuditFilters(subject, user_name, action, from_on, to_on)
    entries, further = entries_of(session, filters, before=read_number(after), limit=limit)
    return PageOf(
        items=[AuditLine.model_validate(entry.model_dump()) for entry in entries],
        next=write_cursor(None if further is None else str(further)),
    )
