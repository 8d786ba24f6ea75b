"""The migrations make exactly the tables the program declares, and can be told from others'."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text

from eldercare.custody import check_database
from eldercare.database import (
    current_revision,
    head_revision,
    make_engine,
    require_current,
    upgrade,
)
from eldercare.errors import DatabaseUnusable, NotFound


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
