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

from eldercare.errors import InvalidInput
from eldercare.exchange.exporting import explanations, export_rows, template, write_ledger
from eldercare.exchange.kinds import KINDS
from eldercare.exchange.kinds.kind import Kind
from eldercare.registry.identity import set_id_number
from tests.exchange.ledgers import NOW, ON, VAULT, bring, counts, send
from tests.exchange.made_up import fill
from tests.registry.id_numbers import made_up_number
from tests.registry.rows import OTHER_TOWN, TOWN, elder, places, put

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


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def test_a_whole_registry_goes_into_another_database(
    sqlite_engine: Engine, session: Session, tmp_path: Path
) -> None:
    with Session(sqlite_engine) as source:
        fill(source, 7)
        files = {
            kind.name: send(source, kind.name, tmp_path / f"{kind.name}.csv") for kind in KINDS
        }
        put(session, *places()[:2])
        _put_catalogue(session)
        for name in (
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
        ):
            report = bring(session, name, files[name])
            assert report.errors == ()
            assert counts(report) == (report.created, 0, 0, 0)
        for kind in KINDS:
            if kind.name != "shifts":
                again = list(export_rows(session, kind, personal=True))
                assert again == list(export_rows(source, kind, personal=True)), kind.name


def _put_catalogue(session: Session) -> None:
    from tests.care.rows import service_type  # noqa: PLC0415 - only here
    from tests.registry.rows import qualification  # noqa: PLC0415 - only here

    put(session, service_type(), qualification(), qualification("nurse"))


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


@EVERY_KIND
def test_a_template_is_read_as_a_ledger(session: Session, tmp_path: Path, kind: Kind) -> None:
    file = tmp_path / "a.xlsx"
    with file.open("wb") as stream:
        count = write_ledger(
            template(kind), stream, sheet=kind.zh, as_workbook=True, notes=explanations(kind)
        )
    assert count == 2
    assert len(load_workbook(file).worksheets) == 2
    try:
        report = bring(session, kind.name, file)
    except InvalidInput as error:
        raise AssertionError(error.message) from error
    # Nothing is stored that the example could refer to, and every cell of it is read.
    allowed = {"unknown_community", "unknown_town", "unknown_elder", "unknown_caregiver",
               "unknown_care_plan", "unknown_service_type", "unknown_meal_site",
               "unknown_qualification"}  # fmt: skip
    assert {problem.code for problem in report.errors} <= allowed
    assert report.notices == ()


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
