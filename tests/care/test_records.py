from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from eldercare.care import records
from eldercare.care.tables import MealMode, MealRecord, Outcome
from eldercare.registry import queries
from tests.care.rows import service_record, service_type
from tests.registry.rows import caregiver, elder, meal_site, places, put

ON = date(2020, 9, 17)
DAY = timedelta(days=1)
SINCE = ON - 30 * DAY


@pytest.fixture
def district(session: Session) -> Session:
    put(session, *places(), service_type(), meal_site("m1"))
    put(session, elder("e1"), elder("e2"), elder("e3"), caregiver("c1"), caregiver("c2"))
    put(
        session,
        service_record("v1", "e1", ON - DAY, caregiver_id="c1"),
        service_record("v1", "e1", ON - DAY, caregiver_id="c2", part=2),
        service_record("v2", "e1", SINCE, caregiver_id="c1"),
        service_record("v3", "e1", SINCE - DAY, caregiver_id="c2"),
        service_record("v4", "e1", ON, caregiver_id="c2"),
        service_record("v5", "e2", ON - DAY, caregiver_id="c1", outcome=Outcome.NO_SHOW),
        service_record("v6", "e3", ON - DAY),
        _meal("o1", "e2", ON - DAY, MealMode.DELIVERY),
        _meal("o2", "e3", ON - DAY, MealMode.DINE_IN),
        _meal("o3", "e1", ON - DAY, MealMode.DELIVERY, Outcome.CANCELLED),
    )
    return session


def _meal(
    order_id: str, elder_id: str, on: date, mode: MealMode, outcome: Outcome = Outcome.DELIVERED
) -> MealRecord:
    return MealRecord(
        order_id=order_id, elder_id=elder_id, meal_site_id="m1", on=on, mode=mode, outcome=outcome
    )


def test_familiar_caregivers_count_delivered_visits_of_the_interval(district: Session) -> None:
    found = records.familiar_caregivers(district, ["e1", "e2", "e3", "e1"], SINCE, ON)
    assert found == {"e1": {"c1": 2, "c2": 1}}


def test_familiar_caregivers_of_the_named_elders_only(district: Session) -> None:
    assert records.familiar_caregivers(district, ["e2"], SINCE, ON) == {}
    assert records.familiar_caregivers(district, [], SINCE, ON) == {}


def test_many_ids_are_asked_in_batches(district: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "BATCH", 2)
    ids = [f"x{number}" for number in range(5)] + ["e1"]
    assert records.familiar_caregivers(district, ids, SINCE, ON) == {"e1": {"c1": 2, "c2": 1}}


def test_elders_served(district: Session) -> None:
    assert records.elders_visited(district, SINCE, ON) == {"e1", "e3"}
    assert records.elders_fed(district, SINCE, ON) == {"e2", "e3"}
    assert records.elders_fed(district, SINCE, ON, modes=[MealMode.DELIVERY]) == {"e2"}
    assert records.elders_served(district, SINCE, ON) == {"e1", "e2", "e3"}
    assert records.elders_served(district, ON + DAY, ON + 9 * DAY) == set()
