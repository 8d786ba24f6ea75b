"""Serves the console over a database file, in a process of its own as in real life.

`python -m tests.browser.console.serve DATABASE_URL DATA_FOLDER INSTANT` prints its address.
"""

from __future__ import annotations

import socket
import sys
from datetime import datetime
from pathlib import Path

import uvicorn

from api.app import create_app
from eldercare.settings import Settings


def main() -> None:
    """Take a free port, say which, and serve until killed."""
    url, folder, instant = sys.argv[1:]
    now = datetime.fromisoformat(instant)
    app = create_app(Settings(database_url=url, data_folder=Path(folder)), clock=lambda: now)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    main()
