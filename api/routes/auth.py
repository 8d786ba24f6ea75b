"""Signing in and out: a short access token, and a refresh token that is used once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException

from api.edge import TEXT, Here
from api.problems import documented
from eldercare.accounts.tokens import (
    TokenPair,
    issue_tokens,
    refresh_tokens,
    revoke_refresh_token,
)
from eldercare.accounts.users import authenticate
from eldercare.database import reading, transaction

router = APIRouter(prefix="/auth", tags=["sign-in"])

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


class Credentials(BaseModel):
    """Name and password; a form may call the name `username`, as OAuth 2 does."""

    model_config = ConfigDict(populate_by_name=True)

    name: str = Field(
        min_length=1,
        max_length=40,
        pattern=TEXT,
        validation_alias=AliasChoices("name", "username"),
    )
    password: str = Field(min_length=1, max_length=200, pattern=TEXT)


class Tokens(BaseModel):
    """What signing in gives."""

    access_token: str
    refresh_token: str
    token_type: str = "bearer"  # noqa: S105 - the kind of token, not a secret
    expires_in: int = Field(description="seconds the access token is good for")


class RefreshRequest(BaseModel):
    """The refresh token to use up."""

    refresh_token: str = Field(min_length=1, max_length=200, pattern=TEXT)


async def credentials(request: Request) -> Credentials:
    """Name and password from a form or from JSON."""
    kind = request.headers.get("Content-Type", _FORM).partition(";")[0].strip().lower()
    given: Any
    if kind == _JSON:
        given = await _json(request)
    elif kind == _FORM:
        async with request.form() as form:
            given = dict(form)
    else:
        raise HTTPException(415, f"send {_FORM} or {_JSON}, not {kind}")
    try:
        return Credentials.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise RequestValidationError(
            [one | {"loc": ("body", *one["loc"])} for one in found]
        ) from error


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError as error:
        raise RequestValidationError(
            [{"type": "json_invalid", "loc": ("body",), "msg": "not JSON"}]
        ) from error


_SHAPE = {
    "type": "object",
    "required": ["name", "password"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 40},
        "password": {"type": "string", "minLength": 1, "maxLength": 200, "format": "password"},
    },
}
_BODY = {
    "required": True,
    "content": {_FORM: {"schema": _SHAPE}, _JSON: {"schema": _SHAPE}},
}


async def _one_of_few() -> AsyncIterator[None]:
    yield


# Checking a password takes 64 MB on purpose, so only a few are checked at a time.
FewAtOnce = Depends(_one_of_few, scope="function", max_concurrency=4)


@router.post(
    "/token",
    dependencies=[FewAtOnce],
    responses=documented(400, 401, 415, 422, 429, 503),
    openapi_extra={"requestBody": _BODY},
)
def token(edge: Here, given: Annotated[Credentials, Depends(credentials)]) -> Tokens:
    """Sign in with name and password."""
    now = edge.clock()
    with reading(edge.engine) as session:
        user = authenticate(session, given.name, given.password, now=now, throttle=edge.throttle)
    with transaction(edge.engine) as session:
        return _shown(issue_tokens(session, user, edge.key, now=now))


@router.post("/refresh", responses=documented(400, 401, 422, 503))
def refresh(edge: Here, given: RefreshRequest) -> Tokens:
    """New tokens for a refresh token, which is used up by this."""
    with transaction(edge.engine) as session:
        return _shown(refresh_tokens(session, given.refresh_token, edge.key, now=edge.clock()))


@router.post("/logout", status_code=204, responses=documented(400, 422, 503))
def logout(edge: Here, given: RefreshRequest) -> Response:
    """Make a refresh token worthless; one that is unknown is no error."""
    with transaction(edge.engine) as session:
        revoke_refresh_token(session, given.refresh_token)
    return Response(status_code=204)


def _shown(pair: TokenPair) -> Tokens:
    return Tokens(
        access_token=pair.access_token,
        refresh_token=pair.refresh_token,
        expires_in=pair.expires_in_seconds,
    )
