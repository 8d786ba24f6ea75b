from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from sqlmodel import Session, select

import seed_data
from eldercare.coverage.evaluation import evaluate
from eldercare.coverage.indicators import INDICATORS
from eldercare.coverage.tables import Target
from eldercare.coverage.targets import COLUMNS, load_targets, targets_in_force
from eldercare.errors import InvalidInput, NotFound
from eldercare.registry.tables import Community, Town
from tests.coverage.district import ON, TOWN_A, row, store

CONTRACT = {
    "home_service": "0.10",
    "meal_urban": "1.00",
    "meal_rural": "0.60",
    "centre_urban": "0.90",
    "centre_rural": "0.50",
    "nursing_beds": "0.60",
    "social_beds": "0.80",
    "medical_care_institutions": "0.60",
    "rehab_urban": "0.50",
    "rehab_rural": "0.50",
    "family_doctor": "0.75",
}


def write(folder: Path, *rows: tuple[str, ...]) -> Path:
    file = folder / "targets.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([COLUMNS, *rows])
    return file


def line(
    code: str = "home_service",
    target: str = "0.1",
    first: str = "2018-01-01",
    last: str = "2020-12-31",
) -> tuple[str, ...]:
    return (code, target, first, last, "计划", "章节")


def test_the_plans_eleven_targets_and_the_one_without_a_number(session: Session) -> None:
    loaded = load_targets(session)
    assert (loaded.created, loaded.without_number) == (11, ("priority_groups_served",))
    shares = {code: target.share for code, target in targets_in_force(session, ON).items()}
    assert shares == {code: Fraction(text) for code, text in CONTRACT.items()}


def test_every_indicator_stands_in_the_data_file_with_its_plan() -> None:
    with seed_data.path("targets.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = {row["code"]: row for row in csv.DictReader(lines)}
    assert list(rows) == [indicator.code for indicator in INDICATORS]
    for indicator in INDICATORS:
        source = rows[indicator.code]
        assert source["plan_title"] == indicator.source.plan.zh
        assert source["plan_section"] == indicator.source.section
        assert source["lead_department"] == indicator.source.department


def test_loading_twice_changes_nothing_and_a_correction_is_an_update(
    session: Session, tmp_path: Path
) -> None:
    load_targets(session, file=write(tmp_path, line(), line("meal_urban", "1")))
    again = load_targets(session, file=write(tmp_path, line(), line("meal_urban", "1.00")))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    mended = load_targets(session, file=write(tmp_path, line(target="0.12")))
    assert (mended.created, mended.updated, mended.unchanged) == (0, 1, 0)
    assert targets_in_force(session, ON)["home_service"].share == Fraction("0.12")


def test_a_target_holds_from_its_day_until_the_next_and_stands_after_it_was_due(
    session: Session, tmp_path: Path
) -> None:
    store(session, [row(Town, code=TOWN_A), row(Community, code="320411002001")])
    load_targets(
        session,
        file=write(
            tmp_path,
            line("centre_urban", "0.6", "2018-01-01", "2018-12-31"),
            line("centre_urban", "0.9", "2019-01-01", "2020-12-31"),
        ),
    )

    def on(day: date) -> tuple[Fraction | None, str]:
        (figure,) = evaluate(session, as_of=day, indicators=["centre_urban"])
        return figure.target, figure.note

    assert on(date(2017, 12, 31)) == (None, "没有目标值 (no target)")
    assert on(date(2018, 1, 1)) == (Fraction("0.6"), "")
    assert on(date(2018, 12, 31)) == (Fraction("0.6"), "")
    assert on(date(2019, 1, 1)) == (Fraction("0.9"), "")
    assert on(date(2020, 12, 31)) == (Fraction("0.9"), "")
    share, note = on(date(2021, 1, 1))
    assert share == Fraction("0.9")
    assert "still stands" in note


def test_every_bad_cell_is_named_at_once_and_nothing_is_loaded(
    session: Session, tmp_path: Path
) -> None:
    file = write(
        tmp_path,
        line(),
        line("home_servize"),
        line(target="110"),
        line(target="a tenth"),
        line(target="0.12345"),
        line(target="NaN"),
        line(first="1.1.2018", last="2020-13-01"),
        line(first="2020-01-01", last="2019-01-01"),
    )
    with pytest.raises(InvalidInput) as refused:
        load_targets(session, file=file)
    assert [problem.pointer for problem in refused.value.fields] == [
        "/3/code",
        "/4/target",
        "/5/target",
        "/6/target",
        "/7/target",
        "/8/valid_from",
        "/8/valid_until",
        "/9/valid_until",
    ]
    assert session.exec(select(Target)).all() == []


def test_a_file_that_lacks_a_column_or_does_not_exist(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "targets.csv"
    file.write_text("code,target\nhome_service,0.1\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="lacks the columns valid_from, valid_until"):
        load_targets(session, file=file)
    with pytest.raises(NotFound):
        load_targets(session, file=tmp_path / "none.csv")


def test_indicators_without_any_target_are_not_judged(session: Session) -> None:
    store(session, [row(Town, code=TOWN_A), row(Community, code="320411002001")])
    assert [figure.met for figure in evaluate(session, as_of=ON)] == [None] * len(INDICATORS)
