"""Figures and lists of a past date are the same before and after an elder moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from eldercare.coverage.areas import Level
from eldercare.coverage.evaluation import evaluate
from eldercare.coverage.named_lists import names
from eldercare.errors import Conflict, InvalidInput
from eldercare.registry.homes import Home
from eldercare.registry.moves import apply_due_moves, record_move
from eldercare.registry.tables import Community, Elder
from tests.coverage.district import ON, store
from tests.coverage.random_districts import random_district

DAY = timedelta(days=1)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_a_past_date_stays_as_it_was(engine: Engine, seed: int) -> None:
    random = Random(seed)
    with Session(engine) as session:
        store(session, random_district(random))
        moved_on = ON + random.choice((-1, 0, 1, 9)) * DAY
        asked = [moved_on - days * DAY for days in (1, 40, 200)]
        before = [_said(session, on) for on in asked]
        codes = sorted(session.scalars(select(col(Community.code))))
        for elder_id in sorted(session.scalars(select(col(Elder.id)))):
            home = Home(community_code=random.choice(codes), address="新路2号")
            try:
                with session.begin_nested():
                    record_move(session, elder_id, moved_on, home, now=_noon(ON), by="test")
            except (Conflict, InvalidInput):
                continue  # a later move is on file, or nobody of that age is an elder
        assert [_said(session, on) for on in asked] == before
        ahead = [_said(session, ON + days * DAY) for days in (0, 1, 9, 30)]
        apply_due_moves(session, ON + 30 * DAY, now=_noon(ON + 30 * DAY), by="test")
        assert [_said(session, ON + days * DAY) for days in (0, 1, 9, 30)] == ahead
        assert [_said(session, on) for on in asked] == before
        session.rollback()


def _noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 4, tzinfo=UTC)


def _said(session: Session, on: date) -> list[object]:
    rows = evaluate(session, as_of=on, by=Level.COMMUNITY, indicators=["home_service"])
    return [rows, names(session, "family_doctor", on)]
