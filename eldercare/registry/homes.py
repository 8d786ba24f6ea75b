"""Where elders lived before and are going to live, and whose position is to be found out.

An elder's own row says the home of today; docs/decisions/moves-keep-the-past.md tells why.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlmodel import Field, SQLModel

from eldercare.columns import STAYS_WITH_ELDER, choice
from eldercare.registry.people import Elder, LivingArrangement


class Home(SQLModel):
    """A home, as an elder's own row has it; the position is WGS-84 degrees, None unknown."""

    community_code: str = Field(foreign_key="community.code")
    address: str = Field(max_length=120)
    building: str = Field(default="", max_length=60)
    longitude: float | None = None
    latitude: float | None = None
    position_is_estimated: bool = False


HOME_FIELDS = tuple(Home.model_fields)
"""Names of the columns that an elder's row, a former home and a planned move share."""


class FormerHome(Home, table=True):
    """A home that an elder left: it was theirs up to before `until_on`.

    A merge leaves it: the kept elder's past stays as it was reported.
    """

    __tablename__ = "former_home"
    __table_args__ = ({"info": {STAYS_WITH_ELDER: True}},)

    elder_id: str = Field(primary_key=True, foreign_key="elder.id")
    until_on: date = Field(primary_key=True)


class PlannedMove(Home, table=True):
    """A home that an elder is going to have from a date on."""

    __tablename__ = "planned_move"

    elder_id: str = Field(primary_key=True, foreign_key="elder.id")
    from_on: date = Field(primary_key=True)


class FormerLiving(SQLModel, table=True):
    """With whom an elder lived up to before `until_on`; a merge leaves it, as a former home."""

    __tablename__ = "former_living"
    __table_args__ = ({"info": {STAYS_WITH_ELDER: True}},)

    elder_id: str = Field(primary_key=True, foreign_key="elder.id")
    until_on: date = Field(primary_key=True)
    living_arrangement: LivingArrangement = Field(sa_type=choice(LivingArrangement))


class PositionReason(StrEnum):
    """Why somebody is to look at a position."""

    MISSING = "missing"
    """None was known: the elder got the community's point, marked estimated."""
    OUTSIDE_DISTRICT = "outside_district"
    FAR_FROM_COMMUNITY = "far_from_community"
    ESTIMATED = "estimated"
    """The elder stands on the community's point."""


class PositionOutcome(StrEnum):
    """How a question about a position ended."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    """The position is right as it is."""
    MOVED = "moved"
    """The elder no longer lives there."""


class PositionTask(SQLModel, table=True):
    """A position to be found out or confirmed; the degrees are those that were questioned."""

    __tablename__ = "position_task"

    id: int | None = Field(default=None, primary_key=True)
    elder_id: str = Field(foreign_key="elder.id", index=True)
    reason: PositionReason = Field(sa_type=choice(PositionReason))
    longitude: float | None = None
    latitude: float | None = None
    opened_on: date
    owner: str | None = Field(default=None, max_length=40, index=True)
    """Name of the user who sees to it (None: nobody yet)."""
    closed_on: date | None = Field(default=None, index=True)
    how: PositionOutcome | None = Field(default=None, sa_type=choice(PositionOutcome))


def home_of(elder: Elder) -> Home:
    """The home that an elder's row says."""
    return Home(**{name: getattr(elder, name) for name in HOME_FIELDS})
