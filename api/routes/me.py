"""Who I am, and my own published day: for the phones of caregivers and riders."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, TypeAdapter

from api.conditions import Validator, matches
from api.edge import Day, Here, ReadSession, SignedIn
from api.problems import documented
from eldercare.accounts.permissions import ALLOWED, Action
from eldercare.accounts.scope import own_worker
from eldercare.accounts.tables import Role
from eldercare.fieldwork.route import PublishedRoute, calendar_of, route_of

router = APIRouter(prefix="/me", tags=["me"])

_ROUTE = TypeAdapter(PublishedRoute)


class Me(BaseModel):
    """The person behind the token."""

    name: str
    display_name: str
    role: Role
    area_code: str
    caregiver_id: str | None
    rider_id: str | None
    actions: list[Action]


@router.get("", responses=documented(401, 503))
def me(user: SignedIn) -> Me:
    """The person behind the token and what the role allows."""
    return Me(
        name=user.name,
        display_name=user.display_name,
        role=user.role,
        area_code=user.area_code,
        caregiver_id=user.caregiver_id,
        rider_id=user.rider_id,
        actions=sorted(ALLOWED[user.role]),
    )


@router.get(
    "/route",
    response_model=PublishedRoute,
    responses={304: {"description": "Not Modified"}, **documented(401, 403, 404, 422, 503)},
)
def route(
    edge: Here,
    session: ReadSession,
    user: SignedIn,
    date: Day | None = None,
    if_none_match: Annotated[str | None, Header(max_length=1000)] = None,
) -> Response:
    """My published route of a date (none: today); what is only drafted is never shown.

    404 says `not_published` where nobody has been told anything yet, `no_route` on a day off.
    """
    found = route_of(session, own_worker(user), date or edge.today())
    body = _ROUTE.dump_json(found)
    validator = Validator.of(body)
    if matches(if_none_match, validator):
        return Response(status_code=304, headers=validator.headers)
    return Response(body, media_type="application/json", headers=validator.headers)


@router.get(
    "/route.ics",
    response_class=Response,
    responses={
        200: {"content": {"text/calendar": {"schema": {"type": "string"}}}},
        **documented(401, 403, 404, 422, 503),
    },
)
def route_calendar(
    edge: Here, session: ReadSession, user: SignedIn, date: Day | None = None
) -> Response:
    """My published route of a date as a calendar."""
    content = calendar_of(session, own_worker(user), date or edge.today())
    return Response(content, media_type="text/calendar; charset=utf-8")
