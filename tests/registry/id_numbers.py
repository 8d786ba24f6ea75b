"""Resident ID numbers that belong to nobody, with a check of their own making."""

from __future__ import annotations

from datetime import date

from eldercare.registry.people import Sex

NOWHERE = "320499"
"""A county code of the province that was never given out."""


def reference_check(digits: str) -> str:
    """ISO 7064 MOD 11-2 as the standard's recursion has it, one digit after the other."""
    product = 0
    for digit in digits:
        product = (product + int(digit)) * 2 % 11
    value = (12 - product) % 11
    return "X" if value == 10 else str(value)


def made_up_number(
    birth_on: date = date(1940, 3, 5), sex: Sex = Sex.FEMALE, serial: int = 1, area: str = NOWHERE
) -> str:
    """A sound number; `serial` 0 to 499 tells people of one birthday and sex apart."""
    order = 2 * serial + (1 if sex is Sex.MALE else 0)
    digits = f"{area}{birth_on:%Y%m%d}{order:03d}"
    return digits + reference_check(digits)


def number_ending_in_x() -> str:
    """A sound number of a woman born on 5 March 1940 whose check character is X."""
    numbers = (made_up_number(serial=serial) for serial in range(500))
    return next(number for number in numbers if number.endswith("X"))
