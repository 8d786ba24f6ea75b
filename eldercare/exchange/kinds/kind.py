"""What a KIND of ledger is: its columns, the table they fill, and the rows that go with a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlmodel import SQLModel

from eldercare.exchange.ordinary import Whole
from eldercare.exchange.value_problem import Parser
from eldercare.registry.admission.tables import key_columns

Fields = Mapping[str, Any]
"""Values by name: of a line's columns, or of a row's fields."""


@dataclass(frozen=True)
class Column:
    """One column of a ledger: `read` takes a cell's text, `write` gives it back.

    `is_field`: the name is also that of a field of the kind's table. `refers`: cells may hold the
    name of a row of this table instead of its key. `is_personal`: left out of masked exports
    (fields of the table are masked by `registry.masking`). `whole` reads what `read` would, of all
    cells at once, where every one of them is ordinary.
    """

    name: str
    zh: str
    en: str
    read: Parser[Any]
    write: Callable[[Any], str] = str
    required: bool = False
    aliases: tuple[str, ...] = ()
    example: str = ""
    hint: str = ""
    is_field: bool = True
    is_personal: bool = False
    refers: type[SQLModel] | None = None
    whole: Whole | None = None


@dataclass(frozen=True)
class Part:
    """Rows of another table that stand in the same line.

    `rows` makes their fields of the line's values (None: an empty cell), `cells` gives the values
    back, of the rows whose `owner` equals the main row's `link`. The `columns` that are not
    `optional` must be in the file for `rows` to be asked. `titles` name the column of a field
    where that is called otherwise. `may_stand_alone`: a line whose cells of the kind's own table
    are all empty, but for the `link`, gives the part's row without a main one.
    """

    model: type[SQLModel]
    columns: tuple[str, ...]
    owner: str
    link: str
    rows: Callable[[Fields], Sequence[dict[str, Any]]]
    cells: Callable[[Sequence[Fields]], dict[str, Any]]
    titles: Mapping[str, str] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    may_stand_alone: bool = False

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """Columns without which nothing is made of the others."""
        return tuple(name for name in self.columns if name not in self.optional)

    def column_of(self, name: str) -> str:
        """The column that a field of the part's rows stands in."""
        return self.titles.get(name) or (name if name in self.columns else self.columns[0])


@dataclass(frozen=True)
class Kind:
    """A KIND of the contract. `sealed` names a column of ID numbers, kept by the vault only."""

    name: str
    zh: str
    en: str
    model: type[SQLModel]
    columns: tuple[Column, ...]
    parts: tuple[Part, ...] = ()
    sealed: str | None = None

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}

    @property
    def headers(self) -> dict[str, str]:
        """Every header text, Chinese, English or other, and the column that it names."""
        return {
            text: column.name
            for column in self.columns
            for text in (column.name, *column.aliases, column.en, column.zh)
        }

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that a file must have."""
        return tuple(column.name for column in self.columns if column.required)

    @cached_property
    def empties(self) -> dict[str, Any]:
        """What an empty cell means, by column: the default of the table's field."""
        fields = self.model.model_fields
        return {
            column.name: None
            if fields[column.name].is_required()
            else fields[column.name].get_default(call_default_factory=True)
            for column in self.columns
            if column.is_field
        }

    def column_of(self, model: type[SQLModel], name: str) -> str:
        """The column that a field of the main row or of a part stands in; "" where none does."""
        for part in self.parts:
            if part.model is model:
                return part.column_of(name)
        if name in self.by_name:
            return name
        return self.sealed if self.sealed and name.startswith(self.sealed) else ""

    @cached_property
    def lone(self) -> Part | None:
        """The part whose rows may stand in a line of their own."""
        return next((part for part in self.parts if part.may_stand_alone), None)

    def is_own(self, column: Column) -> bool:
        """Whether the column's cell is empty in a line that gives the lone part only."""
        return self.lone is not None and column.is_field and column.name != self.lone.link

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the columns that tell one line from another."""
        return key_columns(self.model)
