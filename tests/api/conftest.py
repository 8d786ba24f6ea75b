"""An application on the published day, a person of every role, and a client that needs no port."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import Engine, make_url
from sqlmodel import Session

from api.app import create_app
from eldercare.accounts.passwords import hash_password
from eldercare.accounts.tables import Role, User
from eldercare.accounts.tokens import access_token
from eldercare.accounts.users import get_user
from eldercare.database import create_all, make_engine, reading, transaction
from eldercare.settings import Settings
from tests.accounts.people import KEY, PASSWORD
from tests.api.data import NOW, published_day
from tests.registry.rows import TOWN, put

PREFIX = "/api/v1"
PEOPLE: dict[str, dict[str, Any]] = {
    "admin": {"role": Role.ADMINISTRATOR},
    "zhou": {"role": Role.COORDINATOR},
    "townzhou": {"role": Role.COORDINATOR, "area_code": TOWN},
    "chen": {"role": Role.CAREGIVER, "caregiver_id": "C1"},
    "liu": {"role": Role.CAREGIVER, "caregiver_id": "C2"},
    "zhao": {"role": Role.RIDER, "rider_id": "R1"},
    "site": {"role": Role.SITE_OPERATOR},
    "viewer": {"role": Role.VIEWER},
}
BY_ROLE = {
    Role.ADMINISTRATOR: "admin",
    Role.COORDINATOR: "zhou",
    Role.CAREGIVER: "chen",
    Role.RIDER: "zhao",
    Role.SITE_OPERATOR: "site",
    Role.VIEWER: "viewer",
}


@dataclass
class Client:
    """Asks the application directly, as a person where one is named."""

    app: FastAPI

    def ask(
        self, method: str, path: str, *, by: str | None = None, **options: Any
    ) -> httpx.Response:
        """One request below `/api/v1`, with the person's token."""
        headers = dict(options.pop("headers", {}))
        if by is not None:
            headers["Authorization"] = f"Bearer {self.token(by)}"
        return asyncio.run(self._ask(method, PREFIX + path, headers=headers, **options))

    def get(self, path: str, *, by: str | None = None, **options: Any) -> httpx.Response:
        """A GET request."""
        return self.ask("GET", path, by=by, **options)

    def post(self, path: str, *, by: str | None = None, **options: Any) -> httpx.Response:
        """A POST request."""
        return self.ask("POST", path, by=by, **options)

    def token(self, name: str) -> str:
        """An access token of a person."""
        edge = self.app.state.edge
        with reading(edge.engine) as session:
            return access_token(get_user(session, name), edge.key, now=edge.clock())

    async def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, **options)


def api_of(app: FastAPI) -> FastAPI:
    """The API inside an application."""
    mounted = [getattr(route, "app", None) for route in app.routes]
    (found,) = [one for one in mounted if isinstance(one, FastAPI)]
    return found


@cache
def everybodys_hash() -> str:
    """The hash of everybody's password: making one is slow on purpose, so it is made once."""
    return hash_password(PASSWORD)


def put_people(session: Session) -> None:
    """Write a person of every role, all with one password."""
    put(
        session,
        *(
            User(name=name, display_name=name, password_hash=everybodys_hash(), **fields)
            for name, fields in PEOPLE.items()
        ),
    )


@contextmanager
def new_database(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """URL of an empty database that lives longer than one test."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'shared.db'}"
        return
    server: str = request.getfixturevalue("postgresql_server")
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = make_url(server).set(drivername="postgresql+psycopg", database=name)
        yield url.render_as_string(hide_password=False)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def make_app(engine: Engine, folder: Path) -> FastAPI:
    """An application over the published day, with a person of every role."""
    with transaction(engine) as session:
        published_day(session)
        put_people(session)
    url = engine.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, data_folder=folder, secret_key=SecretStr(KEY))
    return create_app(settings, engine=engine, clock=lambda: NOW, with_console=False)


@cache
def _used_application() -> FastAPI:
    # FastAPI works out every route at the first request, for a second: once for all tests.
    settings = Settings(database_url="sqlite://", secret_key=SecretStr(KEY))
    return create_app(settings, with_console=False)


def make_client(engine: Engine, folder: Path) -> Client:
    """An API for one test at a time: all is new but its routes."""
    new, used = make_app(engine, folder), _used_application()
    for at, fresh in ((used, new), (api_of(used), api_of(new))):
        at.state = fresh.state
    return Client(used)


@pytest.fixture
def client(engine: Engine, tmp_path: Path) -> Client:
    """An API of the test's own, to write with; the test runs once on each kind of database."""
    return make_client(engine, tmp_path)


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def reader(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """The same for all tests that only read, which is most: it is made once for each kind."""
    folder = tmp_path_factory.mktemp("reader")
    with new_database(request.param, request, folder) as url:
        engine = make_engine(url)
        create_all(engine)
        yield Client(make_app(engine, folder))
        engine.dispose()
