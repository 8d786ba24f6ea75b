"""Who carried how much in the last weeks, and which elders see too many faces.

A service record says what happened and goes before the roster, which says what was meant: of a
visit with records only the records count. The way between the stops is known from rosters alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from eldercare.care.holidays import HolidayCalendar, holiday_calendar
from eldercare.care.records import was_visited
from eldercare.care.tables import Outcome, ServiceRecord
from eldercare.clock import local_minutes
from eldercare.errors import InvalidInput
from eldercare.registry.as_of import started_not_ended
from eldercare.registry.attendance import absences_between
from eldercare.registry.lookup import elders_by_id, town_of_community
from eldercare.registry.queries import in_batches
from eldercare.registry.tables import Caregiver, Community, Elder
from eldercare.rostering.in_force import rosters_in_force
from eldercare.rostering.tables import RosterRoute, RosterStop
from solver.fairness import Cared, Fairness, WorkedDay, carers, fairness, unpopular_minutes
from solver.fairness import past_workload as owed

LOOK_BACK_DAYS = 14
"""Two weeks: long enough for a weekend duty to count, short enough that it is made good soon."""
MOST_DAYS = 366
FULL_TIME_MINUTES = 5 * 8 * 60
"""A week of full time; whoever has a lower weekly limit works that share of it."""
CARERS_DAYS = 30
MOST_CARERS = 5
"""Different caregivers an elder may see in 30 days before it warns: one who comes as a rule, one
for weekends, one for leave, and twice chance. Assumed, to be tuned with coordinators."""


@dataclass(frozen=True, slots=True)
class TownWorkload:
    """The caregivers of a town over the look-back, side by side."""

    town_code: str
    fairness: Fairness
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ManyCarers:
    """An elder to whom more different caregivers came than is good."""

    elder_id: str
    name: str
    town_code: str
    caregivers: int
    limit: int


def workload(
    session: Session, on: date, *, days: int, towns: Sequence[str] | None = None
) -> list[TownWorkload]:
    """Hours, travel and unpopular hours of everybody employed on a date, by town.

    The look-back holds the `days` dates before `on`; `towns` None: all.
    """
    people = _employed(session, on, towns)
    by_town: defaultdict[str, list[Caregiver]] = defaultdict(list)
    for one in people:
        by_town[one.town_code].append(one)
    rows = worked_days(session, (one.id for one in people), on - timedelta(days=days), on)
    return [
        TownWorkload(
            town_code=code,
            fairness=fairness(rows, on=on, days=days, group=[one.id for one in group]),
            names={one.id: one.name for one in group},
        )
        for code, group in sorted(by_town.items())
    ]


def past_workloads(
    session: Session, caregivers: Iterable[Caregiver], on: date, *, days: int = LOOK_BACK_DAYS
) -> dict[str, int]:
    """Caregiver id → minutes carried more than the least burdened of the group, put on full time.

    Days away and days before somebody was hired are credited with a usual day of the group.
    """
    people = sorted(caregivers, key=lambda one: one.id)
    since_on = on - timedelta(days=days)
    absences = absences_between(session, since_on, on)
    dates = [since_on + timedelta(days=offset) for offset in range(days)]

    def is_away(one: Caregiver, day: date) -> bool:
        return day < one.hired_on or any(
            row.start_minutes is None
            and row.from_on <= day
            and (row.until_on is None or day < row.until_on)
            for row in absences.get(one.id, ())
        )

    return owed(
        worked_days(session, (one.id for one in people), since_on, on),
        on=on,
        days=days,
        contract_percent={one.id: _percent(one) for one in people},
        away_days={one.id: sum(is_away(one, day) for day in dates) for one in people},
    )


def _percent(caregiver: Caregiver) -> int:
    limit = caregiver.maximum_minutes_per_week
    if limit is None:
        return 100
    return max(1, min(100, 100 * limit // FULL_TIME_MINUTES))


def worked_days(
    session: Session, caregiver_ids: Iterable[str], since_on: date, until_on: date
) -> list[WorkedDay]:
    """What caregivers did on each date from one up to before another, by caregiver and date.

    Days on which somebody did nothing are left out.
    """
    done = _Done(holiday_calendar(session))
    rosters = rosters_in_force(session, since_on, until_on)
    for batch in in_batches(caregiver_ids):
        for caregiver_id, on, started_at, ended_at in _records(session, batch, since_on, until_on):
            start = local_minutes(started_at)
            took = round((ended_at - started_at).total_seconds() / 60)
            done.add(caregiver_id, on, start, start + took)
        if rosters:
            _add_planned(session, done, batch, rosters)
    return done.days()


class _Done:
    """Minutes of care, of them unpopular ones, and travel, by caregiver and date."""

    def __init__(self, calendar: HolidayCalendar) -> None:
        self._calendar = calendar
        self._sums: defaultdict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0, 0])

    def add(self, caregiver_id: str, on: date, start: int, end: int) -> None:
        """A service from one minute of the day to another."""
        sums = self._sums[caregiver_id, on]
        is_rest_day = on.isoweekday() > 5 or on in self._calendar.week(on)
        sums[0] += max(0, end - start)
        sums[1] += unpopular_minutes(start, end, is_rest_day=is_rest_day)

    def travel(self, caregiver_id: str, on: date, minutes: int) -> None:
        """Minutes on the way."""
        self._sums[caregiver_id, on][2] += minutes

    def days(self) -> list[WorkedDay]:
        """A row for each caregiver and date."""
        return [
            WorkedDay(
                caregiver=caregiver_id,
                on=on,
                work_minutes=care + travel,
                travel_minutes=travel,
                unpopular_minutes=unpopular,
            )
            for (caregiver_id, on), (care, unpopular, travel) in sorted(self._sums.items())
        ]


def _records(
    session: Session, caregiver_ids: Sequence[str], since_on: date, until_on: date
) -> Iterable[tuple[str, date, datetime, datetime]]:
    """Services that took place and have both times."""
    statement = select(
        col(ServiceRecord.caregiver_id),
        col(ServiceRecord.on),
        col(ServiceRecord.started_at),
        col(ServiceRecord.ended_at),
    ).where(
        col(ServiceRecord.caregiver_id).in_(caregiver_ids),
        col(ServiceRecord.on) >= since_on,
        col(ServiceRecord.on) < until_on,
        col(ServiceRecord.outcome) == Outcome.DELIVERED,
        _has_both_times(),
    )
    rows: Iterable[Any] = session.execute(statement)
    yield from rows


def _has_both_times() -> ColumnElement[bool]:
    return and_(
        col(ServiceRecord.started_at).is_not(None), col(ServiceRecord.ended_at).is_not(None)
    )


def _add_planned(
    session: Session, done: _Done, caregiver_ids: Sequence[str], rosters: Mapping[int, date]
) -> None:
    """The ways of the rosters in force, and the services of which no record tells more."""
    mine = (
        col(RosterRoute.caregiver_id).in_(caregiver_ids),
        col(RosterRoute.roster_id).in_(rosters),
    )
    route = (col(RosterRoute.caregiver_id), col(RosterRoute.roster_id))
    ways = select(*route, func.sum(col(RosterRoute.travel_minutes))).where(*mine).group_by(*route)
    for caregiver_id, roster_id, minutes in session.execute(ways):
        done.travel(caregiver_id, rosters[roster_id], minutes)
    told = (
        select(1)
        .where(
            col(ServiceRecord.visit_id) == col(RosterStop.visit_id),
            or_(col(ServiceRecord.outcome) != Outcome.DELIVERED, _has_both_times()),
        )
        .exists()
    )
    stops = (
        select(*route, col(RosterStop.start_minutes), col(RosterStop.end_minutes))
        .join(RosterStop, col(RosterStop.route_id) == col(RosterRoute.id))
        .where(*mine, col(RosterStop.visit_id).is_not(None), ~told)
    )
    for caregiver_id, roster_id, start, end in session.execute(stops):
        done.add(caregiver_id, rosters[roster_id], start, end)


def many_carers(
    session: Session,
    on: date,
    *,
    days: int = CARERS_DAYS,
    limit: int = MOST_CARERS,
    towns: Sequence[str] | None = None,
) -> list[ManyCarers]:
    """Elders to whom more than `limit` different caregivers came before `on`, most first."""
    since_on = on - timedelta(days=days)
    pair = (col(ServiceRecord.elder_id), col(ServiceRecord.caregiver_id))
    statement = (
        select(*pair, func.max(col(ServiceRecord.on)))
        .join(Elder, col(Elder.id) == col(ServiceRecord.elder_id))
        .where(col(ServiceRecord.caregiver_id).is_not(None), *was_visited(since_on, on))
        .group_by(*pair)
    )
    if towns is not None:
        living = select(col(Community.code)).where(col(Community.town_code).in_(towns))
        statement = statement.where(col(Elder.community_code).in_(living))
    rows = [Cared(elder, who or "", last) for elder, who, last in session.execute(statement)]
    found = [one for one in carers(rows, on=on, days=days, limit=limit) if one.too_many]
    elders = elders_by_id(session, (one.elder for one in found))
    town_of = town_of_community(session)
    return [
        ManyCarers(
            elder_id=one.elder,
            name=elders[one.elder].name,
            town_code=town_of[elders[one.elder].community_code],
            caregivers=len(one.caregivers),
            limit=limit,
        )
        for one in found
    ]


def _employed(session: Session, on: date, towns: Sequence[str] | None) -> list[Caregiver]:
    employed = started_not_ended(Caregiver.hired_on, Caregiver.left_on, on)
    statement = select(Caregiver).where(employed)
    if towns is not None:
        statement = statement.where(col(Caregiver.town_code).in_(towns))
    return sorted(session.scalars(statement), key=lambda one: one.id)


@dataclass(frozen=True, slots=True)
class FairnessReport:
    """Workload of the `days` before a date by town, and elders who saw too many caregivers."""

    on: date
    days: int
    towns: tuple[TownWorkload, ...]
    carers_days: int
    many_carers: tuple[ManyCarers, ...]


def fairness_report(
    session: Session, on: date, *, days: int = LOOK_BACK_DAYS, towns: Sequence[str] | None = None
) -> FairnessReport:
    """Both questions of fairness at once; `towns` None: all. Raises InvalidInput for odd days."""
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(f"{days} days: give 1 to {MOST_DAYS}", code="days_out_of_range")
    return FairnessReport(
        on=on,
        days=days,
        towns=tuple(workload(session, on, days=days, towns=towns)),
        carers_days=CARERS_DAYS,
        many_carers=tuple(many_carers(session, on, towns=towns)),
    )
