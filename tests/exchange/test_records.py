"""Lines to records, compared with the standard reader where a file is sound."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eldercare.exchange.encodings import Line
from eldercare.exchange.records import Record, Run, read_records, read_runs, split_cells

cells = st.text(st.sampled_from('ab老,;\t"\n 1'), max_size=6)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=8)
)


def records_of(text: str, separator: str, width: int | None) -> list[Record]:
    return list(read_records((Line(line) for line in text.split("\n")), separator, width))


@settings(max_examples=150)
@given(tables, st.sampled_from(",;\t"))
def test_what_a_program_writes_is_read_record_by_record(
    table: list[list[str]], separator: str
) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="\n").writerows(table)
    text = buffer.getvalue().removesuffix("\n")
    records = records_of(text, separator, len(table[0]))
    assert [record.flaw for record in records] == [""] * len(table)
    assert [split_cells(record.text, separator) for record in records] == table
    assert [record.row for record in records] == list(range(1, len(table) + 1))


@settings(max_examples=150)
@given(st.text(st.sampled_from('a,"\n'), max_size=40), st.integers(1, 3))
def test_no_line_is_lost_whatever_the_quotes(text: str, width: int) -> None:
    records = records_of(text, ",", width)
    kept = sum(record.text.count("\n") + 1 for record in records)
    assert kept == text.count("\n") + 1


@settings(max_examples=150)
@given(
    st.lists(
        st.one_of(st.just("a,b"), st.text(st.sampled_from('a,"'), max_size=6)).map(Line)
        | st.just(Line("a,b", "nul_byte", 1)),
        max_size=12,
    ),
    st.integers(0, 3),
    st.integers(1, 4),
)
def test_runs_are_the_same_records(lines: list[Line], head_rows: int, length: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("eldercare.exchange.records.RUN_LINES", length)
        runs = list(read_runs(iter(lines), ",", 2, head_rows))
    told: list[Record] = []
    for one in runs:
        if isinstance(one, Run):
            told += [Record(one.row + place, text) for place, text in enumerate(one.texts)]
        else:
            told.append(one)
    assert told == list(read_records(iter(lines), ",", 2, head_rows))


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        ("a,b", ""),
        ("a,b,,", ""),
        ('a,"b,c",', ""),
        ("a", "too_few_cells"),
        ("a,b,c", "too_many_cells"),
        ('a,"b', "unbalanced_quote"),
        ('a,"b"c', "unbalanced_quote"),
        ('a"b,c', ""),
    ],
)
def test_a_record_is_judged_by_its_cells(line: str, flaw: str) -> None:
    assert [record.flaw for record in records_of(line, ",", 2)] == [flaw]


def test_a_stray_quote_takes_no_good_line_with_it() -> None:
    lines = ['1,"李四', "2,王五", '3,"赵六', "3,钱七"]
    records = records_of("\n".join(lines), ",", 2)
    assert [record.flaw for record in records] == ["unbalanced_quote", "", "unbalanced_quote", ""]


def test_a_quote_left_open_for_many_lines_is_a_stray_one() -> None:
    lines = ['1,"李四', *(f"{number},王" for number in range(60)), '9,"']
    records = records_of("\n".join(lines), ",", 2)
    assert len(records) == 62
    assert records[0].flaw == "unbalanced_quote"


def test_lines_of_the_head_may_have_any_width() -> None:
    lines = [Line(text) for text in ('"title', 'of two lines"', "a,b", "1,2", "1")]
    records = list(read_records(iter(lines), ",", 2, head_rows=2))
    assert [(record.row, record.flaw) for record in records] == [
        (1, ""),
        (2, ""),
        (3, ""),
        (4, "too_few_cells"),
    ]


def test_a_flaw_of_the_line_stays_with_its_record() -> None:
    records = list(read_records(iter([Line("a,b", "bad_bytes", 7)]), ",", 2))
    assert records == [Record(1, "a,b", "bad_bytes", 7, ["a", "b"])]
