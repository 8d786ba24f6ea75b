from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, update
from sqlmodel import Session, col

from eldercare.accounts.audit import FIRST_PREVIOUS, record, verify_chain
from eldercare.accounts.tables import AuditEntry, Role
from eldercare.database import reading, transaction
from tests.accounts.people import NOW


def write(session: Session, count: int) -> list[AuditEntry]:
    return [
        record(
            session,
            at=NOW + timedelta(microseconds=number),
            user_name="zhou",
            action="elder.update",
            subject=f"elder/e{number}",
            before={"birth_on": date(1940, 3, number), "name": "张三"},
            after={"role": Role.SITE_OPERATOR, "score": 0.1 * number, "note": None},
        )
        for number in range(1, count + 1)
    ]


def test_an_untouched_chain_is_intact_after_it_is_read_back(session: Session) -> None:
    assert verify_chain(session).head == FIRST_PREVIOUS
    entries = write(session, 5)
    head = entries[-1].hash
    session.expire_all()
    report = verify_chain(session, noted_head=head)
    assert (report.is_intact, report.entries, report.head) == (True, 5, head)
    first = session.get_one(AuditEntry, 1)
    assert first.before == {"birth_on": "1940-03-01", "name": "张三"}
    assert first.after == {"role": "site-operator", "score": 0.1, "note": None}


TAMPERINGS: list[tuple[str, dict[str, Any]]] = [
    ("user_name", {"user_name": "somebody"}),
    ("action", {"action": "elder.delete"}),
    ("subject", {"subject": "elder/e9"}),
    ("at", {"at": NOW + timedelta(hours=1)}),
    ("before", {"before": {"name": "李四"}}),
    ("after", {"after": None}),
    ("hash", {"hash": "f" * 64}),
    ("previous_hash", {"previous_hash": "f" * 64}),
    ("id", {"id": 99}),
]


@pytest.mark.parametrize(
    ("change"), [change for _, change in TAMPERINGS], ids=[name for name, _ in TAMPERINGS]
)
def test_a_changed_entry_breaks_the_chain_where_it_stands(
    session: Session, change: dict[str, Any]
) -> None:
    write(session, 5)
    session.execute(update(AuditEntry).where(col(AuditEntry.id) == 3).values(**change))
    session.expire_all()
    report = verify_chain(session)
    assert (report.broken_at, report.entries) == (3, 2)
    assert "3" in report.reason


def test_a_removed_entry_breaks_the_chain(session: Session) -> None:
    write(session, 5)
    session.execute(delete(AuditEntry).where(col(AuditEntry.id) == 3))
    session.expire_all()
    assert verify_chain(session).reason == "entry 3 is missing"


def test_a_cut_tail_is_found_with_a_noted_head(session: Session) -> None:
    head = write(session, 5)[-1].hash
    session.execute(delete(AuditEntry).where(col(AuditEntry.id) > 3))
    session.expire_all()
    assert verify_chain(session).is_intact
    assert verify_chain(session, noted_head=head).broken_at == 4


def test_the_zone_of_the_instant_does_not_matter(session: Session) -> None:
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))
    record(session, at=shanghai, user_name="zhou", action="x", subject="y")
    session.expire_all()
    assert verify_chain(session).is_intact
    assert session.get_one(AuditEntry, 1).at == NOW


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


# Each example starts from the chain it finds; nothing it writes outlives the savepoint.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.dictionaries(st.text(max_size=4), values, max_size=4))
def test_whatever_fields_are_written_read_back_with_the_same_hash(
    session: Session, fields: dict[str, Any]
) -> None:
    savepoint = session.begin_nested()
    record(session, at=NOW, user_name="zhou", action="x", subject="y", before=fields, after=fields)
    session.expire_all()
    assert verify_chain(session).is_intact
    savepoint.rollback()


def test_writers_at_the_same_time_make_one_chain(engine: Engine) -> None:
    def work(writer: int) -> None:
        for number in range(10):
            with transaction(engine) as session:
                record(session, at=NOW, user_name=f"u{writer}", action="x", subject=str(number))

    with ThreadPoolExecutor(4) as pool:
        for finished in [pool.submit(work, writer) for writer in range(4)]:
            finished.result()
    with reading(engine) as session:
        report = verify_chain(session)
    assert (report.is_intact, report.entries) == (True, 40)
