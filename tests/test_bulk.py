"""Bulk inserts store what single ones do, on both databases, in every form of value."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from eldercare.accounts.tables import AuditEntry
from eldercare.bulk import LEAST_COPIED, insert_rows
from eldercare.exchange.tables import ImportBatch, ImportedRows
from eldercare.registry.admission.shape import values_of
from eldercare.registry.admission.tables import table_of
from eldercare.registry.tables import Elder
from tests.registry.rows import elder, places, put


@pytest.mark.parametrize("count", [1, LEAST_COPIED])
def test_values_come_back_as_they_went_in(session: Session, count: int) -> None:
    put(session, *places())
    odd = ["a\tb\\n", "c\nd\re", r"\N", "", "'\"", "汉字😀"]
    rows = [
        elder(
            f"E{place}",
            name=odd[place % len(odd)],
            longitude=119.97 if place % 2 else None,
            latitude=31.123456789 if place % 2 else None,
            position_is_estimated=place % 3 == 0,
            ended_on=None if place % 2 else date(2025, 1, 1),
        )
        for place in range(count)
    ]
    wanted = {row.id: values_of(row) for row in rows}
    insert_rows(session.connection(), table_of(Elder), list(wanted.values()))
    assert {row.id: values_of(row) for row in session.exec(select(Elder))} == wanted


@pytest.mark.parametrize("count", [1, LEAST_COPIED])
def test_documents_and_instants(session: Session, count: int) -> None:
    at = datetime(2026, 5, 1, 2, 3, 4, 5, tzinfo=UTC)
    rows = [
        AuditEntry(
            id=place,
            at=at,
            user_name="a\\\t\n",
            action="b",
            subject="c",
            before=None if place % 2 else {"名": [1, None, "\\"]},
            after={},
            previous_hash="0",
            hash="1",
        )
        for place in range(count)
    ]
    wanted = [values_of(row) for row in rows]
    insert_rows(session.connection(), table_of(AuditEntry), wanted)
    found = session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
    assert [values_of(row) for row in found] == wanted


@pytest.mark.parametrize("count", [1, LEAST_COPIED])
def test_bytes(session: Session, count: int) -> None:
    batch = ImportBatch(
        id=7,
        kind="elders",
        file_name="a",
        sha256="b",
        at=datetime(2026, 5, 1, tzinfo=UTC),
        by="c",
        created=0,
        updated=0,
        unchanged=0,
        rejected=0,
    )
    put(session, batch)
    wanted = [
        {"batch_id": 7, "place": place, "table_name": "elder", "packed": bytes([0, 92, 10, place])}
        for place in range(count)
    ]
    insert_rows(session.connection(), table_of(ImportedRows), wanted)
    found = session.exec(select(ImportedRows).order_by(col(ImportedRows.place))).all()
    assert [values_of(row) for row in found] == wanted


@pytest.mark.parametrize("count", [1, LEAST_COPIED])
def test_a_key_twice_is_refused(session: Session, count: int) -> None:
    put(session, *places(), elder("E0"))
    rows = [values_of(elder(f"E{place}")) for place in range(count)]
    with pytest.raises(IntegrityError), session.begin_nested():
        insert_rows(session.connection(), table_of(Elder), rows)
    assert len(session.exec(select(Elder)).all()) == 1
