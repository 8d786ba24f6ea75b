"""How fairly work was shared, how many faces elders saw, and how well a roster would hold."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.edge import AreaCode, Day, Here, ReadSession, SignedIn
from api.problems import documented
from eldercare.accounts.permissions import Action
from eldercare.accounts.scope import towns_for
from eldercare.registry.listing import require_towns
from eldercare.rostering.fairness import (
    LOOK_BACK_DAYS,
    MOST_DAYS,
    FairnessReport,
    fairness_report,
)
from eldercare.rostering.robustness import TRIALS, RobustnessReport, robustness
from eldercare.rostering.tables import RosterStatus

MOST_TRIALS_ASKED = 2000
"""Of a request that somebody waits for; the command tries more."""

router = APIRouter(tags=["rosters"])


@router.get("/fairness", responses=documented(401, 403, 404, 422, 503))
def fairness(
    edge: Here,
    session: ReadSession,
    user: SignedIn,
    date: Day | None = None,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = LOOK_BACK_DAYS,
    town: Annotated[list[AreaCode] | None, Query(max_length=50)] = None,
) -> FairnessReport:
    """Work, travel and unpopular hours of the days before a date (none: today), and warnings."""
    towns = towns_for(user, Action.READ_ROSTER, town)
    require_towns(session, towns or ())
    return fairness_report(session, date or edge.today(), days=days, towns=towns)


@router.get("/rosters/{date}/robustness", responses=documented(401, 403, 404, 422, 503))
def how_robust(
    session: ReadSession,
    user: SignedIn,
    date: Day,
    trials: Annotated[int, Query(ge=1, le=MOST_TRIALS_ASKED)] = TRIALS,
    seed: Annotated[int, Query(ge=0, lt=2**31)] = 1,
    town: Annotated[list[AreaCode] | None, Query(max_length=50)] = None,
    status: RosterStatus | None = None,
) -> RobustnessReport:
    """Chances of the visits to be on time when travel and services vary, and the weak spots."""
    towns = towns_for(user, Action.READ_ROSTER, town)
    require_towns(session, towns or ())
    return robustness(session, date, trials=trials, seed=seed, towns=towns, status=status)
