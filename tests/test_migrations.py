"""The migrations make exactly the tables the program declares, and can be told from others'."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlmodel import Session

from eldercare.care.tables import ItemException, ItemGap
from eldercare.custody import check_database
from eldercare.database import (
    _alembic,
    current_revision,
    head_revision,
    make_engine,
    require_current,
    upgrade,
)
from eldercare.errors import DatabaseUnusable, NotFound
from eldercare.registry.tables import Assessment, ElderGroup, EndReason, PriorityGroup
from tests.care.rows import care_plan, plan_item, service_type
from tests.registry.rows import LONG_AGO, elder, places, put


def test_migrations_make_what_the_program_declares(database_url: str) -> None:
    upgrade(database_url)
    engine = make_engine(database_url)
    assert check_database(engine) == []
    assert current_revision(engine) == head_revision()
    require_current(engine)
    engine.dispose()


def test_drift_is_named(database_url: str) -> None:
    upgrade(database_url)
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE pause DROP COLUMN reason"))
    (problem,) = check_database(engine)
    assert "reason" in problem
    engine.dispose()


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    upgrade(database_url)
    engine = make_engine(database_url)
    before = sorted(inspect(engine).get_table_names())
    upgrade(database_url)
    assert sorted(inspect(engine).get_table_names()) == before
    engine.dispose()


def test_an_empty_a_strange_and_an_old_database_are_told_apart(database_url: str) -> None:
    engine = make_engine(database_url)
    with pytest.raises(NotFound, match="no tables"):
        require_current(engine)
    upgrade(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnusable, match="newer version"):
        upgrade(database_url)
    with pytest.raises(DatabaseUnusable, match="newer version"):
        require_current(engine)
    engine.dispose()


def test_identity_goes_down_and_up_again_around_the_elders(database_url: str) -> None:
    upgrade(database_url)
    engine = make_engine(database_url)
    with Session(engine) as session:
        put(session, *places(), elder("e1"))
        put(session, elder("e2", ended_on=LONG_AGO, end_reason=EndReason.MERGED))
        put(session, ElderGroup(elder_id="e1", group=PriorityGroup.WUBAO, from_on=LONG_AGO))
        session.commit()
    command.downgrade(_alembic(database_url), "0001")
    assert {"merge_journal", "duplicate_dismissal"}.isdisjoint(inspect(engine).get_table_names())
    with engine.connect() as connection:
        found = connection.execute(text("SELECT id, end_reason FROM elder ORDER BY id")).all()
    assert [tuple(row) for row in found] == [("e1", None), ("e2", "moved")]
    upgrade(database_url)
    assert check_database(engine) == []
    engine.dispose()


def test_care_plans_go_down_and_up_again_around_their_items(database_url: str) -> None:
    upgrade(database_url)
    engine = make_engine(database_url)
    with Session(engine) as session:
        put(session, *places(), service_type(), elder("e1"), care_plan("p1", "e1"))
        put(
            session, plan_item("i1", "p1", from_on=LONG_AGO, week_of_month=2), plan_item("i2", "p1")
        )
        put(session, ItemGap(before_item_id="i1", after_item_id="i2"))
        put(session, ItemException(item_id="i1", original_on=LONG_AGO, cancelled=True))
        session.commit()
    command.downgrade(_alembic(database_url), "0005")
    assert {"entitlement", "item_exception", "item_gap", "plan_item_preference"}.isdisjoint(
        inspect(engine).get_table_names()
    )
    with engine.connect() as connection:
        found = connection.execute(text("SELECT id, weekdays FROM plan_item ORDER BY id")).all()
    assert [tuple(row) for row in found] == [("i1", "1234567"), ("i2", "1234567")]
    upgrade(database_url)
    assert check_database(engine) == []
    engine.dispose()


def test_elders_over_time_go_down_and_up_again_around_what_was_there(database_url: str) -> None:
    upgrade(database_url)
    engine = make_engine(database_url)
    with Session(engine) as session:
        put(session, *places(), elder("e1"))
        put(session, Assessment(elder_id="e1", assessed_on=LONG_AGO, score=50, level=2))
        session.commit()
    command.downgrade(_alembic(database_url), "0005")
    assert {"former_home", "position_task"}.isdisjoint(inspect(engine).get_table_names())
    upgrade(database_url)
    with Session(engine) as session:
        kept = session.get_one(Assessment, ("e1", LONG_AGO))
        assert (kept.level, kept.item_scores, kept.grounds) == (2, None, None)
    assert check_database(engine) == []
    engine.dispose()
