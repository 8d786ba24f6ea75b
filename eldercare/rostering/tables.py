"""Rosters: what was asked for on a date, who goes when, and what could not be placed and why.

A roster is a snapshot: it keeps its own copy of every visit and order of its date, so that an old
version stays readable after plans have changed. A draft has no version; publishing gives it the
next number. A date has one draft without a name, and any number of scenarios: drafts with one.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from eldercare.care.tables import MealMode
from eldercare.columns import SNAPSHOT_OF, UtcDateTime, choice


class RosterStatus(StrEnum):
    """Draft: nobody has been told. Published: in force. Closed: replaced, or the day is over."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class Placement(StrEnum):
    """What a plan did with a visit or an order."""

    PLANNED = "planned"
    UNSERVED = "unserved"
    SET_ASIDE = "set_aside"
    """Could not enter the plan at all: a row is incomplete; `reason` says which."""
    ON_SITE = "on_site"
    """A meal eaten or fetched at the site: counted by the kitchen, not routed."""
    CANCELLED = "cancelled"
    """Called off on the day: no longer asked for, kept so that nobody wonders where it went."""


class Roster(SQLModel, table=True):
    """All routes of a date under one status; `version` is None for a draft."""

    __table_args__ = (
        UniqueConstraint("on", "version", name="uq_roster_on_version"),
        Index(
            "uq_roster_on_name",
            "on",
            "name",
            unique=True,
            sqlite_where=text("name <> ''"),
            postgresql_where=text("name <> ''"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    on: date = Field(index=True)
    status: RosterStatus = Field(sa_type=choice(RosterStatus), index=True)
    version: int | None = None
    name: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})
    """Of a scenario; empty for the draft, which alone can be published, and for every version."""
    based_on_id: int | None = Field(default=None, foreign_key="roster.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str | None = Field(default=None, max_length=60)
    """Who made a scenario."""
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    published_by: str | None = Field(default=None, max_length=60)


class TownPlan(SQLModel, table=True):
    """How one town's part of a roster came to be, with its verified cost by term."""

    __tablename__ = "town_plan"

    roster_id: int = Field(primary_key=True, foreign_key="roster.id")
    town_code: str = Field(primary_key=True, foreign_key="town.code")
    engine: str = Field(max_length=16)
    seed: int
    seconds: float
    violations: int
    overridden: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Of the violations, those a coordinator answers for by name (`override_by` of the visits)."""
    slack_percent: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """By how much visits and the ways to them were planned longer; kept when the day changes."""
    visit_cost: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    meal_cost: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    notes: list[Any] = Field(default_factory=list, sa_type=JSON)
    planned_at: datetime = Field(sa_type=UtcDateTime)


class RosterVisit(SQLModel, table=True):
    """One visit a roster had to place, as it was asked for, and its fate."""

    __tablename__ = "roster_visit"
    __table_args__ = ({"info": {SNAPSHOT_OF: "roster"}},)

    roster_id: int = Field(primary_key=True, foreign_key="roster.id")
    visit_id: str = Field(primary_key=True, max_length=40)
    town_code: str = Field(foreign_key="town.code", index=True)
    elder_id: str = Field(foreign_key="elder.id", index=True)
    service_type_code: str = Field(foreign_key="service_type.code")
    plan_item_id: str | None = Field(default=None, max_length=16)
    minutes: int
    people: int
    window_start_minutes: int
    window_end_minutes: int
    preferred_caregiver_id: str | None = None
    priority: int = 0
    """2: a group the plan puts first (五保, 失独, poor disabled); 1: another group; 0: others."""
    placement: Placement = Field(sa_type=choice(Placement))
    reason: str = Field(default="", max_length=40)
    proof: str = Field(default="", max_length=32)
    detail: str = Field(default="", max_length=400)
    is_phoned: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """The elder has been told by telephone: another time or caregiver would be a second call."""
    locked_caregiver_ids: list[str] | None = Field(default=None, sa_type=JSON)
    """A coordinator's decision, by part: replanning gives the visit to nobody else."""
    locked_start_minutes: int | None = None
    is_left_out: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """A coordinator's decision, with the reason in `detail`: replanning does not serve it."""
    override_reason: str | None = Field(default=None, max_length=200)
    """A coordinator's decision that a rule this visit breaks shall be broken, and why."""
    override_by: str | None = Field(default=None, max_length=60)


class RosterMeal(SQLModel, table=True):
    """One meal order of a roster's date and its fate."""

    __tablename__ = "roster_meal"
    __table_args__ = ({"info": {SNAPSHOT_OF: "roster"}},)

    roster_id: int = Field(primary_key=True, foreign_key="roster.id")
    order_id: str = Field(primary_key=True, max_length=40)
    town_code: str = Field(foreign_key="town.code", index=True)
    elder_id: str = Field(foreign_key="elder.id", index=True)
    meal_site_id: str = Field(foreign_key="meal_site.id", index=True)
    mode: MealMode = Field(sa_type=choice(MealMode))
    portions: int
    diet: str = Field(default="", max_length=40)
    priority: int = 0
    placement: Placement = Field(sa_type=choice(Placement))
    reason: str = Field(default="", max_length=40)
    proof: str = Field(default="", max_length=32)
    detail: str = Field(default="", max_length=400)


class RosterEvent(SQLModel, table=True):
    """What happened on the day and was planned around; a version keeps what it knows of."""

    __tablename__ = "roster_event"

    roster_id: int = Field(primary_key=True, foreign_key="roster.id")
    sequence: int = Field(primary_key=True)
    town_code: str = Field(foreign_key="town.code", index=True)
    event: str = Field(max_length=120)
    """As it was reported: `sick:C0001@10:00`."""
    at_minutes: int
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: str = Field(max_length=60)


class RosterRoute(SQLModel, table=True):
    """One worker's way on one shift (a rider's may have several trips); minutes after midnight."""

    __tablename__ = "roster_route"
    __table_args__ = (
        CheckConstraint("(caregiver_id IS NULL) <> (rider_id IS NULL)", name="one_worker"),
    )

    id: int | None = Field(default=None, primary_key=True)
    roster_id: int = Field(foreign_key="roster.id", index=True)
    town_code: str = Field(foreign_key="town.code", index=True)
    shift_id: str = Field(foreign_key="shift.id")
    caregiver_id: str | None = Field(default=None, foreign_key="caregiver.id", index=True)
    rider_id: str | None = Field(default=None, foreign_key="rider.id", index=True)
    trip: int = 1
    departure_minutes: int
    return_minutes: int
    travel_minutes: int
    rest_start_minutes: int | None = None
    rest_end_minutes: int | None = None


class RosterStop(SQLModel, table=True):
    """One place on a route: a part of a visit, or the handover of one order."""

    __tablename__ = "roster_stop"
    __table_args__ = (
        CheckConstraint("(visit_id IS NULL) <> (order_id IS NULL)", name="visit_or_order"),
        {"info": {SNAPSHOT_OF: "roster"}},
    )

    route_id: int = Field(primary_key=True, foreign_key="roster_route.id")
    sequence: int = Field(primary_key=True)
    roster_id: int = Field(foreign_key="roster.id", index=True)
    visit_id: str | None = Field(default=None, max_length=40, index=True)
    part: int = 0
    order_id: str | None = Field(default=None, max_length=40, index=True)
    elder_id: str = Field(foreign_key="elder.id")
    travel_minutes: int
    """From the place before (0 within a building)."""
    arrival_minutes: int
    start_minutes: int
    end_minutes: int
