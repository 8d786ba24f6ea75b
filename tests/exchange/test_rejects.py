"""Bad rows go back with their reasons, and come in again when they are mended."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from eldercare.errors import InvalidInput
from eldercare.exchange.harmless import harmless, unmarked
from eldercare.exchange.problems import CellProblem
from eldercare.exchange.rejects import write_rejects
from tests.exchange.ledgers import all_problems, defects, read, text_file, workbook_file

LINES = [
    "三井街道台账,,,",
    "姓名,电话,等级,地址",
    "李四,13812345678,1,长江路1号",
    "王五,138,2,-5号",
    "合计,2,,",
    ",1,3,长江路3号",
    "赵六,13812345679,4",
    "钱七,13812345670,5,长江路4号,乙",
]
TARGETS = ["rejected.csv", "rejected.xlsx"]


def rows_of(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    page = load_workbook(path).worksheets[0]
    return [[cell or "" for cell in row] for row in page.iter_rows(values_only=True)]  # type: ignore[misc]  # every cell is text


@pytest.mark.parametrize("name", TARGETS)
def test_bad_rows_keep_their_layout_and_say_why(tmp_path: Path, name: str) -> None:
    source = text_file(tmp_path / "a.csv", LINES, "gb18030")
    table = read(source)
    target = tmp_path / name
    assert write_rejects(source, target, table, all_problems(table)) == 4
    rows = rows_of(target)
    assert rows[0][0] == "三井街道台账"
    assert rows[1][:5] == ["姓名", "电话", "等级", "地址", "原因"]
    assert [row[0] for row in rows[2:]] == ["王五", "", "赵六", "钱七"]
    assert rows[2][3] == ("'-5号" if name.endswith("csv") else "-5号")
    assert rows[2][4].startswith("电话: a mobile number has 11 digits")
    assert rows[3][4].count("; ") >= 1
    assert rows[3][4].index("姓名: ") < rows[3][4].index("电话: ")
    assert rows[5][5] == "乙"


@pytest.mark.parametrize("name", TARGETS)
def test_a_file_of_rejected_rows_is_read_again(tmp_path: Path, name: str) -> None:
    source = text_file(tmp_path / "a.csv", LINES)
    table = read(source)
    target = tmp_path / name
    write_rejects(source, target, table, all_problems(table))
    again = read(target)
    assert again.columns == table.columns
    assert list(again.frame.loc[3]) == ["王五", "138", "-5号"]
    assert {problem.code for problem in again.problems} <= {
        "unknown_column",
        "too_many_cells",
        "column_without_header",
    }
    assert "原因" not in {problem.column for problem in again.problems}


@pytest.mark.parametrize("name", TARGETS)
def test_an_earlier_reason_gives_way_to_the_new_one(tmp_path: Path, name: str) -> None:
    source = text_file(tmp_path / "a.csv", LINES[:4])
    table = read(source)
    first, second = tmp_path / f"1-{name}", tmp_path / name
    write_rejects(source, first, table, all_problems(table))
    again = read(first)
    problem = CellProblem(again.sheet, 3, "地址", "", "look again", "x")
    assert write_rejects(first, second, again, [problem]) == 1
    assert rows_of(second)[1:] == [
        ["姓名", "电话", "等级", "地址", "原因"],
        ["王五", "138", "2", rows_of(first)[2][3], "地址: look again"],
    ]


def test_a_workbook_goes_back_with_its_formulas_as_text(tmp_path: Path) -> None:
    source = workbook_file(
        tmp_path / "a.xlsx",
        {"a": [["无关"]], "名单": [[], ["Name", "Phone"], ["李四", "=A1&B1"], ["王五", "139"]]},
    )
    table = read(source)
    target = tmp_path / "rejected.xlsx"
    assert write_rejects(source, target, table, table.problems) == 1
    page = load_workbook(target)["名单"]
    assert [cell.value for cell in page[2]] == ["Name", "Phone", "reason"]
    cell = page["B3"]
    assert (cell.value, cell.data_type, cell.number_format) == ("=A1&B1", "s", "@")
    assert read(target).frame.loc[3, "phone"] == "=A1&B1"


def test_a_ledger_with_reasons_of_its_own_keeps_them(tmp_path: Path) -> None:
    source = text_file(tmp_path / "a.csv", ["姓名,电话,原因", "李四,138,住院"])
    table = read(source)
    own = {"name": "姓名", "phone": "电话", "why": "原因"}
    table = type(table)(
        table.sheet, table.header_row, tuple(own), own, table.frame, (), table.width, ","
    )
    target = tmp_path / "rejected.csv"
    write_rejects(source, target, table, [CellProblem("", 2, "电话", "138", "look again", "x")])
    assert rows_of(target) == [
        ["姓名", "电话", "原因", "退回原因"],
        ["李四", "138", "住院", "电话: look again"],
    ]


def test_reasons_are_said_in_the_words_that_were_asked_for(tmp_path: Path) -> None:
    source = text_file(tmp_path / "a.csv", LINES[1:4])
    table = read(source)
    target = tmp_path / "rejected.csv"
    problems = [CellProblem("", 3, "电话", "138", "look again", "wrong_phone")] * 2
    write_rejects(source, target, table, problems, say=lambda problem: f"<{problem.code}>")
    assert rows_of(target)[1][-1] == "<wrong_phone>"


def test_notices_reject_nothing(tmp_path: Path) -> None:
    source = text_file(tmp_path / "a.csv", ["姓名,电话", "李四,13812345678", "合计,1"])
    table = read(source)
    target = tmp_path / "rejected.csv"
    assert defects(table.problems) == [(3, "", "total_row")]
    assert write_rejects(source, target, table, table.problems) == 0
    assert rows_of(target) == [["姓名", "电话", "原因"]]


def test_the_ledger_itself_is_not_written_over(tmp_path: Path) -> None:
    source = text_file(tmp_path / "a.csv", LINES)
    before = source.read_bytes()
    with pytest.raises(InvalidInput, match="name another file"):
        write_rejects(source, tmp_path / "." / "a.csv", read(source), [])
    assert source.read_bytes() == before


@settings(max_examples=200)
@given(st.text(st.sampled_from("'=+-@\ta1"), max_size=6))
def test_a_harmless_text_is_no_formula_and_is_read_back(text: str) -> None:
    safe = harmless(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t"))
    assert unmarked(safe) == text


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.lists(
            st.text(st.sampled_from("=+-@'\"老人1,; "), max_size=5).map(str.strip),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=5,
    ),
    name=st.sampled_from(TARGETS),
)
def test_rejected_cells_come_back_as_they_were(
    tmp_path: Path, rows: list[list[str]], name: str
) -> None:
    lines = [["姓名", "电话", "地址"], *(["老人", *row[1:]] for row in rows)]
    source = workbook_file(tmp_path / "a.xlsx", {"a": lines})
    book = load_workbook(source)
    for cells in book["a"].iter_rows():
        for cell in cells:
            cell.data_type = "s" if cell.value is not None else cell.data_type
    book.save(source)
    table = read(source)
    assert table.problems == ()
    problems = [CellProblem("a", row, "", "", "bad", "x") for row in table.frame.index]
    target = tmp_path / name
    write_rejects(source, target, table, problems)
    assert read(target).frame.to_numpy().tolist() == table.frame.to_numpy().tolist()
