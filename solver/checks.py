"""Checks on plain values; each raises one sentence that names the item.

They know nothing of visits or caregivers, so that `solver.problem` can use them without a cycle.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.errors import ProblemError

LARGEST_TRAVEL = int(np.iinfo(np.int32).max)
LARGEST_COST = int(np.iinfo(np.int64).max)


def whole(item: str, name: str, value: object, minimum: int | None = 0) -> None:
    """Refuse anything but a Python int of at least `minimum` (None: any)."""
    if type(value) is not int:
        kind = type(value).__name__
        raise ProblemError(f"{item}: {name} must be a whole number, not {value!r} ({kind})")
    if minimum is not None and value < minimum:
        raise ProblemError(f"{item}: {name} must be at least {minimum}, not {value}")


def whole_or_none(item: str, name: str, value: object, minimum: int | None = 0) -> None:
    """As `whole`, but None is welcome."""
    if value is not None:
        whole(item, name, value, minimum)


def identifier(kind: str, value: object) -> None:
    """Refuse an id that is not a non-empty string."""
    if not isinstance(value, str) or not value:
        raise ProblemError(f"{kind} {value!r}: the id must be a non-empty text")


def unique(kind: str, ids: Iterable[str]) -> None:
    """Refuse the first id that occurs twice."""
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise ProblemError(f"{kind} {one}: the id is used twice")
        seen.add(one)


def known(item: str, name: str, values: Iterable[Hashable], among: Iterable[Hashable]) -> None:
    """Refuse a value of `values` that is not in `among`."""
    among = among if isinstance(among, set | frozenset | Mapping) else set(among)
    for value in sorted(values, key=str):
        if value not in among:
            raise ProblemError(f"{item}: {name} {value} is unknown")


def travel_matrix(mode: str, value: Any) -> NDArray[np.int32]:
    """Square read-only int32 matrix of ticks; the same object when it already is one."""
    item = f"travel matrix {mode!r}"
    given = np.asarray(value)
    if given.ndim != 2 or given.shape[0] != given.shape[1]:
        raise ProblemError(f"{item}: the shape {given.shape} is not square")
    if given.dtype.kind not in "iuf":
        raise ProblemError(f"{item}: the values are {given.dtype}, not numbers")
    if given.dtype.kind == "f":
        _refuse(item, given, ~np.isfinite(given), "is not a number")
        _refuse(item, given, given != np.rint(given), "is not a whole number of ticks")
    _refuse(item, given, given < 0, "is negative")
    _refuse(item, given, given > LARGEST_TRAVEL, f"exceeds {LARGEST_TRAVEL}")
    matrix = np.ascontiguousarray(given, dtype=np.int32)
    if matrix.flags.writeable:
        matrix = matrix.copy()
        matrix.setflags(write=False)
    return matrix


def _refuse(item: str, values: NDArray[Any], bad: NDArray[np.bool_], why: str) -> None:
    if bad.any():
        row, column = (int(x) for x in np.argwhere(bad)[0])
        value = values[row, column]
        raise ProblemError(f"{item}: the value {value} at row {row}, column {column} {why}")


def acyclic(kind: str, edges: Sequence[tuple[str, str]]) -> None:
    """Refuse edges that form a cycle, naming it."""
    following: dict[str, list[str]] = {}
    for before, after in edges:
        following.setdefault(before, []).append(after)
    done: set[str] = set()
    for root in following:
        path: list[str] = []
        pending = [(root, 0)]
        while pending:
            node, depth = pending.pop()
            del path[depth:]
            if node in path:
                circle = " -> ".join([*path[path.index(node) :], node])
                raise ProblemError(f"{kind} {circle}: the chain returns to where it began")
            path.append(node)
            if node not in done:
                done.add(node)
                pending += [(after, depth + 1) for after in following.get(node, ())]
