"""Users for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from eldercare.accounts.tables import Role, User
from eldercare.accounts.users import add_user

NOW = datetime(2020, 9, 17, 1, 30, tzinfo=UTC)
PASSWORD = "four quiet herons"
KEY = "k" * 32


def given_user(session: Session, name: str = "zhou", **fields: Any) -> User:
    """A coordinator of the whole district."""
    given: dict[str, Any] = {"role": Role.COORDINATOR, "password": PASSWORD} | fields
    return add_user(session, name=name, by="test", now=NOW, **given)
