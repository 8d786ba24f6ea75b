"""A column that holds something else is one report; a column with wrong cells is none."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from eldercare.exchange.suspects import LEAST_CELLS, suspect_columns
from tests.exchange.ledgers import PARSERS, made_up_id, read, text_file

COUNT = 20
DAYS = [date(1940, 1, 1) + timedelta(days=40 * number) for number in range(COUNT)]
CONTENTS = {
    "an ID number": [made_up_id(day, number) for number, day in enumerate(DAYS)],
    "a telephone number": [f"138123456{number:02d}" for number in range(COUNT)],
    "a date": [day.isoformat() for day in DAYS],
    "a time of day": [f"{number}:30" for number in range(COUNT)],
    "days of the week": ["周一、周三"] * COUNT,
    "a small number": [str(number) for number in range(COUNT)],
    "words": [f"长江路{sign}号" for sign in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"],
}


def reports(path: Path, title: str, cells: list[str]) -> list[tuple[int, str, str]]:
    lines = [f"姓名,{title}", *(f"老人,{cell}" for cell in cells)]
    found = suspect_columns(read(text_file(path / "a.csv", lines)), PARSERS)
    assert all(problem.value == "" for problem in found)
    return [(problem.row, problem.column, problem.reason) for problem in found]


@pytest.mark.parametrize(
    ("title", "kind"),
    [(title, kind) for title in ("电话", "出生日期", "开始时间") for kind in CONTENTS],
)
def test_a_column_of_another_kind_is_named_once(tmp_path: Path, title: str, kind: str) -> None:
    right = {"电话": "a telephone number", "出生日期": "a date", "开始时间": "a time of day"}
    found = reports(tmp_path, title, CONTENTS[kind])
    if kind == right[title]:
        assert found == []
    else:
        assert [(row, column) for row, column, _ in found] == [(1, title)]
        assert f"holds {kind}," in found[0][2]


def test_the_name_column_may_be_mistaken_too(tmp_path: Path) -> None:
    path = text_file(
        tmp_path / "a.csv", ["姓名,地址", *(f"{text},路" for text in CONTENTS["a date"])]
    )
    assert [p.column for p in suspect_columns(read(path), PARSERS)] == ["姓名"]


@pytest.mark.parametrize(("wrong", "is_found"), [(16, False), (17, True)])
def test_more_than_four_fifths_must_be_of_the_other_kind(
    tmp_path: Path, wrong: int, is_found: bool
) -> None:
    cells = CONTENTS["a date"][:wrong] + CONTENTS["a telephone number"][wrong:] + [""] * 40
    assert bool(reports(tmp_path, "电话", cells)) is is_found


@pytest.mark.parametrize(
    "cells",
    [
        ["无"] * COUNT,
        ["8512345" + str(number) for number in range(10)],
        [f"20-1-{number}" for number in range(1, 20)],
        [""] * COUNT,
        CONTENTS["a date"][: LEAST_CELLS - 1],
    ],
)
def test_wrong_cells_of_no_kind_and_few_cells_are_left_to_be_reported_one_by_one(
    tmp_path: Path, cells: list[str]
) -> None:
    assert reports(tmp_path, "电话", cells) == []


def test_a_long_column_is_judged_by_all_its_cells(tmp_path: Path) -> None:
    cells = [date.fromordinal(700_000 + number).isoformat() for number in range(4_000)]
    assert len(reports(tmp_path, "电话", cells)) == 1
    assert reports(tmp_path, "电话", [*cells, *["13812345678"] * 1_100]) == []
