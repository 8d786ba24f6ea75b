"""`eldercare user`: accounts."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer

from eldercare.accounts.tables import Role
from eldercare.accounts.users import add_user
from eldercare.cli.context import app_of
from eldercare.database import transaction
from eldercare.settings import DISTRICT_CODE

app = typer.Typer(help="Accounts.", no_args_is_help=True)


@app.callback()
def users() -> None:
    """Accounts of the console, the phone page and the API."""


@app.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    role: Annotated[Role, typer.Option("--role")],
    area: Annotated[str | None, typer.Option("--area", metavar="CODE")] = None,
    caregiver: Annotated[str | None, typer.Option("--caregiver", metavar="ID")] = None,
    rider: Annotated[str | None, typer.Option("--rider", metavar="ID")] = None,
    password: Annotated[
        str | None, typer.Option(help="Default: one is made and printed once.")
    ] = None,
) -> None:
    """Add an account; its password is printed once where none is given."""
    app = app_of(context)
    secret = password or secrets.token_urlsafe(12)
    with transaction(app.engine()) as session:
        user = add_user(
            session,
            name=name,
            password=secret,
            role=role,
            by="cli",
            area_code=area or DISTRICT_CODE,
            caregiver_id=caregiver,
            rider_id=rider,
            now=app.now(),
        )
        document = {"id": user.id, "name": user.name, "role": user.role.value}
    if password is None:
        document["password"] = secret
    if app.as_json:
        app.emit(document)
    else:
        app.out.print("  ".join(f"{key}: {value}" for key, value in document.items()))
