"""An offered slot taken: the visit comes as offered, and nobody notices who was not told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.database import reading, transaction
from eldercare.errors import Conflict, InvalidInput, NotPermitted
from eldercare.rostering.edits.images import town_image
from eldercare.rostering.edits.report import EditReport
from eldercare.rostering.edits.taking import SlotRequest, take_slot
from eldercare.rostering.edits.undoing import UndoRequest, last_edit, undo_edit
from eldercare.rostering.explaining.offers import OfferRequest, SlotOffer, SlotOffers, offer_slots
from eldercare.rostering.lifecycle import find_roster, publish
from eldercare.rostering.tables import Placement, RosterVisit
from eldercare.rostering.town_day import read_town_day
from eldercare.settings import DEMO_ON
from solver.replanning import appointments
from solver.verify import verify
from tests.rostering.conftest import NOW
from tests.rostering.edits.test_editing import largest_town, state


def offers(database: Engine) -> tuple[SlotOffers, str]:
    with reading(database) as session:
        day = largest_town(session)
        elder = day.problem.visits[0].elder or ""
        (row, *_) = [one for one in day.rows.visits if one.elder_id == elder]
        asked = OfferRequest(elder_id=elder, service_type_code=row.service_type_code, on=DEMO_ON)
        return offer_slots(session, asked), day.town_code


def take(database: Engine, found: SlotOffers, one: SlotOffer, **more: Any) -> EditReport:
    request = SlotRequest(
        on=DEMO_ON,
        elder_id=found.elder.id,
        service_type_code=found.service_type_code,
        caregiver_ids=tuple(who.id for who in one.told.caregivers),
        **({"start_minutes": one.told.start_minutes} | more),
    )
    return take_slot(database, request, by="周敏", now=NOW)


def image(session: Session, town: str) -> object:
    roster = find_roster(session, DEMO_ON)
    assert roster is not None
    return town_image(session, roster.id or 0, town)


def test_an_offer_taken_is_served_as_offered_and_can_be_taken_back(published: Engine) -> None:
    found, town = offers(published)
    best = found.offers[0]
    with reading(published) as session:
        before = image(session, town)
    report = take(published, found, best)
    with reading(published) as session:
        roster = find_roster(session, DEMO_ON)
        assert roster is not None
        day = read_town_day(session, roster, town)
        at = appointments(day.problem, day.plan)[report.visit_id]
        assert at.start == best.told.start_minutes
        assert at.caregivers == tuple(who.id for who in best.told.caregivers)
        assert verify(day.problem, day.plan).feasible
        row = session.get(RosterVisit, (roster.id, report.visit_id))
        assert row is not None
        assert (row.elder_id, row.placement) == (found.elder.id, Placement.PLANNED)
        told = last_edit(session, DEMO_ON)
        assert told is not None
        assert told.kind == "new_visit"
    undo_edit(published, UndoRequest(on=DEMO_ON), by="周敏", now=NOW)
    with reading(published) as session:
        assert image(session, town) == before
    take(published, found, best)
    with transaction(published) as session:
        assert publish(session, DEMO_ON, by="周敏", now=NOW).version == 2


def test_what_cannot_be_so_is_refused_and_nothing_stored(published: Engine) -> None:
    found, _ = offers(published)
    best, before = found.offers[0], state(published)
    with pytest.raises(NotPermitted, match="outside the area"):
        take(published, found, best, towns=["320411000000"])
    with pytest.raises(InvalidInput, match="past"):
        take(published, found, best, clock=best.told.start_minutes + 1)
    with pytest.raises(Conflict, match="breaks"):
        take(published, found, best, start_minutes=3 * 60)
    with pytest.raises(Conflict, match="not the one you read"):
        take(published, found, best, seen=["another"])
    assert state(published) == before
