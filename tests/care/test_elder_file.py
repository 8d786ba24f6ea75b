"""The file of an elder: another version after every change, a stale writer refused, its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session

from eldercare.accounts.audit import record
from eldercare.accounts.tables import Role, User
from eldercare.care.elder_file import read_file, require_file_as_seen
from eldercare.care.elder_history import history_of, last_entry
from eldercare.care.status import plan_hospital_stay
from eldercare.care.tables import ItemException
from eldercare.errors import Conflict, NotFound, NotPermitted
from eldercare.registry.assessing import record_assessment
from eldercare.registry.assessment import ITEM_MAXIMA
from eldercare.registry.ledgers import ELDER_CONTACTS, ELDERS
from eldercare.registry.tables import ElderContact
from eldercare.registry.writing import change_row, end_row
from tests.care.rows import care_plan, plan_item, service_type
from tests.registry.rows import OTHER_TOWN, elder, places, put

ON = date(2020, 9, 17)
NOW = datetime(2020, 9, 17, 1, tzinfo=UTC)
USER = User(name="zhou", role=Role.COORDINATOR, password_hash="")
Change = Callable[[Session], object]


@pytest.fixture
def district(session: Session) -> Session:
    put(session, *places(), service_type(), elder("e1"), elder("e10"))
    put(session, care_plan("p1", "e1"), plan_item("i1", "p1"))
    return session


def stay(session: Session) -> None:
    plan_hospital_stay(session, "e1", ON, None, now=NOW, by="zhou")


def assess(session: Session, elder_id: str = "e1") -> None:
    record_assessment(session, elder_id, ON, ITEM_MAXIMA, now=NOW, by="zhou")


def call(session: Session) -> None:
    change_row(session, ELDERS, "e1", {"phone": "1"}, seen=None, user=USER, now=NOW, on=ON)


def contact(session: Session) -> None:
    put(session, ElderContact(elder_id="e1", name="某某", relation="女儿", phone="1"))


def special(session: Session) -> None:
    put(session, ItemException(item_id="i1", original_on=ON, cancelled=True))


@pytest.mark.parametrize("change", [stay, assess, call, contact, special])
def test_every_change_makes_another_version(district: Session, change: Change) -> None:
    version = read_file(district, "e1").version
    assert require_file_as_seen(district, "e1", version, user=USER).id == "e1"
    assess(district, "e10")  # somebody else's file
    assert read_file(district, "e1").version == version
    change(district)
    with pytest.raises(Conflict, match="somebody changed it") as refused:
        require_file_as_seen(district, "e1", version, user=USER)
    assert refused.value.code == "file_changed"


def test_who_may_write_a_file(district: Session) -> None:
    version = read_file(district, "e1").version
    other = User(name="li", role=Role.COORDINATOR, password_hash="", area_code=OTHER_TOWN)
    with pytest.raises(NotPermitted):
        require_file_as_seen(district, "e1", version, user=other)
    with pytest.raises(NotFound):
        read_file(district, "nobody")


def test_the_history_holds_what_speaks_of_the_elder(district: Session) -> None:
    def tell(subject: str) -> None:
        record(district, at=NOW, user_name="li", action="x", subject=subject)

    assert last_entry(district) == 0
    stay(district)
    assess(district, "e10")
    tell("plan_item/i1")
    tell("assessment/e10,2020-01-01")
    seen = last_entry(district)
    tell("assessment/e1,2020-01-01")
    file = read_file(district, "e1")
    subjects = ["assessment/e1,2020-01-01", "plan_item/i1", "elder/e1"]
    assert [one.subject for one in history_of(district, file)] == subjects
    assert [one.subject for one in history_of(district, file, after=seen)] == subjects[:1]
    assert [one.subject for one in history_of(district, file, before=seen)] == subjects[1:]


def test_the_history_tells_of_a_contact_that_was_removed(district: Session) -> None:
    contact(district)
    (row,) = read_file(district, "e1").contacts
    given: dict[str, Any] = {"ended_on": ON, "seen": None, "user": USER, "now": NOW, "on": ON}
    end_row(district, ELDER_CONTACTS, str(row.id), **given)
    (entry,) = history_of(district, read_file(district, "e1"))
    assert (entry.action, (entry.before or {})["name"]) == ("elder_contact.remove", "某某")
    assert history_of(district, read_file(district, "e10")) == []
