"""The fixtures themselves: databases are fresh and of both kinds, the network is closed."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, inspect, select, text
from sqlmodel import SQLModel

from eldercare.database import make_engine

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_gets_an_empty_database(database_url: str, turn: int) -> None:
    engine = make_engine(database_url)
    assert inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE turn_{turn} (id INTEGER)"))
    assert inspect(engine).get_table_names() == [f"turn_{turn}"]
    engine.dispose()


def test_engine_has_every_table_and_no_row(engine: Engine, session: Session) -> None:
    tables = SQLModel.metadata.sorted_tables
    assert {table.name for table in tables} == set(inspect(engine).get_table_names())
    assert tables
    counts = {session.scalar(select(func.count()).select_from(table)) for table in tables}
    assert counts == {0}


def test_both_kinds_of_database_are_real(engine: Engine, request: pytest.FixtureRequest) -> None:
    kind = "postgresql" if "postgresql" in request.node.name else "sqlite"
    assert engine.dialect.name == kind
    with engine.connect() as connection:
        query = "SELECT version()" if kind == "postgresql" else "SELECT sqlite_version()"
        version = str(connection.scalar(text(query)))
    assert version.startswith("PostgreSQL" if kind == "postgresql" else "3.")


def test_connections_to_the_outside_are_refused() -> None:
    # An address that is reserved for documentation: nothing answers there even without the guard.
    with (
        socket.socket() as outside,
        pytest.raises(AssertionError, match="stay on this machine"),
    ):
        outside.connect(("192.0.2.1", 80))


def test_connections_on_this_machine_are_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_settings_of_the_shell_do_not_reach_tests() -> None:
    names = {name for name in os.environ if name.startswith("ELDERCARE_")}
    names -= {name for name in names if name.startswith("ELDERCARE_TEST_")}
    assert names == {"ELDERCARE_DATA_FOLDER", "ELDERCARE_DATABASE_URL"}


def test_no_event_loop_is_left_running() -> None:
    async def one() -> int:
        return 1

    assert asyncio.run(one()) == 1
