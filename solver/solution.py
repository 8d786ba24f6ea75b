"""The answer to a `Problem`: routes of shifts, and the visits left unserved with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Proof(StrEnum):
    """How sure it is that a visit cannot be served."""

    IMPOSSIBLE = "proved_impossible"
    NOT_FOUND = "not_found_in_the_time_given"


@dataclass(frozen=True, slots=True)
class Stop:
    """Part `part` of visit `visit_id`: arrival at the door, start and end of service (ticks)."""

    visit_id: str
    part: int
    arrival: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rest:
    """A break right before stop number `before` (number of stops: before or after returning).

    It is taken without travel: at the place before (it ends before the caregiver leaves) or at the
    next one (it begins once the caregiver has arrived).
    """

    before: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Route:
    """One shift's day: from `departure` at the start place to `return_at` at the end place."""

    shift_id: str
    departure: int
    stops: tuple[Stop, ...]
    return_at: int
    rest: Rest | None = None


@dataclass(frozen=True, slots=True)
class Unserved:
    """A visit that no route holds; `reason` is a code of `solver.explain`, `detail` a sentence."""

    visit_id: str
    reason: str
    proof: Proof
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Solution:
    """Routes (shifts without a stop may be absent) and unserved visits; a visit is in either."""

    routes: tuple[Route, ...]
    unserved: tuple[Unserved, ...] = ()
