"""Lines of a ledger into drafts: cells are read column by column, then rows are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlmodel import Session, SQLModel, select

from eldercare.exchange.batches import Chunk
from eldercare.exchange.drafts import Draft
from eldercare.exchange.kinds.kind import Column, Fields, Kind, Part
from eldercare.exchange.problems import CellProblem
from eldercare.exchange.raw_table import RawTable
from eldercare.exchange.values import parse_column
from eldercare.registry.admission.tables import key_columns, table_of

LINES = 4_000
"""Lines in one chunk."""
_MASKED_CHARACTERS = 4
_NOTHING: frozenset[str] = frozenset()
_NO_ROW: frozenset[int] = frozenset()

Names = Mapping[type[SQLModel], Mapping[str, str]]
"""Keys by name, for tables whose rows a cell may name."""


def names_of(session: Session, kind: Kind) -> Names:
    """Keys by name of the tables that the kind's cells may name; names of two rows left out."""
    found: dict[type[SQLModel], dict[str, str]] = {}
    for model in {column.refers for column in kind.columns if column.refers is not None}:
        table = table_of(model)
        (key,) = key_columns(model)
        keys: dict[str, str] = {}
        twice: set[str] = set()
        for name, one in session.execute(select(table.c.name, table.c[key])):
            if keys.setdefault(name, one) != one:
                twice.add(name)
        found[model] = {name: one for name, one in keys.items() if name not in twice}
    return found


class Drafting:
    """Makes drafts of a table, chunk by chunk; what cannot be read is in `problems`."""

    def __init__(self, kind: Kind, table: RawTable, names: Names) -> None:
        self._kind = kind
        self._table = table
        self._names = names
        self._columns = [kind.by_name[name] for name in table.columns]
        self._flawed: dict[int, set[str]] = {}
        by_title = {title: name for name, title in table.titles.items()}
        for problem in table.problems:
            if not problem.is_notice and problem.row > table.header_row:
                cells = self._flawed.setdefault(problem.row, set())
                if problem.column in by_title:
                    cells.add(by_title[problem.column])
        self.problems: list[CellProblem] = []

    @property
    def size(self) -> int:
        """Lines in all."""
        return len(self._table.frame)

    def chunks(self) -> Iterator[Chunk]:
        """Drafts of some thousand lines at a time."""
        frame = self._table.frame
        lost = frozenset(self._flawed) - frozenset(map(int, frame.index))
        if lost or frame.empty:
            yield Chunk((), lost)
        for start in range(0, len(frame), LINES):
            yield self._chunk(frame.iloc[start : start + LINES])

    def _chunk(self, frame: pd.DataFrame) -> Chunk:
        rows = [int(row) for row in frame.index]
        wrong: dict[int, set[str]] = {
            row: set(self._flawed[row]) for row in rows if row in self._flawed
        }
        unreadable = frozenset(wrong)
        bare = self._bare(frame)
        values: dict[str, list[Any]] = {}
        for column in self._columns:
            empty = bare if self._kind.is_own(column) else _NO_ROW
            values[column.name] = self._read(frame[column.name], column, wrong, empty)
        names = tuple(values)
        empties = self._kind.empties
        fields = tuple(name for name in names if name in empties)
        filled = [_filled(values[name], empties[name]) for name in fields]
        drafts: list[Draft] = []
        parts = [part for part in self._kind.parts if values.keys() >= set(part.needs)]
        for row, cells, own in zip(
            rows,
            zip(*values.values(), strict=True),
            zip(*filled, strict=True),
            strict=True,
        ):
            line = dict(zip(names, cells, strict=True))
            given = dict(zip(fields, own, strict=True))
            if row in bare:
                self._of_parts(row, line, parts, wrong.get(row), _NOTHING, drafts)
            else:
                self._of_line(row, line, given, parts, wrong.get(row), drafts)
        return Chunk(drafts, unreadable | frozenset(wrong))

    def _bare(self, frame: pd.DataFrame) -> frozenset[int]:
        """Rows that say nothing of the kind's own table, where a part of it may stand alone."""
        names = [column.name for column in self._columns if self._kind.is_own(column)]
        if not names:
            return _NO_ROW
        is_empty = frame[names].apply(lambda texts: texts.str.strip() == "").all(axis=1)
        return frozenset(map(int, frame.index[is_empty]))

    def _read(
        self,
        texts: pd.Series[str],
        column: Column,
        wrong: dict[int, set[str]],
        empty: frozenset[int],
    ) -> list[Any]:
        """Values of a column; in the rows `empty` nothing is missed."""
        values, problems = parse_column(
            texts, column.read, required=column.required, whole=column.whole
        )
        for row, problem in problems:
            if row in empty:
                continue
            cells = wrong.setdefault(row, set())
            if column.name in cells:
                continue
            cells.add(column.name)
            text = str(texts.loc[row])
            self.problems.append(
                CellProblem(
                    sheet=self._table.sheet,
                    row=row,
                    column=self._table.titles[column.name],
                    value=hidden(text) if column.name == self._kind.sealed else text[:200],
                    reason=problem.reason,
                    code=problem.code,
                )
            )
        if column.refers is not None:
            return [self._key(value, column.refers) for value in values]
        return values

    def _key(self, value: Any, model: type[SQLModel]) -> Any:
        """A name becomes the key of the row that has it."""
        names = self._names[model]
        if isinstance(value, str):
            return names.get(value, value)
        if value is None:
            return None
        (key,) = key_columns(model)
        field = f"{table_of(model).name}_{key}"
        return tuple(item | {field: names.get(item[field], item[field])} for item in value)

    def _of_line(
        self,
        row: int,
        line: Fields,
        given: dict[str, Any],
        parts: Sequence[Part],
        wrong: set[str] | None,
        drafts: list[Draft],
    ) -> None:
        kind = self._kind
        main = Draft([row], kind.model, given)
        drafts.append(main)
        if wrong:
            main.wrong = frozenset(wrong.intersection(given))
            for name in main.wrong:
                given[name] = None
        if kind.sealed is not None and line.get(kind.sealed):
            main.aside[kind.sealed] = line[kind.sealed]
        self._of_parts(row, line, parts, wrong, main.wrong, drafts)

    @staticmethod
    def _of_parts(
        row: int,
        line: Fields,
        parts: Sequence[Part],
        wrong: set[str] | None,
        lost: frozenset[str],
        drafts: list[Draft],
    ) -> None:
        """Rows beside the main one; `lost` are its fields that could not be read."""
        for part in parts:
            if wrong and not wrong.isdisjoint(part.columns):
                continue
            owner = frozenset({part.owner}) if part.link in lost else _NOTHING
            drafts += [
                Draft([row], part.model, fields, is_main=False, wrong=owner)
                for fields in part.rows(line)
            ]


def _filled(values: list[Any], empty: Any) -> list[Any]:
    """The values with what an empty cell means."""
    if empty is None or None not in values:
        return values
    return [empty if value is None else value for value in values]


def hidden(number: str) -> str:
    """An ID number as a report may show it: its ends."""
    if len(number) <= 2 * _MASKED_CHARACTERS:
        return "*" * len(number)
    middle = len(number) - _MASKED_CHARACTERS - 1
    return number[:3] + "*" * middle + number[-2:]
