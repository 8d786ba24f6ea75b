"""What goes out comes back as unchanged, for every KIND; masked where it must be."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import Engine
from sqlmodel import Session

from eldercare.database import create_all, make_engine
from eldercare.exchange.exporting import explanations, export_rows, template, write_ledger
from eldercare.exchange.kinds import KINDS, find_kind
from eldercare.exchange.kinds.kind import Kind
from eldercare.registry.identity import set_id_number
from tests.care.rows import service_type
from tests.exchange.made_up import fill
from tests.exchange.traffic import NOW, ON, VAULT, bring, counts, send
from tests.registry.id_numbers import made_up_number
from tests.registry.rows import OTHER_TOWN, TOWN, elder, places, put, qualification

IN_ORDER = (
    "communities",
    "elders",
    "care-centres",
    "meal-sites",
    "institutions",
    "caregivers",
    "family-doctor-contracts",
    "care-plans",
    "meal-subscriptions",
    "service-records",
)
"""Kinds after those they refer to; riders, whom shifts refer to, have no ledger."""
EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_every_kind_comes_back_unchanged(session: Session, tmp_path: Path, suffix: str) -> None:
    fill(session, 1)
    for kind in KINDS:
        file = send(session, kind.name, tmp_path / f"{kind.name}{suffix}")
        report = bring(session, kind.name, file)
        assert report.errors == ()
        assert report.unchanged >= 2
        assert counts(report) == (0, 0, report.unchanged, 0), kind.name


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(2, 10**6))
def test_any_registry_comes_back_unchanged(
    sqlite_engine: Engine, tmp_path: Path, seed: int
) -> None:
    with Session(sqlite_engine) as session:
        fill(session, seed)
        for kind in KINDS:
            report = bring(session, kind.name, send(session, kind.name, tmp_path / "a.csv"))
            assert report.errors == ()
            assert counts(report) == (0, 0, report.unchanged, 0), kind.name
        session.rollback()


def test_a_whole_registry_goes_into_another_database(session: Session, tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'source.db'}")
    create_all(engine)
    with Session(engine) as source:
        fill(source, 7)
        told = {kind.name: list(export_rows(source, kind, personal=True)) for kind in KINDS}
        files = {name: send(source, name, tmp_path / f"{name}.csv") for name in told}
    engine.dispose()
    put(session, *places()[:2], service_type(), qualification(), qualification("nurse"))
    for name in IN_ORDER:
        report = bring(session, name, files[name])
        assert report.errors == ()
        assert counts(report) == (report.created, 0, 0, 0)
        assert list(export_rows(session, find_kind(name), personal=True)) == told[name], name


def test_id_numbers_go_out_masked_and_come_back(session: Session, tmp_path: Path) -> None:
    put(session, *places(), elder("E1"))
    set_id_number(session, VAULT, "E1", made_up_number(), on=ON, now=NOW, by="anna")
    file = send(session, "elders", tmp_path / "a.csv")
    text = file.read_text("utf-8-sig")
    assert made_up_number() not in text
    assert made_up_number()[:3] + "*" * 13 + made_up_number()[-2:] in text
    assert counts(bring(session, "elders", file)) == (0, 0, 1, 0)


@EVERY_KIND
def test_an_area_has_its_own_rows_only(sqlite_engine: Engine, kind: Kind) -> None:
    with Session(sqlite_engine) as session:
        fill(session, 3)
        everything = [line[0] for line in export_rows(session, kind, personal=True)][1:]
        parts = [
            [line[0] for line in export_rows(session, kind, personal=True, area_code=town)][1:]
            for town in (TOWN, OTHER_TOWN)
        ]
        assert sorted(parts[0] + parts[1]) == sorted(everything)
        assert parts[0]


UNKNOWN = {
    "unknown_community",
    "unknown_town",
    "unknown_elder",
    "unknown_caregiver",
    "unknown_care_plan",
    "unknown_service_type",
    "unknown_meal_site",
    "unknown_qualification",
}


def test_templates_are_read_as_ledgers(sqlite_engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    for kind in KINDS:
        with file.open("wb") as stream:
            count = write_ledger(
                template(kind), stream, sheet=kind.zh, as_workbook=True, notes=explanations(kind)
            )
        assert count == 2
        with Session(sqlite_engine) as session:
            report = bring(session, kind.name, file)
        # Nothing is stored that the example could refer to, and every cell of it is read.
        assert {problem.code for problem in report.errors} <= UNKNOWN, kind.name
        assert report.notices == (), kind.name


def test_formulas_go_out_as_text(session: Session) -> None:
    put(session, *places(), elder("E1", name="=1+1"))
    kind = next(kind for kind in KINDS if kind.name == "elders")
    stream = io.BytesIO()
    lines = list(export_rows(session, kind, personal=True))
    write_ledger(lines, stream, sheet="x", as_workbook=False)
    assert "'=1+1" in stream.getvalue().decode("utf-8-sig")
    stream = io.BytesIO()
    write_ledger(lines, stream, sheet="x", as_workbook=True)
    sheet = load_workbook(stream).worksheets[0]
    assert [cell.data_type for cell in sheet[2] if cell.value == "=1+1"] == ["s"]
