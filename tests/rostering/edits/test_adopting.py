"""Fixes taken into a draft: what was offered is then so, and can be taken back."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from eldercare.accounts.audit import verify_chain
from eldercare.accounts.tables import Role, User
from eldercare.database import reading, transaction
from eldercare.errors import Conflict, InvalidInput, NotPermitted
from eldercare.registry.tables import Shift
from eldercare.rostering.edits.adopting import ADOPTABLE, OF_A_SHIFT, FixRequest, adopt_fix
from eldercare.rostering.edits.report import EditReport
from eldercare.rostering.edits.request import EditKind
from eldercare.rostering.edits.undoing import UndoRequest, last_edit, undo_edit
from eldercare.rostering.explaining.explanations import (
    FixAnswer,
    VisitExplanation,
    explain_visit,
)
from eldercare.rostering.lifecycle import find_roster, publish
from eldercare.rostering.replanning import ReplanRequest, replan_day
from eldercare.rostering.tables import Placement, RosterVisit, TownPlan
from eldercare.rostering.town_day import read_town_day
from eldercare.settings import DEMO_ON, DISTRICT_CODE, TIME_ZONE
from solver.explaining.remedies import Kind, Remedy
from solver.replanning import appointments
from solver.verify import verify
from tests.rostering.conftest import NOW
from tests.rostering.edits.test_editing import day_of, edit, largest_town, state
from tests.rostering.explaining.test_explanations import remedy_of

USER = User(name="周敏", password_hash="", role=Role.COORDINATOR, area_code=DISTRICT_CODE)
TRIES, CASES = 60, 6
ANSWERED_FOR = {Kind.WIDEN_EARLIER, Kind.WIDEN_LATER, Kind.OVERTIME}


def adopt(database: Engine, remedy: Remedy, **more: Any) -> EditReport:
    request = FixRequest(on=DEMO_ON, remedy=remedy, **more)
    return adopt_fix(database, request, user=USER, now=NOW)


def undo(database: Engine, **more: Any) -> None:
    undo_edit(database, UndoRequest(on=DEMO_ON, **more), by="周敏", now=NOW)


@pytest.fixture
def short(published: Engine) -> Engine:
    """The day after the busiest town lost its two fullest caregivers: visits wait for a place."""
    with reading(published) as session:
        day = largest_town(session)
    by_stops = sorted(day.plan.routes, key=lambda one: -len(one.stops))
    for route in by_stops[:2]:
        who = day.problem.shift_by_id[route.shift_id][0].id
        request = ReplanRequest(on=DEMO_ON, event=f"sick:{who}@07:00", rounds=1)
        replan_day(published, request, by="周敏", now=NOW)
    return published


def unserved(session: Session) -> list[VisitExplanation]:
    """Those without a place in the draft, with their fixes."""
    roster = find_roster(session, DEMO_ON)
    assert roster is not None
    ids = session.scalars(
        select(col(RosterVisit.visit_id))
        .where(
            col(RosterVisit.roster_id) == roster.id,
            col(RosterVisit.placement) == Placement.UNSERVED,
        )
        .order_by(col(RosterVisit.visit_id))
    ).all()
    return [explain_visit(session, one, tries=TRIES) for one in ids[:CASES]]


def holds(session: Session, found: VisitExplanation, promised: tuple[tuple[str, ...], int]) -> None:
    """The visit is served as promised, and whatever breaks has somebody who answers for it."""
    roster = find_roster(session, DEMO_ON)
    assert roster is not None
    day = read_town_day(session, roster, found.town_code)
    at = appointments(day.problem, day.plan)[found.visit_id]
    assert (at.caregivers, at.start) == promised
    plan = session.get(TownPlan, (roster.id, found.town_code))
    assert plan is not None
    assert plan.violations == plan.overridden == len(verify(day.problem, day.plan).violations)
    row = session.get(RosterVisit, (roster.id, found.visit_id))
    assert row is not None
    assert row.placement is Placement.PLANNED
    assert bool(row.override_reason) == bool(plan.overridden)


def taken_and_taken_back(database: Engine, one: VisitExplanation, fix: FixAnswer) -> None:
    remedy, before = remedy_of(one.visit_id, fix), state(database)
    told = adopt(database, remedy, dry_run=True)
    assert bool(told.breaks) == (remedy.kind in ANSWERED_FOR)
    if told.breaks:
        with pytest.raises(Conflict, match="override_reason"):
            adopt(database, remedy)
    assert state(database) == before
    with reading(database) as session:
        length = shift_of(session, remedy)
    report = adopt(database, remedy, reason="与家属商定")
    assert report.is_stored
    assert report.breaks == told.breaks
    people = tuple(person.id for person in fix.then.caregivers)
    with reading(database) as session:
        holds(session, one, (people, fix.then.start_minutes))
        longer = shift_of(session, remedy) - length
        assert longer == (remedy.minutes if remedy.kind in OF_A_SHIFT else 0)
        last = last_edit(session, DEMO_ON)
        assert last is not None
        assert (last.visit_id, last.by) == (one.visit_id, "周敏")
    undo(database)
    with reading(database) as session:
        row = session.get(RosterVisit, (report.roster_id, one.visit_id))
        assert row is not None
        assert (row.placement, row.override_reason) == (Placement.UNSERVED, None)
        after = last_edit(session, DEMO_ON)
        assert after is None or after.visit_id != one.visit_id or after.kind != "fix"


def test_every_fix_taken_is_served_and_can_be_taken_back(short: Engine) -> None:
    with reading(short) as session:
        found = [(one, fix) for one in unserved(session) for fix in one.fixes]
    kinds: set[Kind] = set()
    lengthened: set[str] = set()  # taking a fix back leaves the shift long: nothing to break there
    for one, fix in found:
        remedy = remedy_of(one.visit_id, fix)
        if remedy.kind not in ADOPTABLE:
            with pytest.raises(InvalidInput, match="not of one day"):
                adopt(short, remedy)
            continue
        if remedy.kind in kinds or remedy.shift in lengthened:
            continue
        kinds.add(remedy.kind)
        if remedy.kind in OF_A_SHIFT:
            lengthened.add(remedy.shift)
        taken_and_taken_back(short, one, fix)
    assert kinds


def waiting(database: Engine, **changes: Any) -> tuple[VisitExplanation, str]:
    """The last visit of the fullest route without a place, its row changed, and its shift's id.

    Only the caregiver who had it may come, at the very time that she was told.
    """
    day = day_of(database)
    route = max(day.plan.routes, key=lambda one: (len(one.stops), one.shift_id))
    stop = route.stops[-1]
    edit(database, EditKind.LEAVE_OUT, stop.visit_id, reason="家属来接")
    edit(database, EditKind.BRING_BACK, stop.visit_id)
    who = day.problem.shift_by_id[route.shift_id][0].id
    with transaction(database) as session:
        roster = find_roster(session, DEMO_ON)
        assert roster is not None
        row = session.get(RosterVisit, (roster.id, stop.visit_id))
        shift = session.get(Shift, route.shift_id)
        assert row is not None
        assert shift is not None
        row.locked_caregiver_ids = [who]
        opens = changes.get("opens", 0)
        row.window_start_minutes = row.window_end_minutes = stop.start + opens
        shift.end_minutes = route.return_at + changes.get("ends", 0)
        session.add_all([row, shift])
    with reading(database) as session:
        return explain_visit(session, stop.visit_id, tries=TRIES), route.shift_id


def fix_of(found: VisitExplanation, kind: Kind) -> FixAnswer:
    return next(one for one in found.fixes if one.kind is kind)


def test_a_wider_window_is_answered_for_by_name(published: Engine) -> None:
    one, _ = waiting(published, opens=20)
    taken_and_taken_back(published, one, fix_of(one, Kind.WIDEN_EARLIER))


def test_overtime_is_answered_for_and_a_longer_shift_is_one(published: Engine) -> None:
    one, _ = waiting(published, ends=-10)
    for kind in (Kind.OVERTIME, Kind.SHIFT_LATER):
        taken_and_taken_back(published, one, fix_of(one, kind))


def shift_of(session: Session, remedy: Remedy) -> int:
    """Minutes of the shift that a remedy names; 0 where it names none."""
    row = session.get(Shift, remedy.shift)
    return 0 if row is None else row.end_minutes - row.start_minutes


def test_a_fix_is_worked_out_again_and_refused_where_it_is_none(published: Engine) -> None:
    one, _ = waiting(published, opens=20)
    fix = fix_of(one, Kind.WIDEN_EARLIER)
    remedy = remedy_of(one.visit_id, fix)
    with pytest.raises(NotPermitted, match=one.town_code):
        adopt(published, remedy, towns=["320411000000"])
    with pytest.raises(Conflict, match="ask again"):
        adopt(published, remedy, reason="商定", clock=fix.then.start_minutes + 1)
    adopt(published, remedy, reason="商定")
    with pytest.raises(Conflict, match="placed meanwhile"):
        adopt(published, remedy, reason="商定")
    with transaction(published) as session:
        assert verify_chain(session).is_intact
        assert publish(session, DEMO_ON, by="周敏", now=NOW).version == 2


def test_fixes_of_a_day_under_way_lie_ahead(short: Engine) -> None:
    noon = datetime.combine(DEMO_ON, time(12), TIME_ZONE)
    with reading(short) as session:
        for one in unserved(session):
            found = explain_visit(session, one.visit_id, tries=TRIES, now=noon)
            for fix in found.fixes:
                assert fix.then.start_minutes >= 12 * 60
                assert all(each.now.start_minutes >= 12 * 60 for each in fix.moved)
