"""Rosters of a date: read them whole, publish the draft that was read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.conditions import Validator, tags_of
from api.edge import AreaCode, Day, Here, ReadSession, SignedIn
from api.problems import documented
from eldercare.accounts.permissions import Action, require
from eldercare.accounts.scope import towns_for
from eldercare.database import transaction
from eldercare.registry.listing import require_towns
from eldercare.rostering.publishing import fingerprint, publish_as_seen
from eldercare.rostering.reading import read_roster
from eldercare.rostering.tables import RosterStatus
from eldercare.rostering.views import RosterView
from eldercare.settings import DISTRICT_CODE

router = APIRouter(prefix="/rosters", tags=["rosters"])

_ETAG = {"ETag": {"description": "for `If-Match`", "schema": {"type": "string"}}}


class Published(BaseModel):
    """A version that is in force now."""

    roster_id: int
    on: date
    version: int
    published_at: datetime
    published_by: str


@router.get("/{date}", responses={200: {"headers": _ETAG}, **documented(401, 403, 404, 422, 503)})
def roster(
    session: ReadSession,
    user: SignedIn,
    response: Response,
    date: Day,
    town: Annotated[list[AreaCode] | None, Query(max_length=50)] = None,
    status: RosterStatus | None = None,
) -> RosterView:
    """The roster of a date (status none: the draft where there is one, else what is published)."""
    towns = towns_for(user, Action.READ_ROSTER, town)
    require_towns(session, towns or ())
    view = read_roster(session, date, status=status, towns=towns)
    response.headers.update(Validator(fingerprint(session, view.roster_id)).headers)
    return view


@router.post("/{date}/publish", responses=documented(401, 403, 404, 409, 412, 422, 428, 503))
def publish(
    edge: Here,
    user: SignedIn,
    date: Day,
    if_match: Annotated[
        str | None, Header(max_length=1000, description="`ETag` of the draft as you read it")
    ] = None,
) -> Published:
    """Publish the draft of a date for the whole district, if it still is the one that was read."""
    require(user, Action.PUBLISH, area_code=DISTRICT_CODE)
    if if_match is None:
        raise HTTPException(428, "send `If-Match` with the `ETag` of the draft you read")
    with transaction(edge.engine) as session:
        roster = publish_as_seen(
            session, date, seen=tags_of(if_match), by=user.name, now=edge.clock()
        )
        return Published.model_validate(roster.model_dump() | {"roster_id": roster.id})
