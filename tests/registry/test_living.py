from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.errors import Conflict, InvalidInput
from eldercare.registry.as_of import living_on
from eldercare.registry.living import change_living
from eldercare.registry.tables import Elder, LivingArrangement
from tests.registry.rows import elder, places, put

ON = date(2020, 9, 17)
DAY = timedelta(days=1)
NOW = datetime(2020, 9, 17, 1, tzinfo=UTC)


@pytest.fixture
def district(session: Session) -> Session:
    put(session, *places(), elder("e1", living_arrangement=LivingArrangement.SPOUSE))
    return session


def change(session: Session, on: date, arrangement: LivingArrangement) -> None:
    change_living(session, "e1", on, arrangement, now=NOW, by="test")


def test_every_arrangement_keeps_its_time(district: Session) -> None:
    change(district, ON - 9 * DAY, LivingArrangement.ALONE)
    change(district, ON, LivingArrangement.FAMILY)
    days = (ON - 10 * DAY, ON - 9 * DAY, ON - DAY, ON)
    found = [
        district.scalars(select(living_on(day)).where(col(Elder.id) == "e1")).one() for day in days
    ]
    assert [str(one) for one in found] == ["spouse", "alone", "alone", "family"]


def test_changes_are_real_in_order_and_not_ahead(district: Session) -> None:
    with pytest.raises(Conflict, match="already"):
        change(district, ON, LivingArrangement.SPOUSE)
    change(district, ON - DAY, LivingArrangement.ALONE)
    with pytest.raises(Conflict, match="in order"):
        change(district, ON - DAY, LivingArrangement.FAMILY)
    with pytest.raises(InvalidInput, match="future"):
        change(district, ON + DAY, LivingArrangement.FAMILY)
