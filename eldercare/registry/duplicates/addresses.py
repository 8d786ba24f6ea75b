"""How alike two Chinese addresses are, whatever the way they are written.

An address is a place in words (estate, road, hamlet) and numbers from the large to the small
(block, staircase, door). People leave parts out more often than they write wrong ones, so words are
compared by the share of the *shorter* that stands in the longer in the same order, and numbers by
the outermost (block) and the innermost (door) before those between.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

PLACE_WEIGHT = 0.6
"""Of the words; the rest goes to the numbers, where both addresses have some."""

_AREAS = re.compile(r"^(?:江苏省?)?(?:常州市?)?(?:新北区)?(?:[^\s\d]{2,5}(?:街道|镇))?")
_CHINESE_NUMBER = re.compile(r"[〇零一二三四五六七八九十百]+(?=号|幢|栋|座|楼|单元|室|弄|组|层)")
_UNIT = re.compile(r"(?<=\d)(?:号楼|号院|号房|号|幢|栋|座|楼|单元|室|弄|组|层|户|#)")
_NUMBER = re.compile(r"\d+[a-z]?")
_NOT_WORDS = re.compile(r"[\W_\d]+")
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0}


@dataclass(frozen=True, slots=True)
class Address:
    """The words of an address, run together, and its numbers in order."""

    words: str
    numbers: tuple[str, ...]


@lru_cache(maxsize=20_000)
def read_address(text: str) -> Address:
    """An address with province, city, district and town, widths, units and dashes made alike."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text).lower())
    plain = _CHINESE_NUMBER.sub(lambda found: str(_value(found[0])), _AREAS.sub("", plain))
    plain = _UNIT.sub("-", plain)
    numbers = tuple(number.lstrip("0") or "0" for number in _NUMBER.findall(plain))
    return Address(_NOT_WORDS.sub("", _NUMBER.sub("", plain)), numbers)


def _value(text: str) -> int:
    """The value of a Chinese number below a thousand; digits in a row (三〇二) count as written."""
    if not set(text) & set("十百"):
        return int("".join(str(_DIGITS[character]) for character in text))
    total, digit = 0, 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
    return total + digit


def likeness(one: str, other: str) -> float:
    """From 0.0, nothing in common, to 1.0, the same place; 0.0 where one says nothing."""
    first, second = read_address(one), read_address(other)
    if not (first.words and second.words):
        return 0.0
    words = _share_of_shorter(first.words, second.words)
    if not (first.numbers and second.numbers):
        return words
    numbers = _alike_numbers(first.numbers, second.numbers)
    return PLACE_WEIGHT * words + (1 - PLACE_WEIGHT) * numbers


def _share_of_shorter(one: str, other: str) -> float:
    # In a fixed order: the matcher is not symmetric, and a likeness has to be.
    short, long = sorted((one, other), key=lambda words: (len(words), words))
    blocks = SequenceMatcher(None, short, long, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(short)


def _alike_numbers(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    if one == other:
        return 1.0
    ends = [one[0] == other[0], one[-1] == other[-1]]
    return sum(ends) * (0.5 if len(one) != len(other) else 0.4)
