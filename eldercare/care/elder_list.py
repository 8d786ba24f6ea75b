"""Which elders a list shows: by where they are, how able, in which group and in which area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import col

from eldercare.accounts.permissions import area_prefix
from eldercare.care.tables import Pause
from eldercare.registry.as_of import care_level, holds, is_in_institution, is_registered
from eldercare.registry.homes import PlannedMove
from eldercare.registry.people import Elder, ElderGroup, EndReason, PriorityGroup

NEVER_ASSESSED = -1


class Whereabouts(StrEnum):
    """What holds for an elder on the date of a list."""

    REGISTERED = "registered"
    PAUSED = "paused"
    IN_INSTITUTION = "in_institution"
    CHANGING = "changing"
    """A pause, a move or the end lies ahead."""
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a list is narrowed by; `care_level` may be `NEVER_ASSESSED`."""

    area_code: str
    whereabouts: Whereabouts = Whereabouts.REGISTERED
    care_level: int | None = None
    group: PriorityGroup | None = None


def elders_who(narrowing: Narrowing, on: date) -> list[ColumnElement[bool]]:
    """Conditions for statements on `Elder`; merged rows are nobody's."""
    inside = col(Elder.community_code).startswith(area_prefix(narrowing.area_code))
    found = [inside, *_whereabouts(narrowing.whereabouts, on)]
    if narrowing.care_level == NEVER_ASSESSED:
        found.append(care_level(on).is_(None))
    elif narrowing.care_level is not None:
        found.append(care_level(on) == narrowing.care_level)
    if narrowing.group is not None:
        members = select(col(ElderGroup.elder_id)).where(
            col(ElderGroup.group) == narrowing.group, holds(ElderGroup, on)
        )
        found.append(col(Elder.id).in_(members))
    return found


def _whereabouts(asked: Whereabouts, on: date) -> list[ColumnElement[bool]]:
    if asked is Whereabouts.LEFT:
        unmerged = or_(col(Elder.end_reason).is_(None), col(Elder.end_reason) != EndReason.MERGED)
        return [col(Elder.ended_on) <= on, unmerged]
    found = [is_registered(on)]
    if asked is Whereabouts.PAUSED:
        found.append(col(Elder.id).in_(select(col(Pause.elder_id)).where(holds(Pause, on))))
    elif asked is Whereabouts.IN_INSTITUTION:
        found.append(is_in_institution(on))
    elif asked is Whereabouts.CHANGING:
        pausing = select(col(Pause.elder_id)).where(col(Pause.from_on) > on)
        moving = select(col(PlannedMove.elder_id)).where(col(PlannedMove.from_on) > on)
        found.append(
            or_(col(Elder.ended_on) > on, col(Elder.id).in_(pausing), col(Elder.id).in_(moving))
        )
    return found
