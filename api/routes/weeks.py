"""Weeks: on which days the visits with flexible days fall."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from api.edge import AreaCode, Day, Here, ReadSession, SignedIn
from api.problems import documented
from eldercare.accounts.permissions import Action, require
from eldercare.accounts.scope import towns_for
from eldercare.accounts.tables import User
from eldercare.registry.listing import require_towns
from eldercare.rostering.week import WeekReport, WeekView, assign_week, read_week

router = APIRouter(prefix="/weeks", tags=["rosters"])


def planner(user: SignedIn) -> User:
    """Who plans; asked before the body is looked at."""
    require(user, Action.PLAN)
    return user


class Choice(BaseModel):
    """For whom days are chosen, and the seed of chance."""

    town: Annotated[
        list[AreaCode] | None, Field(max_length=50, description="none: all that you see")
    ] = None
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1


@router.get("/{monday}", responses=documented(401, 403, 404, 422, 503))
def week(
    session: ReadSession,
    user: SignedIn,
    monday: Day,
    town: Annotated[list[AreaCode] | None, Query(max_length=50)] = None,
) -> WeekView:
    """The days of the week as they stand, chosen or by the usual spread."""
    towns = towns_for(user, Action.READ_ROSTER, town)
    require_towns(session, towns or ())
    return read_week(session, monday, towns=towns)


@router.post("/{monday}", responses=documented(400, 401, 403, 404, 409, 422, 503))
def choose(
    edge: Here,
    session: ReadSession,
    user: Annotated[User, Depends(planner)],
    monday: Day,
    choice: Choice,
) -> WeekReport:
    """Choose the days of the week; what is over, published or changed by hand stays."""
    towns = towns_for(user, Action.PLAN, choice.town)
    require_towns(session, towns or ())
    return assign_week(
        edge.engine, monday, now=edge.clock(), by=user.name, seed=choice.seed, towns=towns
    )
