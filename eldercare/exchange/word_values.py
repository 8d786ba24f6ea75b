"""Cells that hold words: texts, choices, yes or no, telephone numbers."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from typing import TypeVar

from eldercare.exchange.value_problem import Parser, ValueProblem, empty, half_width

T = TypeVar("T")

_SHOWN_CHOICES = 12
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FLAGS = {
    **dict.fromkeys(("是", "有", "√", "✓", "✔", "☑", "对", "1", "y", "yes", "t", "true"), True),
    **dict.fromkeys(
        ("否", "无", "没有", "×", "x", "✗", "✘", "☐", "0", "n", "no", "f", "false"), False
    ),
}
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([0-9]{7,8})")
_SERVICE_LINE = re.compile(r"[48]00[0-9]{7}")
_DATE_SIGNS = re.compile("[年月日号]")
_ROUNDED = re.compile(r"\d\.?\d*e\+?\d+")
_SEVERAL = re.compile(r"[\d-]{7,}[/、,;或 ]+[\d-]{7,}")


def parse_text(maximum: int, required: bool = False) -> Parser[str]:
    """A parser of texts of at most `maximum` characters, as they were typed."""

    def parse(text: str) -> str:
        plain = text.strip()
        if required and not plain:
            raise empty()
        if len(plain) > maximum:
            raise ValueProblem(
                "too_long",
                f"the text has {len(plain)} characters, at most {maximum} fit; shorten it",
            )
        if _CONTROL.search(plain):
            raise ValueProblem(
                "control_character", "the text holds an invisible control character; type it again"
            )
        return plain

    return parse


def parse_name(maximum: int) -> Parser[str]:
    """A parser of names: texts with a letter or character in them, so no numbers and no dates."""
    read = parse_text(maximum, required=True)

    def parse(text: str) -> str:
        name = read(text)
        if not name.isalpha() and not any(map(str.isalpha, _DATE_SIGNS.sub("", name))):
            raise ValueProblem("not_a_name", "that is no name; write the name in words")
        return name

    return parse


def parse_choice(choices: Mapping[str, T]) -> Parser[T]:
    """A parser that knows the words of `choices`, Chinese and English, in any case and width."""
    known = {_folded(word): value for word, value in choices.items()}
    shown = "、".join(list(choices)[:_SHOWN_CHOICES])
    more = " …" if len(choices) > _SHOWN_CHOICES else ""

    def parse(text: str) -> T:
        word = _folded(text)
        if not word:
            raise empty()
        if word in known:
            return known[word]
        nearest = difflib.get_close_matches(word[:100], known, n=1, cutoff=0.5)
        original = next(
            (given for given in choices if nearest and _folded(given) == nearest[0]), ""
        )
        hint = f"perhaps “{original}” is meant" if original else "look for a slip of the pen"
        raise ValueProblem("unknown_word", f"the word is none of {shown}{more}; {hint}")

    return parse


def parse_flag(text: str) -> bool:
    """Yes or no: 是/否, 有/无, √/×, 1/0, y/n, true/false."""
    word = _folded(text)
    if not word:
        raise empty()
    if word not in _FLAGS:
        raise ValueProblem("not_a_flag", "that is neither yes nor no; write 是 or 否")
    return _FLAGS[word]


def parse_phone(text: str) -> str:
    """A telephone number: 11 digits, `0519-85123456` for a landline, 10 digits for a service line.

    Spaces, dashes, brackets, full-width digits and a leading +86 are taken away.
    """
    if _MOBILE.fullmatch(text):  # nearly every cell
        return text
    plain = half_width(text).casefold()
    if not plain:
        raise empty()
    if _ROUNDED.fullmatch(plain):
        raise ValueProblem(
            "rounded_by_spreadsheet",
            "the number was rounded by a spreadsheet; format the column as text and type it again",
        )
    digits = re.sub(r"[\s()\[\]'’.·-]", "", re.sub(r"\.0$", "", plain))
    number = re.sub(r"^(\+86|0086|86(?=1[3-9]\d{9}$))", "", digits)
    if _MOBILE.fullmatch(number) or _SERVICE_LINE.fullmatch(number):
        return number
    if landline := _LANDLINE.fullmatch(number):
        return f"{landline[1]}-{landline[2]}"
    raise _phone_fault(plain, number)


def _phone_fault(plain: str, number: str) -> ValueProblem:
    if _SEVERAL.search(plain):
        return ValueProblem("several_phones", "the cell holds more than one number; keep one")
    if re.fullmatch(r"[2-9]\d{6,7}", number):
        return ValueProblem(
            "phone_without_area", "the area code is missing; write it in front, such as 0519-"
        )
    if re.fullmatch(r"1\d+", number):
        return ValueProblem(
            "wrong_phone",
            f"a mobile number has 11 digits from 13 to 19, here are {len(number)}; look again",
        )
    return ValueProblem(
        "not_a_phone",
        "that is no telephone number; write 11 digits or a landline such as 0519-85123456, and "
        "leave the cell empty where there is none",
    )


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
