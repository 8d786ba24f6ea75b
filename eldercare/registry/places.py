"""Where people live: towns, communities and their yearly elderly population."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

FIRST_RURAL_CLASS = 200
"""NBS urban-rural classes from here on are villages; 1xx are urban."""


class Town(SQLModel, table=True):
    """A town or sub-district (街道/镇); key: official 12-digit code."""

    code: str = Field(primary_key=True, max_length=12)
    name: str = Field(max_length=40)
    parent_code: str = Field(max_length=12)
    longitude: float
    latitude: float


class Community(SQLModel, table=True):
    """A community or village (社区/村); key: official 12-digit code; position is WGS-84 degrees."""

    code: str = Field(primary_key=True, max_length=12)
    name: str = Field(max_length=60)
    official_name: str = Field(max_length=80)
    town_code: str = Field(foreign_key="town.code", index=True)
    urban_rural_class: int
    is_quasi: bool = False
    """An industrial park or management area in the official list: normally nobody lives there."""
    has_rehab_conditions: bool = True
    """The rehabilitation indicator counts a rural community only where a place is feasible."""
    longitude: float
    latitude: float
    position_is_estimated: bool = False

    @property
    def is_urban(self) -> bool:
        """Urban or rural by the official class."""
        return self.urban_rural_class < FIRST_RURAL_CLASS


class CommunityPopulation(SQLModel, table=True):
    """Registered elders of a community at the end of a year: total and by age from."""

    __tablename__ = "community_population"

    community_code: str = Field(primary_key=True, foreign_key="community.code")
    year: int = Field(primary_key=True)
    aged_60: int
    aged_65: int
    aged_80: int
    is_estimated: bool = True
