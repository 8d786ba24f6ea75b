"""A town planned anew while its day is under way: what was reported holds, what has begun stays."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from eldercare.database import reading, transaction
from eldercare.rostering import planning
from eldercare.rostering.edits.applying import Situation, apply
from eldercare.rostering.edits.request import Edit, EditKind
from eldercare.rostering.edits.slack_kept import applied, without_slack
from eldercare.rostering.handing_on import Loss, not_kept
from eldercare.rostering.lifecycle import find_roster, publish
from eldercare.rostering.planned import PlannedTown
from eldercare.rostering.planning import PlanRequest, plan_day
from eldercare.rostering.replanning import ReplanRequest, replan_day
from eldercare.rostering.slack import slack_of
from eldercare.rostering.solving import solve_town
from eldercare.rostering.summary import summarise
from eldercare.rostering.tables import (
    Placement,
    RosterEvent,
    RosterRoute,
    RosterStop,
    RosterVisit,
    TownPlan,
)
from eldercare.rostering.town_day import read_town_day
from eldercare.settings import DEMO_ON
from solver.robustness import Slack
from solver.robustness.keeping import tight_in
from solver.verify import verify
from tests.rostering.conftest import NOW
from tests.rostering.edits.test_taking import offers, take

TEN = 600


@dataclass(frozen=True)
class Told:
    """Stops of visits by (visit, part), what became of the visits, stops of meals, events."""

    stops: dict[tuple[str, int], tuple[str, int, int]]
    placement: dict[str, Placement]
    meals: list[tuple[Any, ...]]
    events: list[str]

    def of(self, caregiver: str) -> list[tuple[str, int, int]]:
        """(visit, start, end) of her stops by start."""
        mine = [
            (key[0], start, end)
            for key, (who, start, end) in self.stops.items()
            if who == caregiver
        ]
        return sorted(mine, key=lambda one: one[1])


def told(session: Session, town: str) -> Told:
    roster = find_roster(session, DEMO_ON)
    assert roster is not None
    routes = {
        one.id: one
        for one in session.scalars(
            select(RosterRoute).where(
                col(RosterRoute.roster_id) == roster.id, col(RosterRoute.town_code) == town
            )
        )
    }
    stops, meals = {}, []
    for one in session.scalars(select(RosterStop).where(col(RosterStop.roster_id) == roster.id)):
        route = routes.get(one.route_id)
        if route is None:
            continue
        if one.visit_id is not None:
            who = route.caregiver_id or ""
            stops[one.visit_id, one.part] = (who, one.start_minutes, one.end_minutes)
        else:
            meals.append((one.order_id, route.rider_id, one.start_minutes))
    visits = session.scalars(
        select(RosterVisit).where(
            col(RosterVisit.roster_id) == roster.id, col(RosterVisit.town_code) == town
        )
    )
    events = session.scalars(
        select(col(RosterEvent.event)).where(col(RosterEvent.roster_id) == roster.id)
    )
    return Told(stops, {v.visit_id: v.placement for v in visits}, sorted(meals), sorted(events))


def largest_town(session: Session) -> str:
    found = Counter(session.scalars(select(col(RosterStop.route_id))).all())
    towns: Counter[str] = Counter()
    for route in session.scalars(select(RosterRoute).where(col(RosterRoute.caregiver_id) != "")):
        towns[route.town_code] += found[route.id or 0]
    return towns.most_common(1)[0][0]


def anew(database: Engine, town: str, **more: Any) -> int:
    request = PlanRequest(on=DEMO_ON, towns=[town], time_limit_seconds=2, **more)
    with ThreadPoolExecutor(1) as pool:
        return plan_day(database, request, now=NOW, executor=pool, workers=1)


def report(database: Engine, event: str, at: int = TEN) -> None:
    request = ReplanRequest(on=DEMO_ON, event=event, rounds=0, clock=at)
    replan_day(database, request, by="周敏", now=NOW)


def begun(day: Told, minute: int) -> dict[tuple[str, int], tuple[str, int, int]]:
    return {key: stop for key, stop in day.stops.items() if stop[1] <= minute}


def running_at_ten(day: Told, late: str) -> str:
    """A visit that nobody gives who comes late, and that is under way at ten."""
    lates = {key[0] for key, (who, _, _) in day.stops.items() if who == late}
    under_way = (key[0] for key, (_, start, end) in day.stops.items() if start <= TEN < end)
    return next(one for one in under_way if one not in lates)


def reported_by_ten(
    database: Engine, before: Told, running: str, gone: set[str], sick: str
) -> tuple[list[str], str]:
    """Report what happens until ten; the events, and the visit that is called off."""
    free = {key: stop for key, stop in before.stops.items() if stop[0] not in gone}
    cancelled = max((start, key[0]) for key, (_, start, _) in free.items())[1]
    with reading(database) as session:
        roster = find_roster(session, DEMO_ON)
        assert roster is not None
        elder = session.get_one(RosterVisit, (roster.id, cancelled)).elder_id
    events = [
        f"sick:{sick}@10:00",
        f"cancel:{cancelled}",
        f"overrun:{running}:+25",
        f"emergency:{elder}:urgent@10:00",
    ]
    for event in events:
        report(database, event)
    return events, cancelled


def test_a_plan_made_in_the_morning_knows_what_was_reported(published: Engine) -> None:
    with reading(published) as session:
        town = largest_town(session)
        late = Counter(who for who, _, _ in told(session, town).stops.values()).most_common(1)[0][0]
    comes_late = f"late-start:{late}@13:00"
    report(published, comes_late, at=7 * 60)
    with reading(published) as session:
        before = told(session, town)
    running = running_at_ten(before, late)
    needed = {late, *(who for key, (who, _, _) in before.stops.items() if key[0] == running)}
    busy = Counter(who for who, start, _ in before.stops.values() if start > TEN)
    sick = next(who for who, _ in busy.most_common() if who not in needed)
    events, cancelled = reported_by_ten(published, before, running, {sick, late}, sick)
    with reading(published) as session:
        mended = told(session, town)
    roster_id = anew(published, town)
    with reading(published) as session:
        now = told(session, town)
        lost = not_kept(session, roster_id, [town])
        plan = session.get(TownPlan, (roster_id, town))
    assert begun(now, TEN) == begun(mended, TEN), "what is done or under way stays to the minute"
    assert begun(now, TEN)
    assert all(start <= TEN for _, start, _ in now.of(sick)), "no work for the sick"
    assert now.placement[cancelled] is Placement.CANCELLED
    assert all(visit != cancelled for visit, _ in now.stops)
    assert now.of(late), "her hours of rest are over when she comes: she works from one o'clock"
    assert all(start >= 13 * 60 for _, start, _ in now.of(late))
    came_in = {one for one in mended.placement if one not in before.placement}
    assert came_in
    assert came_in <= now.placement.keys()
    assert now.events == sorted([*events, comes_late])
    assert not [one for one in lost if one.loss in (Loss.EVENT, Loss.CANCELLED, Loss.VISIT_GONE)]
    assert plan is not None
    assert plan.violations == plan.overridden == 0
    with transaction(published) as session:
        publish(session, DEMO_ON, by="周敏", now=NOW)


def test_a_day_that_people_were_told_is_under_way_without_any_report(published: Engine) -> None:
    with reading(published) as session:
        town = largest_town(session)
        before = told(session, town)
    anew(published, town, clock=11 * 60 + 30)
    with reading(published) as session:
        now = told(session, town)
    assert begun(now, 690) == begun(before, 690)
    assert now.meals == before.meals, "riders are out: their rounds stay"
    assert sum(one is Placement.PLANNED for one in now.placement.values()) > 0


def edits_keep_slack(database: Engine, town: str) -> None:
    """A visit moved by hand is given room, where it used to begin as early as it can."""
    with reading(database) as session:
        roster = find_roster(session, DEMO_ON)
        assert roster is not None
        day = read_town_day(session, roster, town)
    tight = tight_in(day.problem, day.plan, slack_of(20) or Slack()).shifts
    assert len(tight) < len(day.plan.routes) / 2
    carers = [day.problem.shift_by_id[route.shift_id][0].id for route in day.plan.routes]
    edits = [
        Edit(kind=EditKind.MOVE, visit_id=route.stops[-1].visit_id, caregiver_ids=(carer,))
        for route in day.plan.routes
        for carer in carers
        if len(day.problem.visit_by_id[route.stops[-1].visit_id].parts) == 1
    ]
    lost, plainly_lost = 0, 0
    for edit in edits[:30]:
        found = applied(day, None, edit)
        plain = apply(Situation.of(day, None), edit)
        broken, plainly_broken = (
            len(verify(one.problem, one.plan).violations) for one in (found, plain)
        )
        assert broken <= plainly_broken
        lost += len(without_slack(day, found))
        plainly_lost += len(without_slack(day, plain))
    assert lost < plainly_lost


def test_an_event_reported_while_the_plan_is_made_is_named(
    published: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(published) as session:
        town = largest_town(session)
        visits = sorted((start, key[0]) for key, (_, start, _) in told(session, town).stops.items())
    first, last = visits[0][1], visits[-1][1]
    report(published, f"overrun:{first}:+5")

    def meanwhile(*given: Any) -> PlannedTown:
        report(published, f"cancel:{last}")
        return solve_town(*given)

    monkeypatch.setattr(planning, "solve_town", meanwhile)
    roster_id = anew(published, town)
    with reading(published) as session:
        lost = not_kept(session, roster_id, [town])
        events = told(session, town).events
    assert [one.subject for one in lost if one.loss is Loss.EVENT] == [f"cancel:{last}"]
    assert events == sorted([f"overrun:{first}:+5", f"cancel:{last}"])


def test_slack_stays_with_the_plan(published: Engine) -> None:
    with reading(published) as session:
        town = largest_town(session)

    def slack() -> dict[str, int]:
        with reading(published) as session:
            roster = find_roster(session, DEMO_ON)
            assert roster is not None
            return summarise(session, roster.id or 0).slack

    assert slack() == {}
    anew(published, town, slack_percent=20)
    assert slack() == {town: 20}
    edits_keep_slack(published, town)
    found, _ = offers(published)
    roomy = [one for one in found.offers if one.keeps_slack]
    assert roomy
    assert take(published, found, roomy[0]).without_slack == ()
    with reading(published) as session:
        visit = min((start, key[0]) for key, (_, start, _) in told(session, town).stops.items())[1]
    report(published, f"cancel:{visit}", at=0)
    assert slack() == {town: 20}
    anew(published, town)
    assert slack() == {town: 20}
    anew(published, town, slack_percent=0)
    assert slack() == {}
