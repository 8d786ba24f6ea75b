"""Signing in, staying signed in, signing out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from eldercare.accounts.tables import Role
from eldercare.accounts.throttle import Throttle
from eldercare.accounts.tokens import ACCESS_LIFETIME
from tests.accounts.people import PASSWORD
from tests.api.conftest import Client
from tests.api.data import NOW


def sign_in(client: Client, name: str = "chen", password: str = PASSWORD) -> httpx.Response:
    return client.post("/auth/token", json={"name": name, "password": password})


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"name": "chen", "password": PASSWORD}},
        {"data": {"name": "chen", "password": PASSWORD}},
        {"data": {"grant_type": "password", "username": "chen", "password": PASSWORD}},
    ],
    ids=["json", "form", "oauth form"],
)
def test_a_token_opens_what_is_mine(client: Client, body: dict[str, Any]) -> None:
    tokens = client.post("/auth/token", **body).json()
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == ACCESS_LIFETIME.total_seconds()
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    me = client.get("/me", headers=headers).json()
    assert (me["name"], me["role"], me["caregiver_id"]) == ("chen", Role.CAREGIVER.value, "C1")
    assert me["actions"] == ["read_own_route", "report_own_work"]


def test_a_wrong_password_and_an_unknown_name_are_told_alike(client: Client) -> None:
    wrong, unknown = sign_in(client, password="not this one"), sign_in(client, name="nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "wrong_credentials"
    assert wrong.headers["WWW-Authenticate"] == "Bearer"


def test_guessing_is_slowed_down_and_waiting_helps(client: Client) -> None:
    edge = client.app.state.edge
    edge.throttle = Throttle(attempts=2)
    for _ in range(2):
        assert sign_in(client, password="a wrong guess").status_code == 401
    refused = sign_in(client)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
    assert sign_in(client, name="zhou").status_code == 200
    edge.clock = lambda: NOW + timedelta(minutes=16)
    assert sign_in(client).status_code == 200


def test_an_access_token_runs_out_and_is_renewed_once(client: Client) -> None:
    edge = client.app.state.edge
    first = sign_in(client).json()
    edge.clock = lambda: NOW + ACCESS_LIFETIME
    headers = {"Authorization": f"Bearer {first['access_token']}"}
    expired = client.get("/me", headers=headers)
    assert (expired.status_code, expired.json()["code"]) == (401, "token_expired")
    refresh = {"refresh_token": first["refresh_token"]}
    second = client.post("/auth/refresh", json=refresh).json()
    headers = {"Authorization": f"Bearer {second['access_token']}"}
    assert client.get("/me", headers=headers).status_code == 200
    edge.clock = lambda: NOW + ACCESS_LIFETIME + timedelta(hours=1)
    again = client.post("/auth/refresh", json=refresh)
    assert (again.status_code, again.json()["code"]) == (401, "refresh_used")


def test_signing_out_ends_the_refresh_token(client: Client) -> None:
    refresh = {"refresh_token": sign_in(client).json()["refresh_token"]}
    assert client.post("/auth/logout", json=refresh).status_code == 204
    assert client.post("/auth/logout", json=refresh).status_code == 204
    assert client.post("/auth/refresh", json=refresh).json()["code"] == "refresh_expired"


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "Basic Y2hlbjp4", ""])
def test_a_token_that_is_none(client: Client, header: str) -> None:
    answer = client.get("/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
