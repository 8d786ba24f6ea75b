"""Chances of the published day, and what slack buys."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.database import reading, transaction
from eldercare.errors import InvalidInput, NotFound
from eldercare.rostering.lifecycle import find_roster
from eldercare.rostering.planning import PlanRequest, plan_day
from eldercare.rostering.robustness import FRAGILE_SPOTS, robustness
from eldercare.rostering.summary import summarise
from eldercare.rostering.tables import RosterStatus
from eldercare.settings import DEMO_ON
from tests.rostering.conftest import NOW


def test_every_served_visit_has_a_chance_and_the_worst_come_first(published: Engine) -> None:
    with reading(published) as session:
        roster = find_roster(session, DEMO_ON)
        assert roster is not None
        assert roster.id is not None
        report = robustness(session, DEMO_ON, trials=60)
        assert report == robustness(session, DEMO_ON, trials=60)
        served = summarise(session, roster.id).visits.served
    assert (report.roster_id, report.version) == (roster.id, 1)
    assert len(report.visits) == served
    chances = [one.on_time for one in report.visits]
    assert chances == sorted(chances)
    assert 0 < report.on_time < 1
    assert all(one.caregivers and one.elder_name for one in report.visits)
    assert all(one.on_time <= min(one.in_window, one.as_promised) for one in report.visits)
    falls = [one.on_time_before - one.on_time for one in report.fragile]
    assert 0 < len(falls) <= FRAGILE_SPOTS
    assert falls == sorted(falls, reverse=True)


def test_slack_makes_a_town_more_robust(published: Engine) -> None:
    with reading(published) as session:
        before = robustness(session, DEMO_ON, trials=200)
        town = max(before.visits, key=lambda one: one.town_code).town_code
        before = robustness(session, DEMO_ON, trials=200, towns=[town])
    request = PlanRequest(on=DEMO_ON, towns=[town], time_limit_seconds=2, slack_percent=30)
    with ThreadPoolExecutor(1) as pool:
        roster_id = plan_day(published, request, now=NOW, executor=pool, workers=1)
    with reading(published) as session:
        assert summarise(session, roster_id).violations == 0
        after = robustness(session, DEMO_ON, trials=200, towns=[town])
        told = robustness(session, DEMO_ON, trials=200, towns=[town], status=RosterStatus.PUBLISHED)
    assert (after.roster_id, after.version) == (roster_id, None)
    assert told == before
    assert len(after.visits) >= len(before.visits) - 1
    assert after.on_time > before.on_time


def test_a_large_town_is_planned_with_slack_in_shards(published: Engine) -> None:
    with reading(published) as session:
        visits = robustness(session, DEMO_ON, trials=1).visits
    codes = [one.town_code for one in visits]
    town = max(set(codes), key=codes.count)
    request = PlanRequest(
        on=DEMO_ON, towns=[town], time_limit_seconds=3, slack_percent=10, shard_visits=7
    )
    with ThreadPoolExecutor(1) as pool:
        roster_id = plan_day(published, request, now=NOW, executor=pool, workers=1)
    with transaction(published) as session:
        summary = summarise(session, roster_id)
        assert summary.violations == 0
        assert summary.visits.served >= 0.8 * len(visits)  # of shards so small, in so little time


def test_what_makes_no_sense_is_refused(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        with pytest.raises(NotFound, match="eldercare plan"):
            robustness(session, DEMO_ON)
        with pytest.raises(InvalidInput, match="0 trials"):
            robustness(session, DEMO_ON, trials=0)
    with pytest.raises(InvalidInput, match="slack 101"):
        PlanRequest(on=DEMO_ON, slack_percent=101)
    with pytest.raises(InvalidInput, match="ortools"):
        PlanRequest(on=DEMO_ON, slack_percent=10, engine="ortools")
