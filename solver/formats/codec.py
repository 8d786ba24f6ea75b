"""Dataclasses to JSON values and back, by their type hints; errors name the place."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from solver.errors import FormatError

T = TypeVar("T")


def encode(value: Any) -> Any:
    """JSON value of a dataclass tree; fields at their default are left out, sets are sorted."""
    if is_dataclass(value) and not isinstance(value, type):
        given = {one.name: getattr(value, one.name) for one in fields(value)}
        left_out = {one.name for one in fields(value) if given[one.name] == _default(one)}
        return {name: encode(one) for name, one in given.items() if name not in left_out}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): encode(one) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [encode(one) for one in value]
    return value


def decode(kind: type[T], value: Any, where: str = "document") -> T:
    """A `kind` made of a JSON value.

    Raises `FormatError` naming the place for anything missing, unknown or of the wrong type, and
    lets the classes' own errors through.
    """
    made: T = _decode(kind, value, where)
    return made


def body(document: Mapping[str, Any], name: str, kind: str) -> dict[str, Any]:
    """A document's fields, once its `format` and `kind` are as expected."""
    for key, wanted in (("format", name), ("kind", kind)):
        if document.get(key) != wanted:
            raise FormatError(f"{kind}: {key!r} is {document.get(key)!r}, not {wanted!r}")
    return {key: value for key, value in document.items() if key not in {"format", "kind"}}


def _default(one: Field[Any]) -> Any:
    if one.default_factory is not MISSING:
        return one.default_factory()
    return one.default


def _decode(kind: Any, value: Any, where: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        if value is None:
            return None
        return _decode(next(one for one in arguments if one is not types.NoneType), value, where)
    if origin is tuple:
        return tuple(_decode_items(arguments[0], value, where))
    if origin is frozenset:
        return frozenset(_decode_items(arguments[0], value, where))
    if origin is not None and issubclass(origin, Mapping):
        _expect(isinstance(value, dict), value, "an object", where)
        return {key: _decode(arguments[1], one, f"{where}.{key}") for key, one in value.items()}
    if origin is np.ndarray:
        _expect(isinstance(value, list), value, "a list of rows", where)
        return matrix(value, where)
    return _decode_single(kind, value, where)


def _decode_single(kind: Any, value: Any, where: str) -> Any:
    if is_dataclass(kind):
        return _decode_dataclass(kind, value, where)
    if issubclass(kind, Enum):
        known = [one.value for one in kind]
        _expect(value in known, value, f"one of {', '.join(known)}", where)
        return kind(value)
    if kind is int:
        _expect(type(value) is int, value, "a whole number", where)
    else:
        _expect(type(value) is kind, value, {str: "a text", bool: "true or false"}[kind], where)
    return value


def _decode_items(kind: Any, value: Any, where: str) -> list[Any]:
    _expect(isinstance(value, list), value, "a list", where)
    return [_decode(kind, one, f"{where}[{number}]") for number, one in enumerate(value)]


def _decode_dataclass(kind: Any, value: Any, where: str) -> Any:
    _expect(isinstance(value, dict), value, "an object", where)
    hints, known = _hints(kind), {one.name: one for one in fields(kind)}
    for name in value:
        if name not in known:
            raise FormatError(f"{where}: the field {name!r} is unknown")
    for name, one in known.items():
        if name not in value and _default(one) is MISSING:
            raise FormatError(f"{where}: the field {name!r} is missing")
    return kind(
        **{name: _decode(hints[name], one, f"{where}.{name}") for name, one in value.items()}
    )


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def matrix(rows: list[Any], where: str) -> NDArray[Any]:
    """Numbers in rows of equal length; what they mean is checked by whoever takes them."""
    widths = {len(row) if isinstance(row, list) else -1 for row in rows}
    if len(widths) > 1 or -1 in widths:
        raise FormatError(f"{where}: the rows of the matrix differ in length")
    for number, row in enumerate(rows):
        for column, one in enumerate(row):
            _expect(type(one) in {int, float}, one, "a number", f"{where}[{number}][{column}]")
    return np.asarray(rows)


def _expect(holds: bool, value: Any, what: str, where: str) -> None:
    if not holds:
        raise FormatError(f"{where}: {_short(value)} is not {what}")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
