"""Who is to be asked or told about an elder, and what the elder agreed to."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlmodel import Field, SQLModel

from eldercare.columns import ONE_AT_A_TIME, choice


class ElderContact(SQLModel, table=True):
    """A person to call about an elder; `rank` 1 is called first."""

    __tablename__ = "elder_contact"

    id: int | None = Field(default=None, primary_key=True)
    elder_id: str = Field(foreign_key="elder.id", index=True)
    name: str = Field(max_length=40)
    relation: str = Field(max_length=20)
    phone: str = Field(max_length=20)
    is_emergency: bool = False
    rank: int = Field(default=1, ge=1, le=9)


class ConsentKind(StrEnum):
    """What an elder may agree to."""

    DATA_USE = "data_use"
    PHOTOS = "photos"
    LOCATION = "location"
    SHARE_WITH_FAMILY_DOCTOR = "share_with_family_doctor"


class Consent(SQLModel, table=True):
    """An agreement given on `from_on`, good until withdrawn on `until_on` (None: still)."""

    __table_args__ = ({"info": {ONE_AT_A_TIME: ("elder_id", "kind")}},)

    elder_id: str = Field(primary_key=True, foreign_key="elder.id")
    kind: ConsentKind = Field(primary_key=True, sa_type=choice(ConsentKind))
    from_on: date = Field(primary_key=True)
    until_on: date | None = None
    given_by: str = Field(max_length=40)
    """Who signed: the elder, or a guardian by name."""
