"""Text tables: separators, encodings, limits and cells that look like formulas."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eldercare.errors import InvalidInput, NotFound
from eldercare.exchange.limits import Limits
from tests.exchange.ledgers import defects, read, text_file

GOOD = ["姓名,电话", "李四,13812345678"]

cells = st.text(
    st.one_of(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
        st.sampled_from('abc,;\t"\n 12'),
    ),
    max_size=8,
).map(str.strip)


def code_of(path: Path, limits: Limits = Limits()) -> str:  # noqa: B008 - frozen, so it can be shared
    with pytest.raises(InvalidInput) as caught:
        read(path, limits=limits)
    return caught.value.code


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(cells, cells, cells), max_size=8),
    separator=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
def test_a_table_is_read_as_it_was_written(
    tmp_path: Path, rows: list[tuple[str, str, str]], separator: str, encoding: str
) -> None:
    lines = [
        ("姓名", "电话", "地址"),
        *((f"老人{name}", phone, street) for name, phone, street in rows),
    ]
    path = text_file(
        tmp_path / "a.csv",
        [separator.join('"' + text.replace('"', '""') + '"' for text in line) for line in lines],
        encoding,
    )
    table = read(path)
    assert [tuple(row) for row in table.frame.to_numpy().tolist()] == lines[1:]
    assert table.problems == ()


@pytest.mark.parametrize("separator", ["，", "|"])
def test_other_separators_are_refused_with_a_hint(tmp_path: Path, separator: str) -> None:
    path = text_file(tmp_path / "a.csv", [line.replace(",", separator) for line in GOOD])
    assert code_of(path) == "separator_unknown"
    with pytest.raises(InvalidInput, match="ordinary commas"):
        read(path)


def test_a_text_table_has_no_sheets_and_needs_a_header(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="has no sheet “名单”"):
        read(text_file(tmp_path / "a.csv", GOOD), "名单")
    assert code_of(text_file(tmp_path / "b.csv", GOOD[1:])) == "header_missing"


def test_blank_rows_and_cells_beyond_the_header_are_no_defects(tmp_path: Path) -> None:
    path = text_file(tmp_path / "a.csv", ["", *GOOD, ",", '"",""', "\u3000,", "王五,1,,,", ""])
    table = read(path)
    assert (table.header_row, table.frame.index.tolist()) == (2, [3, 7])
    assert table.problems == ()


def test_rows_and_columns_are_bounded(tmp_path: Path) -> None:
    path = text_file(tmp_path / "a.csv", [*GOOD, "王五,1"])
    assert code_of(path, Limits(rows=1)) == "too_many_rows"
    wide = text_file(tmp_path / "b.csv", ["姓名,电话," + ",".join(f"列{n}" for n in range(298))])
    assert code_of(wide) == "too_many_columns"
    broken = text_file(tmp_path / "c.csv", [*GOOD, *["王五"] * 5])
    assert code_of(broken, Limits(problems_of_a_code=4)) == "too_many_problems"


def test_rows_beyond_one_block_keep_their_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eldercare.exchange.text_body.BLOCK_ROWS", 3)
    lines = ["姓名,电话,", *(f"老人{number},{number}," for number in range(2, 10)), "老人10,10,注"]
    table = read(text_file(tmp_path / "a.csv", lines))
    assert table.frame.index.tolist() == list(range(2, 11))
    assert table.frame["phone"].tolist() == [str(number) for number in range(2, 11)]
    assert defects(table.problems) == [(10, "", "column_without_header")]


ODD = ["", ",", "合计,9", "姓名,电话", "王五", '"赵,六",1', "审计局老张,2", "共3人,", "制表：某人,"]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_line_among_plain_ones_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    plain = [f"老人{number},{number}" for number in range(2, 12)]
    path = text_file(tmp_path / "a.csv", [GOOD[0], *plain[:5], odd, *plain[5:]])
    one_by_one = read(path)
    monkeypatch.setattr("eldercare.exchange.records.RUN_LINES", 2)
    by_runs = read(path)
    assert by_runs.frame.equals(one_by_one.frame)
    assert by_runs.problems == one_by_one.problems
    assert set(plain) <= {",".join(map(str, row)) for row in by_runs.frame.to_numpy()}


def test_texts_in_the_shape_of_formulas_are_read_and_formulas_are_not(tmp_path: Path) -> None:
    lines = ["姓名,电话", '李四,="0519"', "'=王五,'+86", "''=赵六,-1", '=1+1,=A1&"b"', "'钱七,@x"]
    table = read(text_file(tmp_path / "a.csv", lines))
    assert table.frame["name"].tolist() == ["李四", "=王五", "'=赵六", "'钱七"]
    assert table.frame["phone"].tolist() == ["0519", "+86", "-1", "@x"]
    assert defects(table.problems) == [(5, "姓名", "formula"), (5, "电话", "formula")]


def test_invisible_signs_are_taken_away(tmp_path: Path) -> None:
    table = read(
        text_file(tmp_path / "a.csv", ["\u200b姓名,电话", "\u3000李\u200b四\xa0,\u200e138"])
    )
    assert list(table.frame.loc[2]) == ["李四", "138"]
