"""Every failure is a problem document with a status, a stable code and the fields at fault."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from api.problems import status_of
from eldercare.errors import EldercareError, FieldProblem, InvalidInput
from tests.api.conftest import Client, api_of


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert set(document) == {"type", "title", "status", "detail", "code", "errors"}
    assert document["status"] == answer.status_code
    assert document["type"] == f"urn:eldercare:problem:{document['code']}"
    return document


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing/here", 404, "path_not_found"),
        ("GET", "/elders/", 404, "path_not_found"),
        ("GET", "/elders%0A", 404, "path_not_found"),
        ("DELETE", "/elders", 405, "method_not_allowed"),
        ("GET", "/rosters/2020-09-18", 404, "no_roster"),
        ("GET", "/rosters/2020-13-01", 422, "invalid_input"),
        ("GET", "/rosters/0001-01-01", 422, "invalid_input"),
        ("GET", "/rosters/2020-09-17?town=320411999000", 404, "area_not_found"),
        ("GET", "/elders?limit=0", 422, "invalid_input"),
        ("GET", "/elders?after=%21%21", 422, "invalid_input"),
        ("GET", "/elders?town=1", 422, "invalid_input"),
        ("GET", "/elders?community=320411001999", 404, "area_not_found"),
        ("GET", "/coverage?indicator=nonsense", 404, "indicator_not_found"),
        ("GET", "/coverage?area=320411001000&by=district", 422, "invalid_input"),
        ("GET", "/snapshots?after=OTk", 422, "invalid_input"),
    ],
)
def test_what_went_wrong(reader: Client, method: str, path: str, status: int, code: str) -> None:
    answer = reader.ask(method, path, by="admin")
    assert (answer.status_code, problem_of(answer)["code"]) == (status, code)


def test_a_wrong_parameter_is_named(reader: Client) -> None:
    (error,) = problem_of(reader.get("/elders?limit=9999", by="admin"))["errors"]
    assert error["pointer"] == "/limit"
    assert "500" in error["reason"]


def test_every_missing_field_is_named(reader: Client) -> None:
    document = problem_of(reader.post("/auth/token", json={}))
    assert {error["pointer"] for error in document["errors"]} == {"/name", "/password"}


@pytest.mark.parametrize("path", ["/auth/token", "/auth/refresh"])
def test_a_body_that_is_not_json(reader: Client, path: str) -> None:
    answer = reader.post(path, content=b"{half", headers={"Content-Type": "application/json"})
    assert (answer.status_code, problem_of(answer)["code"]) == (400, "body_not_json")


def test_a_body_of_another_kind(reader: Client) -> None:
    answer = reader.post("/auth/token", content=b"<a/>", headers={"Content-Type": "text/xml"})
    assert (answer.status_code, problem_of(answer)["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("text", [r"a\u0000b", r"\ud800"])
def test_text_that_no_database_takes(reader: Client, text: str) -> None:
    body = f'{{"name": "{text}", "password": "x"}}'
    headers = {"Content-Type": "application/json"}
    answer = reader.post("/auth/token", content=body, headers=headers)
    assert (answer.status_code, problem_of(answer)["code"]) == (422, "invalid_input")


def test_a_fault_of_the_program_tells_nothing_of_its_inside(reader: Client) -> None:
    def broken() -> None:
        raise ZeroDivisionError("secret inside")

    api_of(reader.app).add_api_route("/broken", broken, include_in_schema=False)
    answer = reader.get("/broken")
    assert (answer.status_code, problem_of(answer)["code"]) == (500, "internal_fault")
    assert "secret" not in answer.text


def test_a_database_that_does_not_answer(reader: Client) -> None:
    def unreachable() -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    api_of(reader.app).add_api_route("/unreachable", unreachable, include_in_schema=False)
    answer = reader.get("/unreachable")
    assert (answer.status_code, problem_of(answer)["code"]) == (503, "database_unreachable")
    assert answer.headers["Retry-After"] == "5"


def test_every_class_of_errors_has_a_status() -> None:
    assert {status_of(kind("no")) for kind in EldercareError.__subclasses__()} == {
        401,
        403,
        404,
        409,
        422,
        503,
    }
    assert status_of(EldercareError("of no class")) == 500


def test_fields_of_our_errors_keep_their_pointers(reader: Client) -> None:
    def refused() -> None:
        raise InvalidInput("no", fields=[FieldProblem("/birth_on", "is in the future", "future")])

    api_of(reader.app).add_api_route("/refused", refused, include_in_schema=False)
    assert problem_of(reader.get("/refused"))["errors"] == [
        {"pointer": "/birth_on", "reason": "is in the future", "code": "future"}
    ]
