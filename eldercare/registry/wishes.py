"""Who does not go to whom, and where caregivers prefer to work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.registry.as_of import holds
from eldercare.registry.queries import in_batches
from eldercare.registry.working_time import CaregiverArea, Refusal


def refused_caregivers(
    session: Session, elder_ids: Iterable[str], on: date
) -> dict[str, frozenset[str]]:
    """Elder id → caregivers who must not come on a date, whichever of the two refuses.

    Elders without a refusal are left out.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for batch in in_batches(elder_ids):
        statement = select(col(Refusal.elder_id), col(Refusal.caregiver_id)).where(
            col(Refusal.elder_id).in_(batch), holds(Refusal, on)
        )
        for elder_id, caregiver_id in session.execute(statement):
            found[elder_id].add(caregiver_id)
    return {elder_id: frozenset(found[elder_id]) for elder_id in sorted(found)}


def preferred_communities(
    session: Session, caregiver_ids: Iterable[str]
) -> dict[str, frozenset[str]]:
    """Caregiver id → codes of the communities preferred; whoever prefers none is left out."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for batch in in_batches(caregiver_ids):
        statement = select(col(CaregiverArea.caregiver_id), col(CaregiverArea.community_code))
        for caregiver_id, code in session.execute(
            statement.where(col(CaregiverArea.caregiver_id).in_(batch))
        ):
            found[caregiver_id].add(code)
    return {caregiver_id: frozenset(found[caregiver_id]) for caregiver_id in sorted(found)}
