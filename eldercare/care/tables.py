"""What is needed and what was done: catalogue, plans, pauses, meals, matches, records."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

from eldercare.care.plan_tables import (
    Entitlement,
    ItemException,
    ItemGap,
    PlanItemPreference,
    WeekDay,
)
from eldercare.columns import ONE_AT_A_TIME, STAYS_WITH_ELDER, UtcDateTime, choice
from eldercare.registry.people import EndReason

__all__ = [
    "CarePlan",
    "Entitlement",
    "HolidayKind",
    "HolidayOverride",
    "HolidayRule",
    "ItemException",
    "ItemGap",
    "MatchKind",
    "MealMode",
    "MealRecord",
    "MealSubscription",
    "Outcome",
    "Pause",
    "PlanItem",
    "PlanItemPreference",
    "ServiceMatch",
    "ServiceRecord",
    "ServiceType",
    "StatusChange",
    "WeekDay",
]


class MealMode(StrEnum):
    """How an elder gets the meal."""

    DINE_IN = "dine_in"
    PICK_UP = "pick_up"
    DELIVERY = "delivery"


class Outcome(StrEnum):
    """What became of a visit or a meal."""

    DELIVERED = "delivered"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class HolidayRule(StrEnum):
    """What becomes of a plan item that falls on a holiday."""

    KEEP = "keep"
    SKIP = "skip"
    MOVE = "move"
    """To the nearest free day of the same week."""


class HolidayKind(StrEnum):
    """What an announcement makes of a date."""

    HOLIDAY = "holiday"
    WORKDAY = "workday"


class MatchKind(StrEnum):
    """To what kind of place elders are matched."""

    CARE_CENTRE = "care_centre"
    MEAL_SITE = "meal_site"


class ServiceType(SQLModel, table=True):
    """An entry of the service catalogue (助浴, 助洁, 护理 …)."""

    __tablename__ = "service_type"

    code: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=40)
    default_minutes: int = Field(gt=0)
    minimum_minutes: int = Field(gt=0)
    maximum_minutes: int = Field(gt=0)
    qualification_code: str | None = Field(default=None, foreign_key="qualification.code")
    qualification_level: int = 0
    alternative_qualification_code: str | None = Field(
        default=None, foreign_key="qualification.code"
    )
    """Good instead of the first one, at any level (康复: therapist or nurse)."""
    two_person_from_level: int | None = None
    """Two caregivers are needed from this care level on (None: never)."""
    is_home_visit: bool = True


class CarePlan(SQLModel, table=True):
    """What an elder is to receive from a date on; its items say what and when."""

    __tablename__ = "care_plan"

    id: str = Field(primary_key=True, max_length=16)
    elder_id: str = Field(foreign_key="elder.id", index=True)
    from_on: date
    until_on: date | None = None
    entitled_minutes_per_month: int | None = None


class PlanItem(SQLModel, table=True):
    """One service of a plan on given weekdays every so many weeks, in a window of allowed starts.

    `weekdays` holds digits 1 (Monday) to 7; `every_weeks` counts from the week of `anchor_on`.
    """

    __tablename__ = "plan_item"
    __table_args__ = (
        CheckConstraint("window_start_minutes <= window_end_minutes", name="window_in_order"),
        CheckConstraint("people IN (1, 2)", name="one_or_two_people"),
    )

    id: str = Field(primary_key=True, max_length=16)
    care_plan_id: str = Field(foreign_key="care_plan.id", index=True)
    service_type_code: str = Field(foreign_key="service_type.code")
    minutes: int = Field(gt=0, le=480)
    people: int = 1
    weekdays: str = Field(max_length=7, regex="^[1-7]{1,7}$")
    every_weeks: int = Field(default=1, ge=1, le=8)
    anchor_on: date
    window_start_minutes: int = Field(ge=0, lt=1440)
    window_end_minutes: int = Field(ge=0, lt=1440)
    preferred_caregiver_id: str | None = Field(default=None, foreign_key="caregiver.id")
    required_sex: str | None = Field(default=None, max_length=8)
    """The caregiver must be of this sex (`female`, `male`), where the elder insists."""
    holiday_rule: HolidayRule = Field(default=HolidayRule.KEEP, sa_type=choice(HolidayRule))
    from_on: date | None = None
    """First day of the item within its plan (None: the plan's own); `until_on` likewise."""
    until_on: date | None = None
    preferred_start_minutes: int | None = Field(default=None, ge=0, lt=1440)
    """The time the elder likes best within the window."""
    week_of_month: int | None = None
    """1 to 4: only which of a month's Mondays (Tuesdays …) count, -1: the last; None: by weeks."""
    times_per_week: int | None = Field(default=None, ge=1, le=7)
    """Flexible days: so many visits a week on some of the `weekdays`; None: on each of them."""
    least_days_apart: int = Field(default=1, ge=1, le=6, sa_column_kwargs={"server_default": "1"})
    """Between two flexible days of a week: 2 means not on consecutive days."""


class HolidayOverride(SQLModel, table=True):
    """An announcement that a date is a holiday, or is none, whatever the calendar says."""

    __tablename__ = "holiday_override"

    on: date = Field(primary_key=True)
    kind: HolidayKind = Field(sa_type=choice(HolidayKind))
    name: str = Field(min_length=1, max_length=40)


class Pause(SQLModel, table=True):
    """Stops visits and meals of an elder from a date up to before another (hospital, travel …)."""

    __table_args__ = ({"info": {ONE_AT_A_TIME: ("elder_id",)}},)

    id: int | None = Field(default=None, primary_key=True)
    elder_id: str = Field(foreign_key="elder.id", index=True)
    from_on: date
    until_on: date | None = None
    reason: str = Field(default="", max_length=60)


class StatusChange(SQLModel, table=True):
    """An elder's end in the registry from a date on, with what it ended, so that it can go back.

    `journal` holds `changed` [{table, key, before, after}] and `removed` [{table, row}].
    """

    __tablename__ = "status_change"
    __table_args__ = ({"info": {STAYS_WITH_ELDER: True}},)

    id: int | None = Field(default=None, primary_key=True)
    elder_id: str = Field(foreign_key="elder.id", index=True)
    kind: EndReason = Field(sa_type=choice(EndReason))
    on: date
    at: datetime = Field(sa_type=UtcDateTime)
    by: str = Field(max_length=40)
    journal: dict[str, Any] = Field(sa_type=JSON)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: str | None = Field(default=None, max_length=40)


class MealSubscription(SQLModel, table=True):
    """An elder's standing order of a meal on given weekdays from a site."""

    __tablename__ = "meal_subscription"

    id: str = Field(primary_key=True, max_length=16)
    elder_id: str = Field(foreign_key="elder.id", index=True)
    meal_site_id: str = Field(foreign_key="meal_site.id", index=True)
    mode: MealMode = Field(sa_type=choice(MealMode))
    weekdays: str = Field(max_length=7, regex="^[1-7]{1,7}$")
    diet: str = Field(default="", max_length=40)
    portions: int = Field(default=1, ge=1, le=4)
    from_on: date
    until_on: date | None = None


class ServiceMatch(SQLModel, table=True):
    """An elder's place of a kind from a date on; `place_id` names a care centre or a meal site.

    `rank` counts the open places within reach by distance, 1 for the nearest, which the place lies
    `further_metres` beyond. `reason` says why it is not a nearer one, in codes of
    `care.matching.reasons` with a comma between them.
    """

    __tablename__ = "service_match"
    __table_args__ = ({"info": {ONE_AT_A_TIME: ("elder_id", "kind")}},)

    elder_id: str = Field(primary_key=True, foreign_key="elder.id")
    kind: MatchKind = Field(primary_key=True, sa_type=choice(MatchKind))
    from_on: date = Field(primary_key=True)
    until_on: date | None = None
    place_id: str = Field(max_length=16, index=True)
    metres: int = Field(ge=0)
    rank: int = Field(ge=1)
    further_metres: int = Field(ge=0)
    reason: str = Field(default="", max_length=80)


class ServiceRecord(SQLModel, table=True):
    """What happened at one visit: who came, from when to when, and what became of it."""

    __tablename__ = "service_record"

    id: str = Field(primary_key=True, max_length=48)
    """`<visit id>/<part>`: a record sent twice is the same record."""
    visit_id: str = Field(max_length=40, index=True)
    elder_id: str = Field(foreign_key="elder.id", index=True)
    service_type_code: str = Field(foreign_key="service_type.code")
    caregiver_id: str | None = Field(default=None, foreign_key="caregiver.id", index=True)
    on: date = Field(index=True)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: Outcome = Field(sa_type=choice(Outcome))


class MealRecord(SQLModel, table=True):
    """What became of one meal order."""

    __tablename__ = "meal_record"

    order_id: str = Field(primary_key=True, max_length=40)
    elder_id: str = Field(foreign_key="elder.id", index=True)
    meal_site_id: str = Field(foreign_key="meal_site.id")
    on: date = Field(index=True)
    mode: MealMode = Field(sa_type=choice(MealMode))
    rider_id: str | None = Field(default=None, foreign_key="rider.id")
    handed_over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: Outcome = Field(sa_type=choice(Outcome))
