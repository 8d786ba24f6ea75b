"""Questions to the registry that several rooms ask. Answers are in order of id or code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, and_, func, select
from sqlmodel import Session, SQLModel, col

from eldercare.errors import NotFound
from eldercare.registry.as_of import (
    community_on,
    holds,
    is_in_institution,
    is_registered,
    started_not_ended,
)
from eldercare.registry.attendance import absences_between, present_part
from eldercare.registry.people import Assessment, Elder, ElderGroup, PriorityGroup
from eldercare.registry.places import Community, Town
from eldercare.registry.workers import Caregiver, CaregiverQualification, Rider, Shift
from eldercare.settings import DISTRICT_CODE

Row = TypeVar("Row", bound=SQLModel)

ONE_DAY = timedelta(days=1)

BATCH = 5000
"""Ids in one query: both databases limit the number of bound values."""


@dataclass(frozen=True, slots=True)
class CaregiverShift:
    """A caregiver's shift on a date with the qualifications good on that date: code → level."""

    shift: Shift
    caregiver: Caregiver
    qualifications: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RiderShift:
    """A rider's shift on a date."""

    shift: Shift
    rider: Rider


def get_elder(session: Session, elder_id: str) -> Elder:
    """The elder of this id, ended or not; raises NotFound."""
    return _get(session, Elder, elder_id, "elder")


def get_caregiver(session: Session, caregiver_id: str) -> Caregiver:
    """The caregiver of this id, still employed or not; raises NotFound."""
    return _get(session, Caregiver, caregiver_id, "caregiver")


def get_rider(session: Session, rider_id: str) -> Rider:
    """The rider of this id, still employed or not; raises NotFound."""
    return _get(session, Rider, rider_id, "rider")


def _get(session: Session, table: type[Row], key: str, noun: str) -> Row:
    row = session.get(table, key)
    if row is None:
        raise NotFound(f"no {noun} has the id {key}", code=f"{noun}_not_found")
    return row


def communities_of(session: Session, area_code: str) -> list[Community]:
    """Communities of the district, of a town, or the one named; raises NotFound."""
    statement = select(Community).order_by(col(Community.code))
    if area_code != DISTRICT_CODE:
        town = col(Community.town_code) == area_code
        statement = statement.where(town | (col(Community.code) == area_code))
    found = list(session.scalars(statement))
    if not found and area_code != DISTRICT_CODE and session.get(Town, area_code) is None:
        raise NotFound(
            f"no district, town or community has the code {area_code}", code="area_not_found"
        )
    return found


def care_levels(session: Session, elder_ids: Iterable[str] | None, as_of: date) -> dict[str, int]:
    """Elder id → care level by the latest assessment on or before a date; None asks for everybody.

    Elders never assessed by then are left out.
    """
    latest = (
        select(col(Assessment.elder_id), func.max(col(Assessment.assessed_on)).label("on"))
        .where(col(Assessment.assessed_on) <= as_of)
        .group_by(col(Assessment.elder_id))
        .subquery()
    )
    statement = select(col(Assessment.elder_id), col(Assessment.level)).join(
        latest,
        and_(
            latest.c.elder_id == col(Assessment.elder_id),
            latest.c.on == col(Assessment.assessed_on),
        ),
    )
    rows = _for_elders(session, statement, col(Assessment.elder_id), elder_ids)
    return dict(sorted(rows))


def groups_as_of(
    session: Session, elder_ids: Iterable[str] | None, as_of: date
) -> dict[str, frozenset[PriorityGroup]]:
    """Elder id → priority groups on a date, elders in none left out; None asks for everybody."""
    statement = select(col(ElderGroup.elder_id), col(ElderGroup.group)).where(
        holds(ElderGroup, as_of)
    )
    found: dict[str, set[PriorityGroup]] = {}
    for elder_id, group in sorted(
        _for_elders(session, statement, col(ElderGroup.elder_id), elder_ids)
    ):
        found.setdefault(elder_id, set()).add(group)
    return {elder_id: frozenset(groups) for elder_id, groups in found.items()}


def elders_at_home(session: Session, as_of: date, *, area_code: str = DISTRICT_CODE) -> list[Elder]:
    """Elders registered, at home (no institution) and living in an area on a date.

    Raises NotFound for an unknown area.
    """
    statement = select(Elder).where(is_registered(as_of), ~is_in_institution(as_of))
    if area_code != DISTRICT_CODE:
        codes = [community.code for community in communities_of(session, area_code)]
        statement = statement.where(community_on(as_of).in_(codes))
    return sorted(session.scalars(statement), key=lambda elder: elder.id)


def caregiver_shifts(
    session: Session, on: date, *, towns: Sequence[str] | None = None
) -> tuple[CaregiverShift, ...]:
    """Shifts of caregivers employed on a date, with the qualifications good on it.

    Absences are taken off: whoever is away is left out, a shift may be a shorter copy of its row.
    """
    employed = started_not_ended(Caregiver.hired_on, Caregiver.left_on, on)
    statement = (
        select(Shift, Caregiver)
        .join(Caregiver, col(Caregiver.id) == col(Shift.caregiver_id))
        .where(col(Shift.on) == on, employed)
    )
    if towns is not None:
        statement = statement.where(col(Caregiver.town_code).in_(towns))
    rows = sorted(session.execute(statement).all(), key=lambda row: row[0].id)
    held = _qualifications(session, on)
    absences = absences_between(session, on, on + ONE_DAY)
    return tuple(
        CaregiverShift(part, caregiver, held.get(caregiver.id, {}))
        for shift, caregiver in rows
        if (part := present_part(shift, absences)) is not None
    )


def _qualifications(session: Session, on: date) -> dict[str, dict[str, int]]:
    """Caregiver id → code → highest level good on a date."""
    table = CaregiverQualification
    statement = select(
        col(table.caregiver_id), col(table.qualification_code), col(table.level)
    ).where(started_not_ended(table.obtained_on, table.expires_on, on))
    found: dict[str, dict[str, int]] = {}
    for caregiver_id, code, level in sorted(session.execute(statement).all()):
        found.setdefault(caregiver_id, {})[code] = level  # levels ascend: the highest stays
    return found


def rider_shifts(session: Session, on: date) -> tuple[RiderShift, ...]:
    """Shifts of riders employed on a date, absences taken off as with caregivers."""
    statement = (
        select(Shift, Rider)
        .join(Rider, col(Rider.id) == col(Shift.rider_id))
        .where(col(Shift.on) == on, started_not_ended(Rider.hired_on, Rider.left_on, on))
    )
    rows = sorted(session.execute(statement).all(), key=lambda row: row[0].id)
    absences = absences_between(session, on, on + ONE_DAY)
    return tuple(
        RiderShift(part, rider)
        for shift, rider in rows
        if (part := present_part(shift, absences)) is not None
    )


def in_batches(ids: Iterable[str]) -> Iterator[list[str]]:
    """Distinct ids in order, so many at a time as one query may bind."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def _for_elders(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    elder_id: Any,
    elder_ids: Iterable[str] | None,
) -> list[Any]:
    if elder_ids is None:
        return list(session.execute(statement).all())
    return [
        row
        for batch in in_batches(elder_ids)
        for row in session.execute(statement.where(elder_id.in_(batch))).all()
    ]
