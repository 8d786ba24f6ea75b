"""What of a date's standing roster binds a plan that is made in its place, town by town."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.care.demand import Visit
from eldercare.rostering.decisions import Decision
from eldercare.rostering.handing_on import standing_decisions
from eldercare.rostering.lifecycle import find_roster, scenario_named
from eldercare.rostering.reported import came_in_urgently, reported_at
from eldercare.rostering.rest_of_day import rest_of_day
from eldercare.rostering.rows import TownRows
from eldercare.rostering.tables import (
    Placement,
    Roster,
    RosterRoute,
    RosterStatus,
    RosterVisit,
    TownPlan,
)
from eldercare.rostering.town_day import bare_visit, read_town_day
from eldercare.rostering.under_way import UnderWay
from eldercare.rostering.visit_gaps import without_contradictions


@dataclass(frozen=True, slots=True)
class StandingPlan:
    """The roster that a plan is stored over, with what of it holds on.

    `minute` is how far the day has come where that is known and people were told a plan.
    """

    roster: Roster | None
    minute: int | None
    decisions: Mapping[str, Mapping[str, Decision]] = field(default_factory=dict)
    slack: Mapping[str, int] = field(default_factory=dict)
    """Town → per cent of slack that was bought."""


def standing_plan(
    session: Session, on: date, scenario: str = "", *, clock: int | None = None
) -> StandingPlan:
    """Read it: the scenario, or else the draft or what is published.

    `clock`: minutes after midnight where the date is today. Raises NotFound for no such scenario.
    """
    roster = scenario_named(session, on, scenario) if scenario else find_roster(session, on)
    if roster is None:
        return StandingPlan(None, None)
    told = find_roster(session, on, RosterStatus.PUBLISHED) is not None
    plans = session.scalars(select(TownPlan).where(col(TownPlan.roster_id) == roster.id))
    return StandingPlan(
        roster,
        clock if told else None,
        standing_decisions(session, on, scenario),
        {one.town_code: one.slack_percent for one in plans if one.slack_percent},
    )


def bound(
    session: Session, standing: StandingPlan, rows: TownRows, slack_percent: int | None
) -> TownRows:
    """A town's rows with what binds its new plan; `slack_percent` None: as much as it has."""
    code = rows.town_code
    rows = replace(
        rows,
        decisions=standing.decisions.get(code, {}),
        slack_percent=standing.slack.get(code, 0) if slack_percent is None else slack_percent,
    )
    if standing.roster is None or not _is_planned(session, standing.roster, code):
        return rows
    known = reported_at(session, standing.roster.id or 0, code)
    minutes = [*known.values(), *([] if standing.minute is None else [standing.minute])]
    if not minutes:
        return rows
    return _under_way(session, standing.roster, rows, max(minutes))


def _is_planned(session: Session, roster: Roster, town_code: str) -> bool:
    return session.get(TownPlan, (roster.id, town_code)) is not None


def _under_way(session: Session, roster: Roster, rows: TownRows, minute: int) -> TownRows:
    """The rows of a day that has come so far: what has begun, came in or was called off is kept."""
    called_off = _called_off(session, roster, rows)
    day = read_town_day(session, roster, rows.town_code, also=called_off)
    events = tuple(reported_at(session, roster.id or 0, rows.town_code))
    under_way = UnderWay(
        minute=minute,
        plan=day.plan,
        reported=events,
        cancelled=frozenset(one.id for one in called_off),
        came_in_urgently=came_in_urgently(events, day.rows.visits),
        overridden=day.overridden,
        keeps_meals=_riders_are_out(session, roster, rows.town_code, minute),
    )
    begun = rest_of_day(day.problem, under_way).begun
    visits = _merged(rows.visits, day.rows.visits, begun | under_way.cancelled)
    shifts = {one.id: one for one in (*day.rows.shifts, *rows.shifts)}
    return replace(
        rows,
        visits=visits,
        gaps=without_contradictions(rows.gaps, visits),
        elders={**day.rows.elders, **rows.elders},
        groups={**day.rows.groups, **rows.groups},
        familiar={**day.rows.familiar, **rows.familiar},
        refused={**day.rows.refused, **rows.refused},
        shifts=list(shifts.values()),
        caregivers={**day.rows.caregivers, **rows.caregivers},
        qualifications={**day.rows.qualifications, **rows.qualifications},
        under_way=under_way,
    )


def _merged(
    asked: Sequence[Visit], stored: Iterable[Visit], as_they_were: frozenset[str]
) -> list[Visit]:
    """What care plans ask for now, with what has begun as it was and what came in on the day."""
    old = {one.id: one for one in stored}
    kept = [old[one.id] if one.id in as_they_were and one.id in old else one for one in asked]
    known = {one.id for one in kept}
    further = (one for one in old.values() if one.id in as_they_were or not one.plan_item_id)
    return [*kept, *(one for one in further if one.id not in known)]


def _called_off(session: Session, roster: Roster, rows: TownRows) -> list[Visit]:
    found = session.scalars(
        select(RosterVisit)
        .where(
            col(RosterVisit.roster_id) == roster.id,
            col(RosterVisit.town_code) == rows.town_code,
            col(RosterVisit.placement) == Placement.CANCELLED,
        )
        .order_by(col(RosterVisit.visit_id))
    )
    return [bare_visit(rows.on, one) for one in found]


def _riders_are_out(session: Session, roster: Roster, town_code: str, minute: int) -> bool:
    leaving = select(col(RosterRoute.id)).where(
        col(RosterRoute.roster_id) == roster.id,
        col(RosterRoute.town_code) == town_code,
        col(RosterRoute.rider_id).is_not(None),
        col(RosterRoute.departure_minutes) <= minute,
    )
    return session.scalars(leaving.limit(1)).first() is not None
