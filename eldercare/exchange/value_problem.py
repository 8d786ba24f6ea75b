"""What a cell's parser says of a text that it cannot read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Parser: TypeAlias = Callable[[str], T]
"""Reads one cell; raises ValueProblem where the text is nothing it knows, the empty text too."""

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")


class ValueProblem(ValueError):
    """A cell that cannot be read: a stable `code`, and a `reason` that says how to mend it.

    The reason never repeats the cell's text, which may be personal.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def half_width(text: str) -> str:
    """Full-width digits, letters and signs as plain ones, every dash a hyphen, no outer spaces."""
    return unicodedata.normalize("NFKC", text).translate(_DASHES).strip()


def empty() -> ValueProblem:
    """The problem of a cell that must have something in it."""
    return ValueProblem("empty", "the cell is empty; fill it in")
