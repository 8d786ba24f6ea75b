"""What a rule may ask while rows are checked: rows they refer to, and rows beside them.

Everything is fetched for the whole batch at the first question, so checking a file of thousands of
rows takes a few queries, not thousands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import select, tuple_
from sqlmodel import Session, SQLModel

from eldercare.registry.admission.tables import (
    Reference,
    key_columns,
    key_of,
    references_of,
    table_of,
)

Row = TypeVar("Row", bound=SQLModel)
Key = tuple[Any, ...]

BATCH = 2000
"""Keys in one query: both databases limit the number of bound values."""


class Context:
    """The rows stored already together with the rows of the batch that were found sound."""

    def __init__(
        self,
        session: Session,
        on: date,
        batch: Sequence[SQLModel],
        *,
        models: Mapping[str, type[SQLModel]],
        replaced: Key | None = None,
    ) -> None:
        self.on = on
        self._session = session
        self._batch = batch  # only rows of sound shape: what is fetched at once for all of them
        self._models = models
        self._replaced = (
            replaced  # key of the row that is being changed: it is no duplicate of itself
        )
        self._referred: dict[type[SQLModel], dict[Key, SQLModel | None]] = {}
        self._taken: dict[type[SQLModel], set[Key]] = {}
        self._asked: dict[type[SQLModel], set[Key]] = {}
        self._beside: dict[tuple[type[SQLModel], tuple[str, ...]], dict[Key, list[SQLModel]]] = {}

    def find(self, model: type[Row], key: str) -> Row | None:
        """The row of this key, stored or accepted before in this batch, or None."""
        known = self._known(model)
        if (key,) not in known:
            known[key,] = self._session.get(model, key)
        found = known[key,]
        return found if isinstance(found, model) else None

    def target(self, reference: Reference, value: str) -> SQLModel | None:
        """The row that a reference names, or None."""
        return self.find(self._models[reference.target], value)

    def leads(self, reference: Reference, values: Collection[str]) -> bool:
        """Whether a reference with each of these values leads to a row, as `target` finds it."""
        known = self._known(self._models[reference.target])
        return all(
            known.get((value,)) is not None or self.target(reference, value) is not None
            for value in values
        )

    def is_taken(self, row: SQLModel) -> bool:
        """Whether another row has the same primary key."""
        key = key_of(row)
        if None in key or key == self._replaced:
            return False
        model = type(row)
        if model not in self._taken:
            own = {key_of(one) for one in self._batch if type(one) is model}
            self._asked[model] = own
            self._taken[model] = self._stored_keys(model, own)
        if key not in self._asked[model]:
            self._asked[model].add(key)
            self._taken[model] |= self._stored_keys(model, {key})
        return key in self._taken[model]

    def siblings(self, row: Row, *columns: str) -> list[Row]:
        """Other rows of the table with the same values in `columns`; none where one is empty."""
        wanted = tuple(getattr(row, name) for name in columns)
        if None in wanted:
            return []
        model = type(row)
        if (model, columns) not in self._beside:
            batch = (one for one in self._batch if type(one) is model)
            values = {tuple(getattr(one, name) for name in columns) for one in batch}
            self._beside[model, columns] = self._fetch_beside(model, columns, values)
        beside = self._beside[model, columns]
        if wanted not in beside:
            beside |= self._fetch_beside(model, columns, {wanted})
        return [one for one in beside[wanted] if isinstance(one, model) and self._other(one, row)]

    def _other(self, one: SQLModel, row: SQLModel) -> bool:
        key = key_of(one)
        return one is not row and (None in key or key not in (key_of(row), self._replaced))

    def accept(self, row: SQLModel) -> None:
        """Count a sound row as stored for the rows that come after it."""
        model, key = type(row), key_of(row)
        if model in self._taken:
            self._taken[model].add(key)
            self._asked[model].add(key)
        if len(key) == 1:
            self._known(model)[key] = row
        for (of, columns), found in self._beside.items():
            if of is model:
                values = tuple(getattr(row, name) for name in columns)
                found.setdefault(values, []).append(row)

    def accept_all(self, rows: Sequence[SQLModel]) -> None:
        """As `accept`, of sound rows of one table."""
        if not rows:
            return
        model = type(rows[0])
        if model in self._taken or any(of is model for of, _ in self._beside):
            for row in rows:
                self.accept(row)
        elif len(key_columns(model)) == 1:
            self._known(model).update((key_of(row), row) for row in rows)

    def _known(self, model: type[SQLModel]) -> dict[Key, SQLModel | None]:
        if model not in self._referred:
            name = table_of(model).name
            wanted = {
                (value,)
                for of, rows in self._batch_by_model.items()
                for reference in references_of(of)
                if reference.target == name
                for value in map(attrgetter(reference.column), rows)
            }
            found = self._fetch(model, key_columns(model), wanted)
            self._referred[model] = dict.fromkeys(wanted) | {key_of(row): row for row in found}
        return self._referred[model]

    @cached_property
    def _batch_by_model(self) -> dict[type[SQLModel], list[SQLModel]]:
        found: dict[type[SQLModel], list[SQLModel]] = {}
        for row in self._batch:
            found.setdefault(type(row), []).append(row)
        return found

    def _stored_keys(self, model: type[SQLModel], keys: Iterable[Key]) -> set[Key]:
        columns = [table_of(model).c[name] for name in key_columns(model)]
        stored: set[Key] = set()
        for chunk in _chunks(keys):
            statement = select(*columns).where(tuple_(*columns).in_(chunk))
            stored.update(tuple(key) for key in self._session.execute(statement))
        return stored

    def _fetch_beside(
        self, model: type[SQLModel], columns: tuple[str, ...], wanted: set[Key]
    ) -> dict[Key, list[SQLModel]]:
        found: dict[Key, list[SQLModel]] = {values: [] for values in wanted}
        for row in self._fetch(model, columns, wanted):
            found[tuple(getattr(row, name) for name in columns)].append(row)
        return found

    def _fetch(
        self, model: type[SQLModel], columns: tuple[str, ...], wanted: Iterable[Key]
    ) -> list[SQLModel]:
        names = [table_of(model).c[name] for name in columns]
        return [
            row
            for chunk in _chunks(wanted)
            for row in self._session.scalars(select(model).where(tuple_(*names).in_(chunk)))
        ]


def _chunks(keys: Iterable[Key]) -> Iterable[list[Key]]:
    complete = [key for key in dict.fromkeys(keys) if None not in key]
    for start in range(0, len(complete), BATCH):
        yield complete[start : start + BATCH]
