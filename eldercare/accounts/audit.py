"""The audit trail: every write leaves an entry, and every entry vouches for all before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import select, text
from sqlmodel import Session, col

from eldercare.accounts.tables import AuditEntry

FIRST_PREVIOUS = "0" * 64
_LOCK = 4_320_411
"""Number of the lock that lets one transaction at a time append to the chain."""


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Result of checking the chain. `head`, the last good hash, is to be noted down elsewhere."""

    entries: int
    head: str
    broken_at: int | None = None
    reason: str = ""

    @property
    def is_intact(self) -> bool:
        """Whether every entry is as it was written."""
        return self.broken_at is None


def record(
    session: Session,
    *,
    at: datetime,
    user_name: str,
    action: str,
    subject: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Append an entry in the caller's transaction: no write without its entry, no entry without it.

    Writers wait for each other from here to their commit, so call it last in a use case.
    """
    if session.get_bind().dialect.name == "postgresql":  # SQLite lets in one writer anyway
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = session.scalars(select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(1)).first()
    entry = AuditEntry(
        id=last.id + 1 if last else 1,
        at=at.astimezone(UTC),
        user_name=user_name,
        action=action,
        subject=subject,
        before=_plain(before),
        after=_plain(after),
        previous_hash=last.hash if last else FIRST_PREVIOUS,
        hash="",
    )
    entry.hash = entry_hash(entry)
    session.add(entry)
    session.flush()
    return entry


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 of the entry's content together with the hash of the one before."""
    content = [
        entry.id,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.user_name,
        entry.action,
        entry.subject,
        entry.before,
        entry.after,
        entry.previous_hash,
    ]
    plain = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def verify_chain(session: Session, *, noted_head: str | None = None) -> ChainReport:
    """Walk the whole chain and recompute every hash; stops at the first entry that does not hold.

    Cutting off the newest entries leaves a sound shorter chain; `noted_head`, a hash noted down at
    an earlier check, uncovers that.
    """
    expected_id, previous, seen = 1, FIRST_PREVIOUS, noted_head is None
    statement = select(AuditEntry).order_by(col(AuditEntry.id)).execution_options(yield_per=1000)
    with closing(session.scalars(statement)) as entries:
        for entry in entries:
            reason = _what_is_wrong(entry, expected_id, previous)
            if reason:
                return ChainReport(expected_id - 1, previous, broken_at=expected_id, reason=reason)
            expected_id, previous = entry.id + 1, entry.hash
            seen = seen or entry.hash == noted_head
    if not seen:
        reason = "the entry noted at an earlier check is no longer there"
        return ChainReport(expected_id - 1, previous, broken_at=expected_id, reason=reason)
    return ChainReport(expected_id - 1, previous)


def _what_is_wrong(entry: AuditEntry, expected_id: int, previous: str) -> str:
    if entry.id != expected_id:
        return f"entry {expected_id} is missing"
    if entry.previous_hash != previous:
        return f"entry {entry.id} does not follow the one before"
    if entry.hash != entry_hash(entry):
        return f"entry {entry.id} was changed after it was written"
    return ""


def _plain(fields: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """As it will be read back: dates and enumerations as text, keys as text."""
    if fields is None:
        return None
    read_back: dict[str, Any] = json.loads(
        json.dumps(to_jsonable_python(dict(fields), inf_nan_mode="null"))
    )
    return read_back
