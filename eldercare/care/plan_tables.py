"""What stands beside a plan: entitlement, single dates, chosen days, preferred caregivers, gaps."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from eldercare.columns import UtcDateTime, choice
from eldercare.registry.people import PriorityGroup


class Entitlement(SQLModel, table=True):
    """Minutes of home visits a month that are paid for a group and a care level between two dates.

    `group` None: every elder; `care_level` None: every level (never assessed counts as 0).
    """

    id: int | None = Field(default=None, primary_key=True)
    group: PriorityGroup | None = Field(default=None, sa_type=choice(PriorityGroup))
    care_level: int | None = Field(default=None, ge=0, le=4)
    minutes_per_month: int = Field(ge=0)
    from_on: date
    until_on: date | None = None
    source: str = Field(min_length=1, max_length=120)
    """The notice it comes from, or that it is assumed and by whom."""


class ItemException(SQLModel, table=True):
    """What is different about one date of a plan item.

    `original_on` is the date on which the item falls without it, its holiday rule applied; on any
    other date the row means nothing. Empty columns: as the item says.
    """

    __tablename__ = "item_exception"
    __table_args__ = (
        CheckConstraint("window_start_minutes <= window_end_minutes", name="window_in_order"),
    )

    item_id: str = Field(primary_key=True, foreign_key="plan_item.id")
    original_on: date = Field(primary_key=True)
    cancelled: bool = False
    moved_to_on: date | None = Field(default=None, index=True)
    minutes: int | None = Field(default=None, gt=0, le=480)
    window_start_minutes: int | None = Field(default=None, ge=0, lt=1440)
    window_end_minutes: int | None = Field(default=None, ge=0, lt=1440)
    preferred_start_minutes: int | None = Field(default=None, ge=0, lt=1440)
    preferred_caregiver_id: str | None = Field(default=None, foreign_key="caregiver.id")
    by_hand: bool = True
    """A person wrote it: a change of "all later not edited by hand" leaves it as it is."""


class WeekDay(SQLModel, table=True):
    """A date chosen for a plan item with flexible days; a week without any has the usual spread."""

    __tablename__ = "week_day"

    plan_item_id: str = Field(primary_key=True, foreign_key="plan_item.id")
    on: date = Field(primary_key=True, index=True)
    chosen_at: datetime = Field(sa_type=UtcDateTime)


class PlanItemPreference(SQLModel, table=True):
    """A further caregiver whom an elder likes to see for an item; rank 1 is the dearest."""

    __tablename__ = "plan_item_preference"

    item_id: str = Field(primary_key=True, foreign_key="plan_item.id")
    caregiver_id: str = Field(primary_key=True, foreign_key="caregiver.id")
    rank: int = Field(default=1, ge=1, le=9)


class ItemGap(SQLModel, table=True):
    """So long lies between two services of an elder on a date on which both take place.

    Each side is an item or a meal subscription; at least one is an item. Counted from the end of
    the first (a meal ends when it is eaten) to the start of the second; `maximum_minutes` None:
    any later time.
    """

    __tablename__ = "item_gap"
    __table_args__ = (
        CheckConstraint(
            "(before_item_id IS NULL) <> (before_subscription_id IS NULL)", name="one_before"
        ),
        CheckConstraint(
            "(after_item_id IS NULL) <> (after_subscription_id IS NULL)", name="one_after"
        ),
        CheckConstraint("minimum_minutes <= maximum_minutes", name="gap_in_order"),
    )

    id: int | None = Field(default=None, primary_key=True)
    before_item_id: str | None = Field(default=None, foreign_key="plan_item.id", index=True)
    before_subscription_id: str | None = Field(
        default=None, foreign_key="meal_subscription.id", index=True
    )
    after_item_id: str | None = Field(default=None, foreign_key="plan_item.id", index=True)
    after_subscription_id: str | None = Field(
        default=None, foreign_key="meal_subscription.id", index=True
    )
    minimum_minutes: int = Field(default=0, ge=0, lt=1440)
    maximum_minutes: int | None = Field(default=None, ge=0, lt=1440)
