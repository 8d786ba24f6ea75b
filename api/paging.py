"""Lists by cursor: an opaque word that says where the next page begins."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from eldercare.errors import FieldProblem, InvalidInput
from eldercare.registry.listing import LONGEST_PAGE

Item = TypeVar("Item")

_DIGITS = 9  # more than that no table holds

Limit = Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="rows of a page")]
Cursor = Annotated[
    str | None, Query(max_length=200, description="`next` of the page before; none: from the start")
]


class PageOf(BaseModel, Generic[Item]):
    """Some rows of a list, and where it goes on."""

    items: list[Item]
    next: str | None = Field(description="cursor of the next page; null: this was the last")


def write_cursor(key: str | None) -> str | None:
    """The cursor behind a key (None: the list has ended)."""
    if key is None:
        return None
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> str | None:
    """The key of a cursor; raises InvalidInput for a word that never was one."""
    if cursor is None:
        return None
    try:
        key = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        key = ""
    if not key or not key.isprintable() or write_cursor(key) != cursor:
        raise _not_a_cursor()
    return key


def read_number(cursor: str | None) -> int | None:
    """The number of a cursor, for lists that are in order of one; raises InvalidInput."""
    key = read_cursor(cursor)
    if key is None:
        return None
    if not (key.isascii() and key.isdigit() and len(key) <= _DIGITS):
        raise _not_a_cursor()
    return int(key)


def page_of_list(
    items: Sequence[Item], key: Callable[[Item], str], *, after: str | None, limit: int
) -> PageOf[Item]:
    """A page of a list that is at hand whole."""
    start = 0
    last = read_cursor(after)
    if last is not None:
        start = next((number for number, one in enumerate(items, 1) if key(one) == last), 0)
        if start == 0:
            raise _not_a_cursor()
    page = list(items[start : start + limit])
    more = start + limit < len(items)
    return PageOf(items=page, next=write_cursor(key(page[-1])) if more else None)


def _not_a_cursor() -> InvalidInput:
    return InvalidInput(
        "the cursor is none of this list: pass `next` of the page before",
        fields=[FieldProblem("/after", "not a cursor")],
    )
