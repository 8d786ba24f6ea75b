"""Bulk inserts store what single ones do, on both databases, in every form of value."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from eldercare.bulk import LEAST_COPIED, insert_rows
from eldercare.exchange.tables import ImportBatch, ImportedRow
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
    batch = ImportBatch(
        id=7,
        kind="elders",
        file_name="a",
        sha256="b",
        at=at,
        by="c",
        created=0,
        updated=0,
        unchanged=0,
        rejected=0,
    )
    insert_rows(session.connection(), table_of(ImportBatch), [values_of(batch)])
    rows = [
        ImportedRow(
            batch_id=7,
            place=place,
            table_name="elder",
            key={"id": "a\\\t\n"},
            before=None if place % 2 else {"名": [1, None, "\\"]},
            after_hash="0",
        )
        for place in range(count)
    ]
    wanted = [values_of(row) for row in rows]
    insert_rows(session.connection(), table_of(ImportedRow), wanted)
    found = session.exec(select(ImportedRow).order_by("place")).all()
    assert [values_of(row) for row in found] == wanted
    assert session.get_one(ImportBatch, 7).at == at


@pytest.mark.parametrize("count", [1, LEAST_COPIED])
def test_a_key_twice_is_refused(session: Session, count: int) -> None:
    put(session, *places(), elder("E0"))
    rows = [values_of(elder(f"E{place}")) for place in range(count)]
    with pytest.raises(IntegrityError), session.begin_nested():
        insert_rows(session.connection(), table_of(Elder), rows)
    assert len(session.exec(select(Elder)).all()) == 1
