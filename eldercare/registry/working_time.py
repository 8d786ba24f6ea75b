"""When a worker works and is away, where, and who does not go to whom.

Every `until_on` is the first day that no longer counts; minutes are counted after midnight.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from eldercare.columns import ONE_AT_A_TIME, choice


class RefusedBy(StrEnum):
    """Who refuses: the elder the caregiver, or the caregiver the elder."""

    ELDER = "elder"
    CAREGIVER = "caregiver"


class ShiftPattern(SQLModel, table=True):
    """A worker's shift on given weekdays every so many weeks; `make_shifts` makes its shifts.

    `weekdays` holds digits 1 (Monday) to 7; `every_weeks` counts from the week of `anchor_on`,
    forwards and backwards.
    """

    __tablename__ = "shift_pattern"
    __table_args__ = (
        CheckConstraint("(caregiver_id IS NULL) <> (rider_id IS NULL)", name="one_worker"),
        CheckConstraint("start_minutes < end_minutes", name="starts_before_end"),
    )

    id: str = Field(primary_key=True, max_length=24)
    caregiver_id: str | None = Field(default=None, foreign_key="caregiver.id", index=True)
    rider_id: str | None = Field(default=None, foreign_key="rider.id", index=True)
    weekdays: str = Field(max_length=7, regex="^[1-7]{1,7}$")
    every_weeks: int = Field(default=1, ge=1, le=8)
    anchor_on: date
    start_minutes: int = Field(ge=0, lt=1440)
    end_minutes: int = Field(gt=0, le=1440)
    break_earliest_minutes: int | None = None
    break_latest_end_minutes: int | None = None
    break_minutes: int = 0
    from_on: date
    until_on: date | None = None


class Absence(SQLModel, table=True):
    """A worker is away: whole days or, where times are given, between them on each of the days."""

    __table_args__ = (
        CheckConstraint("(caregiver_id IS NULL) <> (rider_id IS NULL)", name="one_worker"),
    )

    id: int | None = Field(default=None, primary_key=True)
    caregiver_id: str | None = Field(default=None, foreign_key="caregiver.id", index=True)
    rider_id: str | None = Field(default=None, foreign_key="rider.id", index=True)
    from_on: date
    until_on: date | None = None
    start_minutes: int | None = Field(default=None, ge=0, lt=1440)
    end_minutes: int | None = Field(default=None, gt=0, le=1440)
    reason: str = Field(default="", max_length=60)


class CaregiverArea(SQLModel, table=True):
    """A community where a caregiver prefers to work; one without any prefers none."""

    __tablename__ = "caregiver_area"

    caregiver_id: str = Field(primary_key=True, foreign_key="caregiver.id")
    community_code: str = Field(primary_key=True, foreign_key="community.code", index=True)


class Refusal(SQLModel, table=True):
    """An elder does not want a caregiver, or the other way round: plans never bring them together.

    The reason is for those who plan; neither of the two is shown it.
    """

    __table_args__ = ({"info": {ONE_AT_A_TIME: ("elder_id", "caregiver_id", "by")}},)

    elder_id: str = Field(primary_key=True, foreign_key="elder.id")
    caregiver_id: str = Field(primary_key=True, foreign_key="caregiver.id", index=True)
    by: RefusedBy = Field(primary_key=True, sa_type=choice(RefusedBy))
    from_on: date = Field(primary_key=True)
    until_on: date | None = None
    reason: str = Field(max_length=120)
