"""Pinyin of names, without tones: character by character where that is what a phrase gives too."""

from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT

_CHARACTERS = re.compile("[\u4e00-\u9fff]*")
_LONGEST = 6
"""Characters of a name; longer words have too many parts that may be phrases."""


def spelled(words: str) -> list[str]:
    """What `lazy_pinyin` gives, from memory where no two characters next to each other are a phrase
    and so none may be read otherwise than alone."""
    if len(words) > _LONGEST or not _CHARACTERS.fullmatch(words):
        return list(lazy_pinyin(words))
    for start in range(len(words) - 1):
        for end in range(start + 2, len(words) + 1):
            if words[start:end] in PHRASES_DICT:
                return list(lazy_pinyin(words))
    return [_reading(character) for character in words]


@lru_cache(maxsize=16_384)
def _reading(character: str) -> str:
    return "".join(lazy_pinyin(character))
