"""Alembic's entry: runs the migrations on the database named by `eldercare.database`."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import eldercare.tables  # noqa: F401 - fills the metadata
from eldercare.database import make_engine


def run() -> None:
    """Run the migrations in one transaction; batch mode, because SQLite cannot alter most things."""
    url = context.config.attributes["database_url"]
    engine = make_engine(url)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
