"""Minutes of home visits in a month: what an elder may have, what is planned, what was given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.entitlement import entitled_minutes
from eldercare.care.months import month_of
from eldercare.care.planned import planned_visits
from eldercare.care.tables import CarePlan, Outcome, ServiceRecord, ServiceType
from eldercare.registry.as_of import community_on
from eldercare.registry.queries import communities_of, get_elder, in_batches
from eldercare.registry.tables import Elder


@dataclass(frozen=True, slots=True)
class MonthHours:
    """One elder's month in minutes; a visit of two caregivers counts once.

    `entitled_minutes` None: nothing says a limit. `delivered_minutes` holds what was recorded, so
    it is less than planned while the month lasts.
    """

    elder_id: str
    month_on: date
    entitled_minutes: int | None
    planned_minutes: int
    delivered_minutes: int

    @property
    def used_minutes(self) -> int:
        """What counts against the entitlement: the larger of planned and delivered."""
        return max(self.planned_minutes, self.delivered_minutes)


def hours_of_elder(session: Session, elder_id: str, month: date) -> MonthHours:
    """An elder's hours in the month of a date; raises NotFound."""
    get_elder(session, elder_id)
    (found,) = hours_of_month(session, [elder_id], month)
    return found


def hours_of_area(session: Session, area_code: str, month: date) -> list[MonthHours]:
    """Hours of the elders of a district, town or community who have a plan or were visited.

    Where somebody lives on the last day of the month counts. In order of elder; raises NotFound
    for an unknown area.
    """
    start_on, end_on = month_of(month)
    codes = [community.code for community in communities_of(session, area_code)]
    living = community_on(end_on - timedelta(days=1)).in_(codes)
    planned = select(col(CarePlan.elder_id)).join(Elder, col(Elder.id) == col(CarePlan.elder_id))
    visited = select(col(ServiceRecord.elder_id)).join(
        Elder, col(Elder.id) == col(ServiceRecord.elder_id)
    )
    of_month = (col(ServiceRecord.on) >= start_on, col(ServiceRecord.on) < end_on)
    ids = set(session.scalars(planned.where(living, col(CarePlan.from_on) < end_on)))
    ids |= set(session.scalars(visited.where(living, *of_month)))
    found = hours_of_month(session, ids, month)
    return [hours for hours in found if hours.used_minutes or hours.entitled_minutes]


def hours_of_month(session: Session, elder_ids: Iterable[str], month: date) -> list[MonthHours]:
    """The elders' hours in the month of a date, in order of elder."""
    start_on, end_on = month_of(month)
    ids = sorted(set(elder_ids))
    entitled = entitled_minutes(session, ids, month)
    planned: defaultdict[str, int] = defaultdict(int)
    for visit in planned_visits(session, ids, start_on, end_on):
        planned[visit.elder_id] += visit.occurrence.minutes
    delivered = delivered_minutes(session, ids, start_on, end_on)
    return [
        MonthHours(one, start_on, entitled[one], planned[one], delivered.get(one, 0)) for one in ids
    ]


def delivered_minutes(
    session: Session, elder_ids: Iterable[str], since_on: date, until_on: date
) -> dict[str, int]:
    """Elder id → recorded minutes of delivered visits from a date up to before another.

    Of two caregivers the one who stayed longer counts; a record without both times counts the
    usual minutes of its service. Elders nobody came to are absent.
    """
    longest: dict[tuple[str, str], int] = {}
    usual = dict(
        session.execute(select(col(ServiceType.code), col(ServiceType.default_minutes))).all()
    )
    for batch in in_batches(elder_ids):
        statement = select(
            col(ServiceRecord.elder_id),
            col(ServiceRecord.visit_id),
            col(ServiceRecord.service_type_code),
            col(ServiceRecord.started_at),
            col(ServiceRecord.ended_at),
        ).where(
            col(ServiceRecord.elder_id).in_(batch),
            col(ServiceRecord.outcome) == Outcome.DELIVERED,
            col(ServiceRecord.on) >= since_on,
            col(ServiceRecord.on) < until_on,
        )
        for elder_id, visit_id, service, started_at, ended_at in session.execute(statement):
            minutes = usual[service]
            if started_at is not None and ended_at is not None:
                minutes = round((ended_at - started_at).total_seconds() / 60)
            longest[elder_id, visit_id] = max(minutes, longest.get((elder_id, visit_id), 0))
    found: defaultdict[str, int] = defaultdict(int)
    for (elder_id, _), minutes in longest.items():
        found[elder_id] += minutes
    return dict(found)
