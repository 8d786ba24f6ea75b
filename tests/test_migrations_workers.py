"""Working time goes down and up again around the workers and places that others refer to."""

from __future__ import annotations

from alembic import command
from sqlalchemy import inspect, text
from sqlmodel import Session

from eldercare.custody import check_database
from eldercare.database import _alembic, make_engine, upgrade
from tests.registry.rows import care_centre, caregiver, elder, meal_site, places, put, rider
from tests.registry.working_rows import absence, pattern, refusal

BEFORE = "0005"
TABLES = {"shift_pattern", "absence", "caregiver_area", "refusal", "service_match"}


def test_working_time_goes_down_and_up_again(database_url: str) -> None:
    upgrade(database_url)
    engine = make_engine(database_url)
    with Session(engine) as session:
        put(session, *places(), meal_site("m1", diets="低盐"), care_centre("k1", capacity=9))
        put(session, caregiver("c1", maximum_minutes_per_week=2400), rider("r1", "m1"))
        put(session, elder("e1"), pattern("p1"), absence(), refusal("e1", "c1"))
        session.commit()
    command.downgrade(_alembic(database_url), BEFORE)
    assert TABLES.isdisjoint(inspect(engine).get_table_names())
    with engine.connect() as connection:
        for table, key in (("caregiver", "c1"), ("meal_site", "m1"), ("rider", "r1")):
            found = connection.execute(text(f"SELECT id FROM {table}")).all()  # noqa: S608 - the table's name stands above
            assert [tuple(row) for row in found] == [(key,)]
    upgrade(database_url)
    assert check_database(engine) == []
    engine.dispose()
