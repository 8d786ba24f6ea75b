"""How the rows of a table are kept: where they lie, when they hold, how they end.

A table that people may list and write is one `Ledger`. Its key as text joins the columns of the
primary key by commas: `E1`, or `E1,dibao,2020-01-01`.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import NoneType
from typing import Any, get_args

from pydantic_core import to_jsonable_python
from sqlalchemy import ColumnElement, and_, false, literal, or_, select, true, tuple_, union_all
from sqlmodel import Session, SQLModel, col

from eldercare.errors import FieldProblem, NotFound
from eldercare.registry.admission.shape import values_of
from eldercare.registry.admission.tables import key_columns, key_of, table_of
from eldercare.registry.name_keys import NAMED, PEOPLE, bearers, plain_words
from eldercare.registry.places import Community, Town
from eldercare.registry.queries import in_batches
from eldercare.registry.search import SEARCHED, fits
from eldercare.settings import DISTRICT_CODE

SEALED = frozenset({"id_number_cipher", "id_number_hash"})
"""Columns that `identity` alone writes and that nobody is shown."""

LONGEST_KEY = 200
_LARGEST = 2**31 - 1


def _number(text: str) -> int:
    value = int(text)
    if abs(value) > _LARGEST:  # no column holds it, and the databases refuse to compare
        raise ValueError(text)
    return value


_READERS: dict[type, Callable[[str], Any]] = {date: date.fromisoformat, int: _number}


@dataclass(frozen=True, slots=True)
class Place:
    """A column that says where a row lies: an official code, or a row `of` another ledger."""

    column: str
    of: Ledger | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of another table that are read and created with the row that their `column` names."""

    field: str
    table: type[SQLModel]
    column: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """One table. The first of `placed_by` that is filled decides where a row lies.

    `starts` and `ends` name the columns from and up to before which a row holds; `dated` names the
    one day it speaks of. Where nothing `ends`, `instead` says what to do about a row, unless it may
    be `removable`: no figure of any day stands on it. `guard` is called with a row as it stands
    (None: a new one) and as it is to be, and raises what forbids it. `written_by` says what writes
    rows where nobody may write one by itself.
    """

    table: type[SQLModel]
    placed_by: tuple[Place, ...]
    starts: str | None = None
    ends: str | None = None
    dated: str | None = None
    end_reason: str | None = None
    instead: str = ""
    removable: bool = False
    written_by: str = ""
    parts: tuple[Part, ...] = ()
    guard: Callable[[Any, Any], None] | None = None

    @property
    def name(self) -> str:
        """Name of the table, as the audit trail writes it."""
        return table_of(self.table).name

    @property
    def noun(self) -> str:
        """What a row is called in a sentence."""
        return self.name.replace("_", " ")

    def column(self, name: str) -> Any:
        """A column, for conditions."""
        return getattr(self.table, name)

    def holds(self, on: date) -> ColumnElement[bool]:
        """Whether a row holds on a date."""
        conditions: list[ColumnElement[bool]] = []
        if self.dated is not None:
            conditions.append(self.column(self.dated) == on)
        if self.starts is not None:
            conditions.append(self.column(self.starts) <= on)
        if self.ends is not None:
            end = self.column(self.ends)
            conditions.append(or_(end.is_(None), end > on))
        return and_(true(), *conditions)

    def has_ended(self, on: date) -> ColumnElement[bool]:
        """Whether a row has ended by a date."""
        if self.dated is not None:
            return and_(self.column(self.dated) < on)
        return false() if self.ends is None else and_(self.column(self.ends) <= on)


def key_text(row: SQLModel) -> str:
    """A row's key as text."""
    return ",".join(str(getattr(part, "value", part)) for part in key_of(row))


def key_values(ledger: Ledger, text: str) -> tuple[Any, ...]:
    """The values of a key; raises NotFound for text that is none of this table."""
    kinds = [_kind(ledger, name) for name in key_columns(ledger.table)]
    parts = text.rsplit(",", len(kinds) - 1)
    if len(text) > LONGEST_KEY or not text.isprintable():
        raise _no_row(ledger, text[:LONGEST_KEY])
    try:
        return tuple(
            _READERS.get(kind, kind)(part) for kind, part in zip(kinds, parts, strict=True)
        )
    except ValueError as error:
        raise _no_row(ledger, text) from error


def _kind(ledger: Ledger, name: str) -> type:
    """The Python type of a column; SQLModel's text columns do not tell theirs."""
    annotation: Any = ledger.table.model_fields[name].annotation
    kind: type = next((one for one in get_args(annotation) if one is not NoneType), annotation)
    return kind


def after_key(ledger: Ledger, text: str) -> ColumnElement[bool]:
    """Whether a row stands behind a key in the order of keys."""
    columns = [ledger.column(name) for name in key_columns(ledger.table)]
    values = key_values(ledger, text)
    if len(columns) == 1:
        return and_(columns[0] > values[0])
    return tuple_(*columns) > tuple_(
        *(literal(value, column.type) for value, column in zip(values, columns, strict=True))
    )


def find_row(session: Session, ledger: Ledger, key: str, *, locked: bool = False) -> SQLModel:
    """The row of a key; `locked`: nobody else writes it before this transaction ends."""
    values = key_values(ledger, key)
    statement = select(ledger.table).where(
        *(
            ledger.column(name) == value
            for name, value in zip(key_columns(ledger.table), values, strict=True)
        )
    )
    if locked:  # SQLite lets in one writer anyway and leaves the clause out
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise _no_row(ledger, key)
    return row


def _no_row(ledger: Ledger, key: str) -> NotFound:
    return NotFound(f"there is no {ledger.noun} {key}", code="row_not_found")


def area_of(session: Session, ledger: Ledger, row: SQLModel) -> str | None:
    """Official code of the town or community where a row lies; None where nothing tells."""
    for place in ledger.placed_by:
        value = getattr(row, place.column, None)
        if value is None:
            continue
        if place.of is None:
            return str(value)
        parent = session.get(place.of.table, value)
        return None if parent is None else area_of(session, place.of, parent)
    return None


def lies_in(session: Session, ledger: Ledger, area_code: str) -> ColumnElement[bool]:
    """Whether a row lies in the district, a town or a community; raises NotFound for another.

    Where nothing says a place (`placed_by` is empty), rows hold everywhere.
    """
    if area_code == DISTRICT_CODE:
        return true()
    is_town = session.get(Town, area_code) is not None
    if not is_town and session.get(Community, area_code) is None:
        raise unknown_area(area_code)
    if not ledger.placed_by:
        return true()
    return _lies_in(ledger, area_code, is_town=is_town)


def _lies_in(ledger: Ledger, area_code: str, *, is_town: bool) -> ColumnElement[bool]:
    def by(place: Place) -> ColumnElement[bool]:
        column = ledger.column(place.column)
        if place.of is not None:
            parent = _lies_in(place.of, area_code, is_town=is_town)
            return and_(column.in_(select(_key(place.of)).where(parent)))
        if is_town and place.column != "town_code":
            inside = select(col(Community.code)).where(col(Community.town_code) == area_code)
            return and_(column.in_(inside))
        return and_(column == area_code)

    return or_(false(), *(by(place) for place in ledger.placed_by))


def has_words(ledger: Ledger, words: str, *, personal: bool) -> ColumnElement[bool]:
    """Whether a row's key is the words or its name, or that of whom it belongs to, has them.

    Without `personal` no name of a person is asked: a search must not tell what may not be shown.
    """
    if ledger.table in SEARCHED:
        return fits(ledger.table, words, personal=personal)
    if ledger.table in NAMED:
        exact = select(literal(words))
        if plain_words(words) and (personal or ledger.table not in PEOPLE):
            return and_(_key(ledger).in_(union_all(bearers(ledger.table, words), exact)))
        return and_(_key(ledger) == words)
    found = [
        ledger.column(place.column).in_(
            select(_key(place.of)).where(has_words(place.of, words, personal=personal))
        )
        for place in ledger.placed_by
        if place.of is not None
    ]
    if _kind(ledger, key_columns(ledger.table)[0]) is str:
        found.append(_key(ledger) == words)
    return or_(false(), *found)


def _key(ledger: Ledger) -> Any:
    return ledger.column(key_columns(ledger.table)[0])


def contents(session: Session, ledger: Ledger, rows: Sequence[SQLModel]) -> list[dict[str, Any]]:
    """The stored fields of rows, each with the rows that are its parts, in order of their keys."""
    found = [values_of(row) for row in rows]
    for part in ledger.parts:
        inside = _parts_of(session, part, [key_text(row) for row in rows])
        for row, fields in zip(rows, found, strict=True):
            fields[part.field] = inside.get(key_text(row), [])
    return found


def _parts_of(
    session: Session, part: Part, owners: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    column: Any = getattr(part.table, part.column)
    order = [getattr(part.table, name) for name in key_columns(part.table)]
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for batch in in_batches(owners):
        statement = select(part.table).where(column.in_(batch)).order_by(*order)
        for row in session.scalars(statement):
            found[getattr(row, part.column)].append(values_of(row))
    return dict(found)


def version_of(fields: Mapping[str, Any]) -> str:
    """A word for what a row holds: SHA-256 of its fields as canonical JSON."""
    plain = json.dumps(
        to_jsonable_python(dict(fields)), ensure_ascii=True, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(plain.encode()).hexdigest()


def unknown_area(code: str) -> NotFound:
    """The error for an official code that nothing has."""
    return NotFound(
        f"no district, town or community has the code {code}",
        code="area_not_found",
        fields=[FieldProblem("/area", "unknown official code", code="unknown")],
    )
