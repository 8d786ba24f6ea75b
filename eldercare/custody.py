"""Keep the data safe: integrity check, online backup, restore.

SQLite by itself, PostgreSQL by its own tools.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, make_url
from sqlmodel import SQLModel

import eldercare.tables  # noqa: F401 - fills the metadata
from eldercare.database import check_not_newer, make_engine
from eldercare.errors import Conflict, DatabaseUnusable, InvalidInput, NotFound
from eldercare.jobs.scheduler import STORE_TABLE


def check_database(engine: Engine) -> list[str]:
    """Sentences about what is wrong: damaged pages, dangling references, a schema that drifted."""
    problems: list[str] = []
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            for (line,) in connection.exec_driver_sql("PRAGMA integrity_check"):
                if line != "ok":
                    problems.append(f"damaged: {line}")
            for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
                problems.append(f"row {row} of {table} names a missing row of {parent}")
        context = MigrationContext.configure(
            connection, opts={"compare_type": False, "include_object": _is_ours}
        )
        drift = compare_metadata(context, SQLModel.metadata)
    problems += [f"the schema differs from the program's: {change}" for change in drift]
    return problems


def _is_ours(_object: Any, name: str | None, kind: str, *_: Any) -> bool:
    return not (kind == "table" and name == STORE_TABLE)


def backup_database(engine: Engine, file: Path) -> int:
    """Copy the database to `file` while others use it; returns its bytes. Refuses to overwrite."""
    if file.exists():
        raise Conflict(f"{file} exists already; name another file", code="file_exists")
    if not file.parent.is_dir():
        raise NotFound(f"the folder {file.parent} does not exist", code="folder_missing")
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(_sqlite_file(engine.url.database)) as source:
            with sqlite3.connect(file) as copy:
                source.backup(copy)
            copy.close()
        source.close()
    else:
        _run_tool("pg_dump", "--format=custom", "--file", str(file), _libpq(engine))
    return file.stat().st_size


def restore_database(url: str, file: Path, *, force: bool) -> None:
    """Put a backup in the place of the database; what is there is overwritten only with `force`."""
    if not file.is_file():
        raise NotFound(f"there is no backup {file}", code="file_missing")
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        flags = ["--clean", "--if-exists"] if force else []
        _run_tool(
            "pg_restore",
            *flags,
            "--single-transaction",
            "--dbname",
            _libpq(make_engine(url)),
            str(file),
        )
        return
    target = _sqlite_file(parsed.database)
    if target.exists() and not force:
        raise Conflict(
            f"{target} exists: restoring would overwrite it; add --force to do so",
            code="would_overwrite",
        )
    check_not_newer(_sound(file))
    for leftover in (
        target,
        target.with_name(target.name + "-wal"),
        target.with_name(target.name + "-shm"),
    ):
        leftover.unlink(missing_ok=True)
    shutil.copyfile(file, target)


def _sound(file: Path) -> Engine:
    """The backup as an engine, or a sentence that it is no database."""
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()
        connection.close()
    except sqlite3.DatabaseError as error:
        raise InvalidInput(f"{file} is not a backup of this program: {error}") from error
    if found != ("ok",):
        raise InvalidInput(f"{file} is damaged: {found[0]}")
    return make_engine(f"sqlite:///{file}")


def _sqlite_file(database: str | None) -> Path:
    if not database or database == ":memory:":
        raise InvalidInput("a database in memory has no file")
    return Path(database)


def _libpq(engine: Engine) -> str:
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run_tool(tool: str, *arguments: str) -> None:
    path = shutil.which(tool)
    if path is None:
        raise DatabaseUnusable(
            f"{tool} is not installed: on Debian, apt-get install postgresql-client"
        )
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - a fixed tool, arguments never pass a shell
    if done.returncode:
        raise DatabaseUnusable(f"{tool} failed: {done.stderr.strip().splitlines()[-1]}")
