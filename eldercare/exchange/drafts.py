"""Rows on their way into the database, before anything of them is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import SQLModel

from eldercare.errors import FieldProblem
from eldercare.registry.admission.tables import key_columns

Identity = tuple[Any, ...]
"""The model and the primary key: what tells a row from every other of any table."""


@dataclass(slots=True, eq=False)
class Draft:
    """A row as lines of a file give it: only the fields that the file speaks of.

    `wrong` are fields whose cells could not be read, `aside` what the line says beside the fields.
    `before` is the stored row, `values` the row as it is to be: both set when the draft is judged.
    """

    lines: list[int]
    model: type[SQLModel]
    given: dict[str, Any]
    is_main: bool = True
    wrong: frozenset[str] = frozenset()
    aside: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] | None = None
    values: dict[str, Any] = field(default_factory=dict)
    _key: tuple[Any, ...] | None = field(default=None, init=False, repr=False)

    @property
    def key(self) -> tuple[Any, ...] | None:
        """The primary key; None where a part of it is missing or could not be read."""
        if self._key is None:
            names = key_columns(self.model)
            if self.wrong and not self.wrong.isdisjoint(names):
                return None
            key = tuple([self.given.get(name) for name in names])
            if None in key:
                return None
            self._key = key
        return self._key

    @property
    def is_changed(self) -> bool:
        """Whether storing it would change anything."""
        return self.before != self.values


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a draft: a field of its model, in every line that gives it."""

    draft: Draft
    problem: FieldProblem
