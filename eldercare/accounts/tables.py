"""Users, their refresh tokens, the audit trail and the requests already answered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

from eldercare.columns import UtcDateTime, choice
from eldercare.settings import DISTRICT_CODE


class Role(StrEnum):
    """What a person is here for; `permissions` says what each may do."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    CAREGIVER = "caregiver"
    RIDER = "rider"
    SITE_OPERATOR = "site-operator"
    VIEWER = "viewer"


class User(SQLModel, table=True):
    """A person who signs in. `user` is a reserved word in PostgreSQL, hence the table's name."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint("caregiver_id IS NULL OR rider_id IS NULL", name="at_most_one_worker"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=40)
    """What is typed to sign in."""
    display_name: str = Field(default="", max_length=40)
    role: Role = Field(sa_type=choice(Role))
    area_code: str = Field(default=DISTRICT_CODE, max_length=12)
    """District, town or community whose data the person sees."""
    caregiver_id: str | None = Field(default=None, foreign_key="caregiver.id")
    rider_id: str | None = Field(default=None, foreign_key="rider.id")
    password_hash: str = Field(max_length=200)
    active: bool = True
    is_demo: bool = False
    """Made for the demonstration, with a password that everybody may know."""
    token_version: int = 0
    """Raised to make every token given out so far worthless."""


class RefreshToken(SQLModel, table=True):
    """A refresh token given out; only its SHA-256 is kept: a stolen database opens nothing."""

    __tablename__ = "refresh_token"

    digest: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    token_version: int
    issued_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    replaced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AuditEntry(SQLModel, table=True):
    """One write: who did what to what, and the hash that chains it to the entry before.

    `id` counts from 1 without gaps; `before` and `after` hold the changed fields as JSON.
    """

    __tablename__ = "audit_entry"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    user_name: str = Field(max_length=40, index=True)
    action: str = Field(max_length=40)
    subject: str = Field(max_length=80, index=True)
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    after: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class IdempotencyKey(SQLModel, table=True):
    """A request that was carried out, by the key its sender gave it, and what was answered."""

    __tablename__ = "idempotency_key"

    user_name: str = Field(primary_key=True, max_length=40)
    key: str = Field(primary_key=True, max_length=200)
    request_hash: str = Field(max_length=64)
    status: int = 0
    """0 while the request is being carried out: nobody else ever reads that."""
    body: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    headers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
