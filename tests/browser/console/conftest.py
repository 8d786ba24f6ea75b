"""A served console over the sample day, and pages that are signed in."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from sqlmodel import Session

from eldercare.accounts.tables import Role, User
from eldercare.database import make_engine, transaction, upgrade
from eldercare.rostering.tables import RosterStatus
from tests.accounts.people import PASSWORD
from tests.api.conftest import everybodys_hash, put_people
from tests.api.data import registry
from tests.browser.conftest import DESKTOP, _outside
from tests.browser.console import sample
from tests.browser.console.elder_file import full_file
from tests.browser.console.mending import to_mend
from tests.registry.rows import COMMUNITY, put

READY_TRIES = 240
ROOT = Path(__file__).parents[3]


class Consoles:
    """Consoles over databases of their own, from one process that has loaded the product."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._template = folder / "drafted.db"

    @contextmanager
    def over(self, folder: Path, fill: Callable[[Session], None]) -> Iterator[str]:
        """Address of a console over a new database that `fill` has written."""
        file = folder / "console.db"
        _written(file, fill)
        with self._at(file) as address:
            yield address

    @contextmanager
    def over_draft(self, folder: Path) -> Iterator[str]:
        """Address of a console over the sample's draft, which is written once and copied."""
        if not self._template.exists():
            _written(self._template, sample.fill)
        file = folder / "console.db"
        shutil.copyfile(self._template, file)
        with self._at(file) as address:
            yield address

    @contextmanager
    def _at(self, file: Path) -> Iterator[str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"sqlite:///{file} {file.parent}\n")
        self._process.stdin.flush()
        number, _, address = self._process.stdout.readline().strip().partition(" ")
        assert address, "the console did not start"
        try:
            _wait(address)
            yield address
        finally:
            os.kill(int(number), signal.SIGTERM)


def _written(file: Path, fill: Callable[[Session], None]) -> None:
    url = f"sqlite:///{file}"
    upgrade(url)
    engine = make_engine(url)
    with transaction(engine) as session:
        fill(session)
    engine.dispose()  # closes the write-ahead log too: the file alone is the database


@pytest.fixture(scope="package")
def consoles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consoles]:
    """Starts consoles."""
    environment = {key: value for key, value in os.environ.items() if "PYTEST" not in key}
    command = [sys.executable, "-m", "tests.browser.console.serve", sample.NOW.isoformat()]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Consoles(process, tmp_path_factory.mktemp("drafted"))


def _wait(address: str) -> None:
    for _ in range(READY_TRIES):
        try:
            with urlopen(f"{address}/login", timeout=30) as answer:  # noqa: S310 - our own server
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError(f"nothing answers at {address}")


@pytest.fixture(scope="package")
def console(consoles: Consoles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The console while the sample's day is under way; tests only read it."""

    def fill(session: Session) -> None:
        sample.fill(session, versions=(RosterStatus.PUBLISHED,))
        session.flush()
        sample.check_in(session)

    with consoles.over(tmp_path_factory.mktemp("console"), fill) as address:
        yield address


@pytest.fixture
def draft_console(consoles: Consoles, tmp_path: Path) -> Iterator[str]:
    """A console with an unpublished draft that a test may publish."""
    with consoles.over_draft(tmp_path) as address:
        yield address


def sign_in(page: Page, address: str, who: str = sample.WHO, password: str = "") -> None:
    """Fill in the form."""
    page.goto(f"{address}/login")
    page.get_by_label("用户名").fill(who)
    page.get_by_label("密码").fill(password or sample.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login" not in url)


def open_day(page: Page, address: str, query: str = "") -> None:
    """The page of the sample's day, drawn; the page is signed in."""
    page.goto(f"{address}/today?date={sample.ON}{query}")
    page.locator(".tl .r").first.wait_for()
    page.locator(".map-canvas[data-ready]").wait_for()


@dataclass
class Office:
    """A browser's window that is signed in, and what went wrong on its pages."""

    context: BrowserContext
    faults: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Note script errors, errors in the console and requests that leave the machine."""
        self.context.on("weberror", lambda one: self.faults.append(f"script error: {one.error}"))
        self.context.on("console", self._console)
        self.context.on("request", lambda request: self.faults.extend(_outside(request.url)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text}")


@pytest.fixture(scope="package")
def ledger_console(consoles: Consoles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console over a small registry that has things to mend; tests bring ledgers in and mend."""

    def fill(session: Session) -> None:
        registry(session)
        put_people(session)
        _put_one_of_a_community(session)
        to_mend(session)
        full_file(session)

    with consoles.over(tmp_path_factory.mktemp("ledgers"), fill) as address:
        yield address


def _put_one_of_a_community(session: Session) -> None:
    user = User(
        name="roadzhou",
        display_name="roadzhou",
        password_hash=everybodys_hash(),
        role=Role.COORDINATOR,
        area_code=COMMUNITY,
    )
    put(session, user)


@pytest.fixture
def web(ledger_console: str) -> Iterator[httpx.Client]:
    """Asks that console as a browser without scripts does."""
    with httpx.Client(base_url=ledger_console, follow_redirects=True, timeout=60) as client:
        yield client


def page(web: httpx.Client, name: str, path: str) -> str:
    """Sign in as somebody and open a page."""
    web.cookies.clear()
    web.post("/login", data={"name": name, "password": PASSWORD})
    return web.get(path).text


def token_of(text: str) -> str:
    """The token that the forms of a page carry."""
    found = re.search(r"form_token[^0-9a-f]+?value=[^0-9a-f]*([0-9a-f]{64})", text)
    assert found, text[:2000]
    return found[1]


@pytest.fixture(scope="package")
def office(browser: Browser, console: str) -> Iterator[Office]:
    """One window for all tests that only look: its cache and its session are kept."""
    context = browser.new_context(
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        viewport=DESKTOP,
    )
    office = Office(context)
    office.listen()
    page = context.new_page()
    sign_in(page, console)
    page.close()
    yield office
    context.close()


@pytest.fixture
def desk(office: Office) -> Iterator[Page]:
    """A signed-in coordinator's empty page; its test fails on an error or an outside request."""
    page = office.context.new_page()
    yield page
    page.close()
    faults, office.faults[:] = list(office.faults), []
    assert not faults, "\n".join(faults)


@pytest.fixture
def day(desk: Page, console: str) -> Page:
    """今日 of both towns."""
    open_day(desk, console)
    return desk
