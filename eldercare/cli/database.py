"""`eldercare db`: migrations, integrity, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eldercare.cli.context import app_of
from eldercare.custody import backup_database, check_database, restore_database
from eldercare.database import current_revision
from eldercare.errors import Conflict

app = typer.Typer(help="Migrations, integrity, backup and restore.", no_args_is_help=True)


@app.command("upgrade")
def upgrade_database(context: typer.Context) -> None:
    """Bring the database to the newest migration; makes it where there is none."""
    app = app_of(context)
    revision = current_revision(app.upgraded_engine())
    if app.as_json:
        app.emit({"revision": revision})
    else:
        app.out.print(f"database is at migration {revision}")


@app.command("check")
def check(context: typer.Context) -> None:
    """Check the database's integrity and its migration."""
    app = app_of(context)
    problems = check_database(app.engine())
    if app.as_json:
        app.emit({"ok": not problems, "problems": problems})
    elif not problems:
        app.out.print("database is sound and at the newest migration")
    if problems:
        raise Conflict("; ".join(problems), code="database_damaged")


@app.command("backup")
def backup(context: typer.Context, file: Annotated[Path, typer.Argument()]) -> None:
    """Copy the database to a file while it is in use."""
    app = app_of(context)
    size = backup_database(app.engine(), file)
    if app.as_json:
        app.emit({"file": str(file), "bytes": size})
    else:
        app.out.print(f"{file}: {size:,} bytes")


@app.command("restore")
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument()],
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
) -> None:
    """Put a backup in the place of the database."""
    app = app_of(context)
    restore_database(app.url, file, force=force)
    if app.as_json:
        app.emit({"restored": str(file)})
    else:
        app.out.print(f"restored from {file}")
