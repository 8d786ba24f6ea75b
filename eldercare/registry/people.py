"""Who is cared for: elders, what is known of them and since when."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlmodel import Field, SQLModel

from eldercare.columns import JSON_OR_NULL, ONE_AT_A_TIME, choice


class Sex(StrEnum):
    """Sex as registered."""

    FEMALE = "female"
    MALE = "male"


class LivingArrangement(StrEnum):
    """With whom an elder lives."""

    ALONE = "alone"
    SPOUSE = "spouse"
    FAMILY = "family"
    CARER = "carer"


class EndReason(StrEnum):
    """Why an elder left the registry."""

    DIED = "died"
    MOVED = "moved"
    MERGED = "merged"
    """The row was a second one of the same person: it counts on no day."""


class PriorityGroup(StrEnum):
    """Groups with a claim to be served; `PLAN_PRIORITY_GROUPS` are those the plan puts first."""

    WUBAO = "wubao"
    SHIDU = "shidu"
    POOR_DISABLED = "poor_disabled"
    DIBAO = "dibao"
    DIBAO_MARGIN = "dibao_margin"
    HONOURED = "honoured"
    AGED_ALONE = "aged_alone"


PLAN_PRIORITY_GROUPS = frozenset(
    {PriorityGroup.WUBAO, PriorityGroup.SHIDU, PriorityGroup.POOR_DISABLED}
)


class Elder(SQLModel, table=True):
    """A registered resident aged 60 or more, served or not.

    Position is WGS-84 degrees; None means unknown: plans set such an elder aside, with a reason.
    """

    id: str = Field(primary_key=True, max_length=16)
    name: str = Field(max_length=40)
    sex: Sex = Field(sa_type=choice(Sex))
    birth_on: date
    community_code: str = Field(foreign_key="community.code", index=True)
    address: str = Field(max_length=120)
    building: str = Field(default="", max_length=60)
    """Estate and block: neighbours in one building share the caregiver's way in."""
    phone: str = Field(default="", max_length=20)
    longitude: float | None = None
    latitude: float | None = None
    position_is_estimated: bool = False
    living_arrangement: LivingArrangement = Field(sa_type=choice(LivingArrangement))
    language: str = Field(default="mandarin", max_length=20)
    registered_on: date
    ended_on: date | None = Field(default=None, index=True)
    """First day on which the elder is no longer registered; kept for coverage of earlier dates."""
    end_reason: EndReason | None = Field(default=None, sa_type=choice(EndReason))
    care_note: str = Field(default="", max_length=200)
    """What a caregiver must know at the door."""
    id_number_cipher: str | None = Field(default=None, max_length=160)
    """Resident ID number as `IdVault.seal` gives it; written by `identity` only."""
    id_number_hash: str | None = Field(default=None, max_length=64, index=True, unique=True)
    """Keyed hash of the same number: finds it, and keeps it from being stored twice."""


class ElderGroup(SQLModel, table=True):
    """Membership of a priority group from a date to a date (None: still)."""

    __tablename__ = "elder_group"
    __table_args__ = ({"info": {ONE_AT_A_TIME: ("elder_id", "group")}},)

    elder_id: str = Field(primary_key=True, foreign_key="elder.id")
    group: PriorityGroup = Field(primary_key=True, sa_type=choice(PriorityGroup))
    from_on: date = Field(primary_key=True)
    until_on: date | None = None
    """First day on which the membership no longer holds."""


class LevelGround(StrEnum):
    """What makes the level differ from that of the score (GB/T 42195-2022, change of level)."""

    COMA = "coma"
    DEMENTIA = "dementia"
    """Diagnosed, ICD-10 F00 to F03."""
    MENTAL_DISORDER = "mental_disorder"
    """Another one, ICD-10 F04 to F99, diagnosed by a psychiatrist."""
    CARE_RISK_EVENTS = "care_risk_events"
    """Two or more within 30 days: falls, choking, self-harm, wandering off and the like."""


class Assessment(SQLModel, table=True):
    """An ability assessment by GB/T 42195-2022; the latest by a date gives the care level on it.

    `item_scores` (item code → points, None: only the sum was handed in) and `grounds` are what
    `assessment.derive_level` makes the level of.
    """

    elder_id: str = Field(primary_key=True, foreign_key="elder.id")
    assessed_on: date = Field(primary_key=True)
    score: int = Field(ge=0, le=90)
    level: int = Field(ge=0, le=4)
    item_scores: dict[str, int] | None = Field(default=None, sa_type=JSON_OR_NULL)
    grounds: list[LevelGround] | None = Field(default=None, sa_type=JSON_OR_NULL)
    reassess_on: date | None = None
    """Set where the elder's state changed: a new assessment is due from then on, not in a year."""


class InstitutionStay(SQLModel, table=True):
    """A stay in an institution; an elder without one on a date lives at home."""

    __tablename__ = "institution_stay"
    __table_args__ = ({"info": {ONE_AT_A_TIME: ("elder_id",)}},)

    elder_id: str = Field(primary_key=True, foreign_key="elder.id")
    from_on: date = Field(primary_key=True)
    until_on: date | None = None
    institution_id: str = Field(foreign_key="institution.id", index=True)


class FamilyDoctorContract(SQLModel, table=True):
    """An elder's contract with a family doctor, good from `signed_on` up to before `expires_on`."""

    __tablename__ = "family_doctor_contract"

    elder_id: str = Field(primary_key=True, foreign_key="elder.id")
    signed_on: date = Field(primary_key=True)
    expires_on: date
    provider: str = Field(default="", max_length=60)
