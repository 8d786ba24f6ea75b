"""Whole columns of ordinary cells, read at once: what a cell's parser gives, many times faster.

Each reader looks at all the texts of a column together and answers None where one of them is not
plainly what the parser takes as it stands; then the parser reads, and explains, cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from eldercare.exchange.date_values import LAST_YEAR
from eldercare.registry.masking import MASK

Whole = Callable[[Sequence[str]], list[Any] | None]
"""Values of a column (None: an empty cell), or None where the cells must be read one by one."""

_END = "\n"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MOBILES = re.compile(r"(?:(?:1[3-9][0-9]{9})?\n)*")
_DATES = re.compile(r"(?:(?:[0-9]{4}-[0-9]{2}-[0-9]{2})?\n)*")
_DEGREES = re.compile(r"(?:(?:-?[0-9]{1,3}\.[0-9]{1,17})?\n)*")
_DIGITS = re.compile(r"(?:[0-9]{0,6}\n)*")
_FIRST, _LAST = date(1900, 1, 2), date(LAST_YEAR, 12, 31)


def ordinary_texts(maximum: int, *, may_be_masked: bool = False) -> Whole:
    """Texts on one line that fit, with nothing invisible in them."""

    def read(texts: Sequence[str]) -> list[Any] | None:
        plain = [text.strip() for text in texts]
        if max(map(len, plain), default=0) > maximum:
            return None
        joined = "".join(plain)
        if _CONTROL.search(joined) or (MASK in joined and not may_be_masked):
            return None
        return [text or None for text in plain]

    return read


def ordinary_phones(texts: Sequence[str]) -> list[Any] | None:
    """Eleven digits each."""
    return [text or None for text in texts] if _fits(_MOBILES, texts) else None


def ordinary_dates(texts: Sequence[str]) -> list[Any] | None:
    """Dates as 2020-09-17."""
    if not _fits(_DATES, texts):
        return None
    different = set(texts) - {""}
    try:
        known: dict[str, Any] = {text: date.fromisoformat(text) for text in different}
    except ValueError:
        return None
    if known and not _FIRST <= min(known.values()) <= max(known.values()) <= _LAST:
        return None
    known[""] = None
    return [known[text] for text in texts]


def ordinary_degrees(texts: Sequence[str]) -> list[Any] | None:
    """Degrees with a decimal point."""
    if not _fits(_DEGREES, texts):
        return None
    return [float(text) if text else None for text in texts]


def ordinary_integers(texts: Sequence[str]) -> list[Any] | None:
    """A few digits each."""
    return [int(text) if text else None for text in texts] if _fits(_DIGITS, texts) else None


def _fits(pattern: re.Pattern[str], texts: Sequence[str]) -> bool:
    """Whether every text fits; one with a line break in it would pass for two."""
    joined = _END.join([*texts, ""])
    return joined.count(_END) == len(texts) and pattern.fullmatch(joined) is not None
