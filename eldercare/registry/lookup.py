"""Rows by their ids, for rooms that hold ids of the registry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.registry.homes import HOME_FIELDS, FormerHome, Home, PlannedMove
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


def elders_as_of(session: Session, elder_ids: Iterable[str], on: date) -> dict[str, Elder]:
    """Elder id → row with the home of a date; a row with another home than today's is a copy."""
    found = elders_by_id(session, elder_ids)
    for elder_id, home in homes_on(session, found, on).items():
        found[elder_id] = at_home(found[elder_id], home)
    return found


def homes_on(session: Session, elder_ids: Iterable[str], on: date) -> dict[str, Home]:
    """Elder id → home of a date, for those whose row says another one."""
    found: dict[str, Home] = {}
    for batch in in_batches(elder_ids):
        planned = (
            select(PlannedMove)
            .where(col(PlannedMove.elder_id).in_(batch), col(PlannedMove.from_on) <= on)
            .order_by(col(PlannedMove.from_on))
        )
        left_later = (
            select(FormerHome)
            .where(col(FormerHome.elder_id).in_(batch), col(FormerHome.until_on) > on)
            .order_by(col(FormerHome.until_on).desc())
        )
        found |= {move.elder_id: move for move in session.scalars(planned)}
        found |= {home.elder_id: home for home in session.scalars(left_later)}
    return found


def at_home(elder: Elder, home: Home) -> Elder:
    """A copy of the row, of no session, with another home."""
    return Elder(**elder.model_dump() | {name: getattr(home, name) for name in HOME_FIELDS})


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
