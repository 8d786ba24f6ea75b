"""Places of care: care centres, meal sites, institutions with beds, rehabilitation places."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlmodel import Field, SQLModel

from eldercare.columns import choice


class Operator(StrEnum):
    """Who runs it: the state, or society (社会力量)."""

    PUBLIC = "public"
    SOCIAL = "social"


class BedKind(StrEnum):
    """Kind of bed in an institution."""

    NURSING = "nursing"
    ORDINARY = "ordinary"


class MealSiteKind(StrEnum):
    """A regional meal centre cooks for others; a kitchen cooks for itself; a point hands out."""

    REGIONAL_CENTRE = "regional_centre"
    KITCHEN = "kitchen"
    POINT = "point"


class CareCentre(SQLModel, table=True):
    """A community home-care service centre (居家养老服务中心), standardised since a date or not."""

    __tablename__ = "care_centre"

    id: str = Field(primary_key=True, max_length=16)
    name: str = Field(max_length=80)
    community_code: str = Field(foreign_key="community.code", index=True)
    longitude: float
    latitude: float
    operator: Operator = Field(sa_type=choice(Operator))
    opened_on: date
    closed_on: date | None = None
    standardised_since: date | None = None
    capacity: int | None = Field(default=None, ge=0)
    """Elders it can look after (None: no limit)."""


class MealSite(SQLModel, table=True):
    """A place that cooks, serves or hands out meals; a point is supplied by another site."""

    __tablename__ = "meal_site"

    id: str = Field(primary_key=True, max_length=16)
    name: str = Field(max_length=80)
    kind: MealSiteKind = Field(sa_type=choice(MealSiteKind))
    community_code: str = Field(foreign_key="community.code", index=True)
    longitude: float
    latitude: float
    kitchen_capacity: int = Field(default=0, ge=0)
    """Portions a day; 0 where nothing is cooked."""
    supplied_by_id: str | None = Field(default=None, foreign_key="meal_site.id")
    diets: str | None = Field(default=None, max_length=120)
    """Special diets offered, separated by commas (None: every diet, empty: none)."""
    opened_on: date
    closed_on: date | None = None


class MealSiteCommunity(SQLModel, table=True):
    """A community that a meal site serves, since and until a date."""

    __tablename__ = "meal_site_community"

    meal_site_id: str = Field(primary_key=True, foreign_key="meal_site.id")
    community_code: str = Field(primary_key=True, foreign_key="community.code", index=True)
    since_on: date = Field(primary_key=True)
    until_on: date | None = None


class Institution(SQLModel, table=True):
    """A residential elder-care institution (养老机构)."""

    id: str = Field(primary_key=True, max_length=16)
    name: str = Field(max_length=80)
    community_code: str = Field(foreign_key="community.code", index=True)
    longitude: float
    latitude: float
    operator: Operator = Field(sa_type=choice(Operator))
    medical_care_since: date | None = None
    """Combines medical and elder care (医养结合) since this date."""
    opened_on: date
    closed_on: date | None = None


class BedGroup(SQLModel, table=True):
    """So many beds of one kind under one operator in an institution, from and until a date."""

    __tablename__ = "bed_group"

    institution_id: str = Field(primary_key=True, foreign_key="institution.id")
    kind: BedKind = Field(primary_key=True, sa_type=choice(BedKind))
    operator: Operator = Field(primary_key=True, sa_type=choice(Operator))
    from_on: date = Field(primary_key=True)
    until_on: date | None = None
    beds: int = Field(ge=0)


class RehabPlace(SQLModel, table=True):
    """A rehabilitation activity place fit for elders in a community."""

    __tablename__ = "rehab_place"

    id: str = Field(primary_key=True, max_length=16)
    name: str = Field(max_length=80)
    community_code: str = Field(foreign_key="community.code", index=True)
    opened_on: date
    closed_on: date | None = None
