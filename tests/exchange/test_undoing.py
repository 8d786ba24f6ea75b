"""An import is taken back whole, or refused with the names of what was built on it."""

from __future__ import annotations

import pytest
from sqlmodel import Session, col, select

from eldercare.accounts.audit import verify_chain
from eldercare.accounts.tables import AuditEntry
from eldercare.errors import Conflict, NotFound
from eldercare.exchange.batches import BatchResult
from eldercare.exchange.images import image_of
from eldercare.exchange.undoing import UndoReport, undo_import
from eldercare.registry.tables import Elder, ElderGroup
from tests.exchange.test_batches import NOW, bring_in, group
from tests.registry.rows import elder, places, put


def undo(session: Session, batch: int) -> UndoReport:
    return undo_import(session, batch, now=NOW, by="anna")


def number(result: BatchResult) -> int:
    assert result.batch is not None
    return result.batch


def test_created_rows_go_and_changed_rows_come_back(session: Session) -> None:
    put(session, *places(), elder("E2"))
    before = image_of(session.get_one(Elder, "E2"))
    batch = number(bring_in(session, elder("E1"), group(), elder("E2", phone="13800000000")))
    session.commit()
    session.expire_all()
    assert undo(session, batch) == UndoReport(batch, deleted=2, restored=1)
    session.commit()
    session.expire_all()
    assert session.get(Elder, "E1") is None
    assert not session.exec(select(ElderGroup)).all()
    assert image_of(session.get_one(Elder, "E2")) == before
    actions = [
        entry.action for entry in session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
    ]
    assert actions == ["import", "undo import"]
    assert verify_chain(session).is_intact


def test_undone_it_may_be_brought_in_again_but_not_undone_again(session: Session) -> None:
    put(session, *places())
    batch = number(bring_in(session, elder("E1")))
    undo(session, batch)
    with pytest.raises(Conflict, match="undone by anna already"):
        undo(session, batch)
    assert bring_in(session, elder("E1")).created == 1


def test_a_row_changed_since_is_named(session: Session) -> None:
    put(session, *places())
    batch = number(bring_in(session, elder("E1"), elder("E2")))
    session.get_one(Elder, "E2").phone = "13900000000"
    with pytest.raises(Conflict, match="elder E2 was changed since") as refused:
        undo(session, batch)
    assert refused.value.code == "built_upon"
    assert session.get(Elder, "E1") is not None


def test_a_row_removed_since_is_named(session: Session) -> None:
    put(session, *places())
    batch = number(bring_in(session, elder("E1")))
    session.delete(session.get_one(Elder, "E1"))
    with pytest.raises(Conflict, match="elder E1 was removed since"):
        undo(session, batch)


def test_a_row_that_refers_to_it_is_named(session: Session) -> None:
    put(session, *places())
    batch = number(bring_in(session, elder("E1")))
    put(session, group())
    with pytest.raises(Conflict, match="refers to E1"):
        undo(session, batch)


def test_a_long_list_is_cut(session: Session) -> None:
    put(session, *places())
    batch = number(bring_in(session, *(elder(f"E{place}") for place in range(8))))
    for place in range(8):
        session.get_one(Elder, f"E{place}").phone = "13900000000"
    with pytest.raises(Conflict, match="and 3 more"):
        undo(session, batch)


def test_an_unknown_batch_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound, match="no import 7"):
        undo(session, 7)
