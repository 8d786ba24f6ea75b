from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.accounts.tables import Role, User
from eldercare.errors import Conflict, InvalidInput, NotFound
from eldercare.registry import admit
from eldercare.registry.coordinates import CoordinateSystem, from_wgs84, metres_between
from eldercare.registry.homes import PositionOutcome, PositionReason, PositionTask
from eldercare.registry.outline import lies_in_district
from eldercare.registry.position_tasks import (
    TaskCount,
    assign_task,
    close_task,
    count_open_tasks,
    open_tasks,
)
from eldercare.registry.positions import Reach, place_at_community, place_elder, review_positions
from eldercare.registry.queries import get_elder
from eldercare.registry.tables import Community
from tests.registry.rows import OTHER_COMMUNITY, OTHER_TOWN, TOWN, community, elder, places, put

ON = date(2020, 9, 17)
DAY = timedelta(days=1)
NOW = datetime(2020, 9, 17, 1, tzinfo=UTC)
CHANGZHOU_SOUTH = (119.95, 31.70)
FAR_IN_THE_DISTRICT = (119.95, 31.99)


@pytest.fixture
def district(session: Session) -> Session:
    put(session, *places(), User(name="zhou", role=Role.COORDINATOR, password_hash="x"))
    nowhere = {"longitude": None, "latitude": None}
    put(session, elder("e1"), elder("lost", **nowhere))
    put(session, elder("other", community_code=OTHER_COMMUNITY, **nowhere))
    return session


def review(session: Session) -> dict[PositionReason, int]:
    return review_positions(session, ON, now=NOW, by="test")


def place(
    session: Session, degrees: tuple[float, float], system: CoordinateSystem
) -> PositionTask | None:
    return place_elder(session, "e1", *degrees, system, now=NOW, by="test")


def test_who_has_no_position_gets_the_communitys_and_a_task(district: Session) -> None:
    assert review(district) == {PositionReason.MISSING: 2}
    lost = get_elder(district, "lost")
    assert (lost.longitude, lost.latitude, lost.position_is_estimated) == (119.97, 31.83, True)
    assert review(district) == {}
    counts = [TaskCount(TOWN, None, 1), TaskCount(OTHER_TOWN, None, 1)]
    assert count_open_tasks(district) == counts


@pytest.mark.parametrize("system", CoordinateSystem)
def test_a_position_in_any_system_is_stored_as_wgs84(
    district: Session, system: CoordinateSystem
) -> None:
    assert place(district, from_wgs84(119.975, 31.835, system), system) is None
    e1 = get_elder(district, "e1")
    assert metres_between((e1.longitude or 0, e1.latitude or 0), (119.975, 31.835)) < 1


@pytest.mark.parametrize(
    ("degrees", "reason"),
    [
        (CHANGZHOU_SOUTH, PositionReason.OUTSIDE_DISTRICT),
        (FAR_IN_THE_DISTRICT, PositionReason.FAR_FROM_COMMUNITY),
    ],
)
def test_a_doubtful_position_is_stored_and_questioned_once(
    district: Session, degrees: tuple[float, float], reason: PositionReason
) -> None:
    put(district, *_neighbour())
    task = place(district, degrees, CoordinateSystem.WGS_84)
    assert task is not None
    assert task.reason is reason
    assert get_elder(district, "e1").longitude == degrees[0]
    close_task(district, task.id or 0, PositionOutcome.CONFIRMED, now=NOW, by="test")
    assert reason not in review(district)
    assert place(district, (119.975, 31.835), CoordinateSystem.WGS_84) is None


def _neighbour() -> list[Community]:
    """A community 1 km away, so that the first one reaches no further than the least."""
    return [community("320411001002", TOWN, longitude=119.98)]


def test_a_position_of_another_province_is_refused(district: Session) -> None:
    with pytest.raises(InvalidInput, match="swapped"):
        place(district, (31.83, 119.97), CoordinateSystem.WGS_84)
    with pytest.raises(InvalidInput, match="province"):
        place(district, (116.2, 39.9), CoordinateSystem.WGS_84)
    assert get_elder(district, "e1").longitude == 119.97


def test_placing_closes_the_task(district: Session) -> None:
    review(district)
    place_elder(
        district, "lost", 119.975, 31.835, CoordinateSystem.WGS_84, now=NOW + DAY, by="test"
    )
    (task,) = district.scalars(
        select(PositionTask).where(col(PositionTask.elder_id) == "lost")
    ).all()
    assert (task.closed_on, task.how) == (ON + DAY, PositionOutcome.PLACED)
    assert not get_elder(district, "lost").position_is_estimated


def test_a_wrong_position_is_given_up_for_the_communitys_point(district: Session) -> None:
    assert place(district, (119.975, 31.835), CoordinateSystem.WGS_84) is None
    task = place_at_community(district, "e1", now=NOW, by="test")
    assert task is not None
    assert task.reason is PositionReason.ESTIMATED
    e1 = get_elder(district, "e1")
    assert (e1.longitude, e1.latitude, e1.position_is_estimated) == (119.97, 31.83, True)
    with pytest.raises(Conflict, match="already"):
        place_at_community(district, "e1", now=NOW, by="test")
    place(district, (119.975, 31.835), CoordinateSystem.WGS_84)
    assert open_tasks(district) == []


def test_tasks_of_one_community_are_found_behind_any_number_of_others(district: Session) -> None:
    put(district, community("320411001002", TOWN, longitude=119.98))
    near = {"longitude": None, "latitude": None, "community_code": "320411001002"}
    put(district, elder("z", **near))
    review(district)
    assert len(open_tasks(district, town_code=TOWN)) == 2
    (task,) = open_tasks(district, community_code="320411001002", limit=1)
    assert task.elder_id == "z"
    assert count_open_tasks(district, community_code="320411001002") == [TaskCount(TOWN, None, 1)]


def test_tasks_have_an_owner_and_an_end(district: Session) -> None:
    review(district)
    first, second = open_tasks(district)
    assign_task(district, first.id or 0, "zhou", now=NOW, by="test")
    assert open_tasks(district, owner="zhou") == [first]
    assert open_tasks(district, town_code=OTHER_TOWN) == [second]
    assert open_tasks(district, after=first.id or 0, limit=5) == [second]
    with pytest.raises(NotFound):
        assign_task(district, first.id or 0, "nobody", now=NOW, by="test")
    with pytest.raises(InvalidInput, match="position itself"):
        close_task(district, first.id or 0, PositionOutcome.PLACED, now=NOW, by="test")
    close_task(district, first.id or 0, PositionOutcome.CONFIRMED, now=NOW, by="test")
    with pytest.raises(Conflict, match="closed"):
        assign_task(district, first.id or 0, None, now=NOW, by="test")
    with pytest.raises(NotFound):
        close_task(district, 999, PositionOutcome.CONFIRMED, now=NOW, by="test")
    assert [count.tasks for count in count_open_tasks(district)] == [1]


def test_a_task_ends_on_a_date_and_in_a_way(district: Session) -> None:
    half = PositionTask(
        elder_id="e1", reason=PositionReason.MISSING, opened_on=ON, how=PositionOutcome.MOVED
    )
    with pytest.raises(InvalidInput, match="closed_on"):
        admit.add(district, half, on=ON)


def test_a_lone_community_reaches_further_than_a_dense_one(district: Session) -> None:
    put(district, *_neighbour(), community("320411100202", OTHER_TOWN, latitude=31.95))
    reach = Reach(district)
    lone, nearest = "320411100202", metres_between((119.97, 31.95), (119.97, 31.83))
    assert reach.metres(lone) == pytest.approx(1.5 * nearest)
    assert reach.metres("320411001002") == 2000


def test_the_outline_holds_the_district_and_not_its_neighbours() -> None:
    assert lies_in_district(119.97, 31.83)
    assert lies_in_district(*FAR_IN_THE_DISTRICT)
    assert not lies_in_district(*CHANGZHOU_SOUTH)
    assert not lies_in_district(118.78, 32.05)
