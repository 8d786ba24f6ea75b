"""A file's rows go in as one batch: counted, checked, all or nothing, and never twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, SQLModel, select

from eldercare.accounts.tables import AuditEntry
from eldercare.exchange.batches import BatchResult, Chunk, SourceFile, store_batch
from eldercare.exchange.drafts import Draft
from eldercare.exchange.memory import unpacked
from eldercare.exchange.tables import ImportBatch, ImportedRows
from eldercare.registry.admission.shape import values_of
from eldercare.registry.tables import Elder, ElderGroup, PriorityGroup
from tests.registry.rows import LONG_AGO, elder, places, put

ON = date(2026, 5, 1)
NOW = datetime(2026, 5, 1, 2, tzinfo=UTC)


def bring_in(
    session: Session, *rows: SQLModel, sha: str = "a" * 64, dry_run: bool = False
) -> BatchResult:
    source = SourceFile("elders", "花名册.xlsx", sha)
    drafts = [
        Draft([line], type(row), values_of(row), is_main=True) for line, row in enumerate(rows, 2)
    ]
    return store_batch(session, source, [Chunk(drafts)], on=ON, now=NOW, by="anna", dry_run=dry_run)


def counts(result: BatchResult) -> tuple[int, int, int, int]:
    return result.created, result.updated, result.unchanged, result.rejected


def all_of(session: Session, model: type[SQLModel]) -> Sequence[SQLModel]:
    return session.exec(select(model)).all()


def group() -> ElderGroup:
    return ElderGroup(elder_id="E1", group=PriorityGroup.DIBAO, from_on=LONG_AGO)


def test_rows_go_each_its_way(session: Session) -> None:
    put(session, *places(), elder("E1"), elder("E2"))
    result = bring_in(
        session,
        elder("E1"),
        elder("E2", phone="13800000000"),
        elder("E3"),
        elder("E4", community_code="320411999999"),
        elder("E3"),
        elder("E1", birth_on=date(2030, 1, 1)),
    )
    assert counts(result) == (1, 1, 1, 3)
    assert sorted((bad.draft.lines, bad.problem.code) for bad in result.troubles) == [
        ([5], "unknown_community"),
        ([6], "repeated_in_file"),
        ([7], "repeated_in_file"),
    ]
    assert session.get_one(Elder, "E2").phone == "13800000000"
    kept = session.get_one(ImportBatch, result.batch)
    assert (kept.created, kept.updated, kept.unchanged, kept.rejected) == (1, 1, 1, 3)
    assert [entry.action for entry in session.exec(select(AuditEntry))] == ["import"]


def test_a_change_that_breaks_a_rule_is_refused_and_leaves_the_row(session: Session) -> None:
    put(session, *places(), elder("E1"))
    result = bring_in(session, elder("E1", birth_on=date(2030, 1, 1)))
    assert counts(result) == (0, 0, 0, 1)
    assert result.troubles[0].problem.pointer == "/birth_on"
    session.flush()
    session.refresh(row := session.get_one(Elder, "E1"))
    assert row.birth_on == date(1940, 3, 5)


def test_rows_may_refer_to_each_other(session: Session) -> None:
    put(session, *places())
    assert counts(bring_in(session, group(), elder("E1"))) == (2, 0, 0, 0)


def test_the_same_file_changes_nothing(session: Session) -> None:
    put(session, *places())
    first = bring_in(session, elder("E1"))
    session.get_one(Elder, "E1").phone = "13900000000"
    again = bring_in(session, elder("E1"))
    assert again.repeated
    assert again.batch == first.batch
    assert counts(again) == (0, 0, 1, 0)
    assert session.get_one(Elder, "E1").phone == "13900000000"


def test_the_same_rows_in_another_file_are_unchanged(session: Session) -> None:
    put(session, *places())
    bring_in(session, elder("E1"), group())
    session.commit()
    session.expire_all()
    assert counts(bring_in(session, elder("E1"), group(), sha="b" * 64)) == (0, 0, 2, 0)


def test_a_dry_run_counts_the_same_and_writes_nothing(session: Session) -> None:
    put(session, *places(), elder("E1"))
    session.commit()
    result = bring_in(session, elder("E1", phone="13800000000"), elder("E2"), dry_run=True)
    assert counts(result) == (1, 1, 0, 0)
    assert result.batch is None
    session.commit()
    session.expire_all()
    assert session.get(Elder, "E2") is None
    assert session.get_one(Elder, "E1").phone != "13800000000"
    for model in (ImportBatch, ImportedRows, AuditEntry):
        assert not all_of(session, model)


class Broken(Exception):
    """Stands for whatever ends a process in the middle."""


@pytest.mark.parametrize("statement", range(1, 40, 3))
def test_broken_off_at_any_statement_it_leaves_all_or_nothing(
    engine: Engine, statement: int
) -> None:
    with Session(engine) as session:
        put(session, *places(), elder("E1"))
        session.commit()
    seen = 0

    def break_off(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            raise Broken

    broken = False
    event.listen(engine, "before_cursor_execute", break_off)
    try:
        with Session(engine) as session:
            bring_in(session, elder("E1", phone="13800000000"), elder("E2"), elder("E3"))
            session.commit()
    except Broken:
        broken = True
    finally:
        event.remove(engine, "before_cursor_execute", break_off)
    with Session(engine) as session:
        done = session.get(Elder, "E2") is not None
        assert done is not broken
        assert (session.get(Elder, "E3") is not None) is done
        assert (session.get_one(Elder, "E1").phone == "13800000000") is done
        assert len(all_of(session, ImportBatch)) == int(done)
        kept = [row for some in session.exec(select(ImportedRows)) for row in unpacked(some.packed)]
        assert [row.key for row in kept] == [["E1"], ["E2"], ["E3"]] * done
