"""Visits of a published day explained: certain or not, with fixes that are true."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from eldercare.database import reading, transaction
from eldercare.errors import InvalidInput, NotFound, NotPermitted
from eldercare.rostering.explaining.case import current_roster, open_case
from eldercare.rostering.explaining.explanations import (
    FixAnswer,
    State,
    VisitExplanation,
    certificate,
    explain_visit,
    fixes_for,
)
from eldercare.rostering.explaining.sentences import NOT_FOUND, PROVED
from eldercare.rostering.replanning import ReplanRequest, replan_day
from eldercare.rostering.tables import Placement, RosterRoute, RosterVisit
from eldercare.settings import DEMO_ON
from solver.explain import Reason
from solver.explaining.remedies import Remedy
from solver.problem import SkillNeed, TimeWindow
from solver.replanning.disturbance import appointments
from solver.solution import Proof, Route, Solution, Stop
from solver.verify import verify
from tests.rostering.conftest import NOW
from tests.solver.small import caregiver, day, visit

TRIES = 60


def mend(database: Engine, event: str) -> None:
    request = ReplanRequest(on=DEMO_ON, event=event, rounds=1)
    replan_day(database, request, by="周敏", now=NOW)


def rows(session: Session, **wanted: Any) -> list[RosterVisit]:
    """Visits of the roster that questions are about."""
    roster = current_roster(session, DEMO_ON)
    statement = select(RosterVisit).where(col(RosterVisit.roster_id) == roster.id)
    for name, value in wanted.items():
        statement = statement.where(getattr(RosterVisit, name) == value)
    return list(session.scalars(statement.order_by(col(RosterVisit.visit_id))))


def busiest(session: Session) -> tuple[str, str]:
    """A caregiver with a route in the town with the most visits, and the town."""
    roster = current_roster(session, DEMO_ON)
    routes = session.scalars(
        select(RosterRoute)
        .where(col(RosterRoute.roster_id) == roster.id, col(RosterRoute.caregiver_id).is_not(None))
        .order_by(col(RosterRoute.town_code), col(RosterRoute.caregiver_id))
    ).all()
    codes = [one.town_code for one in rows(session)]
    town = max(set(codes), key=lambda code: (codes.count(code), code))
    return next(str(one.caregiver_id) for one in routes if one.town_code == town), town


def ask(session: Session, visit_id: str, **more: Any) -> VisitExplanation:
    return explain_visit(session, visit_id, tries=TRIES, **more)


def are_true(session: Session, found: VisitExplanation) -> None:
    """Applied to the day, every fix serves the visit, and the checker agrees."""
    case = open_case(session, current_roster(session, DEMO_ON), found.town_code)
    served = set(appointments(case.day.problem, case.day.plan))
    fixes = fixes_for(case, found.visit_id, tries=TRIES)
    for told, fix in zip(found.fixes, fixes, strict=True):
        changed = remedy_of(found.visit_id, told).apply(case.day.problem)
        report = verify(changed, fix.plan)
        assert report.feasible, report.violations
        after = appointments(changed, fix.plan)
        assert served | {found.visit_id} <= set(after)
        at = after[found.visit_id]
        people = tuple(one.id for one in told.then.caregivers)
        assert (people, told.then.start_minutes) == (at.caregivers, at.start)
        assert told.added_cost == report.total - verify(case.day.problem, case.day.plan).total


def remedy_of(visit_id: str, fix: FixAnswer) -> Remedy:
    """The change that an answer describes."""
    return Remedy(
        kind=fix.kind,
        visit_id=visit_id,
        minutes=fix.minutes,
        caregiver=fix.caregiver.id if fix.caregiver else "",
        shift=fix.shift_id,
        skills=tuple(SkillNeed(*one) for one in fix.skills),
        opens=fix.opens_minutes,
        closes=fix.closes_minutes,
    )


def test_unserved_visits_are_judged_and_every_fix_applied_is_served(published: Engine) -> None:
    with reading(published) as session:
        sick, town = busiest(session)
    mend(published, f"sick:{sick}@08:00")
    with reading(published) as session:
        unserved = rows(session, placement=Placement.UNSERVED)
        found = [ask(session, one.visit_id) for one in unserved[:8]]
        fixes = [(one, fix) for one in found for fix in one.fixes]
        assert len(found) >= 4
        assert len(fixes) >= 4
        for one in found:
            sure = one.proof == Proof.IMPOSSIBLE.value
            head = PROVED if sure else NOT_FOUND
            assert one.state is State.UNSERVED
            assert one.told is None
            assert one.sentences[0].zh.startswith(head.zh)
            assert one.sentences[0].en.startswith(head.en)
        for one, fix in fixes:
            assert fix.caregiver is None or fix.caregiver.id != sick
            assert sick not in {who.id for who in fix.then.caregivers}
            assert fix.words in one.sentences
        for one in found:
            are_true(session, one)
        at_home = next(one for one in found if one.town_code == town)
        comparison = ask(session, at_home.visit_id, caregiver_id=sick).comparison
        assert comparison is not None
        assert [ban.code for ban in comparison.bans] == ["away"]


def test_a_certificate_is_of_the_visit_alone_or_beside_others_or_none() -> None:
    sharp = (TimeWindow(500, 500),)
    one, two = (visit(name, 1, windows=sharp) for name in ("V", "W"))
    stops = (Stop("W", 0, 490, 500, 530),)
    plan = Solution((Route("A/day", 480, stops, 540),))
    expected = {
        Reason.PAIR_NEEDS_TWO: day([visit("V", 1, parts=2, windows=sharp), two], [caregiver("A")]),
        Reason.GROUP_INFEASIBLE: day([one, two], [caregiver("A")]),
        Reason.NOT_FOUND_IN_TIME: day([one, two], [caregiver("A"), caregiver("B")]),
    }
    assert {certificate(given, plan, "V").reason: given for given in expected.values()} == expected


def test_a_planned_visit_says_who_when_and_what_it_costs(published: Engine) -> None:
    with reading(published) as session:
        for row in rows(session, placement=Placement.PLANNED)[::12]:
            found = ask(session, row.visit_id)
            case = open_case(session, current_roster(session, DEMO_ON), row.town_code)
            stops = [
                (stop.start, stop.end, case.day.problem.shift_by_id[route.shift_id][0].id)
                for route in case.day.plan.routes
                for stop in route.stops
                if stop.visit_id == row.visit_id
            ]
            assert found.state is State.PLANNED
            assert found.told is not None
            assert {found.told.start_minutes} == {start for start, _, _ in stops}
            assert {one.id for one in found.told.caregivers} == {who for *_, who in stops}
            assert found.told.caregivers[0].name in found.sentences[0].zh
            assert found.fixes == ()
            travel = {one.term: one for one in found.cost}
            assert all(one.cost == 10 * one.value for key, one in travel.items() if key == "travel")


def test_another_caregiver_is_forbidden_or_costs_what_the_terms_say(published: Engine) -> None:
    bans: set[str] = set()
    dearer = 0
    with reading(published) as session:
        _, town = busiest(session)
        people = sorted(
            {
                str(one)
                for one in session.scalars(
                    select(col(RosterRoute.caregiver_id)).where(
                        col(RosterRoute.town_code) == town,
                        col(RosterRoute.caregiver_id).is_not(None),
                    )
                )
            }
        )
        for row in rows(session, placement=Placement.PLANNED, town_code=town)[:5]:
            for who in people:
                told = ask(session, row.visit_id).told
                if told is not None and who in {one.id for one in told.caregivers}:
                    with pytest.raises(InvalidInput, match="comes already"):
                        ask(session, row.visit_id, caregiver_id=who)
                    continue
                found = ask(session, row.visit_id, caregiver_id=who).comparison
                assert found is not None
                bans |= {ban.code for ban in found.bans}
                assert bool(found.bans) or found.difference == sum(t.cost for t in found.terms)
                assert not found.bans or found.then is None
                dearer += found.then is not None and found.difference > 0
                assert found.caregiver.name in found.words.zh
    assert "skill_missing" in bans
    assert dearer


def test_somebody_of_another_town_has_no_shift_there(published: Engine) -> None:
    with reading(published) as session:
        _, town = busiest(session)
        row = rows(session, placement=Placement.PLANNED, town_code=town)[0]
        elsewhere = session.scalars(
            select(col(RosterRoute.caregiver_id)).where(
                col(RosterRoute.town_code) != town, col(RosterRoute.caregiver_id).is_not(None)
            )
        ).first()
        found = ask(session, row.visit_id, caregiver_id=elsewhere).comparison
    assert found is not None
    assert [ban.code for ban in found.bans] == ["not_on_duty"]


def test_set_aside_cancelled_and_left_out_say_so(published: Engine) -> None:
    with reading(published) as session:
        aside = rows(session, placement=Placement.SET_ASIDE)[0].visit_id
        called_off, left_out = (
            one.visit_id for one in rows(session, placement=Placement.PLANNED)[:2]
        )
    mend(published, f"cancel:{called_off}")
    with transaction(published) as session:
        (row,) = rows(session, visit_id=left_out)
        row.is_left_out, row.placement, row.detail = True, Placement.UNSERVED, "家属来接"
        session.add(row)
    with reading(published) as session:
        for name, state, zh in (
            (aside, State.SET_ASIDE, "住址没有坐标"),
            (called_off, State.CANCELLED, "当日已取消"),
            (left_out, State.LEFT_OUT, "理由：家属来接"),
        ):
            found = ask(session, name)
            assert (found.state, found.fixes, found.cost) == (state, (), ())
            assert zh in found.sentences[0].zh
            someone, _ = busiest(session)
            with pytest.raises(InvalidInput, match="nobody to compare"):
                ask(session, name, caregiver_id=someone)


def test_what_is_unknown_or_elsewhere_is_refused(published: Engine) -> None:
    with reading(published) as session:
        row = rows(session)[0]
        with pytest.raises(NotFound, match="has a visit none"):
            ask(session, "none")
        with pytest.raises(NotFound):
            ask(session, row.visit_id, caregiver_id="nobody")
        with pytest.raises(NotPermitted, match=row.town_code):
            ask(session, row.visit_id, towns=["320411000000"])
