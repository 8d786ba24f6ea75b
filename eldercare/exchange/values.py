"""Cells to values: each parser reads one text, and a whole column reads each distinct text once."""

from __future__ import annotations

from typing import TypeVar

import pandas as pd

from eldercare.exchange.clock_values import parse_clock
from eldercare.exchange.date_values import parse_date
from eldercare.exchange.number_values import parse_integer, parse_number
from eldercare.exchange.ordinary import Whole
from eldercare.exchange.value_problem import Parser, ValueProblem, empty
from eldercare.exchange.weekday_values import parse_weekdays
from eldercare.exchange.word_values import (
    parse_choice,
    parse_flag,
    parse_name,
    parse_phone,
    parse_text,
)

__all__ = [
    "Parser",
    "ValueProblem",
    "parse_choice",
    "parse_clock",
    "parse_column",
    "parse_date",
    "parse_flag",
    "parse_integer",
    "parse_name",
    "parse_number",
    "parse_phone",
    "parse_text",
    "parse_weekdays",
]

T = TypeVar("T")


def parse_column(
    series: pd.Series[str],
    parser: Parser[T],
    *,
    required: bool = False,
    whole: Whole | None = None,
) -> tuple[list[T | None], list[tuple[int, ValueProblem]]]:
    """Values in the order of the rows (None where none could be read), and problems by row number.

    An empty cell is None without asking the parser, and a problem only where it is `required`.
    `whole` reads ordinary columns as the parser would, without asking it cell by cell.
    """
    if whole is not None:
        read = whole(series.tolist())
        if read is not None and not (required and None in read):
            return read, []
    codes, texts = pd.factorize(series, use_na_sentinel=False)
    values: list[T | None] = []
    problems: list[ValueProblem | None] = []
    for text in texts:
        value, problem = _parsed(str(text), parser, required=required)
        values.append(value)
        problems.append(problem)
    column = [values[code] for code in codes.tolist()]
    if not any(problems):
        return column, []
    found = [
        (int(row), problem)
        for row, code in zip(series.index.tolist(), codes.tolist(), strict=True)
        if (problem := problems[code]) is not None
    ]
    return column, found


def _parsed(
    text: str, parser: Parser[T], *, required: bool
) -> tuple[T | None, ValueProblem | None]:
    if not text.strip():
        return None, empty() if required else None
    try:
        return parser(text), None
    except ValueProblem as problem:
        return None, problem
