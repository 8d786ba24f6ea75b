"""Whether the values of a row have the type and range its table declares.

SQLModel's table classes take anything on construction, so the check is made here, explicitly.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlmodel import SQLModel

from eldercare.columns import UtcDateTime
from eldercare.errors import FieldProblem
from eldercare.registry.admission.tables import columns_of

_ADVICE = {
    "date": "is not a date: write YYYY-MM-DD",
    "datetime": "is not an instant: write YYYY-MM-DDTHH:MM:SS+08:00",
    "enum": "is not among the choices: {expected}",
    "int": "is not a whole number",
    "float": "is not a number",
    "finite": "is not a number",
    "bool": "is neither true nor false",
    "string_too_long": "is too long: use at most {max_length} characters",
    "string_pattern": "is not of the form {pattern}",
    "string": "is not text",
    "greater_than_equal": "is too small: at least {ge}",
    "greater_than": "is too small: more than {gt}",
    "less_than_equal": "is too large: at most {le}",
    "less_than": "is too large: less than {lt}",
}
"""By the beginning of pydantic's name of the error; longer names stand before shorter ones."""


def values_of(row: SQLModel) -> dict[str, Any]:
    """The row's fields as they stand, whatever their type; a field never given is None."""
    return {name: getattr(row, name, None) for name in type(row).model_fields}


def shape_problems(row: SQLModel) -> list[FieldProblem]:
    """What does not fit the table's columns; values given as text take their proper type."""
    given = values_of(row)
    for name, info in type(row).model_fields.items():
        if given[name] is None and not info.is_required():
            given[name] = info.get_default(call_default_factory=True)
    try:
        sound = type(row).model_validate(given)
    except ValidationError as error:
        return [field_problem(detail) for detail in error.errors(include_url=False)]
    for name in given:
        value = getattr(sound, name)
        if getattr(row, name, None) != value or type(getattr(row, name)) is not type(value):
            setattr(row, name, value)
    return [*_blank(row), *_naive(row)]


def field_problem(detail: ErrorDetails) -> FieldProblem:
    """What pydantic found, in a sentence of the house."""
    pointer = "/" + "/".join(str(part) for part in detail["loc"])
    value = detail["input"]
    if value is None or detail["type"] == "missing":
        return FieldProblem(pointer, "is missing: give a value", code="missing")
    for beginning in sorted(_ADVICE, key=len, reverse=True):
        if detail["type"].startswith(beginning):
            advice = _ADVICE[beginning].format_map(_Context(detail.get("ctx", {})))
            return FieldProblem(pointer, f"{shown(value)} {advice}", code=detail["type"])
    return FieldProblem(pointer, f"{shown(value)}: {detail['msg']}", code=detail["type"])


class _Context(dict[str, Any]):
    """What pydantic tells of a limit; a part it leaves out stays visible as its name."""

    def __missing__(self, key: str) -> str:
        return key


def shown(value: object) -> str:
    """A value for a sentence: text in quotes, dates and choices as they are written."""
    if isinstance(value, Enum):
        return repr(value.value)
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:40] + "…")
    return str(value)


def _blank(row: SQLModel) -> list[FieldProblem]:
    """Required text that is empty says nothing."""
    return [
        FieldProblem(f"/{name}", "is empty: give a value", code="missing")
        for name, info in type(row).model_fields.items()
        if info.is_required() and isinstance(value := getattr(row, name), str) and not value.strip()
    ]


def _naive(row: SQLModel) -> list[FieldProblem]:
    given = ((name, getattr(row, name)) for name in instant_columns(type(row)))
    return [naive_instant(name, value) for name, value in given if is_naive(value)]


@cache
def instant_columns(model: type[SQLModel]) -> tuple[str, ...]:
    """Names of the columns that hold instants."""
    return tuple(
        column.name for column in columns_of(model) if isinstance(column.type, UtcDateTime)
    )


def is_naive(value: object) -> bool:
    """Whether the value is a moment without a time zone."""
    return isinstance(value, datetime) and value.tzinfo is None


def naive_instant(name: str, value: object) -> FieldProblem:
    """The refusal of such a moment."""
    reason = f"{value} has no time zone: write the offset, such as +08:00"
    return FieldProblem(f"/{name}", reason, code="naive_instant")
