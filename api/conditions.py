"""Conditional requests (RFC 9110): what `ETag` names and `If-Match`, `If-None-Match` ask for."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e]*)"')
ANY = "*"


@dataclass(frozen=True, slots=True)
class Validator:
    """What an answer was, in a word."""

    tag: str

    @staticmethod
    def of(content: bytes) -> Validator:
        """The validator of a body."""
        return Validator(hashlib.sha256(content).hexdigest())

    @property
    def headers(self) -> dict[str, str]:
        """The header that carries it."""
        return {"ETag": f'"{self.tag}"'}


def tags_of(header: str) -> frozenset[str]:
    """The tags a condition names, without quotes; `*` stands for any."""
    if header.strip() == ANY:
        return frozenset({ANY})
    return frozenset(_TAG.findall(header))


def matches(header: str | None, validator: Validator) -> bool:
    """Whether the answer is one that the asker has."""
    if header is None:
        return False
    return bool(tags_of(header) & {ANY, validator.tag})
