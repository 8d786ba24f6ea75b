"""A cell of a workbook as canonical text."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from eldercare.clock import clock

EXACT_DIGITS = 15  # a spreadsheet keeps so many digits of a number
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"
_REMOVED = dict.fromkeys(map(ord, INVISIBLE))

REASONS = {
    "formula": "the cell holds a formula, which is not computed here; paste its value as text",
    "error_cell": "the cell shows an error of the spreadsheet; type the value",
    "number_too_long": (
        f"the cell holds a number of more than {EXACT_DIGITS} digits, whose last digits the "
        "spreadsheet has lost; format the column as text and type it again"
    ),
    "merged_cell": (
        "the cell is merged with the one where the value stands and is read as empty; "
        "unmerge the cells and fill each row"
    ),
}


def tidy(text: str) -> str:
    """Without invisible characters, and without spaces of any kind at both ends."""
    return text.translate(_REMOVED).strip()


def canonical(value: Any, data_type: str) -> tuple[str, str | None]:
    """Text of a cell as openpyxl gives it, and a problem's code (a key of REASONS) or None.

    Dates are ISO, times of day HH:MM, whole numbers have no decimal point; a formula has no text.
    """
    if data_type == "f":
        return "", "formula"
    if value is None:
        return "", None
    if data_type == "e":
        return tidy(str(value)), "error_cell"
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), None
    if isinstance(value, int | float):
        return _number(value)
    return _moment(value) or tidy(str(value)), None


def formula_text(value: Any) -> str:
    """A formula as it was typed; that of an array stands one level deeper."""
    return str(getattr(value, "text", value))


def _moment(value: Any) -> str:
    """A date or time of day as text; "" for anything else."""
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, timedelta):
        return clock(round(value.total_seconds() / 60))
    return ""


def _number(value: float) -> tuple[str, str | None]:
    code = "number_too_long" if abs(value) >= 10**EXACT_DIGITS else None
    if isinstance(value, int):
        return str(value), code
    if value.is_integer():
        return str(int(value)), code
    return format(value, f".{EXACT_DIGITS}g"), code
