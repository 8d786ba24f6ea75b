"""`eldercare serve`: console, phone page, API and jobs in one process."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from typing import Annotated

import typer
import uvicorn

from eldercare.accounts.demo import DemoAccount, open_demo_accounts
from eldercare.accounts.tables import Role
from eldercare.cli.context import App, app_of
from eldercare.database import reading
from eldercare.errors import Conflict, InvalidInput
from eldercare.settings import DEMO_ON

FACTORY = "api.app:serve_app"
"""Named, not imported: the web stands on this package, never the other way round."""


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port")] = 8000,
    workers: Annotated[int, typer.Option("--workers")] = 1,
) -> None:
    """Serve the console, the phone page and the API, and run the nightly jobs."""
    app = app_of(context)
    if workers != 1:
        raise InvalidInput("the console runs in one process: use --workers 1")
    engine = app.engine()  # refuses an unusable database before the port is taken
    with reading(engine) as session:
        accounts = open_demo_accounts(session)
    engine.dispose()
    _refuse_taken(host, port)
    app.settings.data_folder.mkdir(parents=True, exist_ok=True)  # keeps the signing key
    os.environ["ELDERCARE_DATABASE_URL"] = app.url  # the factory reads its settings anew
    _greet(app, f"http://{host}:{port}", accounts)
    uvicorn.run(FACTORY, factory=True, host=host, port=port, log_level="warning")


def _greet(app: App, address: str, accounts: Sequence[DemoAccount]) -> None:
    """Say where everything is, and who may sign in where the database is the demonstration's."""
    day = f"?date={DEMO_ON}" if accounts else ""
    app.err.print(f"控制台 console   {address}/", highlight=False)
    app.err.print(f"手机页 phone     {address}/phone{day}", highlight=False)
    app.err.print(f"接口   API       {address}/api/v1/openapi.json", highlight=False)
    if accounts:
        app.err.print("演示账号 demo accounts (用户名 name / 密码 password):")
        for one in accounts:
            where = "手机页" if one.role in {Role.CAREGIVER, Role.RIDER} else "控制台"
            line = f"  {one.name:<10} {one.password:<14} {one.role.value:<14} {where}"
            app.err.print(f"{line}  {one.display_name}", highlight=False)
    app.err.print("(Ctrl+C stops)")


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Conflict(
                f"port {port} of {host} cannot be used ({error.strerror}): "
                "name another with --port",
                code="port_taken",
            ) from error
