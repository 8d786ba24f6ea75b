"""A served console over the sample day, and pages that are signed in."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page
from sqlmodel import Session

from eldercare.database import make_engine, transaction, upgrade
from eldercare.rostering.tables import RosterStatus
from tests.browser.console import sample

READY_TRIES = 240
ROOT = Path(__file__).parents[3]


@contextmanager
def served(folder: Path, fill: Callable[[Session], None]) -> Iterator[str]:
    """Address of a console over a new database that `fill` has written."""
    url = f"sqlite:///{folder / 'console.db'}"
    upgrade(url)
    engine = make_engine(url)
    with transaction(engine) as session:
        fill(session)
    engine.dispose()
    environment = {key: value for key, value in os.environ.items() if "PYTEST" not in key}
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.browser.console.serve",
            url,
            str(folder),
            sample.NOW.isoformat(),
        ],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, "the console did not start"
        _wait(address)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


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
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The console while the sample's day is under way; tests only read it."""

    def fill(session: Session) -> None:
        sample.fill(session, versions=(RosterStatus.PUBLISHED,))
        session.flush()
        sample.check_in(session)

    with served(tmp_path_factory.mktemp("console"), fill) as address:
        yield address


@pytest.fixture
def draft_console(tmp_path: Path) -> Iterator[str]:
    """A console with an unpublished draft that a test may publish."""
    with served(tmp_path, sample.fill) as address:
        yield address


def sign_in(page: Page, address: str, who: str = sample.WHO, password: str = "") -> None:
    """Fill in the form."""
    page.goto(f"{address}/login")
    page.get_by_label("用户名").fill(who)
    page.get_by_label("密码").fill(password or sample.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login" not in url)


def open_day(page: Page, address: str, query: str = "") -> None:
    """The page of the sample's day, drawn."""
    sign_in(page, address)
    page.goto(f"{address}/today?date={sample.ON}{query}")
    page.locator(".tl .r").first.wait_for()
    page.locator(".map-canvas[data-ready]").wait_for()


@pytest.fixture
def day(desktop: Page, console: str) -> Page:
    """A coordinator's 今日 of both towns."""
    open_day(desktop, console)
    return desktop
