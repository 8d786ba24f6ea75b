"""A date is planned, stored, read, published: nothing asked for is ever lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.database import transaction
from eldercare.errors import InvalidInput, NotFound
from eldercare.rostering.lifecycle import close_past, publish, roster_of_version
from eldercare.rostering.planning import PlanRequest, effort_of, plan_day
from eldercare.rostering.reading import read_roster
from eldercare.rostering.rows import TownRows
from eldercare.rostering.tables import RosterStatus
from tests.registry.rows import OTHER_TOWN, TOWN
from tests.rostering.day import ON, small_day

NOW = datetime(2020, 9, 16, 12, tzinfo=UTC)
REQUEST = PlanRequest(on=ON, time_limit_seconds=1)
TOWN_ROWS = TownRows(on=ON, town_code=TOWN)


@pytest.fixture
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def town_day(engine: Engine) -> Engine:
    with transaction(engine) as session:
        small_day(session)
    return engine


def test_every_visit_is_placed_or_named_with_a_reason(town_day: Engine, pool: Executor) -> None:
    plan_day(town_day, REQUEST, now=NOW, executor=pool)
    with Session(town_day) as session:
        view = read_roster(session, ON)
    assert view.status is RosterStatus.DRAFT
    assert view.version is None
    assert view.summary.violations == 0
    served = {stop.visit_id for route in view.routes for stop in route.stops if stop.visit_id}
    assert served == {f"I{number}.20200917" for number in (1, 2, 6)}
    reasons = {one.visit_id: (one.reason, one.proof) for one in view.unplaced if one.visit_id}
    assert reasons["I3.20200917"] == ("no_position", "")
    assert reasons["I4.20200917"] == ("skill_expired", "proved_impossible")
    assert reasons["I5.20200917"][1] == "proved_impossible"
    counts = view.summary.visits
    assert (counts.required, counts.served, counts.unserved, counts.set_aside) == (6, 3, 2, 1)
    assert (counts.priority_required, counts.priority_served) == (1, 1)


def test_meals_are_delivered_counted_or_named(town_day: Engine, pool: Executor) -> None:
    plan_day(town_day, REQUEST, now=NOW, executor=pool)
    with Session(town_day) as session:
        view = read_roster(session, ON)
    meals = view.summary.meals
    assert (meals.orders, meals.on_site, meals.delivered, meals.undelivered, meals.set_aside) == (
        3, 1, 1, 0, 1,
    )  # fmt: skip
    (trip,) = [route for route in view.routes if route.rider_id]
    assert [stop.order_id for stop in trip.stops] == ["M1.20200917"]
    assert trip.travel_minutes == trip.stops[0].travel_minutes + trip.return_minutes - (
        trip.stops[0].end_minutes
    )


def test_planning_one_town_leaves_the_others_as_they_are(town_day: Engine, pool: Executor) -> None:
    plan_day(town_day, REQUEST, now=NOW, executor=pool)
    with Session(town_day) as session:
        before = read_roster(session, ON, towns=[OTHER_TOWN])
    again = PlanRequest(on=ON, towns=[TOWN], time_limit_seconds=1, seed=7)
    plan_day(town_day, again, now=NOW, executor=pool)
    with Session(town_day) as session:
        after = read_roster(session, ON, towns=[OTHER_TOWN])
        whole = read_roster(session, ON)
    assert before.routes == after.routes
    assert whole.summary.visits.required == 6


def test_publishing_numbers_versions_and_keeps_old_ones_readable(
    town_day: Engine, pool: Executor
) -> None:
    plan_day(town_day, REQUEST, now=NOW, executor=pool)
    with transaction(town_day) as session:
        assert publish(session, ON, by="周敏", now=NOW).version == 1
    plan_day(
        town_day, PlanRequest(on=ON, towns=[TOWN], time_limit_seconds=1), now=NOW, executor=pool
    )
    with transaction(town_day) as session:
        draft = read_roster(session, ON)
        assert draft.status is RosterStatus.DRAFT
        assert draft.summary.visits.required == 6  # the other town came from what was published
        assert publish(session, ON, by="周敏", now=NOW).version == 2
    with transaction(town_day) as session:
        assert roster_of_version(session, ON, 1).status is RosterStatus.CLOSED
        assert read_roster(session, ON, status=RosterStatus.PUBLISHED).version == 2
        assert close_past(session, NOW.date()) == 0
        assert close_past(session, ON.replace(day=18)) == 1


def test_nothing_to_publish_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound, match="no draft"):
        publish(session, ON, by="周敏", now=NOW)


def test_an_unplanned_date_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound, match="has no roster"):
        read_roster(session, ON)


def test_an_unknown_town_is_named(town_day: Engine, pool: Executor) -> None:
    with pytest.raises(NotFound, match="999"):
        plan_day(town_day, PlanRequest(on=ON, towns=["999"]), now=NOW, executor=pool)


def test_an_empty_registry_is_named(engine: Engine, pool: Executor) -> None:
    with pytest.raises(NotFound, match="no town"):
        plan_day(engine, REQUEST, now=NOW, executor=pool)


@pytest.mark.parametrize("wrong", [{"time_limit_seconds": 0.0}, {"engine": "magic"}])
def test_a_senseless_request_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        PlanRequest(on=ON, **wrong)


class BreaksFor(Executor):
    """An executor whose worker dies on one town, as a killed process would."""

    def __init__(self, town_code: str) -> None:
        self.town_code = town_code

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        rows: TownRows | None = args[0] if args else None
        if rows is not None and rows.town_code == self.town_code:
            future.set_exception(MemoryError("out of memory"))
        else:
            future.set_result(work(*args, **kwargs))
        return future


def test_a_crash_loses_one_town_and_names_every_need_of_it(town_day: Engine) -> None:
    plan_day(town_day, REQUEST, now=NOW, executor=BreaksFor(TOWN))
    with Session(town_day) as session:
        view = read_roster(session, ON)
    assert view.summary.visits.required == 6
    assert view.summary.visits.served == 1
    assert {one.reason for one in view.unplaced} == {"engine_failed"}
    assert view.summary.meals.orders == 3


def test_a_town_divides_its_seconds_and_never_has_none() -> None:
    effort = effort_of(40, REQUEST, TOWN_ROWS, alone=False)
    assert effort.visit_seconds + effort.meal_seconds == pytest.approx(40)
    assert effort.visit_seconds > effort.meal_seconds
    assert effort_of(40, REQUEST, TOWN_ROWS, alone=True).meal_seconds == 40
    assert effort_of(0, REQUEST, TOWN_ROWS, alone=False).visit_seconds > 0


def test_a_large_town_is_solved_in_shards_and_nothing_is_lost(
    town_day: Engine, pool: Executor
) -> None:
    request = replace(REQUEST, shard_visits=1)
    plan_day(town_day, request, now=NOW, executor=pool, workers=1)
    with Session(town_day) as session:
        view = read_roster(session, ON)
    assert view.summary.violations == 0
    counts = view.summary.visits
    assert (counts.required, counts.served, counts.unserved, counts.set_aside) == (6, 3, 2, 1)
    assert counts.proved_impossible == 2
    assert view.summary.meals.delivered == 1
