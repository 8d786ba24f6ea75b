"""Every rule of the gate for thousands of drafts at once: column by column, then row by row.

`Gate.check` makes a model of every row; here pydantic judges whole columns, and the rules look at
rows that were never made through a constructor. What is refused, and why, is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, SQLModel

from eldercare.care.admit import GATE
from eldercare.errors import FieldProblem
from eldercare.exchange.drafts import Draft, Identity, Trouble
from eldercare.registry.admission.context import Context
from eldercare.registry.admission.gate import unknown_references
from eldercare.registry.admission.shape import (
    field_problem,
    instant_columns,
    is_naive,
    naive_instant,
)
from eldercare.registry.admission.tables import key_of, references_of, table_of

Row = TypeVar("Row", bound=SQLModel)


def check_drafts(session: Session, drafts: Sequence[Draft], *, on: date) -> list[Trouble]:
    """Everything wrong with the drafts, `values` set; a draft may refer to another of them."""
    troubles = list(_shapes(drafts))
    unsound: dict[int, set[str]] = {}
    for trouble in troubles:
        unsound.setdefault(id(trouble.draft), set()).add(trouble.problem.pointer[1:])
    looks = [look_of(draft) for draft in drafts]
    sound = [
        look
        for draft, look in zip(drafts, looks, strict=True)
        if not draft.wrong and id(draft) not in unsound
    ]
    models = {table_of(model).name: model for model in GATE.rules}
    context = _Overlay(session, on, sound, models=models)
    for place in _parents_first(drafts):
        draft, look = drafts[place], looks[place]
        wrong = set(draft.wrong) | unsound.get(id(draft), set())
        found = list(_rules(draft.model, look, context, wrong))
        if not found and not wrong:
            context.accept(look)
        troubles += [Trouble(draft, problem) for problem in found]
    return troubles


class _Overlay(Context):
    """A row of the batch stands for the stored one of the same key."""

    def __init__(self, session: Session, on: date, batch: Sequence[SQLModel], **rest: Any) -> None:
        super().__init__(session, on, batch, **rest)
        self._own: set[Identity] = {(type(row), *key_of(row)) for row in batch}

    def _fetch_beside(
        self, model: type[Row], columns: tuple[str, ...], wanted: set[tuple[Any, ...]]
    ) -> dict[tuple[Any, ...], list[SQLModel]]:
        found = super()._fetch_beside(model, columns, wanted)
        return {
            values: [row for row in rows if (model, *key_of(row)) not in self._own]
            for values, rows in found.items()
        }


def look_of(draft: Draft) -> SQLModel:
    """The row for rules to look at; it never enters a session and costs no validation."""
    model = draft.model
    row: SQLModel = model.__new__(model)
    row.__dict__.update(draft.values)
    return row


def _rules(
    model: type[SQLModel], look: SQLModel, context: Context, wrong: set[str]
) -> Iterator[FieldProblem]:
    for problem in unknown_references(look, context, wrong):
        wrong.add(problem.pointer[1:])
        yield problem
    for rule in GATE.rules[model]:
        if wrong.isdisjoint(rule.fields):
            yield from rule.check(look, context)


def _parents_first(drafts: Sequence[Draft]) -> list[int]:
    """Places of the drafts, those referred to before those that refer."""
    order = {table.name: place for place, table in enumerate(SQLModel.metadata.sorted_tables)}
    own = {
        model: [one.column for one in references_of(model) if one.target == table_of(model).name]
        for model in {draft.model for draft in drafts}
    }
    return sorted(
        range(len(drafts)),
        key=lambda place: (
            order[table_of(drafts[place].model).name],
            any(drafts[place].values.get(name) is not None for name in own[drafts[place].model]),
        ),
    )


def _shapes(drafts: Sequence[Draft]) -> Iterator[Trouble]:
    """Types, lengths and ranges, one column after the other; values take their proper type."""
    by_model: dict[type[SQLModel], list[Draft]] = {}
    for draft in drafts:
        by_model.setdefault(draft.model, []).append(draft)
    for model, some in by_model.items():
        for name, info in model.model_fields.items():
            readable = [draft for draft in some if name not in draft.wrong]
            yield from _column(model, name, readable)
            if info.is_required() and info.annotation is str:
                yield from _blank(name, readable)
        for name in instant_columns(model):
            for draft in some:
                if is_naive(value := draft.values.get(name)):
                    yield Trouble(draft, naive_instant(name, value))


def _column(model: type[SQLModel], name: str, drafts: Sequence[Draft]) -> Iterator[Trouble]:
    values = [draft.values.get(name) for draft in drafts]
    try:
        sound = _adapter(model, name).validate_python(values)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            draft = drafts[int(detail["loc"][0])]
            detail["loc"] = (name,)
            yield Trouble(draft, field_problem(detail))
        return
    if sound != values:
        for draft, value in zip(drafts, sound, strict=True):
            draft.values[name] = value


def _blank(name: str, drafts: Sequence[Draft]) -> Iterator[Trouble]:
    for draft in drafts:
        value = draft.values.get(name)
        if value is not None and not str(value).strip():
            reason = "is empty: give a value"
            yield Trouble(draft, FieldProblem(f"/{name}", reason, code="missing"))


@cache
def _adapter(model: type[SQLModel], name: str) -> TypeAdapter[list[Any]]:
    info = model.model_fields[name]
    kind: Any = info.annotation
    if info.metadata:
        kind = Annotated[(kind, *info.metadata)]
    return TypeAdapter(list[kind])
