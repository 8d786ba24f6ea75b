"""The phone page's files: all of them kept offline, none of them from elsewhere."""

from __future__ import annotations

import asyncio
import json
import re

import httpx
import pytest

from api import phone
from tests.api.conftest import Client


def fetch(reader: Client, path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(reader.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path)

    return asyncio.run(ask())


def kept_files() -> list[str]:
    found = re.search(r"const SHELL = (\[.*\]);", phone.worker())
    assert found is not None
    names: list[str] = json.loads(found[1])
    return names


def test_the_worker_keeps_every_file_of_the_page() -> None:
    files = {path.name for path in phone.FILES.iterdir()} - {"index.html", "worker.js"}
    assert set(kept_files()) == {"/phone"} | {f"/phone/{name}" for name in files}
    assert "__" not in phone.worker()


def test_every_kept_file_is_there_and_is_asked_for_anew(reader: Client) -> None:
    for path in kept_files():
        answer = fetch(reader, path)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")


def test_the_page_names_only_files_that_are_kept(reader: Client) -> None:
    page = fetch(reader, "/phone").text
    named = re.findall(r"(?:href|src)=\"([^\"#]+)\"", page)
    assert set(named) <= set(kept_files())
    assert "<script>" not in page
    assert "style=" not in page


def test_the_worker_may_keep_the_page_one_level_up(reader: Client) -> None:
    answer = fetch(reader, "/phone/worker.js")
    assert answer.headers["Service-Worker-Allowed"] == "/phone"
    assert answer.headers["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize("path", ["/phone/nothing.js", "/phone/..%2f__init__.py"])
def test_nothing_else_is_served(reader: Client, path: str) -> None:
    assert fetch(reader, path).status_code == 404


def test_the_address_people_type_leads_to_the_page(reader: Client) -> None:
    answer = fetch(reader, "/phone/")
    assert (answer.status_code, answer.headers["Location"]) == (307, "/phone")
