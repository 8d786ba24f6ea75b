"""Names as they are compared: the same characters, or the same sound to a clerk's ear."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from eldercare.registry.spelling import spelled

_NOT_NAME = re.compile(r"[\s·•.]")
_FOLDED = ((re.compile("^([zcs])h"), r"\1"), (re.compile("([aei]n)g$"), r"\1"))
"""Wu speakers tell zh from z and ang from an no better than a hurried clerk does."""


def same_characters(name: str) -> str:
    """The name without blanks and dots, full-width letters made half-width."""
    return _NOT_NAME.sub("", unicodedata.normalize("NFKC", name))


@lru_cache(maxsize=50_000)
def sound(name: str) -> str:
    """Pinyin without tones, sounds that are often confused folded: 张春芳 and 章春方 are alike."""
    return " ".join([_folded(syllable) for syllable in spelled(same_characters(name))])


@lru_cache(maxsize=4_096)
def _folded(syllable: str) -> str:
    folded = syllable.lower()
    for pattern, replacement in _FOLDED:
        folded = pattern.sub(replacement, folded)
    return folded
