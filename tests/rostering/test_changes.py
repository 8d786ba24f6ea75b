"""What the registry says otherwise since the plan was made is named, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, delete, select
from sqlmodel import Session, col

from eldercare.care.tables import PlanItem
from eldercare.database import transaction
from eldercare.registry.tables import Caregiver, CaregiverQualification
from eldercare.rostering.changes import UnseenChanges, unseen_changes
from eldercare.rostering.lifecycle import find_roster
from eldercare.rostering.tables import RosterRoute, RosterStop, RosterVisit
from eldercare.settings import DEMO_ON


def changes(session: Session) -> UnseenChanges:
    roster = find_roster(session, DEMO_ON)
    assert roster is not None
    return unseen_changes(session, roster)


def visits(session: Session) -> list[RosterVisit]:
    asked = select(RosterVisit).where(col(RosterVisit.plan_item_id).is_not(None))
    return list(session.scalars(asked.order_by(col(RosterVisit.visit_id))))


def test_a_day_as_it_was_planned_has_no_changes(published: Engine) -> None:
    with transaction(published) as session:
        assert changes(session).count == 0


def test_what_is_asked_for_otherwise(published: Engine) -> None:
    with transaction(published) as session:
        first, second, third = visits(session)[:3]
        item = session.get(PlanItem, first.plan_item_id)
        assert item is not None
        item.minutes += 5
        ended = session.get(PlanItem, second.plan_item_id)
        assert ended is not None
        ended.until_on = DEMO_ON - timedelta(days=1)
        session.execute(delete(RosterStop).where(col(RosterStop.visit_id) == third.visit_id))
        session.delete(third)
        session.flush()
        found = changes(session)
    assert (found.changed, found.no_longer) == ((first.visit_id,), (second.visit_id,))
    assert (found.asked_for, found.count) == ((third.visit_id,), 3)


def test_who_cannot_come_any_more(published: Engine) -> None:
    with transaction(published) as session:
        routes = select(RosterRoute).where(col(RosterRoute.caregiver_id).is_not(None))
        first, second = session.scalars(routes.order_by(col(RosterRoute.id))).all()[:2]
        left = session.get(Caregiver, first.caregiver_id)
        assert left is not None
        left.left_on = DEMO_ON - timedelta(days=1)
        for held in session.scalars(
            select(CaregiverQualification).where(
                col(CaregiverQualification.caregiver_id) == second.caregiver_id
            )
        ):
            held.expires_on = DEMO_ON
        session.flush()
        found = changes(session)
    assert found.absent == (first.caregiver_id,)
    assert {one.caregiver_id for one in found.uncertified} == {second.caregiver_id}
    assert (found.asked_for, found.changed) == ((), ())
