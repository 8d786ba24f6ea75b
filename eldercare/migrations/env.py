"""Alembic's entry: runs the migrations on the database named by `eldercare.database`."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlmodel import SQLModel

import eldercare.tables  # noqa: F401 - fills the metadata
from eldercare.database import make_engine


def _is_ours(_object: Any, name: str | None, kind: str, *_: Any) -> bool:
    """APScheduler makes and keeps its own table."""
    return not (kind == "table" and name == "apscheduler_jobs")


def run() -> None:
    """Run the migrations in one transaction; batch mode, because SQLite alters little."""
    url = context.config.attributes["database_url"]
    engine = make_engine(url)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            compare_type=True,
            include_object=_is_ours,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
