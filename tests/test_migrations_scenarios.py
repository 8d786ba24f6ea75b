"""Scenarios go when their migration is taken back; drafts and versions stay."""

from __future__ import annotations

from datetime import UTC, date, datetime

from alembic import command
from sqlalchemy import select, text
from sqlmodel import Session, col

from eldercare.database import _alembic, make_engine, upgrade
from eldercare.rostering.scenarios.keeping import create_scenario
from eldercare.rostering.tables import Roster, RosterStatus, TownPlan
from tests.registry.rows import TOWN, places, put

ON = date(2020, 9, 17)
NOW = datetime(2020, 9, 16, 12, tzinfo=UTC)


def test_scenarios_go_and_the_draft_stays(database_url: str) -> None:
    upgrade(database_url)
    engine = make_engine(database_url)
    with Session(engine) as session:
        put(session, *places())
        draft = Roster(on=ON, status=RosterStatus.DRAFT, created_at=NOW)
        put(session, draft)
        put(
            session,
            TownPlan(
                roster_id=draft.id or 0, town_code=TOWN, engine="hybrid", seed=1, seconds=0.5,
                violations=0, planned_at=NOW,
            ),
        )  # fmt: skip
        first = create_scenario(session, ON, "a", by="周敏", now=NOW)
        second = create_scenario(session, ON, "b", base="scenario:a", by="周敏", now=NOW)
        second.based_on_id = draft.based_on_id = first.id
        session.commit()
        kept = draft.id
    command.downgrade(_alembic(database_url), "0012")
    with engine.connect() as connection:
        rosters = connection.execute(text("SELECT id, based_on_id FROM roster")).all()
        plans = connection.execute(text("SELECT roster_id FROM town_plan")).all()
    assert [tuple(one) for one in rosters] == [(kept, None)]
    assert [tuple(one) for one in plans] == [(kept,)]
    upgrade(database_url)
    with Session(engine) as session:
        assert session.scalars(select(col(Roster.name))).all() == [""]
    engine.dispose()
