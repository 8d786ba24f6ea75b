"""Every rule of the gate for thousands of drafts at once: column by column, then row by row.

`Gate.check` makes a model of every row; here pydantic judges whole columns, and the rules look at
rows that were never made through a constructor. What is refused, and why, is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from typing import Annotated, Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, SQLModel

from eldercare.care.admit import GATE
from eldercare.errors import FieldProblem
from eldercare.exchange.drafts import Draft, Trouble
from eldercare.registry.admission.context import Context, Key
from eldercare.registry.admission.gate import Rule, unknown_references
from eldercare.registry.admission.shape import (
    field_problem,
    instant_columns,
    is_naive,
    naive_instant,
)
from eldercare.registry.admission.tables import key_columns, key_of, references_of, table_of

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
    context.hide_new(drafts)
    for model, places in groupby(_parents_first(drafts), lambda place: drafts[place].model):
        some = list(places)
        whole = [not drafts[place].wrong and id(drafts[place]) not in unsound for place in some]
        good = [looks[place] for place, is_whole in zip(some, whole, strict=True) if is_whole]
        left = _left_to_ask(model, good, context)
        if not left:
            context.accept_all(good)
        for place, is_whole in zip(some, whole, strict=True):
            if is_whole and not left:
                continue
            draft, look = drafts[place], looks[place]
            wrong = set(draft.wrong) | unsound.get(id(draft), set())
            found = list(_rules(look, context, wrong, left if is_whole else None))
            if not found and not wrong:
                context.accept(look)
            troubles += [Trouble(draft, problem) for problem in found]
    return troubles


class _Overlay(Context):
    """A row of the batch stands for the stored one of the same key."""

    def __init__(self, session: Session, on: date, batch: Sequence[SQLModel], **rest: Any) -> None:
        super().__init__(session, on, batch, **rest)
        self._own: dict[type[SQLModel], set[Key]] = {}
        self._new: dict[str, set[Any]] = {}

    def hide_new(self, drafts: Sequence[Draft]) -> None:
        """Ask the database for nothing of the rows that are known not to be stored."""
        for model in {draft.model for draft in drafts}:
            if len(key_columns(model)) == 1:
                new = [draft.key for draft in drafts if draft.model is model and not draft.before]
                self._new[table_of(model).name] = {key[0] for key in new if key is not None}

    def _fetch(
        self, model: type[SQLModel], columns: tuple[str, ...], wanted: Iterable[tuple[Any, ...]]
    ) -> list[SQLModel]:
        absent = [
            (place, new) for place, name in enumerate(columns) for new in self._absent(model, name)
        ]
        if absent:
            wanted = [key for key in wanted if not any(key[place] in new for place, new in absent)]
        return super()._fetch(model, columns, wanted)

    def _absent(self, model: type[SQLModel], name: str) -> Iterator[set[Any]]:
        """Values of a column that no stored row has: a new row's key, and what refers to it."""
        if key_columns(model) == (name,) and (own := self._new.get(table_of(model).name)):
            yield own
        for one in references_of(model):
            if one.column == name and (targets := self._new.get(one.target)):
                yield targets

    def _fetch_beside(
        self, model: type[Row], columns: tuple[str, ...], wanted: set[tuple[Any, ...]]
    ) -> dict[tuple[Any, ...], list[SQLModel]]:
        found = super()._fetch_beside(model, columns, wanted)
        if model not in self._own:
            self._own[model] = {key_of(row) for row in self._batch if type(row) is model}
        own = self._own[model]
        return {
            values: [row for row in rows if key_of(row) not in own]
            for values, rows in found.items()
        }


def look_of(draft: Draft) -> SQLModel:
    """The row for rules to look at; it never enters a session and costs no validation."""
    model = draft.model
    row = object.__new__(model)  # SQLModel's own prepares what only a stored row needs
    object.__setattr__(row, "__dict__", draft.values)
    return row


def _left_to_ask(
    model: type[SQLModel], rows: Sequence[SQLModel], context: Context
) -> tuple[Rule, ...]:
    """The rules that must look at rows one by one; all of them where a reference leads nowhere."""
    if not rows:
        return ()
    if not _all_known(model, rows, context):
        return GATE.rules[model]
    return tuple(rule for rule in GATE.rules[model] if not _holds(rule, rows, context))


def _all_known(model: type[SQLModel], rows: Sequence[SQLModel], context: Context) -> bool:
    """Whether every reference of the rows leads to a row already there."""
    return all(
        context.leads(reference, {row.__dict__[reference.column] for row in rows} - {None})
        for reference in references_of(model)
    )


def _holds(rule: Rule, rows: Sequence[SQLModel], context: Context) -> bool:
    if rule.holds is None:
        return False
    return rule.holds([[row.__dict__[name] for row in rows] for name in rule.fields], context.on)


def _rules(
    look: SQLModel, context: Context, wrong: set[str], left: Sequence[Rule] | None
) -> Iterator[FieldProblem]:
    """Problems of one row; `left` are the rules that no column has answered already (None: all)."""
    for problem in unknown_references(look, context, wrong):
        wrong.add(problem.pointer[1:])
        yield problem
    for rule in GATE.rules[type(look)] if left is None else left:
        if wrong.isdisjoint(rule.fields):
            yield from rule.check(look, context)


def _parents_first(drafts: Sequence[Draft]) -> list[int]:
    """Places of the drafts, those referred to before those that refer."""
    order = {table.name: place for place, table in enumerate(SQLModel.metadata.sorted_tables)}
    models = {draft.model for draft in drafts}
    rank = {model: order[table_of(model).name] for model in models}
    own = {
        model: names
        for model in models
        if (
            names := [
                one.column for one in references_of(model) if one.target == table_of(model).name
            ]
        )
    }

    places: dict[tuple[int, bool], list[int]] = {}
    for place, draft in enumerate(drafts):
        model = draft.model
        refers = model in own and any(draft.values.get(name) is not None for name in own[model])
        places.setdefault((rank[model], refers), []).append(place)
    return [place for group in sorted(places) for place in places[group]]


def _shapes(drafts: Sequence[Draft]) -> Iterator[Trouble]:
    """Types, lengths and ranges, one column after the other; values take their proper type."""
    by_model: dict[type[SQLModel], list[Draft]] = {}
    for draft in drafts:
        by_model.setdefault(draft.model, []).append(draft)
    for model, some in by_model.items():
        is_all_read = not any(draft.wrong for draft in some)
        for name, info in model.model_fields.items():
            readable = some if is_all_read else [draft for draft in some if name not in draft.wrong]
            values = [draft.values.get(name) for draft in readable]
            yield from _column(model, name, readable, values)
            if info.is_required() and info.annotation is str:
                yield from _blank(name, readable, values)
        for name in instant_columns(model):
            for draft in some:
                if is_naive(value := draft.values.get(name)):
                    yield Trouble(draft, naive_instant(name, value))


def _column(
    model: type[SQLModel], name: str, drafts: Sequence[Draft], values: list[Any]
) -> Iterator[Trouble]:
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


def _blank(name: str, drafts: Sequence[Draft], values: list[Any]) -> Iterator[Trouble]:
    if set(map(type, values)) == {str} and all(map(str.strip, values)):
        return
    for draft, value in zip(drafts, values, strict=True):
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
