from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.errors import InvalidInput, NotFound
from eldercare.registry import admit
from eldercare.registry.consents import (
    agreed_to,
    consents_on,
    contacts_of,
    give_consent,
    withdraw_consent,
)
from eldercare.registry.masking import masked_fields
from eldercare.registry.tables import ConsentKind, Elder, ElderContact
from tests.registry.rows import elder, places, put

ON = date(2020, 9, 17)
DAY = timedelta(days=1)
NOW = datetime(2020, 9, 17, 1, tzinfo=UTC)


@pytest.fixture
def district(session: Session) -> Session:
    put(session, *places(), elder("e1"), elder("e2"))
    return session


def give(session: Session, from_on: date) -> None:
    give_consent(session, "e1", ConsentKind.PHOTOS, from_on, "本人", now=NOW, by="test")


def test_an_agreement_holds_until_it_is_withdrawn(district: Session) -> None:
    give(district, ON - 9 * DAY)
    assert consents_on(district, "e1", ON) == {ConsentKind.PHOTOS}
    withdraw_consent(district, "e1", ConsentKind.PHOTOS, ON, now=NOW, by="test")
    assert consents_on(district, "e1", ON) == frozenset()
    assert consents_on(district, "e1", ON - DAY) == {ConsentKind.PHOTOS}
    who = select(col(Elder.id)).where(agreed_to(ConsentKind.PHOTOS, ON - DAY))
    assert district.scalars(who).all() == ["e1"]
    give(district, ON)
    assert consents_on(district, "e1", ON) == {ConsentKind.PHOTOS}


def test_one_agreement_at_a_time_and_none_to_come(district: Session) -> None:
    give(district, ON - DAY)
    with pytest.raises(InvalidInput, match="overlaps"):
        give(district, ON)
    with pytest.raises(InvalidInput, match="future"):
        give(district, ON + DAY)
    with pytest.raises(NotFound):
        withdraw_consent(district, "e1", ConsentKind.LOCATION, ON, now=NOW, by="test")
    with pytest.raises(InvalidInput, match="before"):
        withdraw_consent(district, "e1", ConsentKind.PHOTOS, ON - DAY, now=NOW, by="test")


def test_contacts_are_called_in_order(district: Session) -> None:
    son = ElderContact(elder_id="e1", name="王小", relation="儿子", phone="13800001234", rank=2)
    niece = ElderContact(
        elder_id="e1", name="李芳", relation="侄女", phone="139", rank=1, is_emergency=True
    )
    admit.add_all(district, [son, niece], on=ON)
    assert contacts_of(district, "e1") == [niece, son]
    assert contacts_of(district, "e1", in_emergency=True) == [niece]
    same = ElderContact(elder_id="e1", name="王大", relation="儿子", phone="137", rank=1)
    with pytest.raises(InvalidInput, match="called at this place"):
        admit.add(district, same, on=ON)
    assert masked_fields(son)["name"] == "王*"
    assert masked_fields(son)["phone"] == "138****1234"
