"""The one table from errors to HTTP: every failure is an RFC 9457 problem document.

A document has `type`, `title`, `status`, `detail`, a stable `code` for programs and, where single
values are at fault, `errors` with a JSON pointer each (`/birth_on`, `/limit`). Parameters of the
address are pointed at by their names, as fields of the body are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route

from eldercare.errors import (
    Conflict,
    DatabaseUnusable,
    EldercareError,
    FieldProblem,
    InvalidInput,
    NotAuthenticated,
    NotFound,
    NotPermitted,
)

log = structlog.get_logger("api")

MEDIA_TYPE = "application/problem+json"

_BY_CLASS: tuple[tuple[type[EldercareError], int], ...] = (
    (InvalidInput, 422),
    (NotFound, 404),
    (Conflict, 409),
    (NotPermitted, 403),
    (NotAuthenticated, 401),
    (DatabaseUnusable, 503),
)
_BY_CODE = {
    "too_many_attempts": 429,  # signing in is refused for a while, whoever asks
    "file_too_large": 413,
    "draft_changed": 412,  # the condition of `If-Match` does not hold
    "row_changed": 412,  # the same
}
_CODE_OF_STATUS = {
    400: "bad_request",
    404: "path_not_found",
    405: "method_not_allowed",
    415: "unsupported_media_type",
    428: "precondition_required",
}
_OUTSIDE_OF_POINTERS = {"body", "query", "path", "header", "cookie"}


class FieldError(BaseModel):
    """One wrong value."""

    pointer: str = Field(description="JSON pointer to the field, or /name of a parameter")
    reason: str
    code: str


class Problem(BaseModel):
    """An RFC 9457 problem document."""

    type: str = Field(description="URN of the kind of problem; ends with the code")
    title: str = Field(description="The status in words")
    status: int
    detail: str = Field(description="What is wrong and how to mend it")
    code: str = Field(description="Stable: programs may rely on it")
    errors: list[FieldError] = Field(default_factory=list, description="The wrong values, if any")


class ProblemResponse(JSONResponse):
    """A problem document on its way out."""

    media_type = MEDIA_TYPE


def status_of(error: EldercareError) -> int:
    """HTTP status of an error; a class the table does not know is a fault of the program."""
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    for kind, status in _BY_CLASS:
        if isinstance(error, kind):
            return status
    return 500


def problem(
    status: int,
    code: str,
    detail: str,
    fields: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> ProblemResponse:
    """The response of one problem."""
    document = Problem(
        type=f"urn:eldercare:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        errors=[FieldError(pointer=f.pointer, reason=f.reason, code=f.code) for f in fields],
    )
    given = dict(headers or {})
    if status == HTTPStatus.UNAUTHORIZED:
        given.setdefault("WWW-Authenticate", "Bearer")
    return ProblemResponse(document.model_dump(), status_code=status, headers=given)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with these problems; 500 is always one."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*statuses, 500})
    }


def describe(document: dict[str, Any]) -> dict[str, Any]:
    """Add the shape of a problem to an OpenAPI document."""
    shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= shape.pop("$defs") | {"Problem": shape}
    return document


def install(app: FastAPI) -> None:
    """Let every failure of an application leave it as a problem document."""
    app.add_exception_handler(EldercareError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_values)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(OperationalError, _of_database)
    app.add_exception_handler(InterfaceError, _of_database)
    app.add_exception_handler(Exception, _of_fault)


async def _of_ours(_request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, EldercareError)
    return problem(status_of(error), error.code, error.message, error.fields)


async def _of_values(_request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return problem(400, "body_not_json", "the body is not valid JSON")
    fields = [FieldProblem(_pointer(one["loc"]), one["msg"], one["type"]) for one in found]
    detail = "; ".join(f"{field.pointer}: {field.reason}" for field in fields)
    return problem(422, "invalid_input", detail, fields)


def _pointer(location: Sequence[str | int]) -> str:
    parts = [str(part) for part in location]
    if parts and parts[0] in _OUTSIDE_OF_POINTERS:
        parts = parts[1:]
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


async def _of_http(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, HTTPException)
    status = error.status_code
    code = _CODE_OF_STATUS.get(status, f"http_{status}")
    detail = error.detail
    headers = error.headers
    if status == HTTPStatus.NOT_FOUND:
        detail = f"there is nothing at {request.url.path}"
    elif status == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"{request.url.path} does not answer to {request.method}"
        headers = {"Allow": ", ".join(_methods_of(request))}
    return problem(status, code, detail, headers=headers)


def _methods_of(request: Request) -> list[str]:
    """Every method of the path; the router names only those of the first route it finds."""
    routes: Iterable[BaseRoute] = request.app.routes
    return sorted(
        {
            method
            for route in routes
            if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
            for method in route.methods or ()
        }
    )


async def _of_database(_request: Request, error: Exception) -> ProblemResponse:
    log.error("database unusable", exc_info=error)
    detail = "the database cannot be reached or is busy: try again in a moment"
    return problem(503, "database_unreachable", detail, headers={"Retry-After": "5"})


async def _of_fault(_request: Request, error: Exception) -> ProblemResponse:
    log.error("fault", exc_info=error)
    return problem(500, "internal_fault", "the program failed; the log holds the reason")
