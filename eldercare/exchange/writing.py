"""Drafts into the database in bulk: judged, written, and remembered for undoing.

Chunk by chunk, past the unit of work: a district's ledger goes in with bounded memory. Everything
happens in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from eldercare.bulk import insert_rows
from eldercare.errors import Conflict, FieldProblem
from eldercare.exchange.checking import check_drafts
from eldercare.exchange.drafts import Draft, Identity, Trouble
from eldercare.exchange.images import stored_values
from eldercare.exchange.memory import packed, row_hashes
from eldercare.exchange.tables import ImportedRows
from eldercare.registry.admission.gate import noun
from eldercare.registry.admission.tables import key_columns, references_of, table_of
from eldercare.registry.name_keys import NAMED, add_name_keys, replace_name_keys

Preparing = Callable[[Sequence[Draft]], Iterable[Trouble]]
"""Looks at drafts after their stored rows were found, before they are judged."""
Welcoming = Callable[[Sequence[Draft]], None]
"""Looks at the sound main rows that are new, before they are written."""
_Told = tuple[int, Mapping[str, Any]]
"""The line that gave a row beside the main one, and what it gave."""


@dataclass(slots=True)
class Counts:
    """How many lines went which way; a line is rejected whole."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0


class Writer:
    """Takes the lines of one file, a chunk at a time, and writes the sound ones."""

    def __init__(
        self,
        session: Session,
        batch_id: int,
        on: date,
        prepare: Preparing | None = None,
        welcome: Welcoming = lambda _: None,
    ) -> None:
        self._session, self.batch_id, self._on = session, batch_id, on
        self._prepare, self._welcome = prepare, welcome
        self._place = 0
        self._main: dict[Identity, int] = {}
        self._parts: dict[Identity, _Told] = {}
        self.counts = Counts()

    def take(self, drafts: Sequence[Draft], unreadable: Iterable[int] = ()) -> list[Trouble]:
        """Judge the drafts of some lines and write what is sound; returns what is wrong.

        `unreadable` are lines that are rejected whatever their drafts say.
        """
        rejected = set(unreadable)
        lines = {line for draft in drafts for line in draft.lines} | rejected
        drafts, troubles = self._without_repeats(drafts)
        self._complete(drafts)
        if self._prepare is not None:
            troubles += self._prepare(drafts)
        troubles += self._judge(drafts, rejected | _lines_of(troubles))
        rejected |= _lines_of(troubles)
        alive = _alive(drafts, rejected)
        self._welcome([draft for draft in alive if draft.is_main and draft.before is None])
        self._write([draft for draft in alive if draft.is_changed])
        self._parts.update(
            ((draft.model, *draft.key), (draft.lines[0], draft.given))
            for draft in alive
            if not draft.is_main and draft.key is not None
        )
        self._count(alive, lines, rejected)
        return troubles

    def _without_repeats(self, drafts: Sequence[Draft]) -> tuple[list[Draft], list[Trouble]]:
        kept: list[Draft] = []
        troubles: list[Trouble] = []
        shared: dict[Identity, Draft] = {}
        for draft in drafts:
            if (key := draft.key) is None:
                kept.append(draft)
                continue
            identity = (draft.model, *key)
            if draft.is_main:
                first = self._main.setdefault(identity, draft.lines[0])
                if first == draft.lines[0]:
                    kept.append(draft)
                else:
                    troubles.append(_repeated(draft, first))
            else:
                same = shared.get(identity)
                earlier = (same.lines[0], same.given) if same else self._parts.get(identity)
                if earlier is not None and earlier[1] != draft.given:
                    troubles.append(_contradiction(draft, *earlier))
                elif same is not None:
                    same.lines += draft.lines
                else:
                    shared[identity] = draft
                    kept.append(draft)
        return kept, troubles

    def _complete(self, drafts: Sequence[Draft]) -> None:
        """Find what is stored, and lay over it what is given."""
        by_model: dict[type[SQLModel], list[Draft]] = {}
        for draft in drafts:
            by_model.setdefault(draft.model, []).append(draft)
        new: dict[str, set[Any]] = {}
        for model in sorted(by_model, key=lambda model: _table_order()[table_of(model).name]):
            some = by_model[model]
            keys = dict.fromkeys(key for draft in some if (key := draft.key) is not None)
            stored = stored_values(self._session, model, list(_perhaps_stored(model, keys, new)))
            if len(key_columns(model)) == 1:
                new[table_of(model).name] = {key[0] for key in keys.keys() - stored.keys()}
            defaults = _defaults(model)
            for draft in some:
                draft.before = stored.get(draft.key) if stored and draft.key is not None else None
                draft.values = (defaults if draft.before is None else draft.before) | draft.given

    def _judge(self, drafts: Sequence[Draft], rejected: set[int]) -> list[Trouble]:
        """Rules hold among what will be stored: after a rejection the rest is judged again."""
        troubles: list[Trouble] = []
        candidates = [draft for draft in drafts if draft.is_changed]
        while True:
            found = check_drafts(self._session, candidates, on=self._on)
            troubles += found
            rejected |= _lines_of(found)
            alive = _alive(candidates, rejected)
            if len(alive) == len(candidates):
                return list(_telling(drafts, troubles))
            candidates = alive

    def _write(self, drafts: Sequence[Draft]) -> None:
        order = _table_order()
        by_model: dict[type[SQLModel], list[Draft]] = {}
        for draft in drafts:
            by_model.setdefault(draft.model, []).append(draft)
        try:
            for model in sorted(by_model, key=lambda model: order[table_of(model).name]):
                self._write_table(model, by_model[model])
        except IntegrityError as error:
            raise Conflict(
                "somebody else stored or removed a row of these meanwhile: look again and repeat",
                code="stored_meanwhile",
            ) from error

    def _write_table(self, model: type[SQLModel], drafts: Sequence[Draft]) -> None:
        connection, table = self._session.connection(), table_of(model)
        new = [draft.values for draft in drafts if draft.before is None]
        changed = [draft.values for draft in drafts if draft.before is not None]
        if new:
            insert_rows(connection, table, _suppliers_first(table, new))
        if changed:
            key = key_columns(model)
            alike = [table.c[name] == bindparam(f"key_{name}") for name in key]
            rows = [row | {f"key_{name}": row[name] for name in key} for row in changed]
            connection.execute(update(table).where(*alike), rows)
        if model in NAMED:
            (key_name,) = key_columns(model)
            added = {str(row[key_name]): str(row["name"]) for row in new}
            renamed = {
                str(draft.values[key_name]): str(draft.values["name"])
                for draft in drafts
                if draft.before is not None and draft.before["name"] != draft.values["name"]
            }
            add_name_keys(connection, model, added)
            replace_name_keys(connection, model, [], renamed)
        self._remember(model, drafts)

    def _remember(self, model: type[SQLModel], drafts: Sequence[Draft]) -> None:
        key = key_columns(model)
        rows = [draft.values for draft in drafts]
        keys = [[row[name] for name in key] for row in rows]
        before = [draft.before for draft in drafts]
        kept = {
            "batch_id": self.batch_id,
            "place": self._place,
            "table_name": str(table_of(model).name),
            "packed": packed(zip(keys, before, row_hashes(model, rows), strict=True)),
        }
        self._place += 1
        insert_rows(self._session.connection(), table_of(ImportedRows), [kept])

    def _count(self, alive: Sequence[Draft], lines: set[int], rejected: set[int]) -> None:
        new = _lines_of_drafts(draft for draft in alive if draft.is_main and draft.before is None)
        alone = lines - _lines_of_drafts(draft for draft in alive if draft.is_main)
        if alone:
            some = (draft for draft in alive if draft.before is None)
            new |= alone & _lines_of_drafts(some)
        changed = _lines_of_drafts(draft for draft in alive if draft.is_changed) - new
        self.counts.created += len(new - rejected)
        self.counts.updated += len(changed - rejected)
        self.counts.unchanged += len(lines - rejected - new - changed)
        self.counts.rejected += len(rejected)


def _lines_of(troubles: Iterable[Trouble]) -> set[int]:
    return _lines_of_drafts(trouble.draft for trouble in troubles)


def _lines_of_drafts(drafts: Iterable[Draft]) -> set[int]:
    return {line for draft in drafts for line in draft.lines}


def _alive(drafts: Sequence[Draft], rejected: set[int]) -> list[Draft]:
    """Drafts that a line still wants."""
    if not rejected:
        return list(drafts)
    return [draft for draft in drafts if not rejected.issuperset(draft.lines)]


@cache
def _table_order() -> dict[str, int]:
    return {table.name: place for place, table in enumerate(SQLModel.metadata.sorted_tables)}


@cache
def _defaults(model: type[SQLModel]) -> dict[str, Any]:
    return {
        name: None if info.is_required() else info.get_default(call_default_factory=True)
        for name, info in model.model_fields.items()
    }


def _perhaps_stored(
    model: type[SQLModel], keys: Iterable[tuple[Any, ...]], new: Mapping[str, set[Any]]
) -> Iterable[tuple[Any, ...]]:
    """The keys without those that name a row which is not stored itself."""
    names = key_columns(model)
    absent = [
        (names.index(one.column), new[one.target])
        for one in references_of(model)
        if one.column in names and new.get(one.target)
    ]
    if not absent:
        return keys
    return (key for key in keys if not any(key[place] in some for place, some in absent))


def _telling(drafts: Iterable[Draft], troubles: Sequence[Trouble]) -> Iterator[Trouble]:
    """Without those that only follow from another of the line: its own row is refused already."""
    refused: dict[int, set[str]] = {}
    unread = (draft for draft in drafts if draft.wrong)
    for draft in (*unread, *(trouble.draft for trouble in troubles)):
        for line in draft.lines:
            refused.setdefault(line, set()).add(f"unknown_{table_of(draft.model).name}")
    for trouble in troubles:
        own = {f"unknown_{table_of(trouble.draft.model).name}"}
        if not any(trouble.problem.code in refused[line] - own for line in trouble.draft.lines):
            yield trouble


def _suppliers_first(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that refer to rows of their own table stand last."""
    own = [
        column.name
        for column in table.columns
        if any(foreign.column.table is table for foreign in column.foreign_keys)
    ]
    return sorted(rows, key=lambda row: any(row[name] is not None for name in own)) if own else rows


def _repeated(draft: Draft, first: int) -> Trouble:
    reason = f"the {noun(draft.model)} stands in row {first} already: keep one of them"
    pointer = f"/{key_columns(draft.model)[-1]}"
    return Trouble(draft, FieldProblem(pointer, reason, code="repeated_in_file"))


def _contradiction(draft: Draft, line: int, given: Mapping[str, Any]) -> Trouble:
    name = next(
        name for name in {**draft.given, **given} if draft.given.get(name) != given.get(name)
    )
    reason = (
        f"row {line} says otherwise of the same {noun(draft.model)}: make both rows say the same"
    )
    return Trouble(draft, FieldProblem(f"/{name}", reason, code="contradiction"))
