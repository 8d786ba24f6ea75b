"""Rows by their ids, for rooms that hold ids of the registry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.registry.people import Elder
from eldercare.registry.places import Community, Town
from eldercare.registry.queries import in_batches
from eldercare.registry.workers import Caregiver, CaregiverQualification


def elders_by_id(session: Session, elder_ids: Iterable[str]) -> dict[str, Elder]:
    """Elder id → row; unknown ids are absent."""
    found: dict[str, Elder] = {}
    for batch in in_batches(elder_ids):
        rows = session.scalars(select(Elder).where(col(Elder.id).in_(batch)))
        found |= {elder.id: elder for elder in rows}
    return found


def town_of_community(session: Session) -> dict[str, str]:
    """Community code → town code."""
    pairs = select(col(Community.code), col(Community.town_code))
    return dict(session.execute(pairs).all())


def town_names(session: Session) -> dict[str, str]:
    """Town code → name, in order of code."""
    pairs = select(col(Town.code), col(Town.name)).order_by(col(Town.code))
    return dict(session.execute(pairs).all())


def caregiver_names(session: Session) -> dict[str, str]:
    """Caregiver id → name."""
    return dict(session.execute(select(col(Caregiver.id), col(Caregiver.name))).all())


def qualifications_by_caregiver(
    session: Session, caregiver_ids: Iterable[str]
) -> dict[str, tuple[CaregiverQualification, ...]]:
    """Caregiver id → every qualification ever held, expired ones too (they explain a refusal)."""
    found: defaultdict[str, list[CaregiverQualification]] = defaultdict(list)
    for batch in in_batches(caregiver_ids):
        rows = session.scalars(
            select(CaregiverQualification)
            .where(col(CaregiverQualification.caregiver_id).in_(batch))
            .order_by(
                col(CaregiverQualification.qualification_code),
                col(CaregiverQualification.obtained_on),
            )
        )
        for row in rows:
            found[row.caregiver_id].append(row)
    return {caregiver_id: tuple(rows) for caregiver_id, rows in found.items()}
