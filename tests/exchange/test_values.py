"""A column is parsed text by text, each text once."""

from __future__ import annotations

import pandas as pd

from eldercare.exchange.values import parse_column, parse_integer


def column(*texts: str) -> pd.Series[str]:
    index = pd.Index(range(4, 4 + 2 * len(texts), 2))
    return pd.Series(list(texts), index=index, dtype="str")


def test_values_keep_the_order_and_problems_their_rows() -> None:
    values, problems = parse_column(column("7", "x", "", "7", "x", "8"), parse_integer)
    assert values == [7, None, None, 7, None, 8]
    assert [(row, problem.code) for row, problem in problems] == [
        (6, "not_a_number"),
        (12, "not_a_number"),
    ]


def test_an_empty_cell_is_a_problem_only_where_one_is_required() -> None:
    assert parse_column(column("", " "), parse_integer) == ([None, None], [])
    values, problems = parse_column(column("", "3"), parse_integer, required=True)
    assert values == [None, 3]
    assert [(row, problem.code) for row, problem in problems] == [(4, "empty")]


def test_a_column_without_rows_has_no_values() -> None:
    assert parse_column(column(), parse_integer, required=True) == ([], [])


def test_each_text_is_parsed_once() -> None:
    asked: list[str] = []

    def parse(text: str) -> int:
        asked.append(text)
        return len(text)

    values, _ = parse_column(column(*["aa", "b", "aa"] * 50), parse)
    assert values == [2, 1, 2] * 50
    assert asked == ["aa", "b"]
