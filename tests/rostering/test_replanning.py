"""A published day is mended: what has begun stays, few are disturbed, nobody is forgotten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from eldercare.accounts.audit import verify_chain
from eldercare.accounts.tables import AuditEntry
from eldercare.database import reading, transaction
from eldercare.errors import Conflict, EldercareError, InvalidInput, NotFound
from eldercare.rostering import replanning
from eldercare.rostering.lifecycle import find_roster, publish
from eldercare.rostering.replanning import ReplanReport, ReplanRequest, adopt, propose, replan_day
from eldercare.rostering.tables import (
    Placement,
    RosterEvent,
    RosterMeal,
    RosterRoute,
    RosterStatus,
    RosterStop,
    RosterVisit,
    TownPlan,
)
from eldercare.rostering.town_day import TownDay, read_town_day
from eldercare.settings import DEMO_ON
from solver.verify import verify
from tests.rostering.conftest import NOW

AT_MOST = 5


def mend(database: Engine, event: str, **more: Any) -> ReplanReport:
    request = ReplanRequest(
        on=DEMO_ON, event=event, rounds=more.pop("rounds", 1), most_disturbed=AT_MOST, **more
    )
    return replan_day(database, request, by="周敏", now=NOW)


@dataclass(frozen=True)
class Day:
    """What a roster says: who comes to a visit when, and what became of each visit."""

    stops: dict[tuple[str, int], tuple[str, int, int]]
    placement: dict[str, Placement]
    priority: dict[str, int]
    people: dict[str, int]

    def served(self) -> set[str]:
        return {one for one, found in self.placement.items() if found is Placement.PLANNED}


def day_of(database: Engine) -> Day:
    with reading(database) as session:
        roster = find_roster(session, DEMO_ON)
        assert roster is not None
        rows = session.execute(
            select(RosterStop, RosterRoute)
            .join(RosterRoute, col(RosterRoute.id) == col(RosterStop.route_id))
            .where(col(RosterStop.roster_id) == roster.id, col(RosterStop.visit_id).is_not(None))
        )
        stops = {
            (stop.visit_id, stop.part): (
                route.caregiver_id,
                stop.start_minutes,
                stop.end_minutes,
            )
            for stop, route in rows
        }
        visits = session.scalars(
            select(RosterVisit).where(col(RosterVisit.roster_id) == roster.id)
        ).all()
        return Day(
            stops,
            {one.visit_id: one.placement for one in visits},
            {one.visit_id: one.priority for one in visits},
            {one.visit_id: one.people for one in visits},
        )


def towns(session: Session) -> list[TownDay]:
    roster = find_roster(session, DEMO_ON)
    assert roster is not None
    codes = session.scalars(
        select(col(TownPlan.town_code)).where(col(TownPlan.roster_id) == roster.id)
    ).all()
    return [read_town_day(session, roster, code) for code in sorted(codes)]


def test_a_stored_day_reads_back_as_the_plan_that_was_verified(published: Engine) -> None:
    with reading(published) as session:
        costs = {one.town_code: one.visit_cost for one in session.scalars(select(TownPlan))}
        days = towns(session)
    assert sum(len(day.plan.routes) for day in days) > 10
    for day in days:
        report = verify(day.problem, day.plan)
        assert not report.violations
        assert {term.value: cost for term, cost in report.cost.items() if cost} == costs[
            day.town_code
        ]


def visits_of(town: TownDay) -> set[str]:
    return {stop.visit_id for route in town.plan.routes for stop in route.stops}


def random_event(rng: Random, day: Day, *, elders: list[str]) -> str:
    visits = sorted({visit for visit, _ in day.stops})
    carers = sorted({who for who, _, _ in day.stops.values()})
    visit, clock = rng.choice(visits), f"{rng.randrange(7, 17):02d}:{rng.randrange(60):02d}"
    return rng.choice(
        [
            f"sick:{rng.choice(carers)}@{clock}",
            f"late-start:{rng.choice(carers)}@{clock}",
            f"cancel:{visit}",
            f"no-show:{visit}",
            f"overrun:{visit}:+{rng.randrange(5, 60)}",
            f"emergency:{rng.choice(elders)}:urgent@{clock}",
            f"new:{rng.choice(elders)}:visiting@{clock}-17:30",
        ]
    )


def too_late(town: TownDay, event: str) -> set[str]:
    """Visits that begin after their window where everybody follows the plan after an overrun.

    Rests are left out, so that doing nothing looks no worse than it is.
    """
    _, subject, more = event.split(":")
    start = {(s.visit_id, s.part): s.start for r in town.plan.routes for s in r.stops}
    length = {(s.visit_id, s.part): s.end - s.start for r in town.plan.routes for s in r.stops}
    for key in length:
        length[key] += int(more) if key[0] == subject else 0
    for _ in start:
        for route in town.plan.routes:
            way = town.problem.travel[town.problem.shift_by_id[route.shift_id][0].mode]
            for one, two in pairwise(route.stops):
                last, key = (one.visit_id, one.part), (two.visit_id, two.part)
                here, there = (town.problem.visit_by_id[stop.visit_id] for stop in (one, two))
                setup = 0 if here.building and here.building == there.building else there.setup
                there_at = start[last] + length[last] + int(way[here.place, there.place]) + setup
                start[key] = max(start[key], there_at)
        for visit, part in start:
            start[visit, part] = max(at for (one, _), at in start.items() if one == visit)
    ends = {one.id: one.windows[-1].end for one in town.problem.visits}
    return {visit for (visit, _), at in start.items() if at > ends[visit]}


def check(before: Day, after: Day, report: ReplanReport, late: set[str]) -> None:
    """The promises of a replanning, worked out from the two days alone.

    `late` are the visits that doing nothing would give too late.
    """
    assert report.violations == 0
    kind, subject = report.event.split(":")[0], report.event.split(":")[1].split("@")[0]
    assert len({one.elder for one in report.disturbed}) <= AT_MOST
    assert set(after.placement) == set(before.placement) | ({report.incoming} - {None})
    for key, (who, start, end) in before.stops.items():
        if start <= report.at_minutes and key[0] != subject:
            assert after.stops[key] == (who, start, end), (report.event, key)
    for visit, placement in after.placement.items():
        parts = sum(one[0] == visit for one in after.stops)
        assert parts == (after.people[visit] if placement is Placement.PLANNED else 0)
    # Doing nothing would lose what she was to do, or the visit that is called off.
    is_hers = kind in {"sick", "late-start"}
    lost = {
        visit
        for (visit, _), (who, start, _) in before.stops.items()
        if (is_hers and who == subject and start > report.at_minutes)
        or (kind == "cancel" and visit == subject)
        or (kind == "overrun" and visit in late)
    }
    served = sum(before.priority[one] == 2 for one in before.served() - lost)
    assert sum(after.priority[one] == 2 for one in after.served()) >= served
    told = {one.visit for one in (*report.disturbed, *report.lost)}
    for visit in before.served() - {subject}:
        if visit not in told:
            assert visit in after.served()
            mine = sorted(one for one in before.stops if one[0] == visit)
            assert sorted(before.stops[one][0] for one in mine) == sorted(
                after.stops[one][0] for one in mine
            )
            assert abs(before.stops[mine[0]][1] - after.stops[mine[0]][1]) <= 30


def disturb(database: Engine, seed: int, count: int) -> None:
    """Events one after the other on the same day, each checked against the day before it."""
    rng = Random(seed)
    with reading(database) as session:
        elders = sorted(
            {
                one.elder_id
                for one in session.scalars(
                    select(RosterVisit).where(col(RosterVisit.placement) == Placement.PLANNED)
                )
            }
        )
    done = 0
    for _ in range(3 * count):
        refusal: EldercareError | None = None
        before = day_of(database)
        event = random_event(rng, before, elders=elders)
        late: set[str] = set()
        if event.startswith("overrun"):
            with reading(database) as session:
                (town,) = [one for one in towns(session) if event.split(":")[1] in visits_of(one)]
            late = too_late(town, event)
        try:
            report = mend(database, event, rounds=0)
        except EldercareError as fault:
            refusal = fault
        else:
            check(before, day_of(database), report, late)
        if refusal is not None:
            assert refusal.code in {"event_impossible", "visit_cancelled"}, event
            assert day_of(database) == before
            continue
        done += 1
        if done == count:
            return
    raise AssertionError(f"only {done} of {count} events could have happened")


def test_random_disturbances_of_a_day(published: Engine) -> None:
    disturb(published, seed=1, count=8)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 22))
def test_two_hundred_more(published: Engine, seed: int) -> None:
    disturb(published, seed=seed, count=10)


def busiest(database: Engine) -> tuple[str, list[str]]:
    """The caregiver with the most stops, and her visits in order of time."""
    visits: dict[str, list[tuple[int, str]]] = {}
    for (visit, _), (who, start, _) in day_of(database).stops.items():
        visits.setdefault(who, []).append((start, visit))
    who = max(sorted(visits), key=lambda one: len(visits[one]))
    return who, [visit for _, visit in sorted(visits[who])]


def test_a_sick_caregiver_stays_away_when_more_happens(published: Engine) -> None:
    who, visits = busiest(published)
    mend(published, f"sick:{who}@07:00")
    assert not [one for one in day_of(published).stops.values() if one[0] == who]
    others = sorted({visit for visit, _ in day_of(published).stops} - set(visits))
    mend(published, f"cancel:{others[0]}")
    assert not [one for one in day_of(published).stops.values() if one[0] == who]


def test_a_cancelled_visit_is_kept_and_no_longer_asked_for(published: Engine) -> None:
    _, visits = busiest(published)
    mend(published, f"cancel:{visits[-1]}")
    after = day_of(published)
    assert after.placement[visits[-1]] is Placement.CANCELLED
    with pytest.raises(Conflict, match="has been called off"):
        mend(published, f"no-show:{visits[-1]}")


def test_an_emergency_is_served_as_of_the_first_priority(published: Engine) -> None:
    _, visits = busiest(published)
    with reading(published) as session:
        row = session.scalars(
            select(RosterVisit).where(col(RosterVisit.visit_id) == visits[0])
        ).one()
        elder = row.elder_id
    report = mend(published, f"emergency:{elder}:urgent@09:00")
    assert report.incoming == f"N{elder}-1.20200917"
    after = day_of(published)
    assert after.placement[report.incoming] is Placement.PLANNED
    assert 540 <= after.stops[report.incoming, 0][1] <= 660
    with reading(published) as session:  # whatever happens next, it still goes before all others
        draft = find_roster(session, DEMO_ON, RosterStatus.DRAFT)
        assert draft is not None
        problem = read_town_day(session, draft, report.town_code).problem
    assert problem.visit_by_id[report.incoming].priority == 2
    again = mend(published, f"emergency:{elder}:urgent@12:00")
    assert again.incoming == f"N{elder}-2.20200917"


def test_the_published_version_and_the_meals_stay(published: Engine) -> None:
    who, _ = busiest(published)
    with reading(published) as session:
        old = find_roster(session, DEMO_ON, RosterStatus.PUBLISHED)
        assert old is not None
        meals = len(
            session.scalars(select(RosterMeal).where(col(RosterMeal.roster_id) == old.id)).all()
        )
    report = mend(published, f"sick:{who}@10:00")
    with transaction(published) as session:
        stored = select(RosterMeal).where(col(RosterMeal.roster_id) == report.roster_id)
        assert len(session.scalars(stored).all()) == meals
        assert find_roster(session, DEMO_ON, RosterStatus.PUBLISHED).id == old.id  # type: ignore[union-attr]  # asserted above
        (event,) = session.scalars(select(RosterEvent)).all()
        assert (event.event, event.recorded_by) == (f"sick:{who}@10:00", "周敏")
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.subject) == ("roster.replan", "roster/2020-09-17")
        assert verify_chain(session).is_intact
        assert publish(session, DEMO_ON, by="周敏", now=NOW).version == 2


def test_a_roster_that_changed_meanwhile_is_not_overwritten(
    published: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, visits = busiest(published)
    search = vars(replanning)["replan"]

    def slow(*given: Any, **more: Any) -> Any:
        found = search(*given, **more)
        monkeypatch.undo()
        mend(published, f"cancel:{visits[-1]}")
        return found

    monkeypatch.setattr(replanning, "replan", slow)
    with pytest.raises(Conflict, match="was changed meanwhile") as caught:
        mend(published, f"sick:{who}@10:00")
    assert caught.value.code == "roster_changed"
    assert day_of(published).placement[visits[-1]] is Placement.CANCELLED


@pytest.mark.parametrize(
    ("event", "kind", "words"),
    [
        ("sick:nobody@10:00", NotFound, "no caregiver has the id nobody"),
        ("cancel:nothing.20200917", NotFound, "has no visit nothing"),
        ("emergency:nobody:urgent@10:00", NotFound, "no elder has the id nobody"),
    ],
)
def test_what_is_unknown_is_named(
    published: Engine, event: str, kind: type[EldercareError], words: str
) -> None:
    before = day_of(published)
    with pytest.raises(kind, match=words):
        mend(published, event)
    assert day_of(published) == before


def test_a_service_must_be_of_the_catalogue_and_at_home(published: Engine) -> None:
    with reading(published) as session:
        elder = session.scalars(select(col(RosterVisit.elder_id))).first()
    with pytest.raises(NotFound, match="known are bathing"):
        mend(published, f"emergency:{elder}:surgery@10:00")
    with pytest.raises(InvalidInput, match="is not given at home"):
        mend(published, f"emergency:{elder}:meal_delivery@10:00")


def test_a_date_without_a_roster_is_not_found(published: Engine) -> None:
    request = ReplanRequest(on=DEMO_ON.replace(year=2021), event="cancel:any")
    with pytest.raises(NotFound, match="has no roster"):
        replan_day(published, request, by="周敏", now=NOW)


def test_a_proposal_is_stored_only_when_it_is_adopted(published: Engine) -> None:
    before, worker = day_of(published), _first_worker(published)
    request = ReplanRequest(on=DEMO_ON, event=f"sick:{worker}@09:00", rounds=1)
    proposal = propose(published, request)
    assert proposal.report.roster_id == 0
    assert proposal.change
    assert day_of(published) == before
    report = adopt(published, proposal, by="周敏", now=NOW)
    assert report.roster_id > 0
    assert replace(report, roster_id=0) == proposal.report
    now = day_of(published)
    for one in report.disturbed:
        assert one.now is not None
        given = {stop[0] for key, stop in now.stops.items() if key[0] == one.visit}
        assert given == set(one.now.caregivers)
    with pytest.raises(Conflict) as refused:
        adopt(published, proposal, by="周敏", now=NOW)
    assert refused.value.code == "roster_changed"


def _first_worker(database: Engine) -> str:
    return min(caregiver for caregiver, _, _ in day_of(database).stops.values())
