"""A roster's questions answered: why, who else, who could come, what changes, what it costs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from api.edge import AreaCode, Day, Here, ReadSession, SignedIn
from api.problems import documented
from eldercare.accounts.permissions import Action, require
from eldercare.accounts.scope import towns_for
from eldercare.accounts.tables import User
from eldercare.clock import local_minutes
from eldercare.registry.listing import require_towns
from eldercare.rostering.disruptions import minutes_of
from eldercare.rostering.explaining.case import roster_asked, rosters_compared
from eldercare.rostering.explaining.day_costs import DayCost, cost_of_day
from eldercare.rostering.explaining.differences import RosterDifferences, compare
from eldercare.rostering.explaining.explanations import VisitExplanation, explain_visit
from eldercare.rostering.explaining.offers import (
    MOST_OFFERS,
    OfferRequest,
    SlotOffers,
    offer_slots,
)
from eldercare.rostering.happening import LAST_MINUTE

router = APIRouter(tags=["answers"])

FIX_SECONDS = 0.6
"""How long one request may look for fixes."""
_ID = r"^[^\x00-\x1f\x7f/]{1,40}$"
_CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
WHICH = r"^(draft|published|[0-9]{1,9}|id:[0-9]{1,9}|scenario:[^\x00-\x1f\x7f/]{1,40})$"
Which = Annotated[
    str | None,
    Query(
        pattern=WHICH,
        description="`draft`, `published`, a version number, `scenario:` a name, `id:` a roster",
    ),
]
Towns = Annotated[list[AreaCode] | None, Query(max_length=50)]


@router.get("/visits/{visit}/explanation", responses=documented(401, 403, 404, 422, 503))
def explanation(
    edge: Here,
    session: ReadSession,
    user: SignedIn,
    visit: Annotated[str, Path(pattern=_ID)],
    why_not: Annotated[
        str | None, Query(pattern=_ID, description="id of a caregiver: why she does not come")
    ] = None,
    scenario: Annotated[
        str, Query(pattern=r"^[^\x00-\x1f\x7f/]{0,40}$", description="there, not in the draft")
    ] = "",
) -> VisitExplanation:
    """Why a visit is where it is, or why it is unserved and the smallest changes that mend it."""
    towns = towns_for(user, Action.READ_ROSTER, None)
    return explain_visit(
        session,
        visit,
        seconds=FIX_SECONDS,
        caregiver_id=why_not,
        towns=towns,
        now=edge.clock(),
        scenario=scenario,
    )


def asker(user: SignedIn) -> User:
    """Who may ask for offers; refused before what is asked for is looked at."""
    require(user, Action.READ_ROSTER)
    return user


Asker = Annotated[User, Depends(asker)]


class Wanted(BaseModel):
    """One more visit that somebody asks for; times are of its beginning."""

    elder_id: Annotated[str, Field(pattern=_ID)]
    service_type_code: Annotated[str, Field(pattern=_ID)]
    on: Day
    since: Annotated[str | None, Field(pattern=_CLOCK, description="HH:MM")] = None
    until: Annotated[str | None, Field(pattern=_CLOCK, description="HH:MM")] = None
    most: Annotated[int, Field(ge=1, le=50)] = MOST_OFFERS


@router.post("/offers", responses=documented(400, 401, 403, 404, 422, 503))
def offers(edge: Here, session: ReadSession, user: Asker, wanted: Wanted) -> SlotOffers:
    """Who could come when, best first; nothing is stored."""
    towns = towns_for(user, Action.READ_ROSTER, None)
    asked = OfferRequest(
        elder_id=wanted.elder_id,
        service_type_code=wanted.service_type_code,
        on=wanted.on,
        window=(
            minutes_of(wanted.since) if wanted.since else 0,
            minutes_of(wanted.until) if wanted.until else LAST_MINUTE,
        ),
        most=wanted.most,
        clock=local_minutes(edge.clock()) if wanted.on == edge.today() else None,
    )
    return offer_slots(session, asked, towns=towns)


@router.get("/rosters/{date}/diff", responses=documented(401, 403, 404, 422, 503))
def differences(
    session: ReadSession,
    user: SignedIn,
    date: Day,
    before: Which = None,
    after: Which = None,
    town: Towns = None,
) -> RosterDifferences:
    """What one roster of a date changes for people against another (none: the one before it)."""
    towns = towns_for(user, Action.READ_ROSTER, town)
    require_towns(session, towns or ())
    first, second = rosters_compared(session, date, before, after)
    return compare(session, first, second, towns=towns)


@router.get("/rosters/{date}/costs", responses=documented(401, 403, 404, 422, 503))
def day_costs(
    session: ReadSession,
    user: SignedIn,
    date: Day,
    version: Which = None,
    town: Towns = None,
) -> DayCost:
    """What a date's visits cost by town, caregiver and term; meals are not in it."""
    towns = towns_for(user, Action.READ_ROSTER, town)
    require_towns(session, towns or ())
    roster = roster_asked(session, date, version)
    return cost_of_day(session, roster, towns=towns)
