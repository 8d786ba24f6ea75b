"""What every route stands on: the database, the clock, the key; who asks, and what they may."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from pydantic import BeforeValidator, Field, WithJsonSchema
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.accounts.permissions import Action, require
from eldercare.accounts.tables import User
from eldercare.accounts.throttle import Throttle
from eldercare.accounts.tokens import user_of_token
from eldercare.clock import local_date
from eldercare.database import reading
from eldercare.errors import NotAuthenticated
from eldercare.jobs.scheduler import JobScheduler
from eldercare.settings import Settings

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of the web; tests pass another."""
    return datetime.now(UTC)


@dataclass
class Edge:
    """The surroundings of one application."""

    settings: Settings
    engine: Engine
    key: str
    """Signs the access tokens."""
    clock: Clock = utc_now
    throttle: Throttle = field(default_factory=Throttle)
    scheduler: JobScheduler | None = None
    """The jobs of this process, where it runs them."""

    def today(self) -> date:
        """Today in the district."""
        return local_date(self.clock())


def edge_of(request: Request) -> Edge:
    """The surroundings of the application a request came to."""
    found = request.app.state.edge
    assert isinstance(found, Edge)
    return found


Here = Annotated[Edge, Depends(edge_of)]


def read_session(edge: Here) -> Iterator[Session]:
    """A session for reading, closed before the answer is sent to a slow line."""
    with reading(edge.engine) as session:
        yield session


ReadSession = Annotated[Session, Depends(read_session, scope="function")]

_bearer = OAuth2PasswordBearer(
    tokenUrl="auth/token", auto_error=False, description="From `POST /auth/token`."
)


def signed_in(
    edge: Here, session: ReadSession, token: Annotated[str | None, Depends(_bearer)]
) -> User:
    """Who asks; raises NotAuthenticated without a token that holds."""
    if token is None:
        raise NotAuthenticated(
            "this needs a token: sign in at /api/v1/auth/token and send it as "
            "`Authorization: Bearer …`"
        )
    return user_of_token(session, token, edge.key, now=edge.clock())


SignedIn = Annotated[User, Depends(signed_in)]


def writer(user: SignedIn) -> User:
    """Who writes; asked before the body is looked at, which is nothing to those who may not."""
    require(user, Action.WRITE_REGISTRY)
    return user


Writer = Annotated[User, Depends(writer)]


def personal_reader(user: SignedIn) -> User:
    """Who reads of persons; asked before the question is looked at."""
    require(user, Action.READ_PERSONAL)
    return user


PersonalReader = Annotated[User, Depends(personal_reader)]


def mender(user: SignedIn) -> User:
    """Who mends rosters; asked before the body is looked at."""
    require(user, Action.EDIT_ROSTER)
    return user


Mender = Annotated[User, Depends(mender)]

_DAY = r"^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"


def _written_out(given: object) -> object:
    # Left alone, a number would be taken for seconds since 1970 and 0 for a day of that year.
    if isinstance(given, str) and re.fullmatch(_DAY, given):
        return given
    raise ValueError("write the date as 2020-09-17, in the years 1900 to 2199")


Day = Annotated[
    date,
    BeforeValidator(_written_out),
    # A look-back from the year 1 would leave the calendar; nobody asks for such dates in earnest.
    WithJsonSchema({"type": "string", "format": "date", "pattern": _DAY}),
]
_INSTANT = _DAY[:-1] + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})$"


def _instant_written_out(given: object) -> object:
    if isinstance(given, str) and re.fullmatch(_INSTANT, given):
        return given
    raise ValueError("write the instant as 2020-09-17T08:30:00+08:00, in the years 1900 to 2199")


Instant = Annotated[
    datetime,
    BeforeValidator(_instant_written_out),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": _INSTANT}),
]
TEXT = r"^[^\x00]*$"
"""A zero byte reaches no database: PostgreSQL refuses it in text."""
AreaCode = Annotated[str, Field(pattern="^[0-9]{12}$", description="official 12-digit code")]
