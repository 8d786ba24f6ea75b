"""Slots offered on a published day: inside the window, priced, and never at the cost of others."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.database import reading
from eldercare.errors import InvalidInput, NotFound, NotPermitted
from eldercare.rostering.explaining.offers import OfferRequest, SlotOffers, offer_slots
from eldercare.rostering.tables import Placement, RosterVisit
from eldercare.settings import DEMO_ON
from tests.rostering.explaining.test_explanations import busiest, mend, rows


def ask(session: Session, row: RosterVisit, **more: Any) -> SlotOffers:
    towns = more.pop("towns", None)
    given = {"service_type_code": row.service_type_code, "on": DEMO_ON, "most": 8, **more}
    return offer_slots(session, OfferRequest(elder_id=row.elder_id, **given), towns=towns)


def planned(session: Session) -> list[RosterVisit]:
    _, town = busiest(session)
    return rows(session, placement=Placement.PLANNED, town_code=town)


def test_offers_are_priced_ranked_and_add_up(published: Engine) -> None:
    with reading(published) as session:
        answers = [(row, ask(session, row)) for row in planned(session)[::6]]
        assert sum(bool(found.offers) for _, found in answers) >= 2
        for row, found in answers:
            assert row.visit_id in found.existing
            disturbed = [len({one.elder.id for one in each.moved}) for each in found.offers]
            assert disturbed == sorted(disturbed)
            for one in found.offers:
                assert one.added_cost == sum(term.cost for term in one.terms)
                travel = [term.value for term in one.terms if term.term == "travel"]
                assert [one.added_travel_minutes] == (travel or [0])
                assert one.end_minutes - one.told.start_minutes == found.minutes
                assert all(each.was.caregivers == each.now.caregivers for each in one.moved)
                assert one.told.caregivers[0].name in one.words.zh


def test_a_window_and_the_hour_bound_what_is_offered(published: Engine) -> None:
    with reading(published) as session:
        row = next(one for one in planned(session) if one.people == 1)
        for more, first, last in (
            ({"window": (600, 660)}, 600, 660),
            ({"window": (480, 900), "clock": 700}, 700, 900),
            ({"clock": 800}, 800, 24 * 60),
        ):
            found = ask(session, row, **more)
            starts = [one.told.start_minutes for one in found.offers]
            assert all(first <= one <= last for one in starts)
            assert found.window_start_minutes == first
        assert found.offers
        for empty in ({"window": (700, 600)}, {"window": (480, 600), "clock": 601}):
            with pytest.raises(InvalidInput, match="empty or over"):
                ask(session, row, **empty)


def test_whoever_is_away_is_not_offered(published: Engine) -> None:
    with reading(published) as session:
        sick, _ = busiest(session)
        row = planned(session)[0]
    mend(published, f"sick:{sick}@08:00")
    with reading(published) as session:
        found = ask(session, row)
        assert found.roster.status == "draft"
        assert sick not in {who.id for one in found.offers for who in one.told.caregivers}


def test_what_cannot_be_offered_is_refused(published: Engine) -> None:
    with reading(published) as session:
        row = planned(session)[0]
        with pytest.raises(NotFound, match="no service"):
            ask(session, row, service_type_code="none")
        with pytest.raises(NotPermitted, match=row.town_code):
            ask(session, row, towns=["320411000000"])
        (aside,) = rows(session, placement=Placement.SET_ASIDE)[:1]
        with pytest.raises(InvalidInput, match="no position"):
            ask(session, aside)
        request = OfferRequest(elder_id="nobody", service_type_code="x", on=DEMO_ON)
        with pytest.raises(NotFound):
            offer_slots(session, request)
