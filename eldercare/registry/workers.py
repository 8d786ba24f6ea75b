"""Who does the work: caregivers with qualifications, meal riders, and the shifts of both."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from eldercare.columns import choice
from eldercare.registry.people import Sex


class TravelMode(StrEnum):
    """How a worker gets about; also the name of the travel matrix."""

    WALK = "walk"
    BICYCLE = "bicycle"
    E_BIKE = "e_bike"
    CAR = "car"


class Caregiver(SQLModel, table=True):
    """A worker who makes home visits; starts and ends the day at the base (WGS-84 degrees)."""

    id: str = Field(primary_key=True, max_length=16)
    name: str = Field(max_length=40)
    sex: Sex = Field(sa_type=choice(Sex))
    phone: str = Field(default="", max_length=20)
    town_code: str = Field(foreign_key="town.code", index=True)
    care_centre_id: str | None = Field(default=None, foreign_key="care_centre.id")
    base_longitude: float
    base_latitude: float
    travel_mode: TravelMode = Field(sa_type=choice(TravelMode))
    languages: str = Field(default="mandarin", max_length=80)
    """Languages spoken, separated by commas."""
    hired_on: date
    left_on: date | None = None
    maximum_minutes_per_week: int | None = Field(default=None, ge=0, le=7 * 1440)
    """Of shifts less breaks, Monday to Sunday (None: no limit)."""


class CaregiverQualification(SQLModel, table=True):
    """A qualification held; not good from `expires_on` on (None: for good)."""

    __tablename__ = "caregiver_qualification"

    caregiver_id: str = Field(primary_key=True, foreign_key="caregiver.id")
    qualification_code: str = Field(primary_key=True, foreign_key="qualification.code")
    obtained_on: date = Field(primary_key=True)
    level: int = 0
    expires_on: date | None = None


class Qualification(SQLModel, table=True):
    """A kind of qualification (养老护理员, 护士, 康复治疗师 …)."""

    code: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=40)
    maximum_level: int = 0


class Rider(SQLModel, table=True):
    """A person who delivers meals from a meal site; `capacity_portions` is what the box holds."""

    id: str = Field(primary_key=True, max_length=16)
    name: str = Field(max_length=40)
    phone: str = Field(default="", max_length=20)
    meal_site_id: str = Field(foreign_key="meal_site.id", index=True)
    travel_mode: TravelMode = Field(sa_type=choice(TravelMode))
    capacity_portions: int = Field(gt=0)
    hired_on: date
    left_on: date | None = None


class Shift(SQLModel, table=True):
    """One worker's interval on one date, in minutes after midnight, with at most one break."""

    __table_args__ = (
        CheckConstraint("(caregiver_id IS NULL) <> (rider_id IS NULL)", name="one_worker"),
        CheckConstraint("start_minutes < end_minutes", name="starts_before_end"),
    )

    id: str = Field(primary_key=True, max_length=40)
    on: date = Field(index=True)
    caregiver_id: str | None = Field(default=None, foreign_key="caregiver.id", index=True)
    rider_id: str | None = Field(default=None, foreign_key="rider.id", index=True)
    start_minutes: int = Field(ge=0, lt=1440)
    end_minutes: int = Field(gt=0, le=1440)
    break_earliest_minutes: int | None = None
    break_latest_end_minutes: int | None = None
    break_minutes: int = 0
