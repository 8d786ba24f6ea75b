"""Cells that a spreadsheet would take for a formula, made text and read back."""

from __future__ import annotations

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_MARKED = re.compile(r"'+[=+\-@\t\r]")


def harmless(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would compute it."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unmarked(text: str) -> str:
    """The text without the apostrophe that `harmless` has put in front."""
    return text[1:] if _MARKED.match(text) else text
