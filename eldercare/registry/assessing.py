"""Assessments stored with what made their level, and the list of those due again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from eldercare.accounts.audit import record
from eldercare.clock import local_date
from eldercare.errors import Conflict, NotFound
from eldercare.registry import admit
from eldercare.registry.admission.shape import values_of
from eldercare.registry.as_of import is_registered
from eldercare.registry.assessment import (
    HIGHEST_SCORE,
    MONTHS_BETWEEN,
    Reassessment,
    derive_level,
    due_date,
)
from eldercare.registry.ledger import lies_in
from eldercare.registry.ledgers import ELDERS
from eldercare.registry.people import Assessment, Elder, LevelGround
from eldercare.registry.queries import get_elder
from eldercare.settings import DISTRICT_CODE


def record_assessment(
    session: Session,
    elder_id: str,
    assessed_on: date,
    item_scores: Mapping[str, int] | None,
    grounds: Collection[LevelGround] = (),
    *,
    now: datetime,
    by: str,
) -> Assessment:
    """Store an assessment with the level that follows; earlier ones stay for their dates.

    `item_scores` None is right for coma alone, which is not scored and stored with 0 points. Raises
    NotFound for an unknown elder, InvalidInput with every item that is wrong.
    """
    get_elder(session, elder_id)
    unscored = item_scores is None and LevelGround.COMA in grounds
    scores = None if unscored else dict(item_scores or {})
    # Points of wrong items may add up to more; the gate then tells the items, not the sum.
    score = min(max(sum((scores or {}).values()), 0), HIGHEST_SCORE)
    level = derive_level(score, grounds)
    assessment = Assessment(
        elder_id=elder_id,
        assessed_on=assessed_on,
        score=score,
        level=level,
        item_scores=scores,
        grounds=sorted(grounds) or None,
    )
    admit.add(session, assessment, on=local_date(now))
    _tell(session, "assessment.record", assessment, now, by, None)
    return assessment


def ask_reassessment(
    session: Session, elder_id: str, from_on: date, *, now: datetime, by: str
) -> Assessment:
    """An elder's state changed: the next assessment is due from a date on, not in a year.

    Raises NotFound where the elder was never assessed, Conflict where one is due by then anyway.
    """
    latest = _latest(session, elder_id)
    if latest is None:
        raise NotFound(
            f"elder {elder_id} was never assessed: record a first assessment",
            code="never_assessed",
        )
    due_on = due_date(latest.assessed_on, latest.reassess_on)
    if due_on <= from_on:
        raise Conflict(
            f"elder {elder_id} is to be assessed from {due_on} anyway", code="due_anyway"
        )
    before = {"reassess_on": latest.reassess_on}
    today = local_date(now)
    admit.change(session, latest, {"reassess_on": from_on}, on=today)
    _tell(session, "assessment.ask_again", latest, now, by, before)
    return latest


def _latest(session: Session, elder_id: str) -> Assessment | None:
    of_elder = select(Assessment).where(col(Assessment.elder_id) == elder_id)
    return session.scalars(of_elder.order_by(col(Assessment.assessed_on).desc()).limit(1)).first()


def reassessments_due(
    session: Session, on: date, within_days: int = 0, *, area_code: str = DISTRICT_CODE
) -> list[Reassessment]:
    """Registered elders whose next assessment is due up to so many days after a date, by due date.

    Elders never assessed are not in it: nothing says that they need care. Raises NotFound for an
    unknown area.
    """
    until_on = on + timedelta(days=within_days)
    latest = (
        select(col(Assessment.elder_id), func.max(col(Assessment.assessed_on)).label("on"))
        .where(col(Assessment.assessed_on) <= on)
        .group_by(col(Assessment.elder_id))
        .subquery()
    )
    # A month's end is cut to the shorter month, so that the limit is widened and checked exactly.
    limit_on = until_on - relativedelta(months=MONTHS_BETWEEN) + timedelta(days=3)
    statement = (
        select(Assessment)
        .join(
            latest,
            (latest.c.elder_id == col(Assessment.elder_id))
            & (latest.c.on == col(Assessment.assessed_on)),
        )
        .join(Elder, col(Elder.id) == col(Assessment.elder_id))
        .where(
            is_registered(on),
            lies_in(session, ELDERS, area_code),
            or_(col(Assessment.assessed_on) <= limit_on, col(Assessment.reassess_on) <= until_on),
        )
    )
    found = [
        Reassessment(
            one.elder_id, due_date(one.assessed_on, one.reassess_on), one.assessed_on, one.level
        )
        for one in session.scalars(statement)
    ]
    due = [one for one in found if one.due_on <= until_on]
    return sorted(due, key=lambda one: (one.due_on, one.elder_id))


def _tell(
    session: Session,
    action: str,
    assessment: Assessment,
    now: datetime,
    by: str,
    before: dict[str, Any] | None,
) -> None:
    record(
        session,
        at=now,
        user_name=by,
        action=action,
        subject=f"elder/{assessment.elder_id}",
        before=before,
        after=values_of(assessment),
    )
