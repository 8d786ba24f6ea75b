"""Writes of single rows as use cases; `tests/api/test_writes.py` asks for them over HTTP."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from eldercare.accounts.tables import AuditEntry, Role, User
from eldercare.care.admit import GATE
from eldercare.care.ledgers import CARE_PLANS
from eldercare.care.tables import CarePlan, PlanItem
from eldercare.errors import Conflict, InvalidInput, NotPermitted
from eldercare.registry.ledger import contents, find_row, version_of
from eldercare.registry.ledgers import ELDERS, MEAL_SITES
from eldercare.registry.tables import Elder
from eldercare.registry.writing import change_row, create_row, end_row
from tests.care.rows import care_plan, plan_item, service_type
from tests.registry.rows import elder, meal_site, places, put

ON = date(2020, 9, 17)
NOW = datetime(2020, 9, 17, 1, 30, tzinfo=UTC)
ZHOU = User(name="zhou", role=Role.COORDINATOR, password_hash="")


def entries(session: Session) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).order_by(col(AuditEntry.id))))


@pytest.fixture(autouse=True)
def rows(session: Session) -> None:
    put(session, *places(), service_type(), elder("E1"), meal_site("M1"))


def test_a_plan_and_its_items_are_stored_together_or_not_at_all(session: Session) -> None:
    item = plan_item("T1", "?").model_dump(exclude={"care_plan_id"})
    plan = care_plan("P1", "E1").model_dump()
    wrong = {"items": [item, item | {"id": "T2", "weekdays": "88"}]}
    with pytest.raises(InvalidInput, match="items/1/weekdays") as refused:
        create_row(session, CARE_PLANS, plan | wrong, user=ZHOU, now=NOW, on=ON, gate=GATE)
    assert [problem.pointer for problem in refused.value.fields] == ["/items/1/weekdays"]
    assert session.get(CarePlan, "P1") is None
    create_row(session, CARE_PLANS, plan | {"items": [item]}, user=ZHOU, now=NOW, on=ON, gate=GATE)
    assert session.get_one(PlanItem, "T1").care_plan_id == "P1"
    (entry,) = entries(session)
    assert entry.after is not None
    assert [one["id"] for one in entry.after["items"]] == ["T1"]


def test_a_change_needs_a_version_that_was_read(session: Session) -> None:
    row = find_row(session, ELDERS, "E1")
    seen = version_of(*contents(session, ELDERS, [row]))
    changed = change_row(
        session, ELDERS, "E1", {"phone": "1"}, seen={"x", seen}, user=ZHOU, now=NOW, on=ON
    )
    assert isinstance(changed, Elder)
    assert changed.phone == "1"
    with pytest.raises(Conflict, match="somebody changed it") as refused:
        change_row(session, ELDERS, "E1", {"phone": "2"}, seen={seen}, user=ZHOU, now=NOW, on=ON)
    assert refused.value.code == "row_changed"
    for seen_now in ({"*"}, None):
        change_row(session, ELDERS, "E1", {"phone": "1"}, seen=seen_now, user=ZHOU, now=NOW, on=ON)
    assert len(entries(session)) == 1  # what changes nothing leaves no entry


def test_a_refused_change_leaves_row_and_trail(session: Session) -> None:
    with pytest.raises(InvalidInput) as refused:
        change_row(
            session,
            ELDERS,
            "E1",
            {"birth_on": date(2010, 1, 1), "phone": "1"},
            seen=None,
            user=ZHOU,
            now=NOW,
            on=ON,
        )
    assert [problem.pointer for problem in refused.value.fields] == ["/birth_on"]
    session.expire_all()
    assert session.get_one(Elder, "E1").phone == ""
    assert entries(session) == []


def test_an_end_is_after_the_beginning_and_has_a_reason_where_one_is_kept(
    session: Session,
) -> None:
    def end(ended_on: date, reason: str | None = None) -> None:
        end_row(
            session,
            ELDERS,
            "E1",
            ended_on=ended_on,
            reason=reason,
            seen=None,
            user=ZHOU,
            now=NOW,
            on=ON,
        )

    with pytest.raises(InvalidInput, match="say why"):
        end(ON)
    with pytest.raises(InvalidInput, match="lies before registered_on"):
        end(date(2010, 1, 1), "moved")
    with pytest.raises(InvalidInput, match="not among the choices"):
        end(ON, "bored")
    end(ON, "died")
    with pytest.raises(InvalidInput, match="no reason is kept"):
        end_row(
            session,
            MEAL_SITES,
            "M1",
            ended_on=ON,
            reason="died",
            seen=None,
            user=ZHOU,
            now=NOW,
            on=ON,
        )
    (entry,) = entries(session)
    assert (entry.action, entry.before) == ("elder.end", {"ended_on": None, "end_reason": None})
    assert entry.after == {"ended_on": "2020-09-17", "end_reason": "died"}


def test_others_write_nothing(session: Session) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR, Role.COORDINATOR}:
        person = User(name="other", role=role, password_hash="")
        with pytest.raises(NotPermitted):
            create_row(session, ELDERS, elder("E2").model_dump(), user=person, now=NOW, on=ON)
        with pytest.raises(NotPermitted):
            change_row(
                session, ELDERS, "E1", {"phone": "1"}, seen=None, user=person, now=NOW, on=ON
            )
    assert session.get(Elder, "E2") is None
