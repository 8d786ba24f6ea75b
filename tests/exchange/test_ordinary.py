"""A column read at once gives what its parser gives cell by cell, or nothing."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eldercare.exchange.kinds.columns import code, day, degrees, phone, text, whole
from eldercare.exchange.kinds.kind import Column
from eldercare.exchange.values import parse_column

COLUMNS = (
    text("a", "甲", "a", 6),
    code("b", "乙", "b", 6),
    phone("c", "丙", "c"),
    day("d", "丁", "d"),
    whole("e", "戊", "e"),
    degrees("f", "己", "f"),
)
CELLS = st.one_of(
    st.text(max_size=8),
    st.text("0123456789-./ \n*１年月日", max_size=12),
    st.from_regex(r"1[2-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"-?[0-9]{1,3}\.[0-9]{1,17}", fullmatch=True),
    st.dates().map(str),
    st.sampled_from(["", "1900-01-01", "2100-12-31", "2101-01-01", "2020-02-30", "1\n2"]),
)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: str(column.name))
@settings(max_examples=60)
@given(cells=st.lists(CELLS, max_size=4))
def test_both_ways_give_the_same(column: Column, cells: list[str]) -> None:
    for texts in (cells, *([cell] for cell in cells)):
        series = pd.Series(texts, dtype="str")
        slow, problems = parse_column(series, column.read)
        assert column.whole is not None
        quick = column.whole(texts)
        if quick is not None:
            assert not problems
            assert quick == slow
            assert list(map(type, quick)) == list(map(type, slow))


@pytest.mark.parametrize(
    ("column", "cell"),
    list(
        zip(
            COLUMNS,
            ("周桂兰", "E00001", "13812345678", "2020-09-17", "70", "119.970001"),
            strict=True,
        )
    ),
    ids=lambda value: "" if isinstance(value, str) else str(value.name),
)
def test_ordinary_cells_need_no_parser(column: Column, cell: str) -> None:
    assert column.whole is not None
    assert column.whole([cell, ""]) is not None


def test_a_required_cell_that_is_empty_is_told() -> None:
    column = COLUMNS[0]
    series = pd.Series(["周", ""], index=[2, 3], dtype="str")
    _, problems = parse_column(series, column.read, required=True, whole=column.whole)
    assert [(row, problem.code) for row, problem in problems] == [(3, "empty")]
