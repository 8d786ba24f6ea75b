"""Moves inside the district and positions on the map."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlmodel import Session

from api.conditions import Validator
from api.edge import TEXT, AreaCode, Day, Edge, Here, Writer
from api.elder_edge import WRITE, ElderKey, elder_for, written
from api.ledger_rows import IfMatch, RequestKey, condition
from api.problems import documented
from eldercare.accounts.permissions import Action, require
from eldercare.accounts.tables import User
from eldercare.database import transaction
from eldercare.registry.coordinates import CoordinateSystem, to_wgs84
from eldercare.registry.homes import Home, PositionReason, PositionTask
from eldercare.registry.ledger import contents, version_of
from eldercare.registry.ledgers import ELDERS
from eldercare.registry.moves import record_move, take_back_move
from eldercare.registry.positions import place_at_community, place_elder
from eldercare.registry.writing import row_as_seen

router = APIRouter(prefix="/elders/{key}", tags=["elders"])

# Wider than the country: what lies beyond is a slip, and the shifts of the maps end there.
Longitude = Annotated[float, Field(ge=73, le=136)]
Latitude = Annotated[float, Field(ge=3, le=54)]
_ETAG = {"ETag": {"description": "of the elder, for `If-Match`", "schema": {"type": "string"}}}


class Move(BaseModel):
    """A new home; without a position it gets its community's point and a task to find its own."""

    model_config = ConfigDict(extra="forbid")

    on: Day = Field(description="first day there, past or to come")
    community_code: AreaCode
    address: Annotated[str, Field(min_length=1, max_length=120, pattern=TEXT)]
    building: Annotated[str, Field(max_length=60, pattern=TEXT)] = ""
    longitude: Longitude | None = None
    latitude: Latitude | None = None
    coordinate_system: CoordinateSystem = CoordinateSystem.WGS_84

    @model_validator(mode="after")
    def _both_or_none(self) -> Move:
        if (self.longitude is None) != (self.latitude is None):
            raise ValueError("give longitude and latitude, or neither")
        return self

    def home(self) -> Home:
        """The home, its position in WGS-84."""
        x, y = self.longitude, self.latitude
        if x is not None and y is not None:
            x, y = to_wgs84(x, y, self.coordinate_system)
        return Home(
            community_code=self.community_code,
            address=self.address,
            building=self.building,
            longitude=x,
            latitude=y,
        )


class Moved(BaseModel):
    """The move that was entered."""

    elder_id: str
    on: date


class Position(BaseModel):
    """Degrees in the system that is named."""

    model_config = ConfigDict(extra="forbid")

    longitude: Longitude
    latitude: Latitude
    coordinate_system: CoordinateSystem


class Placed(BaseModel):
    """The position as it is kept (WGS-84), and what is to be asked about it (null: nothing)."""

    elder_id: str
    longitude: float | None
    latitude: float | None
    question: PositionReason | None
    task_id: int | None = Field(description="the task that asks it")


@router.post(
    "/moves",
    status_code=201,
    response_model=None,
    responses={201: {"model": Moved}, **documented(*WRITE)},
)
def move(
    request: Request,
    edge: Here,
    user: Writer,
    key: ElderKey,
    body: Move,
    idempotency_key: RequestKey = None,
) -> JSONResponse:
    """From a date on the elder has another home; figures of earlier dates stay as they were."""

    def work(session: Session) -> Moved:
        elder_for(session, key, user, Action.WRITE_REGISTRY)
        require(user, Action.WRITE_REGISTRY, area_code=body.community_code)
        record_move(session, key, body.on, body.home(), now=edge.clock(), by=user.name)
        return Moved(elder_id=key, on=body.on)

    return written(edge, user, request, idempotency_key, body, work, status=201)


@router.delete("/moves/{on}", status_code=204, responses=documented(*WRITE))
def take_back(edge: Here, user: Writer, key: ElderKey, on: Day) -> Response:
    """A move entered by mistake: one ahead is forgotten, the last one is turned back."""
    with transaction(edge.engine) as session:
        elder_for(session, key, user, Action.WRITE_REGISTRY)
        take_back_move(session, key, on, now=edge.clock(), by=user.name)
        elder_for(session, key, user, Action.WRITE_REGISTRY)  # the home it goes back to
    return Response(status_code=204)


@router.put("/position", responses={200: {"headers": _ETAG}, **documented(*WRITE, 412, 428)})
def place(
    edge: Here,
    user: Writer,
    key: ElderKey,
    body: Position,
    response: Response,
    if_match: IfMatch = None,
) -> Placed:
    """Give an elder a position; needs the `ETag` of the elder as it was read.

    Open tasks about the old one close; a position far from the community opens a new one.
    """

    def work(session: Session) -> PositionTask | None:
        return place_elder(
            session,
            key,
            body.longitude,
            body.latitude,
            body.coordinate_system,
            now=edge.clock(),
            by=user.name,
        )

    return _placed(edge, user, key, if_match, response, work)


@router.delete("/position", responses={200: {"headers": _ETAG}, **documented(*WRITE, 412, 428)})
def give_up(
    edge: Here, user: Writer, key: ElderKey, response: Response, if_match: IfMatch = None
) -> Placed:
    """Give up a position known to be wrong: the community's point stands in, marked estimated.

    Open tasks about the old position close, and one asks for the home. Needs the elder's `ETag`.
    """

    def work(session: Session) -> PositionTask | None:
        return place_at_community(session, key, now=edge.clock(), by=user.name)

    return _placed(edge, user, key, if_match, response, work)


def _placed(
    edge: Edge,
    user: User,
    key: str,
    if_match: str | None,
    response: Response,
    work: Callable[[Session], PositionTask | None],
) -> Placed:
    """Place an elder whose row is as the writer has read it, and tell the new place and tag."""
    seen = condition(if_match)
    with transaction(edge.engine) as session:
        row_as_seen(session, ELDERS, key, seen=seen, user=user)
        task = work(session)
        elder = elder_for(session, key, user, Action.WRITE_REGISTRY)
        session.refresh(elder)
        (fields,) = contents(session, ELDERS, [elder])
        response.headers.update(Validator(version_of(fields)).headers)
        return Placed(
            elder_id=key,
            longitude=elder.longitude,
            latitude=elder.latitude,
            question=None if task is None else task.reason,
            task_id=None if task is None else task.id,
        )
