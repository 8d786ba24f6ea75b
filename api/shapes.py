"""The rows of the registry as the API shows them."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from eldercare.registry.tables import (
    EndReason,
    LivingArrangement,
    MealSiteKind,
    Operator,
    Sex,
    TravelMode,
)


class CommunityLine(BaseModel):
    """A community or village; position is WGS-84 degrees."""

    code: str
    name: str
    official_name: str
    town_code: str
    urban_rural_class: int = Field(description="3-digit class; from 200 on rural")
    is_quasi: bool
    has_rehab_conditions: bool
    longitude: float
    latitude: float
    position_is_estimated: bool


class ElderLine(BaseModel):
    """An elder. `masked`: personal fields are hidden (null, empty or starred)."""

    id: str
    name: str
    sex: Sex
    birth_on: date | None
    community_code: str
    address: str
    building: str
    phone: str
    longitude: float | None
    latitude: float | None
    position_is_estimated: bool
    living_arrangement: LivingArrangement
    language: str
    registered_on: date
    ended_on: date | None
    end_reason: EndReason | None
    care_note: str
    masked: bool


class CaregiverLine(BaseModel):
    """A caregiver. `masked` as with elders."""

    id: str
    name: str
    sex: Sex
    phone: str
    town_code: str
    care_centre_id: str | None
    base_longitude: float | None
    base_latitude: float | None
    travel_mode: TravelMode
    languages: str
    hired_on: date
    left_on: date | None
    masked: bool


class _Place(BaseModel):
    """What every facility has."""

    id: str
    name: str
    community_code: str
    longitude: float
    latitude: float
    opened_on: date
    closed_on: date | None


class CareCentreLine(_Place):
    """A community home-care centre."""

    operator: Operator
    standardised_since: date | None


class MealSiteLine(_Place):
    """A place that cooks, serves or hands out meals."""

    kind: MealSiteKind
    kitchen_capacity: int = Field(description="portions a day; 0: nothing is cooked")
    supplied_by_id: str | None


class InstitutionLine(_Place):
    """A residential institution."""

    operator: Operator
    medical_care_since: date | None
