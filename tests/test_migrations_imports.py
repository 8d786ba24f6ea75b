"""Imports of earlier versions can be undone after the migration, and names are found as before."""

from __future__ import annotations

from datetime import UTC, datetime

from alembic import command
from sqlalchemy import text
from sqlmodel import Session, col, select

from eldercare.custody import check_database
from eldercare.database import _alembic, make_engine, upgrade
from eldercare.exchange.images import hash_of, image_of
from eldercare.exchange.undoing import UndoReport, undo_import
from eldercare.registry.name_keys import NameKey, bearers
from eldercare.registry.tables import Elder
from tests.exchange.test_batches import bring_in, group
from tests.registry.rows import caregiver, elder, places, put

BEFORE = "0013"
NOW = datetime(2020, 9, 17, tzinfo=UTC)


def test_an_earlier_import_is_undone_and_names_are_found(database_url: str) -> None:
    upgrade(database_url)
    engine = make_engine(database_url)
    with Session(engine) as session:
        put(session, *places(), elder("E2", name="旧桂兰"), caregiver("C1", name="陈美芳"))
        session.commit()
        result = bring_in(session, elder("E1", name="周桂兰"), group(), elder("E2", name="王桂兰"))
        assert result.batch is not None
        hashes = {key: hash_of(image_of(session.get_one(Elder, key))) for key in ("E1", "E2")}
        session.commit()
    command.downgrade(_alembic(database_url), BEFORE)
    with engine.begin() as connection:
        found = connection.execute(
            text("SELECT place, table_name, after_hash FROM imported_row ORDER BY place")
        ).all()
        assert [tuple(row)[:2] for row in found] == [
            (0, "elder"),
            (1, "elder"),
            (2, "elder_group"),
        ]
        for place, key in enumerate(("E1", "E2")):
            connection.execute(
                text("UPDATE imported_row SET after_hash = :hash WHERE place = :place"),
                {"hash": hashes[key], "place": place},
            )
        keys = {row.key for row in connection.execute(text("SELECT key FROM name_key"))}
        assert {"wangguilan", "wgl", "桂兰", "美芳"} <= keys
    upgrade(database_url)
    assert check_database(engine) == []
    with Session(engine) as session:
        assert sorted(session.scalars(bearers(Elder, "wgl"))) == ["E2"]
        kept = session.scalars(select(NameKey.key).where(col(NameKey.owner) == "elder"))
        assert all(key.isascii() for key in kept)
        report = undo_import(session, result.batch, now=NOW, by="anna")
        assert report == UndoReport(result.batch, deleted=2, restored=1)
        session.commit()
        assert session.get_one(Elder, "E2").name == "旧桂兰"
    engine.dispose()
