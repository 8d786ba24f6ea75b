"""What a new version of a roster changes for people; kilometres and costs come last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.demand import Visit
from eldercare.clock import clock
from eldercare.registry.lookup import caregiver_names, elders_by_id
from eldercare.rostering.explaining.answers import (
    Person,
    RosterRef,
    TermShare,
    Told,
    Words,
)
from eldercare.rostering.explaining.case import Names, ref
from eldercare.rostering.explaining.day_costs import town_plans
from eldercare.rostering.explaining.sentences import (
    joined,
    people_words,
    sentence,
    share,
)
from eldercare.rostering.explaining.words import CHANGES
from eldercare.rostering.problem_builder import build_visit_problem
from eldercare.rostering.rows import TownRows
from eldercare.rostering.tables import (
    Placement,
    Roster,
    RosterRoute,
    RosterStop,
    RosterVisit,
)
from eldercare.rostering.town_day import TownDay, read_town_day
from solver.explaining.costs import CostSheet, costs
from solver.explaining.diff import Change, Differences, VisitChange, differences
from solver.objective import Term
from solver.replanning.disturbance import Appointment
from solver.travel.crowfly import CrowFly


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDifference:
    """One visit that comes otherwise, comes newly, or does not come any more."""

    elder: Person
    town_code: str
    visit_id: str
    service_name: str
    changes: tuple[Change, ...]
    was: Told | None
    now: Told | None
    moved_minutes: int
    cancelled: bool
    """Called off in the second roster, so that nobody waits."""
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class CaregiverDifference:
    """A caregiver whose day changes: minutes of work and of way, visits won and lost."""

    caregiver: Person
    work_was_minutes: int
    work_now_minutes: int
    travel_was_minutes: int
    travel_now_minutes: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterDifferences:
    """Two rosters of a date, of the towns asked for.

    `counts` are elders by kind of change; `unchanged` visits served as before, `still_unserved`
    those served in neither. `terms` and `cost` are the second less the first, as verified.
    """

    before: RosterRef
    after: RosterRef
    counts: dict[Change, int]
    visits: tuple[VisitDifference, ...]
    unchanged: int
    still_unserved: tuple[str, ...]
    caregivers: tuple[CaregiverDifference, ...]
    terms: tuple[TermShare, ...]
    cost: int
    towns_changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Town:
    """One town that differs."""

    code: str
    found: Differences
    first: CostSheet
    second: CostSheet
    services: Mapping[str, str]


def compare(
    session: Session, before: Roster, after: Roster, *, towns: Collection[str] | None = None
) -> RosterDifferences:
    """Compare two rosters of one date; towns that are the same in both are not solved again."""
    codes = {plan.town_code for one in (before, after) for plan in town_plans(session, one, towns)}
    changed, unchanged, unserved = [], 0, []
    for code in sorted(codes):
        first, second = (_facts(session, one, code) for one in (before, after))
        if first == second:
            served = {one for one, *_ in second.stops}
            unchanged += len(served)
            unserved += sorted(one for one in second.open if one not in served)
            continue
        town = _town(session, before, after, code)
        changed.append(town)
        unchanged += town.found.unchanged
        unserved += town.found.still_unserved
    names = _names(session, changed)
    gone = _cancelled(session, after)
    visits = [one for town in changed for one in _visits(town, names, gone)]
    terms = _terms(changed)
    return RosterDifferences(
        before=ref(before),
        after=ref(after),
        counts=_counts(visits),
        visits=tuple(visits),
        unchanged=unchanged,
        still_unserved=tuple(unserved),
        caregivers=tuple(one for town in changed for one in _caregivers(town, names)),
        terms=terms,
        cost=sum(one.cost for one in terms),
        towns_changed=tuple(town.code for town in changed),
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """Everything of a town's part that a difference or its cost could come from."""

    stops: frozenset[tuple[str | None, int, str | None, str, int, int]]
    routes: frozenset[tuple[str, int, int, int | None]]
    open: frozenset[str]
    asked: frozenset[tuple[str, int, int, int, int]]


def _facts(session: Session, roster: Roster, town_code: str) -> _Facts:
    routes = session.scalars(
        select(RosterRoute).where(
            col(RosterRoute.roster_id) == roster.id,
            col(RosterRoute.town_code) == town_code,
            col(RosterRoute.caregiver_id).is_not(None),
        )
    ).all()
    route_of = {one.id: one for one in routes}
    stops = session.scalars(
        select(RosterStop).where(
            col(RosterStop.roster_id) == roster.id, col(RosterStop.visit_id).is_not(None)
        )
    )
    visits = session.scalars(
        select(RosterVisit).where(
            col(RosterVisit.roster_id) == roster.id, col(RosterVisit.town_code) == town_code
        )
    ).all()
    asked = [one for one in visits if one.placement is not Placement.CANCELLED]
    return _Facts(
        frozenset(_stop(one, route_of[one.route_id]) for one in stops if one.route_id in route_of),
        frozenset(
            (one.shift_id, one.departure_minutes, one.return_minutes, one.rest_start_minutes)
            for one in routes
        ),
        frozenset(one.visit_id for one in asked if one.placement is Placement.UNSERVED),
        frozenset(
            (
                one.visit_id,
                one.window_start_minutes,
                one.window_end_minutes,
                one.minutes,
                one.people,
            )
            for one in asked
        ),
    )


def _stop(one: RosterStop, route: RosterRoute) -> tuple[str | None, int, str | None, str, int, int]:
    return (
        one.visit_id,
        one.part,
        route.caregiver_id,
        route.shift_id,
        one.start_minutes,
        one.end_minutes,
    )


def _town(session: Session, before: Roster, after: Roster, town_code: str) -> _Town:
    first, second = (read_town_day(session, one, town_code) for one in (before, after))
    rows = _both(first.rows, second.rows)
    day = build_visit_problem(rows, CrowFly()).problem
    return _Town(
        town_code,
        differences(day, first.plan, second.plan),
        _sheet(first),
        _sheet(second),
        {one.id: rows.service_types[one.service_type_code].name for one in rows.visits},
    )


def _sheet(day: TownDay) -> CostSheet:
    return costs(day.problem, day.plan)


def _both(first: TownRows, second: TownRows) -> TownRows:
    """The rows of either: visits and shifts that only one of the rosters has are in it too."""
    visits: dict[str, Visit] = {one.id: one for one in (*first.visits, *second.visits)}
    shifts = {one.id: one for one in (*first.shifts, *second.shifts)}
    return replace(
        second,
        visits=list(visits.values()),
        shifts=list(shifts.values()),
        gaps=(),
        elders={**first.elders, **second.elders},
        groups={**first.groups, **second.groups},
        caregivers={**first.caregivers, **second.caregivers},
        qualifications={**first.qualifications, **second.qualifications},
    )


def _names(session: Session, towns: Iterable[_Town]) -> Names:
    elders = {elder.elder for town in towns for elder in town.found.elders}
    found = {key: one.name for key, one in elders_by_id(session, elders).items()}
    return Names(caregiver_names(session), found)


def _cancelled(session: Session, roster: Roster) -> frozenset[str]:
    return frozenset(
        session.scalars(
            select(col(RosterVisit.visit_id)).where(
                col(RosterVisit.roster_id) == roster.id,
                col(RosterVisit.placement) == Placement.CANCELLED,
            )
        )
    )


def _visits(town: _Town, names: Names, gone: Collection[str]) -> Iterable[VisitDifference]:
    for elder in town.found.elders:
        for one in elder.visits:
            who, service = names.elder(elder.elder), town.services[one.visit_id]
            cancelled = one.visit_id in gone
            yield VisitDifference(
                elder=who,
                town_code=town.code,
                visit_id=one.visit_id,
                service_name=service,
                changes=one.changes,
                was=names.told(one.was) if one.was else None,
                now=names.told(one.now) if one.now else None,
                moved_minutes=one.moved,
                cancelled=cancelled,
                words=_words(who, service, one, names, cancelled=cancelled),
            )


def _words(who: Person, service: str, one: VisitChange, names: Names, *, cancelled: bool) -> Words:
    changes = [CHANGES[change] for change in one.changes]
    what = Words("、".join(each.zh for each in changes), ", ".join(each.en for each in changes))
    if cancelled:
        what = Words("当日已取消", "called off")
    head = Words(f"{who.name}的{service}{what.zh}", f"{who.name}, {service}: {what.en}")
    was, now = _told(one.was, names), _told(one.now, names)
    parts = [head]
    if was is not None:
        parts.append(Words(f"原来{was.zh}", f"was {was.en}"))
    if now is not None:
        parts.append(Words(f"现在{now.zh}", f"now {now.en}"))
    return sentence(joined(parts))


def _told(one: Appointment | None, names: Names) -> Words | None:
    if one is None:
        return None
    who = people_words(names.told(one).caregivers)
    return Words(f"{clock(one.start)} {who.zh}", f"{clock(one.start)} {who.en}")


def _counts(visits: Iterable[VisitDifference]) -> dict[Change, int]:
    elders: dict[Change, set[str]] = {change: set() for change in Change}
    for one in visits:
        for change in one.changes:
            elders[change].add(one.elder.id)
    return {change: len(people) for change, people in elders.items()}


def _caregivers(town: _Town, names: Names) -> Iterable[CaregiverDifference]:
    """Minutes come from each roster's own day, on which services last as they did."""
    was = {row.caregiver: row for row in town.first.rows}
    now = {row.caregiver: row for row in town.second.rows}
    for one in town.found.caregivers:
        old, new = was.get(one.caregiver), now.get(one.caregiver)
        yield CaregiverDifference(
            caregiver=names.caregiver(one.caregiver),
            work_was_minutes=old.work if old else 0,
            work_now_minutes=new.work if new else 0,
            travel_was_minutes=old.travel if old else 0,
            travel_now_minutes=new.travel if new else 0,
            gained=one.gained,
            lost=one.lost,
        )


def _terms(towns: Iterable[_Town]) -> tuple[TermShare, ...]:
    value: Counter[Term] = Counter()
    cost: Counter[Term] = Counter()
    for town in towns:
        for term in Term:
            value[term] += town.second.terms[term] - town.first.terms[term]
            cost[term] += town.second.cost[term] - town.first.cost[term]
    return tuple(share(term, value[term], cost[term]) for term in Term if value[term])
