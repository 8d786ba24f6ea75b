"""What answers are made of: sentences in both languages, people, and shares of the cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from eldercare.rostering.tables import RosterStatus
from eldercare.rostering.weights import MINUTE
from solver.objective import Term


@dataclass(frozen=True, slots=True)
class Words:
    """The same said in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with the name people know."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who comes to a visit and when it begins (minutes after midnight)."""

    caregivers: tuple[Person, ...]
    start_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TermShare:
    """One cost term: its unweighted value, its cost, and the travel minutes it is worth."""

    term: Term
    words: Words
    value: int
    cost: int
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A visit of somebody that would come by another caregiver or at another time."""

    elder: Person
    visit_id: str
    was: Told
    now: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRef:
    """Which roster an answer speaks of."""

    roster_id: int
    on: date
    status: RosterStatus
    version: int | None
    name: str = ""
    """Of a scenario."""


def worth_minutes(cost: int) -> float:
    """A cost as minutes of travel (one decimal: costs are tenths of them)."""
    return cost / MINUTE
