"""Requests that are carried out once, however often they are sent under one key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from eldercare.accounts.tables import IdempotencyKey
from eldercare.errors import FieldProblem, InvalidInput

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered, as plain JSON."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def request_hash(method: str, path: str, body: Mapping[str, Any]) -> str:
    """SHA-256 of what is asked for, as canonical JSON."""
    content = [method, path, to_jsonable_python(dict(body))]
    plain = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def carry_out_once(
    session: Session,
    work: Callable[[], Answer],
    *,
    key: str,
    user_name: str,
    asked: str,
    now: datetime,
) -> Answer:
    """Do the work and remember its answer, or repeat what was answered under this key before.

    `asked` is the `request_hash`; raises InvalidInput where the key stood for another request.
    Work that raises takes its key back with the transaction, so that a mended request may use it.
    """
    session.execute(delete(IdempotencyKey).where(col(IdempotencyKey.at) <= now - KEPT))
    held = IdempotencyKey(user_name=user_name, key=key, request_hash=asked, at=now)
    try:
        # Writing the key first makes a second sender wait here until the first has committed.
        with session.begin_nested():
            session.add(held)
    except IntegrityError:
        return _answered(session, key=key, user_name=user_name, asked=asked)
    answer = work()
    held.status, held.body, held.headers = answer.status, answer.body, dict(answer.headers)
    session.flush()
    return answer


def _answered(session: Session, *, key: str, user_name: str, asked: str) -> Answer:
    before = session.get_one(IdempotencyKey, (user_name, key))
    if before.request_hash != asked:
        reason = "stood for another request in the last 24 hours: make a new key for each request"
        raise InvalidInput(
            f"the Idempotency-Key {reason}",
            code="idempotency_key_reused",
            fields=[FieldProblem("/Idempotency-Key", reason, code="reused")],
        )
    return Answer(before.status, before.body, before.headers)
