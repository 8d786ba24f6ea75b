"""A real Chromium, and pages in the sizes that coordinators and caregivers use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",  # continuous integration runs as root
    "--disable-dev-shm-usage",  # containers have a small /dev/shm
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


# Of the package, not of the session: while playwright runs, its event loop blocks `asyncio.run`.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    if os.environ.get("ELDERCARE_NO_BROWSER") == "1":
        pytest.skip("ELDERCARE_NO_BROWSER=1: the browser tests were switched off by hand")
    if not CHROMIUM.exists():
        pytest.fail(
            f"{CHROMIUM} is missing: apt-get install chromium fonts-noto-cjk, "
            "or set ELDERCARE_NO_BROWSER=1 to go without the browser tests"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def desktop(browser: Browser) -> Iterator[Page]:
    """A coordinator's page; the test fails on a script error or a request to the outside."""
    with _page(browser, viewport=DESKTOP) as page:
        yield page


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A caregiver's page with touch; fails its test for the same reasons."""
    with _page(browser, viewport=PHONE, is_mobile=True, has_touch=True) as page:
        yield page


@contextmanager
def _page(browser: Browser, **options: Any) -> Iterator[Page]:
    faults: list[str] = []
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", **options
    )
    context.on("weberror", lambda error: faults.append(f"script error: {error.error}"))
    context.on("request", lambda request: faults.extend(_outside(request.url)))
    try:
        yield context.new_page()
    finally:
        context.close()
    assert not faults, "\n".join(faults)


def _outside(url: str) -> list[str]:
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in (
        "127.0.0.1",
        "localhost",
    ):
        return [f"request to the outside: {url}"]
    return []
