"""Two rosters compared in people, and the cost of the day: everything is counted once."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from eldercare.database import reading, transaction
from eldercare.errors import InvalidInput, NotFound
from eldercare.rostering.explaining.case import (
    current_roster,
    roster_asked,
    roster_named,
    rosters_compared,
)
from eldercare.rostering.explaining.day_costs import cost_of_day
from eldercare.rostering.explaining.differences import compare
from eldercare.rostering.lifecycle import publish
from eldercare.rostering.tables import Placement
from eldercare.settings import DEMO_ON
from solver.explaining.diff import Change
from tests.rostering.conftest import NOW
from tests.rostering.explaining.test_explanations import busiest, mend, rows


def test_a_roster_does_not_differ_from_itself(published: Engine) -> None:
    with reading(published) as session:
        roster = current_roster(session, DEMO_ON)
        found = compare(session, roster, roster)
        assert (found.visits, found.caregivers, found.terms, found.cost) == ((), (), (), 0)
        assert found.unchanged == len(rows(session, placement=Placement.PLANNED))
        assert len(found.still_unserved) == len(rows(session, placement=Placement.UNSERVED))
        with pytest.raises(NotFound, match="no published version before"):
            rosters_compared(session, DEMO_ON, None, None)


def test_a_mended_day_differs_by_who_comes_when_and_what_it_costs(published: Engine) -> None:
    with reading(published) as session:
        sick, town = busiest(session)
        before = {one.visit_id: one.placement for one in rows(session)}
    mend(published, f"sick:{sick}@10:00")
    with reading(published) as session:
        first, second = rosters_compared(session, DEMO_ON, None, None)
        found = compare(session, first, second)
        after = {one.visit_id: one.placement for one in rows(session)}
        lost = {
            one
            for one in before
            if (before[one], after[one]) == (Placement.PLANNED, Placement.UNSERVED)
        }
        by_change = {
            change: {one.visit_id for one in found.visits if change in one.changes}
            for change in Change
        }
        assert (found.towns_changed, bool(lost)) == ((town,), True)
        assert by_change[Change.NO_LONGER_SERVED] == lost
        counted = len(found.visits) + found.unchanged + len(found.still_unserved)
        assert counted == sum(one is not Placement.SET_ASIDE for one in before.values())
        for one in found.visits:
            if Change.NEW_CAREGIVER in one.changes and one.was and one.now:
                assert set(one.was.caregivers) != set(one.now.caregivers)
            if Change.NEW_TIME in one.changes:
                assert abs(one.moved_minutes) > 30
            assert one.elder.name in one.words.zh
        costs = [cost_of_day(session, one) for one in (first, second)]
        assert found.cost == costs[1].cost - costs[0].cost == sum(t.cost for t in found.terms)
        (hers,) = (one for one in found.caregivers if one.caregiver.id == sick)
        assert hers.lost
        assert hers.work_now_minutes < hers.work_was_minutes
        backwards = compare(session, second, first)
        assert backwards.cost == -found.cost
        assert backwards.counts[Change.NEWLY_SERVED] == found.counts[Change.NO_LONGER_SERVED]
        elsewhere = compare(session, first, second, towns=[])
        assert (elsewhere.visits, elsewhere.unchanged) == ((), 0)


def test_a_visit_called_off_is_told_apart(published: Engine) -> None:
    with reading(published) as session:
        visit = rows(session, placement=Placement.PLANNED)[0].visit_id
    mend(published, f"cancel:{visit}")
    with reading(published) as session:
        found = compare(session, *rosters_compared(session, DEMO_ON, "published", "draft"))
        (one,) = (one for one in found.visits if one.visit_id == visit)
        assert (one.cancelled, one.now, one.changes) == (True, None, (Change.NO_LONGER_SERVED,))
        assert "当日已取消" in one.words.zh


def test_rosters_by_name(published: Engine) -> None:
    with reading(published) as session:
        visit = rows(session, placement=Placement.PLANNED)[0].visit_id
    mend(published, f"cancel:{visit}")
    with reading(published) as session:
        draft = roster_named(session, DEMO_ON, "draft")
        assert roster_named(session, DEMO_ON, f"id:{draft.id}") is draft
        assert roster_asked(session, DEMO_ON, None) is draft
        assert roster_named(session, DEMO_ON, "1").version == 1
        for name in ("2", "id:999", "id:1000000"):
            with pytest.raises(NotFound):
                roster_named(session, DEMO_ON, name)
        for name in ("newest", "v2", "²", "id:"):
            with pytest.raises(InvalidInput, match="not understood"):
                roster_named(session, DEMO_ON, name)
    with transaction(published) as session:
        publish(session, DEMO_ON, by="周敏", now=NOW)
    with reading(published) as session:
        first, second = rosters_compared(session, DEMO_ON, None, None)
        assert (first.version, second.version) == (1, 2)


def test_the_cost_of_the_day_adds_up_to_what_was_verified(published: Engine) -> None:
    with reading(published) as session:
        roster = current_roster(session, DEMO_ON)
        found = cost_of_day(session, roster)
        assert len(found.towns) > 5
        for town in found.towns:
            assert (town.agrees, town.cost) == (True, town.stored)
            assert town.cost == sum(row.cost for row in town.rows)
            for term in town.terms:
                shares = [one for row in town.rows for one in row.terms if one.term is term.term]
                assert term.value == sum(one.value for one in shares)
                assert term.cost == sum(one.cost for one in shares)
        assert found.cost == sum(town.cost for town in found.towns)
        assert found.cost == sum(term.cost for term in found.terms)
        code = found.towns[0].town_code
        assert [one.town_code for one in cost_of_day(session, roster, towns=[code]).towns] == [code]
