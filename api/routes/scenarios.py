"""The versions and scenarios of a date: listed, made, compared, promoted, discarded."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.exceptions import HTTPException

from api.conditions import tags_of
from api.edge import AreaCode, Day, Here, Mender, ReadSession, SignedIn
from api.elder_edge import READ, WRITE, written
from api.ledger_rows import RequestKey
from api.problems import documented
from api.routes.answers import WHICH, Which
from eldercare.accounts.permissions import Action, require
from eldercare.accounts.scope import towns_for
from eldercare.database import transaction
from eldercare.registry.listing import require_towns
from eldercare.rostering.lifecycle import scenario_named
from eldercare.rostering.publishing import ANY
from eldercare.rostering.scenarios.comparing import ScenarioComparisons, compare_scenarios
from eldercare.rostering.scenarios.keeping import (
    EMPTY,
    PromoteRequest,
    Promotion,
    create_scenario,
    discard_scenario,
    promote_scenario,
)
from eldercare.rostering.scenarios.listing import RosterList, list_scenarios, list_versions
from eldercare.settings import DISTRICT_CODE

router = APIRouter(prefix="/rosters", tags=["rosters"])

_BASE = WHICH.replace("^(", f"^({EMPTY}|")
_NAME = r"^[^\x00-\x1f\x7f/]{1,40}$"
Name = Annotated[str, Path(pattern=_NAME)]
Towns = Annotated[list[AreaCode] | None, Query(max_length=50)]
IfMatch = Annotated[
    str | None, Header(max_length=1000, description="`ETag` of the roster as you read it")
]


@router.get("/{date}/versions", responses=documented(*READ))
def versions(session: ReadSession, user: SignedIn, date: Day, town: Towns = None) -> RosterList:
    """Every version of a date, from the newest, with its counts; `?version=` reads one whole."""
    towns = towns_for(user, Action.READ_ROSTER, town)
    require_towns(session, towns or ())
    return list_versions(session, date, towns=towns)


@router.get("/{date}/scenarios", responses=documented(*READ))
def scenarios(session: ReadSession, user: SignedIn, date: Day, town: Towns = None) -> RosterList:
    """Every scenario of a date with its counts; `?scenario=` on the date reads one whole."""
    towns = towns_for(user, Action.READ_ROSTER, town)
    require_towns(session, towns or ())
    return list_scenarios(session, date, towns=towns)


@router.get("/{date}/comparison", responses=documented(*READ))
def comparison(
    session: ReadSession,
    user: SignedIn,
    date: Day,
    scenario: Annotated[
        list[Annotated[str, Field(pattern=_NAME)]] | None,
        Query(max_length=10, description="names; none: all of the date"),
    ] = None,
    baseline: Which = None,
    town: Towns = None,
) -> ScenarioComparisons:
    """Scenarios against a baseline (none: what is in force, else the draft)."""
    towns = towns_for(user, Action.READ_ROSTER, town)
    require_towns(session, towns or ())
    return compare_scenarios(session, date, names=scenario, baseline=baseline, towns=towns)


class NewScenario(BaseModel):
    """A scenario to be made."""

    name: Annotated[str, Field(pattern=_NAME)]
    base: Annotated[
        str | None,
        Field(
            pattern=_BASE,
            description="what it is a copy of: `draft`, `published`, a version number, `scenario:` "
            "a name, `id:` a roster, `empty` for nothing; none: the draft, else what is in force",
        ),
    ] = None


class MadeScenario(BaseModel):
    """A scenario that was made."""

    roster_id: int
    on: date
    name: str
    based_on_id: int | None = Field(description="the version it stands on")


@router.post(
    "/{date}/scenarios",
    status_code=201,
    response_model=None,
    responses={201: {"model": MadeScenario}, **documented(*WRITE, 412)},
)
def create(
    request: Request,
    edge: Here,
    user: Mender,
    date: Day,
    body: NewScenario,
    if_match: IfMatch = None,
    idempotency_key: RequestKey = None,
) -> JSONResponse:
    """Copy a roster of the date into a new scenario; the draft stays as it is."""

    def work(session: Session) -> MadeScenario:
        made = create_scenario(
            session,
            date,
            body.name,
            base=body.base,
            seen=tags_of(if_match) if if_match is not None else (ANY,),
            by=user.name,
            now=edge.clock(),
        )
        return MadeScenario(
            roster_id=made.id or 0, on=made.on, name=made.name, based_on_id=made.based_on_id
        )

    return written(edge, user, request, idempotency_key, body, work, status=201)


class Promoting(BaseModel):
    """What becomes of the draft that stands: one of the two where there is one."""

    keep_draft_as: Annotated[
        str | None, Field(pattern=_NAME, description="the draft becomes this scenario")
    ] = None
    discard_draft: Annotated[
        str | None,
        Field(max_length=1000, description="`ETag` of the draft that is not needed any more"),
    ] = None
    over_newer: Annotated[
        bool,
        Field(
            strict=True,
            description="also where a version was published since the scenario was made",
        ),
    ] = False


@router.post("/{date}/scenarios/{name}/promote", responses=documented(*WRITE, 412, 428))
def promote(
    edge: Here, user: Mender, date: Day, name: Name, body: Promoting, if_match: IfMatch = None
) -> Promotion:
    """Make a scenario the draft of the whole district, if it still is the one that was read."""
    require(user, Action.EDIT_ROSTER, area_code=DISTRICT_CODE)
    asked = PromoteRequest(
        on=date,
        name=name,
        seen=_seen(if_match),
        keep_draft_as=body.keep_draft_as,
        discard_seen=tags_of(body.discard_draft) if body.discard_draft is not None else (),
        over_newer=body.over_newer,
    )
    with transaction(edge.engine) as session:
        return promote_scenario(session, asked, by=user.name, now=edge.clock())


@router.delete("/{date}/scenarios/{name}", status_code=204, responses=documented(*WRITE, 412, 428))
def discard(edge: Here, user: Mender, date: Day, name: Name, if_match: IfMatch = None) -> Response:
    """Delete a scenario for good; who works in some towns only, their own one."""
    seen = _seen(if_match)
    with transaction(edge.engine) as session:
        if scenario_named(session, date, name).created_by != user.name:
            require(user, Action.EDIT_ROSTER, area_code=DISTRICT_CODE)
        discard_scenario(session, date, name, seen=seen, by=user.name, now=edge.clock())
    return Response(status_code=204)


def _seen(if_match: str | None) -> frozenset[str]:
    if if_match is None:
        raise HTTPException(428, "send `If-Match` with the `ETag` of the scenario you read")
    return tags_of(if_match)
