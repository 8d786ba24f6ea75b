"""A ledger as it was read: known columns as text, and all that was wrong with its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from eldercare.exchange.headers import Header
from eldercare.exchange.limits import Limits
from eldercare.exchange.problems import CellProblem, ProblemList


@dataclass(frozen=True, slots=True)
class RawTable:
    """The known columns of one sheet.

    `columns` are the known names in the order of the file, `titles` their header texts, `frame`
    holds text only (nothing = "") and is indexed by the spreadsheet's row number. Rows that could
    not be laid into columns are in `problems` only. `width` counts the cells of the header, and
    `separator` is "" for a workbook.
    """

    sheet: str
    header_row: int
    columns: tuple[str, ...]
    titles: Mapping[str, str]
    frame: pd.DataFrame
    problems: tuple[CellProblem, ...]
    width: int
    separator: str = ""


def make_table(
    sheet: str,
    header: Header,
    frame: pd.DataFrame,
    problems: ProblemList,
    limits: Limits,
    separator: str = "",
) -> RawTable:
    """Close a sheet: cut cells that are too long, and tell which columns are not known."""
    for name in frame.columns:
        texts = frame[name]
        for row, text in texts[texts.str.len() > limits.cell_characters].items():
            problems.add(
                int(str(row)),
                header.titles[name],
                text,
                f"the text is longer than {limits.cell_characters} characters; shorten it",
                "too_long",
            )
            frame.loc[row, name] = text[: limits.cell_characters]
    for title in header.unknown:
        problems.add(
            header.last_row,
            title,
            "",
            f"the column “{title}” is not known and was left out; rename it if it is needed",
            "unknown_column",
        )
    return RawTable(
        sheet=sheet,
        header_row=header.last_row,
        columns=tuple(header.positions),
        titles=dict(header.titles),
        frame=frame,
        problems=problems.sorted(),
        width=len(header.texts),
        separator=separator,
    )
