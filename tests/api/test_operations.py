"""Health, measures, request ids, security headers, and what starting an application checks."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from api.app import create_app
from eldercare.database import upgrade
from eldercare.errors import NotFound
from eldercare.settings import Settings
from tests.accounts.people import KEY
from tests.api.conftest import Client


def settings_of(url: str, folder: Path) -> Settings:
    return Settings(database_url=url, data_folder=folder, secret_key=SecretStr(KEY))


def test_ready_says_whether_the_database_can_be_worked_with(
    database_url: str, tmp_path: Path, reader: Client
) -> None:
    upgrade(database_url)
    app = create_app(settings_of(database_url, tmp_path), with_console=False)
    ready = Client(app).get("/health/ready")
    app.state.edge.engine.dispose()
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
    # The shared database's tables were made without migrations, as no installation's are.
    unready = reader.get("/health/ready")
    assert (unready.status_code, unready.json()["code"]) == (503, "database_empty")
    assert reader.get("/health/live").json() == {"status": "live"}


def test_a_database_without_tables_is_refused_at_the_start(
    database_url: str, tmp_path: Path
) -> None:
    app = create_app(settings_of(database_url, tmp_path), with_console=False)

    async def start() -> None:
        async with app.router.lifespan_context(app):
            pass

    with pytest.raises(NotFound) as refused:
        asyncio.run(start())
    assert refused.value.code == "database_empty"


def test_jobs_start_and_stop_with_the_application(database_url: str, tmp_path: Path) -> None:
    upgrade(database_url)
    settings = settings_of(database_url, tmp_path)
    app = create_app(settings, with_jobs=True, with_console=False)

    async def run() -> list[str]:
        async with app.router.lifespan_context(app):
            assert app.state.scheduler is app.state.edge.scheduler
            return [each.job for each in app.state.scheduler.next_runs()]

    assert asyncio.run(run()) == ["nightly"]
    assert app.state.scheduler is None


def test_measures_count_by_route_and_not_by_address(reader: Client) -> None:
    def counted() -> dict[tuple[str, str], float]:
        families = text_string_to_metric_families(reader.get("/metrics").text)
        return {
            (sample.labels["route"], sample.labels["status"]): sample.value
            for family in families
            for sample in family.samples
            if sample.name == "eldercare_http_requests_total"
        }

    before = counted()
    for day in ("2020-09-17", "2020-09-18"):
        reader.get(f"/rosters/{day}", by="zhou")
    reader.get("/no/such/path")
    after = counted()
    route = "/api/v1/rosters/{date}"
    assert after[route, "200"] - before.get((route, "200"), 0) == 1
    assert after[route, "404"] - before.get((route, "404"), 0) == 1
    assert not any("2020" in path or "such" in path for path, _ in after)


def test_a_request_id_is_kept_or_made(reader: Client) -> None:
    own = {"X-Request-ID": "phone-0123456789"}
    assert reader.get("/health/live", headers=own).headers["X-Request-ID"] == "phone-0123456789"
    made = reader.get("/health/live", headers={"X-Request-ID": "no good\tid"}).headers
    assert len(made["X-Request-ID"]) == 32


def test_every_answer_of_the_api_is_closed_to_the_outside(reader: Client) -> None:
    for path in ("/health/live", "/nothing", "/me"):
        headers = reader.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "http" not in headers["Content-Security-Policy"]
