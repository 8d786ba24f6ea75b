"""Workbooks: which sheet, which cells, and what their values are as text."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from eldercare.errors import InvalidInput, NotFound
from eldercare.exchange.cells import canonical
from eldercare.exchange.limits import Limits
from tests.exchange.ledgers import defects, read, workbook_file

GOOD: list[list[object]] = [["姓名", "电话"], ["李四", "13812345678"]]


def code_of(path: Path, sheet: str | None = None) -> str:
    with pytest.raises(InvalidInput) as caught:
        read(path, sheet)
    return caught.value.code


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2020, 9, 17), "2020-09-17"),
        (datetime(2020, 9, 17), "2020-09-17"),  # noqa: DTZ001 - a cell has no zone
        (datetime(2020, 9, 17, 8, 30), "2020-09-17 08:30"),  # noqa: DTZ001 - a cell has no zone
        (time(8, 30), "08:30"),
        (timedelta(hours=26, minutes=5), "26:05"),
        (3, "3"),
        (3.0, "3"),
        (31.77, "31.77"),
        (0.1 + 0.2, "0.3"),
        (True, "TRUE"),
        (False, "FALSE"),
        (" 李\u200b四\u3000", "李四"),
        (None, ""),
    ],
)
def test_a_value_has_one_text(value: object, text: str) -> None:
    assert canonical(value, "n") == (text, None)


def test_the_only_sheet_with_a_whole_header_is_chosen(tmp_path: Path) -> None:
    path = workbook_file(
        tmp_path / "a.xlsx", {"封面": [["说明"]], "半": [["电话", "地址"]], "名单": GOOD}
    )
    assert read(path).sheet == "名单"


def test_several_fitting_sheets_must_be_named(tmp_path: Path) -> None:
    path = workbook_file(tmp_path / "a.xlsx", {"三井": GOOD, "新桥": GOOD})
    assert code_of(path) == "several_sheets"
    assert read(path, "新桥").sheet == "新桥"
    with pytest.raises(NotFound, match="there are: 三井、新桥"):
        read(path, "河海")


def test_a_hidden_sheet_is_not_there(tmp_path: Path) -> None:
    path = workbook_file(tmp_path / "a.xlsx", {"三井": GOOD, "新桥": GOOD})
    book = load_workbook(path)
    book["新桥"].sheet_state = "veryHidden"
    book.save(path)
    assert read(path).sheet == "三井"
    with pytest.raises(NotFound):
        read(path, "新桥")


def test_a_workbook_without_a_header_says_what_it_begins_with(tmp_path: Path) -> None:
    path = workbook_file(tmp_path / "a.xlsx", {"a": [["没有", "表头"]], "b": []})
    assert code_of(path) == "header_missing"
    with pytest.raises(InvalidInput, match="it begins with “没有 表头”"):
        read(path)


def test_a_sheet_of_three_hundred_columns_is_refused(tmp_path: Path) -> None:
    path = workbook_file(
        tmp_path / "a.xlsx", {"a": [["姓名", "电话", *(f"列{number}" for number in range(298))]]}
    )
    assert code_of(path) == "too_many_columns"


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = workbook_file(tmp_path / "a.xlsx", {"a": [*GOOD, ["王五", "1"]]})
    with pytest.raises(InvalidInput, match="more than 1 rows") as caught:
        read(path, limits=Limits(rows=1))
    assert caught.value.code == "too_many_rows"


def test_too_many_problems_of_a_kind_are_refused(tmp_path: Path) -> None:
    formulas: list[list[object]] = [["=A1", "1"]] * 4
    path = workbook_file(tmp_path / "a.xlsx", {"a": [*GOOD, *formulas]})
    with pytest.raises(InvalidInput, match="more than 3 cells have the same problem"):
        read(path, limits=Limits(problems_of_a_code=3))


def test_formulas_are_never_computed_and_named_by_cell(tmp_path: Path) -> None:
    path = workbook_file(tmp_path / "a.xlsx", {"a": [*GOOD, ["=B2", "1"], ["王五", None]]})
    book = load_workbook(path)
    book["a"]["B4"] = ArrayFormula("B4:B4", "=B2*2")
    book.save(path)
    table = read(path)
    assert defects(table.problems) == [(3, "姓名", "formula"), (4, "电话", "formula")]
    assert [problem.value for problem in table.problems] == ["=B2", "=B2*2"]
    assert table.problems[1].reason.startswith("B4: ")
    assert list(table.frame.loc[4]) == ["王五", ""]


def test_merged_cells_of_the_body_belong_to_the_first(tmp_path: Path) -> None:
    rows: list[list[object]] = [*GOOD, ["王五", None], [None, None], [None, "13912345678"]]
    path = workbook_file(tmp_path / "a.xlsx", {"a": rows}, merged=["A3:A5", "B2:B3"])
    table = read(path)
    assert table.frame.index.tolist() == [2, 3, 5]
    assert defects(table.problems) == [(3, "电话", "merged_cell"), (5, "姓名", "merged_cell")]
    assert table.problems[1].value == "王五"
    with pytest.raises(InvalidInput, match="cells are merged; unmerge them"):
        read(path, limits=Limits(merged_cells=1))


def test_blank_rows_are_skipped_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    rows: list[list[object]] = [[], [], GOOD[0], [], [None, " "], GOOD[1]]
    path = workbook_file(tmp_path / "a.xlsx", {"a": rows})
    table = read(path)
    assert (table.header_row, table.frame.index.tolist()) == (3, [6])
    assert table.problems == ()


def test_a_cell_too_long_is_cut_and_reported(tmp_path: Path) -> None:
    path = workbook_file(tmp_path / "a.xlsx", {"a": [*GOOD, ["长" * 5_000, "1"]]})
    table = read(path)
    assert defects(table.problems) == [(3, "姓名", "too_long")]
    assert len(table.problems[0].value) == 200
    assert len(str(table.frame.loc[3, "name"])) == 4_000


def test_a_sheet_of_broken_xml_is_damaged(tmp_path: Path) -> None:
    path = workbook_file(tmp_path / "a.xlsx", {"a": GOOD})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    for broken in (sheet[:-40], sheet.replace(b't="inlineStr"', b't="s"').replace(b"<t>", b"<v>")):
        parts["xl/worksheets/sheet1.xml"] = broken
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        assert code_of(path) == "file_damaged"
