"""Resident ID numbers (GB 11643-1999): area, birth date, sex and a check character.

The check is ISO 7064 MOD 11-2. No sentence here repeats a number: sentences reach logs.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from eldercare.errors import FieldProblem, InvalidInput
from eldercare.registry.people import Elder, Sex

LENGTH = 18
OLD_LENGTH = 15
POINTER = "/id_number"

_WEIGHTS = tuple(pow(2, LENGTH - 1 - place, 11) for place in range(LENGTH - 1))
_CHECKS = "10X98765432"
"""The check character by the weighted sum modulo 11."""
_PROVINCES = frozenset(
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for code in codes
)
"""First two digits by GB/T 2260; 81 to 83 are residence permits with the same build."""
_WHOLE = re.compile(r"[0-9]{17}[0-9X]")
_OLD = re.compile(r"[0-9]{15}")
_ROUNDED = re.compile(r"[0-9]\.?[0-9]*E\+?[0-9]+")


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A sound number and what it says; `text` is kept out of its representation."""

    text: str = field(repr=False)
    birth_on: date
    sex: Sex


def check_character(digits: str) -> str:
    """The 18th character for the first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def normalised(text: str) -> str:
    """As it is stored: half-width, upper-case X, without blanks, hyphens, a leading apostrophe."""
    half = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s-]", "", half).lstrip("'’")


def read_id_number(text: str, *, on: date) -> IdNumber:
    """What a number says; raises InvalidInput, pointer `/id_number`, with the reason as its code.

    `on` is the date after which nobody can have been born.
    """
    number = normalised(text)
    problem = _form_problem(number) or _content_problem(number, on)
    if problem is not None:
        raise InvalidInput(
            f"the ID number was refused: {problem.reason}", code=problem.code, fields=[problem]
        )
    born = _birth_on(number)
    assert born is not None
    return IdNumber(number, born, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def _form_problem(number: str) -> FieldProblem | None:
    if not number:
        return _problem("missing", "is missing: give the 18 characters of the ID card")
    if _ROUNDED.fullmatch(number):
        return _problem(
            "rounded_by_spreadsheet",
            "was rounded by a spreadsheet: make its column text and type the number again",
        )
    if _OLD.fullmatch(number):
        return _problem(
            "old_id_number",
            "is an old number of 15 digits, no longer valid: give the 18 characters of the "
            "present card",
        )
    if len(number) != LENGTH:
        return _problem("wrong_length", f"has {len(number)} characters: an ID number has 18")
    if not _WHOLE.fullmatch(number):
        return _problem("not_an_id_number", "is not 17 digits followed by a digit or X")
    return None


def _content_problem(number: str, on: date) -> FieldProblem | None:
    if number[:2] not in _PROVINCES:
        return _problem(
            "unknown_province", f"begins with {number[:2]}, which is no province: look again"
        )
    born = _birth_on(number)
    if born is None:
        return _problem("impossible_birth_date", "holds no date in places 7 to 14: look again")
    if born > on:
        return _problem("born_in_the_future", f"holds a birth date after {on}: look again")
    if check_character(number[:-1]) != number[-1]:
        return _problem(
            "wrong_checksum",
            "does not fit its last character: a digit is wrong or two are swapped, compare it "
            "with the card",
        )
    return None


def _problem(code: str, reason: str) -> FieldProblem:
    return FieldProblem(POINTER, reason, code=code)


def _birth_on(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def contradictions(number: IdNumber, elder: Elder) -> list[FieldProblem]:
    """Where an elder's row says something else than the number."""
    found = []
    if number.birth_on != elder.birth_on:
        reason = (
            f"{elder.birth_on} is not the birth date {number.birth_on} of the ID number: "
            "correct one of them"
        )
        found.append(FieldProblem("/birth_on", reason, code="birth_differs"))
    if number.sex is not elder.sex:
        reason = (
            f"{elder.sex.value} is not the sex of the ID number ({number.sex.value}): "
            "correct one of them"
        )
        found.append(FieldProblem("/sex", reason, code="sex_differs"))
    return found
