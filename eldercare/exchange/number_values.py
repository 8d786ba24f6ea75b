"""Cells that hold numbers."""

from __future__ import annotations

import re

from eldercare.exchange.value_problem import ValueProblem, empty, half_width

_ORDINARY = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,9})?")
_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_ROUNDED = re.compile(r"[+-]?[0-9]\.?[0-9]*[eE]\+?[0-9]+")
_MOST_DIGITS = 15


def parse_integer(text: str) -> int:
    """A whole number; `1,200`, `１２` and `3.0` are read too."""
    plain = _digits(text)
    whole, _, fraction = plain.partition(".")
    if fraction.strip("0"):
        raise ValueProblem("not_whole", "the number is not whole; round it")
    return int(whole)


def parse_number(text: str) -> float:
    """A number with a decimal point; `1,200.5` and full-width digits are read too."""
    return float(_digits(text))


def _digits(text: str) -> str:
    """The number as sign, digits and point."""
    if _ORDINARY.fullmatch(text):  # nearly every cell
        return text
    plain = re.sub(r"\s", "", half_width(text))
    if not plain:
        raise empty()
    if _ROUNDED.fullmatch(plain):
        raise ValueProblem(
            "rounded_by_spreadsheet",
            "the number was rounded by a spreadsheet; format the column as text or as a number "
            "with all digits and type it again",
        )
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(plain):
        raise ValueProblem(
            "decimal_comma", "the comma stands where no thousand ends; write a decimal point"
        )
    if not _PLAIN.fullmatch(plain):
        raise ValueProblem(
            "not_a_number", "that is no number; write digits only, without a unit, such as 12"
        )
    if sum(sign.isdigit() for sign in plain) > _MOST_DIGITS:
        raise ValueProblem(
            "number_too_long", f"the number has more than {_MOST_DIGITS} digits; look again"
        )
    return plain
