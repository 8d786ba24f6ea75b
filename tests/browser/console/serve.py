"""Serves consoles over database files, each in a process of its own as in real life.

`python -m tests.browser.console.serve INSTANT` reads `DATABASE_URL DATA_FOLDER` line by line and
answers each with the process and the address of a console. Each is a copy of this process, which
has loaded the product once; they end with it.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from datetime import datetime
from pathlib import Path

import uvicorn

from api.app import create_app
from eldercare.settings import Settings


def main() -> None:
    """Start a console for each line until there is no more."""
    now = datetime.fromisoformat(sys.argv[1])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that end
    begun = []
    for line in sys.stdin:
        url, folder = line.split()
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _serve(url, folder, now, listening)
        begun.append(child)
        sys.stdout.write(f"{child} http://127.0.0.1:{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        listening.close()
    for child in begun:
        try:
            os.kill(child, signal.SIGTERM)
        except ProcessLookupError:
            continue


def _serve(url: str, folder: str, now: datetime, listening: socket.socket) -> None:
    """Serve until told to end; returns to nobody."""
    app = create_app(Settings(database_url=url, data_folder=Path(folder)), clock=lambda: now)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
    os._exit(0)


if __name__ == "__main__":
    main()
