"""`eldercare serve`: console, phone page, API and jobs in one process."""

from __future__ import annotations

import os
import socket
from typing import Annotated

import typer
import uvicorn

from eldercare.cli.context import app_of
from eldercare.errors import Conflict, InvalidInput

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
    app.engine().dispose()  # refuses an unusable database before the port is taken
    _refuse_taken(host, port)
    app.settings.data_folder.mkdir(parents=True, exist_ok=True)  # keeps the signing key
    os.environ["ELDERCARE_DATABASE_URL"] = app.url  # the factory reads its settings anew
    app.err.print(f"http://{host}:{port}  (Ctrl+C stops)")
    uvicorn.run(FACTORY, factory=True, host=host, port=port, log_level="warning")


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
