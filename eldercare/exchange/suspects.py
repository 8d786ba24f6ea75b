"""Columns that hold something else than their header says: one report instead of thousands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from eldercare.exchange.problems import CellProblem
from eldercare.exchange.raw_table import RawTable
from eldercare.exchange.value_problem import Parser, ValueProblem, half_width
from eldercare.exchange.values import parse_clock, parse_date, parse_phone, parse_weekdays

LEAST_CELLS = 5  # fewer cells say too little; they are reported one by one
_SHARE = 0.8
_SAMPLE = 1_000
_SAMPLE_SHARE = 0.6  # of a sample, from which all cells are looked at

Fits = Callable[[str], bool]


def suspect_columns(table: RawTable, parsers: Mapping[str, Parser[Any]]) -> tuple[CellProblem, ...]:
    """One problem `wrong_column`, at the header, for each column that must have been mistaken.

    That is where more than four fifths of the cells that are not empty fail the column's parser
    and are all of one other kind. `parsers` go by column name; a column without one is not judged.
    """
    found = []
    for name in table.columns:
        if name not in parsers:
            continue
        kind = _other_kind(table.frame[name], parsers[name])
        if kind is not None:
            reason = (
                f"nearly every cell of this column holds {kind}, which the header does not mean; "
                "put the headers above the right columns and send the file again"
            )
            found.append(
                CellProblem(
                    table.sheet, table.header_row, table.titles[name], "", reason, "wrong_column"
                )
            )
    return tuple(found)


def _other_kind(texts: pd.Series[str], parser: Parser[Any]) -> str | None:
    filled = texts[texts != ""]
    if len(filled) < LEAST_CELLS:
        return None
    sample = filled.iloc[:: max(1, len(filled) // _SAMPLE)]
    if _failing(sample, parser).sum() <= _SAMPLE_SHARE * len(sample):
        return None
    failing = _failing(filled, parser)
    for kind, (fits, least_distinct) in _KINDS.items():
        fitting = failing[[fits(str(text)) for text in failing.index]]
        if fitting.sum() > _SHARE * len(filled) and len(fitting) >= least_distinct:
            return kind
    return None


def _failing(texts: pd.Series[str], parser: Parser[Any]) -> pd.Series[int]:
    """How often each text that the parser refuses occurs."""
    counts = texts.value_counts()
    return counts[[not _reads(parser, str(text)) for text in counts.index]]


def _reads(parser: Parser[Any], text: str) -> bool:
    try:
        parser(text)
    except ValueProblem:
        return False
    return True


def _is_id_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{17}[0-9X]", half_width(text).upper()) is not None


def _is_clock(text: str) -> bool:
    """Digits alone may be anything."""
    return re.search(r"[:：点时]", text) is not None and _reads(parse_clock, text)


def _is_weekdays(text: str) -> bool:
    return not half_width(text)[:1].isdigit() and _reads(parse_weekdays, text)


def _is_date(text: str) -> bool:
    """Five digits may be a serial number and may be anything."""
    return len(text.strip()) > len("44091") and _reads(parse_date, text)


def _is_small_number(text: str) -> bool:
    """No year and no part of a telephone number."""
    return re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]+)?", half_width(text)) is not None


def _is_word(text: str) -> bool:
    return any(sign.isalpha() for sign in text) and not any(sign.isdigit() for sign in text)


# The first that fits is named; with how many different texts it takes to believe it.
_KINDS: dict[str, tuple[Fits, int]] = {
    "an ID number": (_is_id_number, 2),
    "a telephone number": (lambda text: _reads(parse_phone, text), 2),
    "a date": (_is_date, 2),
    "a time of day": (_is_clock, 1),
    "days of the week": (_is_weekdays, 1),
    "a small number": (_is_small_number, 2),
    "words": (_is_word, LEAST_CELLS),  # “none” in nearly every cell is no mistaken column
}
