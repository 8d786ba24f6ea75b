from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from eldercare.care.expand import expand_day
from eldercare.care.status import (
    StatusReport,
    end_hospital_stay,
    plan_hospital_stay,
    record_death,
    record_move_out,
    take_back_end,
)
from eldercare.care.tables import CarePlan, MealSubscription, Pause
from eldercare.errors import Conflict, InvalidInput, NotFound
from eldercare.registry.homes import Home, PlannedMove
from eldercare.registry.moves import record_move
from eldercare.registry.queries import get_elder
from eldercare.registry.tables import FamilyDoctorContract
from eldercare.registry.to_review import ToReview
from tests.care.rows import care_plan, plan_item, service_record, service_type, subscription
from tests.registry.rows import (
    OTHER_COMMUNITY,
    OTHER_TOWN,
    TOWN,
    elder,
    meal_site,
    places,
    put,
)

ON = date(2020, 9, 17)
DAY = timedelta(days=1)
NOW = datetime(2020, 9, 17, 1, tzinfo=UTC)


@pytest.fixture
def district(session: Session) -> Session:
    put(session, *places(), service_type(), meal_site("m1"), elder("e1"))
    put(session, care_plan("p1", "e1"), plan_item("i1", "p1"), subscription("s1", "e1", "m1"))
    put(
        session,
        care_plan("later", "e1", from_on=ON + 60 * DAY),
        FamilyDoctorContract(elder_id="e1", signed_on=ON - 30 * DAY, expires_on=ON + 335 * DAY),
    )
    return session


def served_days(session: Session, towns: list[str] | None = None) -> set[int]:
    """Days around `ON` with a visit; a meal comes on the same ones."""
    days = set()
    for offset in range(-6, 15):
        demand = expand_day(session, ON + offset * DAY, towns=towns)
        assert len(demand.visits) == len(demand.meal_orders)
        if demand.visits:
            days.add(offset)
    return days


ALL = set(range(-6, 15))


def stay(session: Session, first: int, until: int | None) -> None:
    end = None if until is None else ON + until * DAY
    plan_hospital_stay(session, "e1", ON + first * DAY, end, now=NOW, by="test")


def end(session: Session, until: int, today: int = 0) -> Pause | None:
    return end_hospital_stay(session, "e1", ON + until * DAY, now=NOW + today * DAY, by="test")


def test_a_stay_stops_visits_and_meals_on_exactly_its_days(district: Session) -> None:
    stay(district, 3, 7)
    assert served_days(district) == ALL - set(range(3, 7))


def test_an_open_stay_ends_when_it_is_told(district: Session) -> None:
    stay(district, -2, None)
    assert served_days(district) == set(range(-6, -2))
    end(district, 5)
    assert served_days(district) == ALL - set(range(-2, 5))
    end(district, 8, today=4)
    assert served_days(district) == ALL - set(range(-2, 8))
    with pytest.raises(NotFound):
        end(district, 12, today=9)


def test_a_stay_called_off_leaves_nothing(district: Session) -> None:
    stay(district, 3, 7)
    assert end(district, 3) is None
    assert served_days(district) == ALL
    assert not district.scalars(select(Pause)).all()


def test_stays_do_not_overlap_nor_follow_the_end(district: Session) -> None:
    stay(district, 3, None)
    with pytest.raises(InvalidInput, match="overlaps"):
        stay(district, 5, 6)
    record_move_out(district, "e1", ON + 4 * DAY, now=NOW, by="test")
    with pytest.raises(InvalidInput, match="left the registry"):
        stay(district, 4, 6)


def ends(session: Session) -> dict[str, date | None]:
    plans = session.scalars(select(CarePlan)).all()
    meals = session.scalars(select(MealSubscription)).all()
    found = {plan.id: plan.until_on for plan in plans} | {meal.id: meal.until_on for meal in meals}
    contract = session.get(FamilyDoctorContract, ("e1", ON - 30 * DAY))
    assert contract is not None
    return found | {"doctor": contract.expires_on}


def test_death_ends_what_holds_and_can_be_taken_back(district: Session) -> None:
    put(district, Pause(elder_id="e1", from_on=ON - 5 * DAY, until_on=ON - 4 * DAY))
    stay(district, -1, None)
    before, days = ends(district), served_days(district)
    assert record_death(district, "e1", ON, now=NOW, by="test") == StatusReport(4)
    assert ends(district) == {"p1": ON, "s1": ON, "later": None, "doctor": ON}
    assert served_days(district) == {-6, -4, -3, -2}
    assert get_elder(district, "e1").end_reason == "died"
    assert take_back_end(district, "e1", now=NOW, by="test") == StatusReport(4)
    assert ends(district) == before
    assert served_days(district) == days
    assert get_elder(district, "e1").ended_on is None
    with pytest.raises(NotFound):
        take_back_end(district, "e1", now=NOW, by="test")


def test_a_move_out_ahead_ends_care_on_its_day_with_moves_planned_after(district: Session) -> None:
    home = Home(community_code=OTHER_COMMUNITY, address="乙镇2号")
    for days in (2, 9):
        record_move(district, "e1", ON + days * DAY, home, now=NOW, by="test")
    record_move_out(district, "e1", ON + 5 * DAY, now=NOW, by="test")
    assert served_days(district, [TOWN]) == set(range(-6, 2))
    assert served_days(district, [OTHER_TOWN]) == set(range(2, 5))
    assert len(district.scalars(select(PlannedMove)).all()) == 1
    take_back_end(district, "e1", now=NOW, by="test")
    assert len(district.scalars(select(PlannedMove)).all()) == 2
    assert served_days(district) == ALL


def test_what_was_changed_since_stays_and_is_told(district: Session) -> None:
    record_death(district, "e1", ON, now=NOW, by="test")
    plan = district.get_one(CarePlan, "p1")
    plan.until_on = ON - DAY
    put(district, plan)
    report = take_back_end(district, "e1", now=NOW, by="test")
    assert report.rows == 2
    assert report.to_review == (
        ToReview(
            "照护计划 p1 后来被改过，保持现状",
            "the care plan p1 was changed since and stays as it is",
        ),
    )


def test_deliveries_after_a_death_are_told(district: Session) -> None:
    put(district, service_record("i1.20200916", "e1", ON - DAY))
    report = record_death(district, "e1", ON - 3 * DAY, now=NOW, by="test")
    assert report.to_review == (
        ToReview(
            "2020-09-14 之后记有已完成的上门 1 次，请核对记录或日期",
            "visits recorded as delivered after 2020-09-14: 1; check them or the date",
        ),
    )


def test_an_end_is_recorded_once_and_a_death_not_ahead(district: Session) -> None:
    with pytest.raises(InvalidInput, match="future"):
        record_death(district, "e1", ON + DAY, now=NOW, by="test")
    record_move_out(district, "e1", ON + DAY, now=NOW, by="test")
    with pytest.raises(Conflict, match="take that back first"):
        record_death(district, "e1", ON, now=NOW, by="test")
    gone = get_elder(district, "e1")
    gone.ended_on = ON + 2 * DAY
    put(district, gone)
    with pytest.raises(Conflict, match="changed since"):
        take_back_end(district, "e1", now=NOW, by="test")
    with pytest.raises(NotFound):
        record_death(district, "nobody", ON, now=NOW, by="test")
