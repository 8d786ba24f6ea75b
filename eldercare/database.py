"""Engines, sessions and migrations: SQLite and PostgreSQL with the same guarantees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlmodel import Session, SQLModel, create_engine

from eldercare.errors import DatabaseUnusable, InvalidInput, NotFound

MIGRATIONS = Path(__file__).parent / "migrations"
CACHE_KIB = 16_000
"""Pages that a connection to SQLite keeps: with less, a long import writes the same pages of its
indexes again and again."""


def make_engine(url: str, *, echo: bool = False) -> Engine:
    """Engine for a database URL; an unusable URL or a missing folder is one clear sentence."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InvalidInput(
            f"database URL {url!r} is not understood: write sqlite:///FILE or "
            "postgresql+psycopg://USER@HOST/NAME"
        ) from error
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"), echo=echo, pool_pre_ping=True
        )
    if parsed.get_backend_name() != "sqlite":
        raise InvalidInput(f"database kind {parsed.get_backend_name()!r} is not supported")
    _check_folder(parsed.database)
    engine = create_engine(parsed, echo=echo, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _check_folder(database: str | None) -> None:
    if not database or database == ":memory:":
        return
    folder = Path(database).resolve().parent
    if not folder.is_dir():
        raise NotFound(
            f"the folder of the database does not exist: {folder}; make it or name another",
            code="folder_missing",
        )


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the `begin` event below decides how a transaction starts
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=5000",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=NORMAL",
        f"cache_size=-{CACHE_KIB}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # A deferred transaction that reads and then writes can lose another's update: lock first.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _is_writer(connection) else "BEGIN")


def _is_writer(connection: Connection) -> bool:
    return not connection.get_execution_options().get("read_only", False)


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session that commits at its end, or takes everything back on any error: the edge's own."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session for reading only: takes no write lock on SQLite and never commits."""
    quiet = engine.execution_options(read_only=True)
    with Session(quiet, expire_on_commit=False) as session:
        yield session
        # Rolling back expires rows; detached first, what was read stays readable.
        session.expunge_all()
        session.rollback()


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database_url"] = url
    return config


def head_revision() -> str:
    """The newest migration this program knows."""
    head = ScriptDirectory.from_config(_alembic("sqlite://")).get_current_head()
    if head is None:
        raise DatabaseUnusable("the program contains no migration")
    return head


def current_revision(engine: Engine) -> str | None:
    """The migration the database stands at, or None where there is no schema yet."""
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        raise DatabaseUnusable(
            f"the database cannot be opened: {error.orig}", code="database_unreachable"
        ) from error


def upgrade(url: str) -> None:
    """Bring the database to the newest migration; a database from a newer program is refused."""
    engine = make_engine(url)
    try:
        check_not_newer(engine)
    finally:
        engine.dispose()
    command.upgrade(_alembic(url), "head")


def check_not_newer(engine: Engine) -> None:
    """Refuse a database whose migration this program does not know."""
    revision = current_revision(engine)
    if revision is None:
        return
    script = ScriptDirectory.from_config(_alembic("sqlite://"))
    try:
        script.get_revision(revision)
    except CommandError as error:
        raise DatabaseUnusable(
            f"the database was made by a newer version of this program (migration {revision}); "
            "install that version or name another database",
            code="database_newer",
        ) from error


def require_current(engine: Engine) -> None:
    """Refuse to work on a database that is newer than the program, older, or empty."""
    check_not_newer(engine)
    revision = current_revision(engine)
    if revision is None:
        raise NotFound(
            "the database has no tables yet: run `eldercare db upgrade` or `eldercare seed`",
            code="database_empty",
        )
    if revision != head_revision():
        raise DatabaseUnusable(
            "the database is older than this program: run `eldercare db upgrade`",
            code="database_not_upgraded",
        )


def create_all(engine: Engine) -> None:
    """Make every table at once, without migrations: for tests that do not speak of migrations."""
    import eldercare.tables  # noqa: F401, PLC0415 - fills the metadata; importing it at the top would be a cycle

    SQLModel.metadata.create_all(engine)
