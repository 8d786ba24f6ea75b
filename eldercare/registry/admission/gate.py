"""The gate: checks rows against their rules and stores them whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from eldercare.errors import Conflict, FieldProblem, InvalidInput
from eldercare.registry.admission.context import Context
from eldercare.registry.admission.shape import shape_problems, shown, values_of
from eldercare.registry.admission.tables import key_columns, key_of, references_of, table_of


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a table; it runs where the fields it reads passed what was checked before.

    `holds` is asked first where thousands of rows are checked: whether `check` finds nothing in any
    of them, given their values by field (columns in the order of `fields`) and the date `on`.
    """

    fields: tuple[str, ...]
    check: Callable[[Any, Context], Iterable[FieldProblem]]
    holds: Callable[[Sequence[Sequence[Any]], date], bool] | None = None


Rules = Mapping[type[SQLModel], tuple[Rule, ...]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not stored: its place in the batch (from 0) and everything wrong with it."""

    index: int
    row: SQLModel
    problems: tuple[FieldProblem, ...]


@dataclass(frozen=True)
class Gate:
    """Rules by table. `on` is the date that "future" and "age" are counted from.

    Writes are checked first and stored in a savepoint: what is refused leaves nothing behind.
    """

    rules: Rules

    def extended(self, more: Rules) -> Gate:
        """A gate that knows further tables, or further rules of the same ones."""
        merged = dict(self.rules)
        for model, rules in more.items():
            merged[model] = (*merged.get(model, ()), *rules)
        return Gate(merged)

    def check(self, session: Session, rows: Sequence[SQLModel], *, on: date) -> list[Refusal]:
        """The rows that would be refused, in the order given; writes nothing.

        A row may refer to another of the batch, wherever that stands. Values given as text
        ("2020-09-17") take their proper type in the row.
        """
        session.flush()
        with session.no_autoflush:
            shapes = [shape_problems(row) for row in rows]
            sound = [row for row, wrong in zip(rows, shapes, strict=True) if not wrong]
            context = Context(session, on, sound, models=self._models)
            refused = []
            for index in self._parents_first(rows):
                problems = self._problems(rows[index], shapes[index], context)
                if problems:
                    refused.append(Refusal(index, rows[index], problems))
                else:
                    context.accept(rows[index])
        return sorted(refused, key=lambda refusal: refusal.index)

    def add(self, session: Session, row: SQLModel, *, on: date) -> None:
        """Store one row; raises InvalidInput with all its problems."""
        for refusal in self.check(session, [row], on=on):
            raise InvalidInput(_sentence(refusal), fields=refusal.problems)
        self._store(session, [row])

    def add_all(self, session: Session, rows: Sequence[SQLModel], *, on: date) -> None:
        """Store every row or, where one is refused, none; pointers begin with the row's place."""
        refused = self.check(session, rows, on=on)
        if refused:
            raise InvalidInput(
                f"{len(refused)} of {len(rows)} rows were refused, nothing was stored; "
                f"the first: {_sentence(refused[0])}",
                fields=[
                    FieldProblem(f"/{refusal.index}{problem.pointer}", problem.reason, problem.code)
                    for refusal in refused
                    for problem in refusal.problems
                ],
            )
        self._store(session, rows)

    def add_sound(self, session: Session, rows: Sequence[SQLModel], *, on: date) -> list[Refusal]:
        """Store the rows that are sound and return the others: one bad row stops no import."""
        refused = self.check(session, rows, on=on)
        out = {refusal.index for refusal in refused}
        self._store(session, [row for index, row in enumerate(rows) if index not in out])
        return refused

    def change(
        self, session: Session, row: SQLModel, changes: Mapping[str, Any], *, on: date
    ) -> None:
        """Set fields of a stored row; it stays as it was where the changes are refused."""
        problems = _forbidden(row, changes)
        allowed = {name: value for name, value in changes.items() if f"/{name}" not in problems}
        candidate = type(row)(**(values_of(row) | allowed))
        session.flush()
        with session.no_autoflush:
            shape = shape_problems(candidate)
            context = Context(session, on, [], models=self._models, replaced=key_of(row))
            found = (*problems.values(), *self._problems(candidate, shape, context))
        if found:
            raise InvalidInput(_sentence(Refusal(0, row, found)), fields=found)
        with session.begin_nested():
            for name in allowed:
                setattr(row, name, getattr(candidate, name))
            session.add(row)

    @cached_property
    def _models(self) -> dict[str, type[SQLModel]]:
        return {table_of(model).name: model for model in self.rules}

    @cached_property
    def _order(self) -> dict[str, int]:
        tables = SQLModel.metadata.sorted_tables
        return {table.name: place for place, table in enumerate(tables)}

    def _parents_first(self, rows: Sequence[SQLModel]) -> list[int]:
        def place(index: int) -> tuple[int, bool]:
            row = rows[index]
            own = table_of(type(row)).name
            refers_to_own = any(
                getattr(row, reference.column, None) is not None
                for reference in references_of(type(row))
                if reference.target == own
            )
            return self._order[own], refers_to_own

        return sorted(range(len(rows)), key=place)

    def _problems(
        self, row: SQLModel, shape: Sequence[FieldProblem], context: Context
    ) -> tuple[FieldProblem, ...]:
        found = list(shape)
        wrong = {problem.pointer.split("/")[1] for problem in found}
        for problem in (*unknown_references(row, context, wrong), *_duplicate(row, context, wrong)):
            found.append(problem)
            wrong.add(problem.pointer.removeprefix("/"))
        for rule in self.rules[type(row)]:
            if wrong.isdisjoint(rule.fields):
                found.extend(rule.check(row, context))
        return tuple(found)

    def _store(self, session: Session, rows: Sequence[SQLModel]) -> None:
        try:
            with session.begin_nested():
                ordered = [rows[index] for index in self._parents_first(rows)]
                for start, row in enumerate(ordered):
                    session.add(row)
                    after = ordered[start + 1 : start + 2]
                    if not after or type(after[0]) is not type(row):
                        session.flush()
        except IntegrityError as error:
            raise Conflict(
                "somebody else stored or removed a row of these meanwhile: look again and repeat",
                code="stored_meanwhile",
            ) from error


def noun(model: type[SQLModel]) -> str:
    """What a row of the table is called in a sentence."""
    return table_of(model).name.replace("_", " ")


def unknown_references(row: SQLModel, context: Context, wrong: set[str]) -> list[FieldProblem]:
    """References of a row that lead nowhere; those among the `wrong` fields are not followed."""
    found = []
    for reference in references_of(type(row)):
        value = getattr(row, reference.column, None)
        if value is None or reference.column in wrong:
            continue
        if context.target(reference, value) is None:
            what = reference.target.replace("_", " ")
            reason = (
                f"no {what} has the {reference.target_column} {shown(value)}: "
                f"correct it or add the {what} first"
            )
            found.append(
                FieldProblem(f"/{reference.column}", reason, code=f"unknown_{reference.target}")
            )
    return found


def _duplicate(row: SQLModel, context: Context, wrong: set[str]) -> list[FieldProblem]:
    names = key_columns(type(row))
    if not wrong.isdisjoint(names) or not context.is_taken(row):
        return []
    values = ", ".join(shown(value) for value in key_of(row))
    reason = f"a {noun(type(row))} with {', '.join(names)} {values} exists already: choose another"
    return [FieldProblem(f"/{names[-1]}", reason, code="duplicate")]


def _forbidden(row: SQLModel, changes: Mapping[str, Any]) -> dict[str, FieldProblem]:
    found = {}
    for name, value in changes.items():
        pointer = f"/{name}"
        if name not in type(row).model_fields:
            reason = f"a {noun(type(row))} has no field of this name"
            found[pointer] = FieldProblem(pointer, reason, code="unknown_field")
        elif name in key_columns(type(row)) and value != getattr(row, name):
            reason = "is part of the key and stays: add a new row instead"
            found[pointer] = FieldProblem(pointer, reason, code="key_stays")
    return found


def _sentence(refusal: Refusal) -> str:
    key = ", ".join(shown(value) for value in key_of(refusal.row))
    told = "; ".join(f"{problem.pointer[1:]}: {problem.reason}" for problem in refusal.problems)
    return f"the {noun(type(refusal.row))} {key} was refused: {told}"
