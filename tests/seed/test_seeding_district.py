"""Seeding as a use case: the same again, all or nothing, and only rows the gates would let in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, SQLModel

from eldercare.care import admit
from eldercare.database import create_all, make_engine
from eldercare.errors import Conflict, InvalidInput
from eldercare.registry.tables import Town
from eldercare.seeding import district as seeding
from eldercare.seeding.district import SEEDED_TABLES, is_seeded, seed_district
from eldercare.seeding.tables import SeedRun
from eldercare.seeding.writing import count_rows, table_of
from eldercare.settings import DEMO_ON

TINY = 0.005
FACILITIES = {
    "town",
    "community",
    "community_population",
    "qualification",
    "service_type",
    "entitlement",
    "care_centre",
    "rehab_place",
    "institution",
    "bed_group",
    "meal_site",
    "meal_site_community",
}


def hashes(session: Session) -> dict[str, str]:
    """One digest of all rows for each table, whatever order the database gives them in."""
    found = {}
    for model in SEEDED_TABLES:
        table = table_of(model)
        rows = sorted(repr(tuple(row)) for row in session.execute(select(table)))
        found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def fresh(**parameters: Any) -> dict[str, str]:
    engine = make_engine("sqlite://")
    create_all(engine)
    with Session(engine) as session:
        seed_district(session, **({"scale": TINY} | parameters))
        found = hashes(session)
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def reference() -> dict[str, str]:
    """Digests of the smallest district with the default seed and date."""
    return fresh()


def test_both_databases_get_the_very_same_rows(session: Session, reference: dict[str, str]) -> None:
    summary = seed_district(session, scale=TINY)
    session.commit()
    assert is_seeded(session)
    assert summary.created
    assert summary.counts == count_rows(session, SEEDED_TABLES)
    assert all(rows > 0 for rows in summary.counts.values()), summary.counts
    assert hashes(session) == reference


def test_another_seed_gives_other_people(reference: dict[str, str]) -> None:
    other = fresh(seed=7)
    official = {"town", "community_population", "qualification", "service_type", "entitlement"}
    assert {name for name in reference if reference[name] == other[name]} == official


def test_facilities_do_not_depend_on_the_scale(reference: dict[str, str]) -> None:
    other = fresh(scale=2 * TINY)
    same = {name for name in reference if reference[name] == other[name]}
    assert same == FACILITIES


@pytest.mark.parametrize("on", [date(2018, 7, 2), date(2019, 2, 28), date(2021, 12, 31)])
def test_other_dates_work_as_well(sqlite_engine: Engine, on: date) -> None:
    with Session(sqlite_engine) as session:
        summary = seed_district(session, scale=TINY, on=on)
        assert refused(session, on) == []
    assert summary.counts["elder"] > 600


def test_seeding_again_changes_nothing_and_says_so(session: Session) -> None:
    first = seed_district(session, scale=TINY)
    session.commit()
    again = seed_district(session, scale=TINY)
    assert (first.created, again.created) == (True, False)
    assert again.counts == first.counts
    assert not session.new
    assert not session.dirty


@pytest.mark.parametrize(
    "change", [{"scale": 2 * TINY}, {"seed": 1}, {"on": date(2020, 9, 16)}], ids=str
)
def test_other_parameters_on_a_seeded_database_are_a_conflict(
    sqlite_engine: Engine, change: dict[str, Any]
) -> None:
    with Session(sqlite_engine) as session:
        seed_district(session, scale=TINY)
        before = count_rows(session, SEEDED_TABLES)
        with pytest.raises(Conflict, match=r"seeded with scale 0\.005, seed 2018") as caught:
            seed_district(session, **({"scale": TINY} | change))
        assert caught.value.code == "seeded_differently"
        assert count_rows(session, SEEDED_TABLES) == before


def test_a_database_with_other_content_is_left_alone(session: Session) -> None:
    session.add(
        Town(
            code="320411002000", name="三井", parent_code="320411000000", longitude=120, latitude=32
        )
    )
    session.commit()
    with pytest.raises(Conflict, match=r"not empty \(town\)") as caught:
        seed_district(session, scale=TINY)
    assert caught.value.code == "database_not_empty"
    assert sum(count_rows(session, SEEDED_TABLES).values()) == 1
    assert not is_seeded(session)


def test_a_fault_half_way_leaves_nothing(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> Iterator[dict[str, Any]]:
        raise RuntimeError("power cut")

    monkeypatch.setattr(seeding, "meal_records", broken)
    with pytest.raises(RuntimeError, match="power cut"):
        seed_district(session, scale=TINY)
    session.commit()  # even a caller that goes on commits nothing of it
    assert sum(count_rows(session, SEEDED_TABLES).values()) == 0
    assert not is_seeded(session)


@pytest.mark.parametrize(
    ("parameters", "pointer"),
    [
        ({"scale": 0}, "/scale"),
        ({"scale": 1.01}, "/scale"),
        ({"scale": float("nan")}, "/scale"),
        ({"seed": -1}, "/seed"),
        ({"on": date(2017, 12, 31)}, "/on"),
        ({"on": date(2030, 1, 1)}, "/on"),
    ],
    ids=str,
)
def test_parameters_out_of_bounds_are_refused(
    sqlite_engine: Engine, parameters: dict[str, Any], pointer: str
) -> None:
    with Session(sqlite_engine) as session:
        with pytest.raises(InvalidInput) as caught:
            seed_district(session, **parameters)
        assert [field.pointer for field in caught.value.fields] == [pointer]
        assert sum(count_rows(session, SEEDED_TABLES).values()) == 0


def test_progress_is_told_by_table_and_never_goes_back(sqlite_engine: Engine) -> None:
    told: dict[str, list[tuple[int, int]]] = {}

    def progress(name: str, done: int, expected: int) -> None:
        assert 0 <= done <= expected
        told.setdefault(name, []).append((done, expected))

    with Session(sqlite_engine) as session:
        summary = seed_district(session, scale=TINY, progress=progress)
    assert {name: steps[-1][0] for name, steps in told.items()} == summary.counts
    for steps in told.values():
        assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_the_parameters_are_kept(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        seed_district(session, scale=TINY, seed=3)
        run = session.get(SeedRun, 1)
    assert run is not None
    assert (run.scale, run.seed, run.on) == (TINY, 3, DEMO_ON)


def test_every_row_would_pass_the_gates_of_an_import(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        seed_district(session, scale=TINY)
        assert refused(session, DEMO_ON) == []


def refused(session: Session, on: date) -> list[str]:
    """What the gates of registry and care say against the seeded rows, in an empty database."""
    rows = [copied(row) for model in SEEDED_TABLES for row in session.scalars(select(model))]
    engine = make_engine("sqlite://")
    create_all(engine)
    with Session(engine) as empty:
        found = admit.check(empty, rows, on=on)
    engine.dispose()
    return [f"{type(refusal.row).__name__}: {refusal.problems}" for refusal in found]


def copied(row: SQLModel) -> SQLModel:
    return type(row)(**{name: getattr(row, name) for name in type(row).model_fields})
