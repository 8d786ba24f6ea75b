"""A process that dies in the middle of an import leaves nothing, wherever it dies."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, func
from sqlmodel import Session, select

from eldercare.accounts.tables import AuditEntry
from eldercare.database import make_engine, transaction
from eldercare.exchange import drafting
from eldercare.exchange.tables import ImportBatch, ImportedRows
from eldercare.registry.name_keys import NameKey
from eldercare.registry.tables import Elder, ElderGroup
from tests.exchange.traffic import ELDER, bring, counts, write_csv
from tests.registry.rows import elder, places, put

DEATHS = 25
"""On each of the two databases."""
KILLED = 9
LINES = 12
WRITTEN = (Elder, ElderGroup, NameKey, ImportBatch, ImportedRows, AuditEntry)


def ledger(folder: Path) -> Path:
    """New elders with groups, and one that changes."""
    lines = [
        ELDER | {"老年人编号": f"E{number}", "重点人群": "低保:2020-01-01"}
        for number in range(LINES)
    ]
    return write_csv(folder / "a.csv", lines)


def bring_in(url: str, file: Path, at_statement: Callable[[int], None]) -> None:
    """Import and commit; `at_statement` is told each statement's number before it is sent."""
    engine = make_engine(url)
    sent = 0

    def count(*_: Any) -> None:
        nonlocal sent
        sent += 1
        at_statement(sent)

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)
    with transaction(engine) as session:
        report = bring(session, "elders", file)
        assert counts(report) == (LINES - 1, 1, 0, 0)
    engine.dispose()


def state(url: str) -> list[int]:
    """How many rows each table has, and whether the stored elder was changed."""
    engine = make_engine(url)
    with Session(engine) as session:
        rows = [session.exec(select(func.count()).select_from(table)).one() for table in WRITTEN]
        changed = session.get_one(Elder, "E0").name == ELDER["姓名"]
    engine.dispose()
    return [*rows, changed]


def die_at(url: str, file: Path, statement: int) -> int:
    """Import in a process of its own that is gone before this statement; returns its status."""

    def die(number: int) -> None:
        if number == statement:
            os._exit(KILLED)

    child = os.fork()
    if child == 0:
        try:
            bring_in(url, file, die)
        finally:
            os._exit(0)  # the tests go on in the parent only
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Enough(Exception):
    """Takes a whole import back once its statements are counted."""


def _statements(url: str, file: Path) -> int:
    sent: list[str] = []
    engine = make_engine(url)
    event.listen(engine, "before_cursor_execute", lambda *told: sent.append(told[2]))
    with suppress(Enough), transaction(engine) as session:
        bring(session, "elders", file)
        raise Enough
    engine.dispose()
    return len(sent)


def test_killed_at_any_point_it_leaves_all_or_nothing(
    tables_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "LINES", 4)
    engine = make_engine(tables_url)
    with transaction(engine) as session:
        put(session, *places(), elder("E0", name="旧名"))
    engine.dispose()
    file, before = ledger(tmp_path), state(tables_url)
    statements = range(1, 1 + _statements(tables_url, file))
    assert len(statements) > 30
    random = Random(3)
    # The last point is the commit itself, before it is asked for.
    points = [len(statements) + 1, *(random.choice(statements) for _ in range(DEATHS - 1))]
    for point in points:
        assert die_at(tables_url, file, point) == KILLED
        assert state(tables_url) == before, point
    assert die_at(tables_url, file, 0) == 0
    after = state(tables_url)
    assert after[0] == LINES
    assert after[1] == LINES
    assert after[3:] == [1, 2 * LINES // 4, 1, 1]
