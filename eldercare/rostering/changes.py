"""What changed in the registry since a roster was planned, and nobody who plans has seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.demand import Visit
from eldercare.care.expand import expand_day
from eldercare.care.tables import ServiceType
from eldercare.registry.lookup import qualifications_by_caregiver
from eldercare.registry.queries import caregiver_shifts
from eldercare.registry.tables import CaregiverQualification
from eldercare.rostering.tables import (
    Placement,
    Roster,
    RosterRoute,
    RosterStop,
    RosterVisit,
    TownPlan,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertified:
    """A caregiver on a visit that asks for a certificate she does not hold on the date."""

    caregiver_id: str
    visit_id: str
    qualification_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnseenChanges:
    """How a roster differs from what the registry would ask for now; ids of visits and workers."""

    asked_for: tuple[str, ...]
    """Visits asked for now that the roster does not know."""
    no_longer: tuple[str, ...]
    """Visits of the roster that no care plan asks for any more."""
    changed: tuple[str, ...]
    """Visits with another window, length, number of people or service."""
    absent: tuple[str, ...]
    """Caregivers with a route who have no such shift any more."""
    uncertified: tuple[Uncertified, ...]

    @property
    def count(self) -> int:
        """How many changes there are."""
        seen = (self.asked_for, self.no_longer, self.changed, self.absent, self.uncertified)
        return sum(len(one) for one in seen)


def unseen_changes(session: Session, roster: Roster) -> UnseenChanges:
    """Compare a roster's visits and routes with what the registry says of its towns now."""
    rows = session.scalars(
        select(RosterVisit)
        .where(col(RosterVisit.roster_id) == roster.id)
        .order_by(col(RosterVisit.visit_id))
    ).all()
    towns = session.scalars(
        select(col(TownPlan.town_code)).where(col(TownPlan.roster_id) == roster.id)
    ).all()
    demand = expand_day(session, roster.on, towns=sorted(towns)).visits if towns else ()
    asked = {one.id: one for one in demand}
    known = {one.visit_id: one for one in rows}
    live = [
        one
        for one in rows
        if one.placement is not Placement.CANCELLED and one.plan_item_id is not None
    ]
    given = session.execute(
        select(col(RosterRoute.caregiver_id), col(RosterRoute.shift_id), col(RosterStop.visit_id))
        .join(RosterStop, col(RosterStop.route_id) == col(RosterRoute.id))
        .where(
            col(RosterRoute.roster_id) == roster.id,
            col(RosterRoute.caregiver_id).is_not(None),
            col(RosterStop.visit_id).is_not(None),
        )
    ).all()
    at_work = {(one.caregiver.id, one.shift.id) for one in caregiver_shifts(session, roster.on)}
    routes = {(who, shift) for who, shift, _ in given}
    visits = sorted({(who, visit) for who, _, visit in given})
    return UnseenChanges(
        asked_for=tuple(sorted(asked.keys() - known.keys())),
        no_longer=tuple(one.visit_id for one in live if one.visit_id not in asked),
        changed=tuple(
            one.visit_id
            for one in live
            if one.visit_id in asked and _differs(one, asked[one.visit_id])
        ),
        absent=tuple(sorted({who for who, _ in routes - at_work})),
        uncertified=tuple(_uncertified(session, roster.on, visits, known)),
    )


def _differs(row: RosterVisit, asked: Visit) -> bool:
    return (
        row.window_start_minutes,
        row.window_end_minutes,
        row.minutes,
        row.people,
        row.service_type_code,
    ) != (
        asked.window_start_minutes,
        asked.window_end_minutes,
        asked.minutes,
        asked.people,
        asked.service_type_code,
    )


def _uncertified(
    session: Session,
    on: date,
    given: Sequence[tuple[str, str]],
    rows: Mapping[str, RosterVisit],
) -> Iterable[Uncertified]:
    """Pairs without a certificate; what a coordinator answers for has been seen."""
    services = {one.code: one for one in session.scalars(select(ServiceType))}
    held = qualifications_by_caregiver(session, {who for who, _ in given})
    for who, visit_id in given:
        row = rows.get(visit_id)
        if row is None or row.override_reason:
            continue
        service = services[row.service_type_code]
        if service.qualification_code is None:
            continue
        if not any(_is_enough(one, service, on) for one in held.get(who, ())):
            yield Uncertified(
                caregiver_id=who, visit_id=visit_id, qualification_code=service.qualification_code
            )


def _is_enough(held: CaregiverQualification, service: ServiceType, on: date) -> bool:
    if held.obtained_on > on or (held.expires_on is not None and held.expires_on <= on):
        return False
    if held.qualification_code == service.qualification_code:
        return held.level >= service.qualification_level
    return held.qualification_code == service.alternative_qualification_code
