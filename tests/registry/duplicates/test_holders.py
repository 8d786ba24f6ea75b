from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel

import eldercare.tables  # noqa: F401 - fills the metadata
from eldercare.care.admit import GATE
from eldercare.columns import ONE_AT_A_TIME, STAYS_WITH_ELDER
from eldercare.errors import DatabaseUnusable
from eldercare.registry.admission.tables import references_of, table_of
from eldercare.registry.duplicates.holders import holders, require_all_known


def test_every_column_that_names_an_elder_follows_or_says_that_it_stays() -> None:
    naming = {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.tables.values()
        if not table.info.get(STAYS_WITH_ELDER)
        for column in table.columns
        if any(key.column.table.name == "elder" for key in column.foreign_keys)
    }
    assert {holder.name for holder in holders()} == naming
    assert {"assessment.elder_id", "pause.elder_id", "service_record.elder_id"} <= naming


def test_rosters_are_snapshots_and_nothing_else_is() -> None:
    snapshots = {holder.table.name for holder in holders() if holder.is_snapshot}
    assert snapshots == {"roster_visit", "roster_meal", "roster_stop"}


def test_where_the_gate_forbids_overlaps_the_table_says_so() -> None:
    for model, rules in GATE.rules.items():
        if "elder" not in {reference.target for reference in references_of(model)}:
            continue
        forbidden = [rule.fields for rule in rules if "no_overlap" in rule.check.__qualname__]
        marked = table_of(model).info.get(ONE_AT_A_TIME)
        expected = [] if marked is None else [(*marked, "from_on", "until_on")]
        assert forbidden == expected, model.__name__


def test_a_table_that_the_program_did_not_load_stops_a_merge(session: Session) -> None:
    require_all_known(session)
    session.execute(
        text("CREATE TABLE stray (id INTEGER PRIMARY KEY, e VARCHAR(16) REFERENCES elder (id))")
    )
    with pytest.raises(DatabaseUnusable, match="stray"):
        require_all_known(session)
