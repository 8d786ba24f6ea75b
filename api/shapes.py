"""The rows of ledgers as the API shows and takes them, made from the tables themselves.

`Line` is what is shown, `New` what a new row is made of, `Patch` what may be changed. Nobody is
shown or offered what `identity` seals; keys stay as they are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from annotated_types import BaseMetadata, Ge, Gt, Le, Lt
from pydantic import (
    AllowInfNan,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    create_model,
)
from pydantic.fields import FieldInfo
from sqlmodel import SQLModel

from api.edge import TEXT, Day, Instant
from eldercare.registry.admission.tables import key_columns
from eldercare.registry.ledger import SEALED, Ledger, Part
from eldercare.registry.masking import emptied_columns, is_personal

_KEY = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
"""Keys stand in addresses, and parts of a key are joined by commas."""
_STRICT = ConfigDict(extra="forbid")
"""A name that is none of the table's is refused, not passed over."""
_LARGEST = 2**31 - 1
_LONGEST_PART = 50

Fields = dict[str, Any]


class Caution(BaseModel):
    """Something that was stored and is to be looked at."""

    code: str
    message: str
    other: str | None = Field(default=None, description="key of the row it may be mistaken for")


@dataclass(frozen=True, slots=True)
class Shapes:
    """The models of one ledger."""

    line: type[BaseModel]
    made: type[BaseModel]
    new: type[BaseModel]
    patch: type[BaseModel]


@cache
def shapes_of(ledger: Ledger) -> Shapes:
    """The models of a ledger."""
    name = ledger.table.__name__
    line = _line(ledger)
    taken = {part.field: _part_taken(part) for part in ledger.parts}
    return Shapes(
        line,
        create_model(
            f"{name}Made",
            __base__=line,
            __doc__=f"The new {ledger.noun}, and what should be looked at.",
            warnings=(list[Caution], Field(description="the row is stored all the same")),
        ),
        create_model(
            f"{name}New",
            __config__=_STRICT,
            __doc__=f"A new {ledger.noun}. A key that is left out is made.",
            **(_taken(ledger.table, without=frozenset()) | taken),
        ),
        create_model(
            f"{name}Patch",
            __config__=_STRICT,
            __doc__=f"Changes ({ledger.noun}): what is left out stays, null empties or resets.",
            **_changed(ledger.table),
        ),
    )


def _line(ledger: Ledger) -> type[BaseModel]:
    fields = _shown(ledger.table)
    for part in ledger.parts:
        shown = create_model(
            f"{part.table.__name__}Part", __doc__=_sentence(part.table), **_shown(part.table)
        )
        fields[part.field] = (list[shown], ...)  # type: ignore[valid-type]  # made one line above
    if is_personal(ledger.table):
        fields["masked"] = (
            bool,
            Field(description="personal fields are hidden: null, empty or starred"),
        )
    fields["etag"] = (str, Field(description="for `If-Match`"))
    name = f"{ledger.table.__name__}Line"
    return create_model(name, __doc__=_sentence(ledger.table), **fields)


def _sentence(table: type[SQLModel]) -> str:
    return (table.__doc__ or "").split("\n")[0]


def _shown(table: type[SQLModel]) -> Fields:
    emptied = emptied_columns(table)
    return {
        name: (kind if name not in emptied else _or_none(kind), ...)
        for name, info, kind in _columns(table)
    }


def _part_taken(part: Part) -> Any:
    model = create_model(
        f"{part.table.__name__}PartNew",
        __config__=_STRICT,
        __doc__=_sentence(part.table),
        **_taken(part.table, without=frozenset({part.column})),
    )
    items = list[model]  # type: ignore[valid-type]  # made one line above
    return (items, Field(default_factory=list, max_length=_LONGEST_PART))


def _taken(table: type[SQLModel], *, without: frozenset[str]) -> Fields:
    """Fields of a new row; numbers that the database counts itself are not offered."""
    found: Fields = {}
    keys = key_columns(table)
    for name, info, kind in _columns(table):
        if name in without or (name in keys and NoneType in get_args(kind)):
            continue
        if name == "id":
            found[name] = (_or_none(_narrow(info, kind, is_key=True)), None)
        else:
            default = ... if info.is_required() else info.get_default(call_default_factory=True)
            found[name] = (_narrow(info, kind, is_key=name in keys), default)
    return found


def _changed(table: type[SQLModel]) -> Fields:
    keys = key_columns(table)
    found: Fields = {}
    for name, info, kind in _columns(table):
        if name not in keys:
            narrow = _narrow(info, kind)
            found[name] = (narrow if info.is_required() else _or_none(narrow), None)
    return found


def _columns(table: type[SQLModel]) -> Iterator[tuple[str, FieldInfo, Any]]:
    for name, info in table.model_fields.items():
        if name not in SEALED:
            yield name, info, info.annotation


def _narrow(info: FieldInfo, kind: Any, *, is_key: bool = False) -> Any:
    """The type of a column as it is taken from outside: what the database cannot hold is refused.

    JSON has types of its own: "5" is no number and 1 is not true.
    """
    inner = [one for one in get_args(kind) if one is not NoneType]
    if get_origin(kind) in (Union, UnionType) and len(inner) < len(get_args(kind)):
        return _or_none(_narrow(info, Union[tuple(inner)]))  # noqa: UP007 - as many as there are
    limits = _limits(info)
    if kind is date:
        return Day
    if kind is datetime:
        return Instant
    if kind is str and not any(isinstance(limit, StringConstraints) for limit in limits):
        limits.append(StringConstraints(pattern=_KEY if is_key else TEXT))
    elif kind is int:
        limits += _bounds(limits)
    elif kind is float:
        limits += (Strict(), AllowInfNan(allow_inf_nan=False))
    elif kind is bool:
        limits.append(Strict())
    annotated: Any = Annotated
    return annotated[(kind, *limits)] if limits else kind


def _limits(info: FieldInfo) -> list[Any]:
    """What the table says of a column's values; SQLModel's own notes beside it are no limits."""
    limits: list[Any] = [one for one in info.metadata if isinstance(one, BaseMetadata)]
    patterns = [one.pattern for one in info.metadata if getattr(one, "pattern", None)]
    return [*limits, *(StringConstraints(pattern=pattern) for pattern in patterns)]


def _bounds(limits: list[Any]) -> list[Any]:
    found: list[Any] = [Strict()]
    if not any(isinstance(limit, Ge | Gt) for limit in limits):
        found.append(Ge(-_LARGEST))
    if not any(isinstance(limit, Le | Lt) for limit in limits):
        found.append(Le(_LARGEST))
    return found


def _or_none(kind: Any) -> Any:
    return kind | None


def given(body: BaseModel) -> Mapping[str, Any]:
    """What a body names, typed; what it leaves out is not there."""
    return body.model_dump(exclude_unset=True)
