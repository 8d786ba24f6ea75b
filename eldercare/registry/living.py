"""With whom an elder lives, from when on; earlier arrangements stay for their dates."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from eldercare.accounts.audit import record
from eldercare.clock import local_date
from eldercare.errors import Conflict
from eldercare.registry import admit
from eldercare.registry.elder_lock import lock_elder
from eldercare.registry.homes import FormerLiving
from eldercare.registry.people import LivingArrangement


def change_living(
    session: Session,
    elder_id: str,
    on: date,
    arrangement: LivingArrangement,
    *,
    now: datetime,
    by: str,
) -> None:
    """From a date that has come on, the elder lives with others than before.

    Raises NotFound for an unknown elder, InvalidInput for a date to come or before registration,
    Conflict where the arrangement is the same or a later change is known.
    """
    today = local_date(now)
    elder = lock_elder(session, elder_id)
    before = elder.living_arrangement
    if before is arrangement:
        raise Conflict(f"elder {elder_id} lives so already: {arrangement.value}", code="no_change")
    latest = select(func.max(col(FormerLiving.until_on))).where(
        col(FormerLiving.elder_id) == elder_id
    )
    last = session.scalar(latest)
    if last is not None and last >= on:
        raise Conflict(
            f"elder {elder_id} changed the arrangement on {last}: changes are entered in order",
            code="later_change",
        )
    former = FormerLiving(elder_id=elder_id, until_on=on, living_arrangement=before)
    admit.add(session, former, on=today)
    admit.change(session, elder, {"living_arrangement": arrangement}, on=today)
    record(
        session,
        at=now,
        user_name=by,
        action="elder.change_living",
        subject=f"elder/{elder_id}",
        before={"living_arrangement": before},
        after={"living_arrangement": arrangement, "on": on},
    )
