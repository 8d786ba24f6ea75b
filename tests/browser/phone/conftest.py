"""A served phone page over the published day, and a phone at half past nine in the morning."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from api.app import create_app
from api.edge import Edge
from eldercare.database import create_all, make_engine, transaction
from eldercare.settings import Settings
from tests.accounts.people import KEY, PASSWORD
from tests.api.conftest import put_people
from tests.api.data import NOW, published_day

# Other tests may keep the machine busy; a page that is right is right after a while too.
expect.set_options(timeout=60_000)


@dataclass
class Served:
    """A running application; its clock is the edge's and may be moved."""

    address: str
    edge: Edge
    server: uvicorn.Server

    def stop(self) -> None:
        """Let the address answer no more."""
        self.server.should_exit = True


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The application on an address of this machine."""
    url = f"sqlite:///{tmp_path / 'phone.db'}"
    engine = make_engine(url)
    create_all(engine)
    with transaction(engine) as session:
        published_day(session)
        put_people(session)
    settings = Settings(database_url=url, data_folder=tmp_path, secret_key=SecretStr(KEY))
    app = create_app(settings, engine=engine, clock=lambda: NOW, with_console=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, lifespan="off", log_level="warning")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        yield Served(f"http://127.0.0.1:{port}", app.state.edge, server)
        server.should_exit = True
        thread.join()
    engine.dispose()


@pytest.fixture
def handset(phone: Page, served: Served) -> Page:
    """A phone on which it is the published day's morning, showing the form."""
    phone.clock.set_fixed_time(NOW)
    phone.goto(f"{served.address}/phone")
    return phone


def sign_in(page: Page, name: str = "chen", password: str = PASSWORD) -> None:
    """Fill in the form and wait for what comes."""
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def signed_in(page: Page, name: str = "chen") -> Page:
    """A page that shows a worker's day and is kept by the service worker."""
    sign_in(page, name)
    expect(page.get_by_role("list", name="全天路线")).to_be_visible()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    return page
